"""What the fields of a form sent: read as answers, and checked once more."""

from __future__ import annotations

import pytest

from mturk_tasks.markup.answer_rules import selection_faults, text_faults
from mturk_tasks.markup.answers import Answer, build, parse
from mturk_tasks.markup.question_form import Format, FreeText, Selections
from mturk_tasks.markup.rendering.form import names, read
from tests.web.forms import asked, choice, form, text

REQUIRED = ["This field is required."]
NUMBER = FreeText(numeric=True, lowest=1, highest=9)
SOME = Selections(fewest=2, most=3, style=None, selections=(), other=None)


@pytest.mark.parametrize("typed", ["1", "9", "1.5", " 2 ", "+3", "0.2e1"])
def test_a_number_in_its_range_is_fine(typed):
    assert text_faults(NUMBER, typed, required=True) == []


@pytest.mark.parametrize("typed", ["0", "9.1", "x", "nan", "inf", "1,5", " ", "0_2", "\uff12"])
def test_another_number_is_told_its_range(typed):
    said = ["Invalid numeric value. Must be at least 1. Must be at most 9."]
    assert text_faults(NUMBER, typed, required=False) == said


def test_a_length_counts_blanks():
    asked_for = FreeText(shortest=3, longest=5)
    said = ["Invalid entry length. Must be at least 3 characters. Must be at most 5 characters."]

    assert [text_faults(asked_for, one, required=True) for one in ("   ", "abcde")] == [[], []]
    assert [text_faults(asked_for, one, required=True) for one in ("ab", "abcdef")] == [said, said]


def test_every_format_must_be_found_and_says_its_own_sentence():
    formats = (
        Format(r"\d", error_text="A digit, please."),
        Format("[A-Z]"),
        Format("[a-z]", ignore_case=True),
    )
    asked_for = FreeText(formats=formats)

    assert text_faults(asked_for, "A1", required=False) == []
    assert text_faults(asked_for, "-", required=False) == ["A digit, please.", "Invalid input supplied."]


def test_what_is_left_empty_is_wrong_only_where_it_is_required():
    for one in (NUMBER, FreeText(longest=5, formats=(Format("x"),))):
        assert text_faults(one, "", required=False) == []
        assert text_faults(one, "", required=True) == REQUIRED


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, []),
        (1, ["Too few are selected. Must be at least 2."]),
        (2, []),
        (3, []),
        (4, ["Too many are selected. Must be at most 3."]),
    ],
)
def test_selections_are_counted(number, said):
    assert selection_faults(SOME, number, required=False) == said


def test_a_required_choice_asks_for_one():
    assert selection_faults(SOME, 0, required=True) == REQUIRED


OTHER = "<OtherSelection/>"


def sent(answer: str, values: dict[str, list[str]], *, required: bool = False):
    found = read(form(asked("it", answer, required=required)), values)
    return found.answers[0], list(found.errors.get("it", ()))


@pytest.mark.parametrize("value", ["0", "3", "-1", "a", "x" * 1000, "\uff11"])
def test_a_selection_that_was_not_offered_is_refused(value):
    assert sent(choice("a", "b"), {"q1": [value]})[1] == ["Invalid input supplied."]


def test_two_values_of_a_single_choice_are_too_many():
    assert sent(choice("a", "b"), {"q1": ["1", "2"]})[1] == ["Too many are selected. Must be at most 1."]


def test_a_value_sent_twice_counts_once():
    answer, wrong = sent(choice("a", "b", most=1), {"q1": ["1", "1"]})
    assert (answer.selections, wrong) == (("a",), [])


@pytest.mark.parametrize(
    ("chosen", "typed", "expected", "said"),
    [
        (["other"], "owl", ("owl",), []),
        ([], "owl", ("owl",), []),  # typed, and the button beside it forgotten
        (["1"], "owl", ("a",), []),  # a text left over from before
        (["other"], "", (), REQUIRED),
        ([], "", (), []),
    ],
)
def test_another_answer_of_one_counts_where_it_is_meant(chosen, typed, expected, said):
    answer, wrong = sent(choice("a", "b", other=OTHER), {"q1": chosen, "q1-other": [typed]})
    assert (answer.values, wrong) == (expected, said)


def test_another_answer_of_several_is_one_more():
    several = choice("a", "b", most=2, style="checkbox", other=OTHER)

    assert sent(several, {"q1": ["1"], "q1-other": ["owl"]})[0].values == ("a", "owl")
    assert sent(several, {"q1": ["1", "2"], "q1-other": ["owl"]})[1] != []


def test_another_answer_obeys_its_own_constraints():
    limited = "<OtherSelection><Constraints><Length maxLength='3'/></Constraints></OtherSelection>"
    assert "at most 3" in sent(choice("a", other=limited), {"q1-other": ["crow"]})[1][0]


def test_another_answer_that_was_not_offered_is_none():
    assert sent(choice("a", "b"), {"q1-other": ["owl"]}) == (Answer("it"), [])


def test_what_no_document_can_hold_becomes_a_blank():
    answer, _ = sent(text(), {"q1": ["a\x00b\ud800c\r\nd"]})

    assert answer.free_text == "a b c\nd"
    assert parse(build([answer])) == [answer]


def test_fields_nobody_asked_for_are_left_out():
    found = read(form(asked("it", text())), {"q1": ["x"], "q2": ["y"], "token": ["z"]})
    assert found.answers == (Answer("it", free_text="x"),)
    assert found.errors == {}


def test_the_names_of_fields_are_those_that_are_rendered():
    other = choice("a", "b", other="<OtherSelection/>")
    photo = "<FileUploadAnswer/>"
    document = form(
        asked("one", text()), asked("photo", photo), asked("two", other), asked("three", choice("a"))
    )

    assert names(document) == ["q1", "q3", "q3-other", "q4"]
