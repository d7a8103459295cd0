from __future__ import annotations

from decimal import Decimal

import pytest

from mturk_tasks.markup.answer_key import Percentage, Range, Ranges, Scale, read_answer_key
from mturk_tasks.markup.documents import LIMIT, key_faults, qualification_test_faults

NAMESPACE = "http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/2005-10-01/AnswerKey.xsd"
OPTION = (
    "<AnswerOption><SelectionIdentifier>{}</SelectionIdentifier><AnswerScore>{}</AnswerScore></AnswerOption>"
)
PERCENTAGE = "<PercentageMapping><MaximumSummedScore>{}</MaximumSummedScore></PercentageMapping>"
SCALE = "<ScaleMapping><SummedScoreMultiplier>{}</SummedScoreMultiplier></ScaleMapping>"
RANGES = (
    "<RangeMapping><SummedScoreRange><InclusiveLowerBound>{}</InclusiveLowerBound>"
    "<InclusiveUpperBound>{}</InclusiveUpperBound><QualificationValue>7</QualificationValue>"
    "</SummedScoreRange><OutOfRangeQualificationValue>1</OutOfRangeQualificationValue></RangeMapping>"
)


def graded(name="tree", options="", default=""):
    return (
        f"<Question><QuestionIdentifier>{name}</QuestionIdentifier>\n"
        f"{options or OPTION.format('oak', 5)}"
        f"{f'<DefaultScore>{default}</DefaultScore>' if default else ''}</Question>"
    )


def key(*questions, mapping=""):
    whole = f"<QualificationValueMapping>{mapping}</QualificationValueMapping>" if mapping else ""
    return f'<AnswerKey xmlns="{NAMESPACE}">\n{"".join(questions)}{whole}\n</AnswerKey>'


@pytest.fixture
def quiz(form, question, choice):
    return form(question(choice("oak", "ash"), identifier="tree"))


@pytest.fixture
def said(quiz):
    return lambda document: [str(fault) for fault in key_faults(document, quiz)]


@pytest.mark.parametrize(
    "mapping", ["", PERCENTAGE.format(10), SCALE.format("1.5"), SCALE.format("1e1"), RANGES.format(0, 9)]
)
def test_a_key_of_each_mapping_is_accepted(said, mapping):
    assert said(key(graded(default="-1"), mapping=mapping)) == []


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        pytest.param("<b", "line 1: ", id="torn"),
        pytest.param("<AnswerKey/>", f'line 1: <AnswerKey> needs xmlns="{NAMESPACE}"', id="namespace"),
        pytest.param(key(), "line 1: <AnswerKey> is not complete; <Question> is expected", id="empty"),
        pytest.param(key(graded("bush")), "line 2: the test has no question 'bush'", id="question"),
        pytest.param(
            key(graded(options=OPTION.format("elm", 1))),
            "line 3: question 'tree' has no selection 'elm'",
            id="selection",
        ),
        pytest.param(
            key(graded(options=OPTION.format("oak", "5.5"))),
            "line 3: <AnswerScore>: '5.5' is not a whole number",
            id="score",
        ),
        pytest.param(key(graded(), graded()), "line 3: question 'tree' is graded twice", id="twice"),
        pytest.param(
            key(graded(options=OPTION.format("oak", 5) + OPTION.format("oak", 6))),
            "line 3: the selections 'oak' are scored twice",
            id="option",
        ),
        pytest.param(
            key(graded(), mapping=PERCENTAGE.format(0)),
            "line 3: MaximumSummedScore must be 1 or more",
            id="percentage",
        ),
        pytest.param(
            key(graded(), mapping=SCALE.format("INF")),
            "line 3: SummedScoreMultiplier must be a number",
            id="scale",
        ),
        pytest.param(
            key(graded(), mapping=SCALE.format("twice")),
            "line 3: <SummedScoreMultiplier>: 'twice' is not a number",
            id="no number",
        ),
        pytest.param(
            key(graded(), mapping=RANGES.format(3, 2)),
            "line 3: InclusiveLowerBound 3 is above InclusiveUpperBound 2",
            id="range",
        ),
        pytest.param("x" * (LIMIT + 1), "the answer key takes 65536 bytes", id="size"),
    ],
)
def test_what_is_wrong_with_a_key_is_said_with_its_line(said, document, sentence):
    first, *_ = said(document)
    assert first.startswith(sentence)


@pytest.mark.parametrize("taken", ["text", "other"])
def test_a_test_that_takes_text_has_no_key(form, question, choice, taken):
    answer = "<FreeTextAnswer/>" if taken == "text" else choice("oak", after="<OtherSelection/>")
    quiz = form(question(choice("oak"), identifier="tree") + question(answer, identifier="why"))

    (fault,) = key_faults(key(graded()), quiz)

    assert str(fault).startswith("question 'why' of the test takes text")


def test_only_a_question_form_is_a_test(quiz, html_question, external):
    assert qualification_test_faults(quiz) == []
    assert qualification_test_faults(html_question("<p>"))[0].text.endswith("write QuestionForm")
    assert qualification_test_faults(external("https://example.org/"))
    assert "the test takes 65536 bytes" in str(qualification_test_faults("x" * (LIMIT + 1))[0])


def test_a_key_is_read_whole():
    both = "<AnswerOption><SelectionIdentifier>ash</SelectionIdentifier>" + OPTION.format("oak", -2)[14:]

    (question,) = read_answer_key(key(graded(options=OPTION.format("oak", 5) + both, default="3"))).questions

    assert (question.identifier, question.default) == ("tree", 3)
    assert [(option.selections, option.score) for option in question.options] == [
        (frozenset({"oak"}), 5),
        ({"oak", "ash"}, -2),
    ]


@pytest.mark.parametrize(
    ("mapping", "read"),
    [
        ("", None),
        (PERCENTAGE.format(10), Percentage(10)),
        (SCALE.format("0.1"), Scale(Decimal("0.1"))),
        (RANGES.format(-1, 2), Ranges((Range(-1, 2, 7),), 1)),
    ],
)
def test_the_mapping_is_read(mapping, read):
    assert read_answer_key(key(graded(), mapping=mapping)).mapping == read
