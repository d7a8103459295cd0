"""Whether an answer may be stored, whichever way it came."""

from __future__ import annotations

import pytest

from mturk_tasks.markup.answer_rules import LARGEST, MOST_FIELDS, objection
from mturk_tasks.markup.answers import Answer, build
from tests.web.forms import PAGE, asked, choice, form, text

FILE = (
    "<FileUploadAnswer><MaxFileSizeInBytes>9</MaxFileSizeInBytes>"
    "<MinFileSizeInBytes>1</MinFileSizeInBytes></FileUploadAnswer>"
)
OTHER = '<OtherSelection><Constraints><Length maxLength="3"/></Constraints></OtherSelection>'
BIRDS = form(
    asked("bird", text('<Length maxLength="5"/>'), required=True),
    asked("age", text('<IsNumeric minValue="1" maxValue="9"/>')),
    asked("code", text('<AnswerFormatRegex regex="^[a-z]+$" errorText="Small letters."/>')),
    asked("colour", choice("grey", "brown", "red", most=2, style="checkbox", other=OTHER)),
    asked("photo", FILE),
)
BIRD = Answer("bird", "owl")
SENT = {"photo": frozenset({"F1/owl.jpg"})}


def said(*answers: Answer, question: str = BIRDS) -> str:
    found = objection(question, build(answers), SENT)
    return found.text if found else ""


def test_an_answer_that_fits_is_taken():
    answers = (
        *(
            BIRD,
            Answer("age", "2"),
            Answer("code", "abc"),
            Answer("colour", selections=("grey",), other="pie"),
        ),
        Answer("photo", file_key="F1/owl.jpg", file_size=7),
    )
    assert said(*answers) == ""
    assert said(BIRD) == ""
    assert said(BIRD, Answer("colour"), Answer("photo"), Answer("age", "")) == ""


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer("age", "10"), "age: Invalid numeric value."),
        (Answer("code", "A1"), "code: Small letters."),
        (Answer("colour", "' OR 1=1"), "colour: Invalid input"),  # free text for a choice
        (Answer("colour", selections=("pink",)), "colour: Invalid input"),
        (Answer("colour", selections=("grey", "grey")), "colour: Invalid input"),
        (Answer("colour", selections=("grey", "brown", "red")), "colour: Too many"),
        (Answer("colour", other="brownish"), "colour: Invalid entry length."),
        (Answer("colour", other=""), "colour: This field is required."),
        (Answer("age", selections=("2",)), "age: Invalid input"),
        (Answer("age", file_key="F1/owl.jpg", file_size=7), "age: Invalid input"),
        (Answer("photo", "F1/owl.jpg"), "photo: Invalid input"),
        (Answer("photo", file_key="F2/hers.jpg", file_size=7), "photo: this file was not sent"),
        (Answer("hitid", "x"), "hitid: this is not asked"),
        (BIRD, "more than once"),
    ],
)
def test_what_the_form_does_not_ask_for_is_not_taken(answer, reason):
    assert reason in said(BIRD, answer)


def test_what_the_form_requires_is_not_left_out():
    assert "bird: This field is required." in said()
    assert "bird: This field is required." in said(Answer("bird", ""))
    assert "bird: Invalid entry length." in said(Answer("bird", "eagles"))


def test_a_page_of_the_requesters_own_may_send_any_text_and_nothing_else():
    assert said(Answer("any", "thing"), Answer("any", "more"), question=PAGE) == ""
    assert said(question=PAGE) == ""
    assert "only text" in said(Answer("any", selections=("a",)), question=PAGE)


def test_an_answer_has_at_most_so_many_fields():
    fields = [Answer(f"f{number}", "") for number in range(MOST_FIELDS + 1)]
    assert objection(PAGE, build(fields[1:]), {}) is None
    found = objection(PAGE, build(fields), {})
    assert found is not None
    assert found.reason == "too many fields"


def test_an_answer_is_measured_as_it_is_stored():
    found = objection(PAGE, build([Answer("f", "&" * (LARGEST // 5))]), {})
    assert found is not None
    assert found.reason == "too large"
    assert objection(PAGE, build([Answer("f", "&" * (LARGEST // 5 - 200))]), {}) is None


def test_what_is_no_answer_at_all_is_not_taken():
    found = objection(PAGE, "<Answer/>", {})
    assert found is not None
    assert found.reason == "invalid"
