from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from mturk_tasks.marketplace.simulation.answers import field_values, improvise
from mturk_tasks.marketplace.simulation.population import Mood
from mturk_tasks.markup.answers import build
from mturk_tasks.markup.documents import answer_faults, question_faults
from mturk_tasks.markup.html_form import Field, form_fields

DATA = "http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas"
MOODS = [Mood.of(seed, "AWORKER", 0) for seed in range(40)]


def selections(inside, identifiers="abcd", after="", required="false"):
    options = "".join(
        f"<Selection><SelectionIdentifier>{one}</SelectionIdentifier><Text>{one}</Text></Selection>"
        for one in identifiers
    )
    return (
        f'<QuestionForm xmlns="{DATA}/2017-11-06/QuestionForm.xsd"><Question><QuestionIdentifier>q'
        f"</QuestionIdentifier><IsRequired>{required}</IsRequired><QuestionContent><Text>?</Text>"
        f"</QuestionContent><AnswerSpecification><SelectionAnswer>{inside}<Selections>{options}{after}"
        "</Selections></SelectionAnswer></AnswerSpecification></Question></QuestionForm>"
    )


def page(inside):
    return (
        f'<HTMLQuestion xmlns="{DATA}/2011-11-11/HTMLQuestion.xsd"><HTMLContent><![CDATA[{inside}]]>'
        "</HTMLContent><FrameHeight>0</FrameHeight></HTMLQuestion>"
    )


def all_answers(question):
    assert question_faults(question) == []
    return [improvise(question, Mood.of(seed, "AWORKER", seed)).answers for seed in range(40)]


@pytest.mark.parametrize(
    ("inside", "least", "most"),
    [
        ("", 1, 1),
        ("<MinSelectionCount>0</MinSelectionCount><MaxSelectionCount>2</MaxSelectionCount>", 0, 2),
        ("<MinSelectionCount>2</MinSelectionCount><MaxSelectionCount>3</MaxSelectionCount>", 2, 3),
        ("<MinSelectionCount>4</MinSelectionCount><MaxSelectionCount>4</MaxSelectionCount>", 4, 4),
    ],
    ids=["one", "up-to-two", "two-or-three", "all"],
)
def test_selections_stay_within_their_counts(inside, least, most):
    counts = {len(answer.selections) for (answer,) in all_answers(selections(inside))}
    assert counts == set(range(least, most + 1))


def test_selections_are_the_forms_own_and_in_its_order():
    both = "<MinSelectionCount>2</MinSelectionCount><MaxSelectionCount>3</MaxSelectionCount>"
    for (answer,) in all_answers(selections(both)):
        assert set(answer.selections) <= set("abcd")
        assert list(answer.selections) == sorted(set(answer.selections))


def test_a_required_choice_is_made():
    none_needed = "<MinSelectionCount>0</MinSelectionCount>"
    assert all(answer.values for (answer,) in all_answers(selections(none_needed, required="true")))


def test_another_answer_takes_the_place_of_a_selection():
    after = '<OtherSelection><Constraints><Length maxLength="5"/></Constraints></OtherSelection>'
    given = [answer for (answer,) in all_answers(selections("", after=after))]
    others = [answer.other for answer in given if answer.other is not None]
    assert others
    assert max(map(len, others)) <= 5
    assert all(len(answer.values) == 1 for answer in given)


def test_most_workers_agree_but_not_all():
    answers = [improvise(selections(""), Mood.of(1, f"A{n}", 0)).answers[0].flat for n in range(60)]
    favourite = max(set(answers), key=answers.count)
    assert 30 < answers.count(favourite) < 60


