from __future__ import annotations

import json

import pytest

from mturk_tasks.markup.documents import question_identifiers
from mturk_tasks.markup.html_form import (
    Field,
    crowd_fields,
    form_fields,
    is_crowd_form,
    page_of,
    task_answers,
)


def only(page):
    (field,) = form_fields(page)
    return field


def test_fields_come_in_the_order_of_the_page():
    page = "<!DOCTYPE html><form><textarea name=b></textarea><p><input name=a><select name=c></select></p>"
    assert [field.name for field in form_fields(page)] == ["b", "a", "c"]


@pytest.mark.parametrize(
    ("page", "field"),
    [
        ("<input name=a>", Field("a", "text")),
        ("<input name=a type=EMAIL required>", Field("a", "email", required=True)),
        (
            "<input name=a type=number min=1 max=9.5 step=.5 value=2>",
            Field("a", "number", defaults=("2",), low="1", high="9.5", step=".5"),
        ),
        (
            "<input name=a minlength=2 maxlength=4 pattern='[a-z]+'>",
            Field("a", "text", shortest=2, longest=4, pattern="[a-z]+"),
        ),
        ("<input name=a maxlength=many>", Field("a", "text")),
        ("<input name=a type=hidden value='x y'>", Field("a", "hidden", defaults=("x y",))),
        ("<input name=a type=date min=2026-01-01>", Field("a", "date", low="2026-01-01")),
        (
            "<textarea name=a required>\nhi\n</textarea>",
            Field("a", "textarea", defaults=("hi\n",), required=True),
        ),
        ("<input name=a type=checkbox>", Field("a", "checkbox", ("on",))),
        ("<input name=a type=file>", Field("a", "file")),
    ],
)
def test_a_control_becomes_a_field(page, field):
    assert only(f"<form>{page}</form>") == field


def test_radio_buttons_of_one_name_are_one_field():
    page = "<form><input type=radio name=a value=1><input type=radio name=a value=2 checked required></form>"
    assert only(page) == Field("a", "radio", ("1", "2"), ("2",), required=True)


def test_checkboxes_of_one_name_are_one_field():
    page = "<form><input type=checkbox name=a value=1 checked><input type=checkbox name=a value=2></form>"
    assert only(page) == Field("a", "checkbox", ("1", "2"), ("1",))


def test_of_two_other_controls_with_one_name_the_first_counts():
    assert only("<form><input name=a value=1><input name=a value=2></form>").defaults == ("1",)


def test_a_select_offers_its_options():
    page = (
        "<select name=a required><option value=''>Choose</option><optgroup label=g>"
        "<option>  The  cat </option><option value=d selected>Dog</option></optgroup>"
        "<option disabled>Fox</option></select>"
    )
    assert only(page) == Field("a", "select", ("", "The cat", "d"), ("d",), required=True)


def test_an_untouched_select_submits_its_first_option():
    assert only("<select name=a><option>x<option>y</select>").defaults == ("x",)


def test_a_multiple_select_submits_what_is_marked():
    page = "<select name=a multiple><option selected>x</option><option>y</option></select>"
    assert only(page) == Field("a", "select-multiple", ("x", "y"), ("x",))


@pytest.mark.parametrize(
    "control",
    [
        "<input type=submit name=a>",
        "<button name=a>Go</button>",
        "<input type=image name=a>",
        "<input>",
        "<input name=a disabled>",
        "<fieldset disabled><input name=a></fieldset>",
        "<input type=hidden name=assignmentId>",
        "<input type=hidden name=workerId>",
        "<!-- <input name=a> -->",
        "<script>document.write('<input name=a>')</script>",
    ],
)
def test_what_is_never_submitted_is_no_field(control):
    assert form_fields(f"<form>{control}</form>") == []


@pytest.mark.parametrize("page", ["", " ", "<!-- only this -->", "plain words"])
def test_a_page_without_a_form_has_no_fields(page):
    assert form_fields(page) == []


def test_characters_beyond_ascii_are_kept():
    assert only("<input name='größe' value='ü&eacute;'>") == Field("größe", "text", defaults=("üé",))


# Crowd HTML Elements

CROWD = (
    '<crowd-form><crowd-classifier name=animal categories=\'["Cat", "Dog"]\'></crowd-classifier>'
    "<crowd-input name=why required max-length=9></crowd-input>"
    "<crowd-input name=age type=number></crowd-input>"
    "<crowd-slider name=sure min=1 max=5></crowd-slider><crowd-checkbox name=blurry checked></crowd-checkbox>"
    "<crowd-radio-group><crowd-radio-button name=yes></crowd-radio-button>"
    "<crowd-radio-button name=no></crowd-radio-button></crowd-radio-group>"
    "<textarea name=note></textarea></crowd-form>"
)


def test_crowd_elements_become_fields():
    fields = {field.name: field for field in crowd_fields(CROWD)}
    assert fields["animal"] == Field("animal", "crowd-label", ("Cat", "Dog"))
    assert fields["why"] == Field("why", "text", required=True, longest=9)
    assert fields["age"].kind == "number"
    assert fields["sure"] == Field("sure", "range", low="1", high="5")
    assert fields["blurry"] == Field("blurry", "crowd-checkbox", ("on",), ("on",))
    assert fields["yes"] == Field("yes", "crowd-radio", ("yes", "no"))
    assert fields["note"].kind == "textarea"


def test_categories_in_single_quotes_are_read_too():
    single = CROWD.replace('["Cat", "Dog"]', "['Cat', 'Dog']").replace("categories='", 'categories="', 1)
    (field, *_) = crowd_fields(single.replace("']'", "']\"", 1))
    assert field.options == ("Cat", "Dog")


def test_only_a_page_with_a_crowd_form_is_one():
    assert is_crowd_form(CROWD)
    assert not is_crowd_form("<form><input name=a></form>")


def test_a_crowd_form_answers_as_one_json_object():
    values = {
        "animal": ("Dog",),
        "why": ("ears",),
        "age": ("3",),
        "sure": ("4",),
        "yes": ("no",),
        "note": ("",),
    }
    assert json.loads(task_answers(crowd_fields(CROWD), values)) == [
        {
            "animal": {"label": "Dog"},
            "why": "ears",
            "age": "3",
            "sure": "4",
            "blurry": False,
            "yes": False,
            "no": True,
            "note": "",
        }
    ]


# Identifiers


def test_a_page_is_found_inside_its_question(html_question):
    assert page_of(html_question("<form><input name=a></form>")) == "<form><input name=a></form>"


def test_identifiers_of_a_question_form_are_its_questions(form, question):
    assert question_identifiers(form(question(identifier="b") + question(identifier="a"))) == ["b", "a"]


def test_identifiers_of_a_page_are_its_fields(html_question):
    assert question_identifiers(html_question("<input name=b><input type=radio name=a value=1>")) == [
        "b",
        "a",
    ]


def test_the_identifier_of_a_crowd_form_is_its_one_answer(html_question):
    assert question_identifiers(html_question(CROWD)) == ["taskAnswers"]


def test_an_external_page_has_no_known_identifiers(external):
    assert question_identifiers(external("https://example.org/")) == []
