import json
from decimal import Decimal

import pytest

from mturk_tasks.analysis import questions
from mturk_tasks.analysis.questions import Question, complete, fitted
from mturk_tasks.analysis.responses import crowd_answers, pseudonyms, read_responses
from mturk_tasks.errors import FileError
from mturk_tasks.files import results
from tests.analysis.sets import response, results_file


def test_work_is_read_with_its_types(tmp_path):
    path = results_file(tmp_path, [{"Answer.colour": "red"}])

    (work,) = read_responses(results.read(path))

    assert (work.reward, work.seconds, work.answers) == (Decimal("0.05"), 60, {"colour": ("red",)})


def test_a_hit_without_work_and_an_empty_answer_are_left_out(tmp_path):
    path = results_file(tmp_path, [{"Answer.colour": ""}, {"assignmentid": None, "workerid": None}])

    assert [work.answers for work in read_responses(results.read(path))] == [{}]


def test_answers_in_pairs_are_refused_with_what_to_do(tmp_path):
    path = tmp_path / "a.results"
    results.write(path, [], [], pairs=True)

    with pytest.raises(FileError, match="without --namevaluepairs"):
        read_responses(results.read(path))


@pytest.mark.parametrize(
    ("submitted", "answers"),
    [
        ({"name": "red"}, {"name": ("red",)}),
        ({"name": {"label": "Cat"}}, {"name": ("Cat",)}),
        ({"name": {"labels": ["Cat", "Dog"]}}, {"name": ("Cat", "Dog")}),
        ({"name": {"a": True, "b": False}}, {"name": ("a",)}),
        ({"name": True}, {"name": ("true",)}),
        ({"name": 5}, {"name": ("5",)}),
        ({"name": ""}, {}),
    ],
)
def test_what_a_crowd_form_submits_becomes_answers_by_name(submitted, answers):
    assert crowd_answers(json.dumps([submitted])) == answers


@pytest.mark.parametrize("cell", ["no json", "[1]", '"text"'])
def test_what_is_no_such_json_stays_as_it_stands(cell):
    assert crowd_answers(cell) == {"taskAnswers": (cell,)}


def test_workers_are_numbered_in_the_order_of_the_file():
    work = [response(worker="AX"), response(worker="AB"), response(worker="AX")]

    assert pseudonyms(work) == {"AX": "W1", "AB": "W2"}


def test_several_selections_are_divided_where_the_form_says_so():
    work = [response(answers={"seen": ("cat|dog",), "text": ("a|b",)})]

    (divided,) = fitted(work, [Question("seen", questions.CHOICES)])

    assert divided.answers == {"seen": ("cat", "dog"), "text": ("a|b",)}


def test_buttons_of_a_crowd_form_are_one_question():
    work = [response(answers={"yes": ("true",), "no": ("false",)})]

    (pressed,) = fitted(work, [Question("sure", questions.CHOICE, choices=("yes", "no"), buttons=True)])

    assert pressed.answers == {"sure": ("yes",)}


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["red", "blue"] * 4, questions.CHOICE),
        (["1", "2", "3"] * 4, questions.RATING),
        ([str(number) for number in range(30)], questions.NUMBER),
        ([f"some text {number}" for number in range(30)], questions.TEXT),
    ],
)
def test_the_kind_of_a_question_without_a_form_is_guessed(values, kind):
    work = [response(answers={"q": (value,)}) for value in values]

    assert [question.kind for question in complete([], work)] == [kind]