@pytest.mark.parametrize("required", [True, False])
def test_a_format_that_nothing_fits_is_named_and_left_empty_where_it_may_be(required):
    asked = selections("", required=str(required).lower())
    question = asked.replace(
        asked.partition("<AnswerSpecification>")[2].partition("</AnswerSpecification>")[0],
        '<FreeTextAnswer><Constraints><AnswerFormatRegex regex="^a$"/><AnswerFormatRegex regex="^b$"/>'
        "</Constraints></FreeTextAnswer>",
    )
    improvised = improvise(question, MOODS[0])
    assert improvised.unfitting == ("q",)
    assert bool(improvised.answers[0].free_text) is required


# HTML pages

PAGE = """<!DOCTYPE html><html><body><form>
<input type=hidden name=row value="7"><input name=nick required minlength=3 maxlength=12>
<input name=zip pattern="[0-9]{5}"><input type=email name=mail required><input type=url name=site>
<input type=number name=age min=18 max=99><input type=range name=sure><input type=date name=born>
<input type=radio name=sex value=f><input type=radio name=sex value=m>
<input type=checkbox name=likes value=tea required><input type=checkbox name=likes value=rum>
<input type=checkbox name=agree required><select name=town required><option value="">Choose</option>
<option>Oslo</option><option>Bern</option></select><select name=langs multiple><option>a</option>
<option>b</option></select><textarea name=note maxlength=30></textarea><input type=file name=scan>
<input type=submit name=go></form></body></html>"""


def test_every_field_of_a_page_is_answered():
    names = [field.name for field in form_fields(PAGE) if field.kind != "file"]
    for answers in all_answers(page(PAGE)):
        assert [answer.question for answer in answers] == names
        assert all(answer.free_text for answer in answers)


def test_what_is_chosen_on_a_page_was_offered():
    for answers in all_answers(page(PAGE)):
        given = {answer.question: answer.flat for answer in answers}
        assert given["sex"] in ("f", "m")
        assert given["likes"] in ("tea", "rum", "tea|rum")
        assert given["agree"] == "on"
        assert given["town"] in ("Oslo", "Bern")
        assert given["langs"] in ("a", "b", "a|b")


def test_what_is_typed_on_a_page_is_within_its_limits():
    for answers in all_answers(page(PAGE)):
        given = {answer.question: answer.flat for answer in answers}
        assert 3 <= len(given["nick"]) <= 12
        assert len(given["zip"]) == 5
        assert given["zip"].isdigit()
        assert "@" in given["mail"]
        assert given["site"].startswith("http")
        assert 18 <= int(given["age"]) <= 99
        assert len(given["note"]) <= 30


def test_a_page_keeps_its_hidden_values():
    assert {answers[0].flat for answers in all_answers(page(PAGE))} == {"7"}


def test_answers_to_a_page_fit_the_schema():
    for answers in all_answers(page(PAGE)):
        assert answer_faults(build(answers)) == []


def values(field):
    found = [field_values(field, mood) for mood in MOODS]
    assert None not in found
    return found


@pytest.mark.parametrize(
    ("low", "high", "step"),
    [
        ("18", "99", None),
        ("0", "1", "0.25"),
        ("-5", "5", "any"),
        ("1", "10", "4"),
        ("7", "7", None),
        (None, "-3", "2"),
        ("2.5", None, None),
        (None, None, None),
        ("x", "y", "z"),
    ],
)
def test_a_number_lies_in_its_range_and_on_a_step(low, high, step):
    for (text,) in values(Field("n", "number", low=low, high=high, step=step)):
        number = Decimal(text)
        if low not in (None, "x"):
            assert number >= Decimal(low)
            assert step in (None, "any") or (number - Decimal(low)) % Decimal(step) == 0
        if high not in (None, "y"):
            assert number <= Decimal(high)


def test_a_slider_without_limits_runs_from_0_to_100():
    assert all(0 <= int(text) <= 100 for (text,) in values(Field("n", "range")))


