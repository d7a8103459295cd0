"""What the samples of qualifications hold, as the rest of the program reads it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mturk_tasks import scaffold
from mturk_tasks.files import properties as property_files
from mturk_tasks.files import qualification_requests
from mturk_tasks.lib import text
from mturk_tasks.markup.answer_key import AnswerKey, best_answers, grade, read_answer_key
from mturk_tasks.markup.documents import key_faults, qualification_test_faults
from mturk_tasks.markup.question_form import FreeText, Question, Selections, read_question_form
from mturk_tasks.tasks.bootstrap import Embedded
from mturk_tasks.velocity import merge
from mturk_tasks.vocabulary import properties
from mturk_tasks.vocabulary.properties import QualificationProperties

SAMPLES = scaffold.samples("qual")
TESTS = [sample for sample in SAMPLES if sample != "assign_qualification"]
GRADED_AT_ONCE = ["quiz_qual", "site_filter_qual"]


def folder_of(sample: str) -> Path:
    (folder,) = scaffold.template("qual").glob(f"*/_samples/{sample}")
    return folder


def properties_of(sample: str) -> QualificationProperties:
    path = folder_of(sample) / "qualification.properties"
    read = property_files.parse(text.read(path))
    values, warnings = properties.read_qualification_type(read.entries, path)
    assert not [*read.notes, *warnings]
    return values


def merged(sample: str, kind: str) -> str:
    """Return a document of a sample as it is sent; it has no columns."""
    path = folder_of(sample) / f"qualification.{kind}"
    template = merge.compile_template(text.read_document(path).text, (), path)
    assert not template.notes
    return template.fill({})


def asked(sample: str) -> dict[str, Question]:
    form = read_question_form(merged(sample, "question"))
    return {question.identifier: question for question in form.questions}


def key_of(sample: str) -> AnswerKey:
    return read_answer_key(merged(sample, "answer"))


def offered(question: Question) -> list[str]:
    assert isinstance(question.answer, Selections)
    return [selection.identifier for selection in question.answer.selections]


@pytest.mark.parametrize(
    ("sample", "kinds"),
    [
        ("assign_qualification", set()),
        ("java_qual_test", {"qualification.question", "qualification.answerkey"}),
        ("quiz_qual", {"qualification.question", "qualification.answer"}),
        ("site_filter_qual", {"qualification.question", "qualification.answer", "sites.vm"}),
    ],
)
def test_a_sample_holds_these_files(sample: str, kinds: set[str]) -> None:
    assert {path.name for path in folder_of(sample).iterdir()} == {"qualification.properties", *kinds}


@pytest.mark.parametrize("sample", SAMPLES)
def test_properties_say_what_a_worker_reads_and_need_no_warning(sample: str) -> None:
    values = properties_of(sample)
    assert values.name
    assert values.description
    assert values.keywords
    assert not values.autogranted
    assert ("testdurationinseconds" in values.given) == (sample in TESTS)


def test_names_tell_the_samples_apart_and_leave_room_for_a_folders_name() -> None:
    names = [properties_of(sample).name for sample in SAMPLES]
    assert len(set(names)) == len(names)
    assert all(len(name) <= 200 - len(" ()") - 64 for name in names)


@pytest.mark.parametrize("sample", TESTS)
def test_a_test_of_four_questions_or_more_is_valid(sample: str) -> None:
    assert qualification_test_faults(merged(sample, "question")) == []
    assert len(asked(sample)) >= 4
    assert all(question.required for question in asked(sample).values())


@pytest.mark.parametrize("sample", GRADED_AT_ONCE)
def test_a_key_fits_its_test_and_grades_every_question(sample: str) -> None:
    assert key_faults(merged(sample, "answer"), merged(sample, "question")) == []
    assert [question.identifier for question in key_of(sample).questions] == list(asked(sample))


@pytest.mark.parametrize("sample", GRADED_AT_ONCE)
def test_the_keys_own_answers_score_a_hundred_and_none_score_nothing(sample: str) -> None:
    key = key_of(sample)
    assert grade(key, best_answers(key)) == 100
    assert grade(key, []) == 0


def test_one_wrong_answer_in_the_quiz_is_still_eighty() -> None:
    key = key_of("quiz_qual")
    for wrong in range(len(key.questions)):
        answers = best_answers(key)
        del answers[wrong]
        assert grade(key, answers) == 80


def test_the_right_answers_do_not_all_stand_in_one_place() -> None:
    questions = asked("quiz_qual")
    places = [
        offered(questions[answer.question]).index(answer.selections[0])
        for answer in best_answers(key_of("quiz_qual"))
        if len(answer.selections) == 1
    ]
    assert len(set(places)) > 1


def test_lines_of_the_answer_key_name_each_question_and_its_selections() -> None:
    expected = qualification_requests.read_answer_key(
        folder_of("java_qual_test") / "qualification.answerkey"
    ).expected()
    questions = asked("java_qual_test")
    assert list(expected) == list(questions)
    for name, answer in expected.items():
        if isinstance(questions[name].answer, Selections):
            assert set(answer.split("|")) <= set(offered(questions[name]))


def test_the_answer_key_of_lines_shows_one_several_and_free_text() -> None:
    expected = qualification_requests.read_answer_key(folder_of("java_qual_test") / "qualification.answerkey")
    assert not expected.notes
    questions = asked("java_qual_test")
    several = [name for name, answer in expected.expected().items() if "|" in answer]
    free = [name for name, question in questions.items() if isinstance(question.answer, FreeText)]
    assert (several, free) == (["primitive"], ["division"])
    answer = questions["primitive"].answer
    assert isinstance(answer, Selections)
    assert answer.most >= 3


def test_test_and_key_of_the_site_filter_come_from_one_list() -> None:
    sites = (folder_of("site_filter_qual") / "sites.vm").read_text(encoding="utf-8")
    listed = re.findall(r'^ +\["(\w+)", "[^"]+", "(fits|not)"\]', sites, re.MULTILINE)
    right = [(answer.question, *answer.selections) for answer in best_answers(key_of("site_filter_qual"))]
    assert right == listed
    assert list(asked("site_filter_qual")) == [name for name, _ in listed]


def test_a_site_added_to_the_list_is_asked_about_and_scored(tmp_path: Path) -> None:
    for path in folder_of("site_filter_qual").iterdir():
        more = path.read_text(encoding="utf-8").replace('"not"]\n])', '"not"],\n  ["ice", "Ice", "fits"]\n])')
        (tmp_path / path.name).write_text(more, encoding="utf-8")
    question, answer = (
        merge.compile_template(text.read_document(path).text, (), path).fill({})
        for path in (tmp_path / "qualification.question", tmp_path / "qualification.answer")
    )
    key = read_answer_key(answer)
    assert key_faults(answer, question) == []
    assert key.questions[-1].identifier == "ice"
    assert grade(key, best_answers(key)) == 100


@pytest.mark.parametrize("sample", TESTS)
def test_addresses_are_those_kept_for_examples(sample: str) -> None:
    shown = re.sub(r'xmlns="[^"]*"', "", merged(sample, "question"))
    assert all(host.endswith(".example.org") for host in re.findall(r"https?://([\w.-]+)", shown))


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_marketplace_takes_each_sample(sample: str, tmp_path: Path) -> None:
    values = properties_of(sample)
    client = Embedded(tmp_path / "sandbox.db", dry=False).connect()
    test = {"Test": merged(sample, "question"), "TestDurationInSeconds": 600} if sample in TESTS else {}
    key = {"AnswerKey": merged(sample, "answer")} if sample in GRADED_AT_ONCE else {}
    made = client.create_qualification_type(
        Name=values.name,
        Description=values.description,
        Keywords=values.keywords,
        QualificationTypeStatus="Active",
        RetryDelayInSeconds=values.retrydelayinseconds,
        **test,
        **key,
    )
    assert made["QualificationType"]["Name"] == values.name