@pytest.mark.parametrize(
    ("kind", "low", "high", "form"),
    [
        ("date", "2026-02-01", "2026-03-01", "YYYY-MM-DD"),
        ("month", "2026-02", "2026-11", "YYYY-MM"),
        ("week", "2026-W05", "2026-W09", "YYYY-WNN"),
        ("time", "09:00", "17:00", "HH:MM"),
        ("datetime-local", "2026-02-01T08:00", "2026-02-01T09:00", "YYYY-MM-DDTHH:MM"),
    ],
)
def test_a_moment_lies_between_its_limits(kind, low, high, form):
    found = [text for (text,) in values(Field("m", kind, low=low, high=high))]
    assert all(low <= text <= high and len(text) == len(form) for text in found)
    assert len(set(found)) > 1


@pytest.mark.parametrize("kind", ["date", "month", "week", "time", "datetime-local"])
def test_a_moment_needs_no_limits(kind):
    assert len(set(values(Field("m", kind)))) > 1


def test_a_date_is_one_of_the_calendar():
    assert all(date.fromisoformat(text) for (text,) in values(Field("d", "date", low="2024-02-28")))


def test_a_colour_is_written_as_a_picker_does():
    assert all(len(text) == 7 and int(text[1:], 16) >= 0 for (text,) in values(Field("c", "color")))


def test_a_pattern_covers_the_whole_text():
    field = Field("code", "text", pattern="[a-c]+|[0-9]{4}", longest=6)
    assert all(set(text) <= set("abc") or (len(text) == 4 and text.isdigit()) for (text,) in values(field))


def test_an_address_obeys_the_pattern_too():
    field = Field("mail", "email", pattern=r".+@uni\.example\.edu")
    assert all(text.endswith("@uni.example.edu") for (text,) in values(field))


def test_a_box_that_need_not_be_checked_sometimes_is_not():
    assert set(values(Field("a", "checkbox", ("on",)))) == {(), ("on",)}
    assert set(values(Field("a", "checkbox", ("on",), required=True))) == {("on",)}


def test_an_empty_option_is_not_chosen():
    assert set(values(Field("a", "select", ("", "x"), required=True))) == {("x",)}


def test_a_crowd_form_is_answered_in_json():
    controls = "<crowd-input name=why></crowd-input><crowd-checkbox name=ok></crowd-checkbox>"
    for (answer,) in all_answers(page(f"<crowd-form>{controls}</crowd-form>")):
        assert answer.question == "taskAnswers"
        (given,) = json.loads(answer.flat)
        assert given["why"]
        assert given["ok"] in (True, False)


def test_a_character_that_xml_cannot_hold_is_left_out():
    (answers, *_) = all_answers(page("<input type=hidden name=a value='b&#1;&#xFFFF;c'>"))
    assert answers[0].flat == "bc"


@pytest.mark.parametrize(
    "question",
    [
        f'<ExternalQuestion xmlns="{DATA}/2006-07-14/ExternalQuestion.xsd"><ExternalURL>https://example.org/'
        "</ExternalURL><FrameHeight>0</FrameHeight></ExternalQuestion>",
        page("<div id=app></div><script>draw()</script>"),
    ],
    ids=["external", "made-by-script"],
)
def test_a_page_nobody_can_look_into_gets_one_answer(question):
    for (answer,) in all_answers(question):
        assert answer.question == "answer"
        assert answer.free_text


@pytest.mark.parametrize(("least", "most"), [(1, 2_000_000), (500, 600), (1, 5), (7, 7)])
def test_files_have_the_size_that_is_asked_for(least, most):
    upload = (
        f"<FileUploadAnswer><MaxFileSizeInBytes>{most}</MaxFileSizeInBytes>"
        f"<MinFileSizeInBytes>{least}</MinFileSizeInBytes></FileUploadAnswer>"
    )
    form = selections("")
    choice = form[form.index("<SelectionAnswer>") : form.index("</AnswerSpecification>")]
    form = form.replace(choice, upload)
    assert question_faults(form) == []

    for mood in MOODS:
        (file,) = improvise(form, mood).files
        assert (file.question, file.name) == ("q", "q.txt")
        assert least <= len(file.content) <= min(most, 1000)
