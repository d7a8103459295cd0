from __future__ import annotations

import re
from pathlib import Path

import pytest

from mturk_tasks.marketplace.web.frames import framing
from mturk_tasks.markup.html_form import ELEMENTS
from mturk_tasks.markup.layout import NAMESPACE
from mturk_tasks.markup.lint import DRAWING, hindrances, pitfalls
from tests.bench import QUESTION

FIELD = '<input name="bird">'
BUTTON = "<button>Submit</button>"
CROWD = Path(framing.__file__).parent / "static" / "crowd"


def html(page: str, above: str = "") -> str:
    content = f"<HTMLContent>{above}<![CDATA[{page}]]></HTMLContent>"
    return f'<HTMLQuestion xmlns="{NAMESPACE}">{content}<FrameHeight>0</FrameHeight></HTMLQuestion>'


def said(page: str) -> list[str]:
    return [fault.text for fault in pitfalls(html(page))]


@pytest.mark.parametrize(
    "page",
    [
        f"<form>{FIELD}{BUTTON}</form>",
        f"<form>{FIELD}<input type='SUBMIT'></form>",
        f"<form>{FIELD}<input type='image' src='go.png'></form>",
        f"<form id='f'>{FIELD}</form><script>document.forms[0].submit();</script>",
        f"<form id='f'>{FIELD}</form><a onclick='this.form.requestSubmit()'>Done</a>",
        f"<form id='f'>{FIELD}</form><a href='javascript:document.forms[0].submit()'>Done</a>",
        "<form><textarea name='t'></textarea><select name='s'></select><button type='submit'></form>",
        "<crowd-form><crowd-slider name='sure'></crowd-slider></crowd-form>",
        f"<form><input type='radio' name='r'><input type='radio' name='r'>{BUTTON}</form>",
        f"<form><input type='checkbox' name='c'><input type='checkbox' name='c'>{BUTTON}</form>",
        f"<form>{FIELD}<fieldset disabled><input name='bird'></fieldset>{BUTTON}</form>",
    ],
)
def test_a_page_that_can_be_answered_is_fine(page):
    assert said(page) == []


@pytest.mark.parametrize(
    "fields",
    [
        "<input type='checkbox' name='c' value='x'>\n<input type='checkbox' name='c' value='z|w'>",
        "<select multiple name='s'>\n<option>z|w</option></select>",
    ],
)
def test_a_bar_in_a_value_of_which_several_can_be_chosen_is_told(fields):
    (fault,) = pitfalls(html(f"<form>{fields}{BUTTON}</form>"))
    assert (fault.line, "'z|w' holds a |" in fault.text) == (2, True)


def test_a_bar_where_one_is_chosen_is_fine():
    page = "<input type='radio' name='r' value='z|w'><select name='s'><option>z|w</option></select>"
    assert said(f"<form>{page}{BUTTON}</form>") == []


@pytest.mark.parametrize(("most", "told"), [("2", 1), ("1", 0)])
def test_a_bar_in_a_selection_of_a_form_is_told_where_several_can_be_chosen(most, told):
    names = "".join(
        f"<Selection><SelectionIdentifier>{one}</SelectionIdentifier><Text>t</Text></Selection>"
        for one in ("x", "z|w")
    )
    answer = (
        f"<SelectionAnswer><MaxSelectionCount>{most}</MaxSelectionCount>"
        f"<Selections>{names}</Selections></SelectionAnswer>"
    )
    assert len(pitfalls(QUESTION.replace("<FreeTextAnswer/>", answer))) == told


@pytest.mark.parametrize(
    "page",
    [
        f"<form><p>Look</p>{BUTTON}</form>",
        f"<form><input>{BUTTON}</form>",
        f"<form><input type='hidden' name='assignmentId'><input type='submit' name='go'>{BUTTON}</form>",
        "<crowd-form><crowd-button name='b'></crowd-button></crowd-form>",
    ],
    ids=["nothing", "no name", "only what the marketplace names", "crowd"],
)
def test_a_page_without_a_field_is_told(page):
    (text,) = said(page)
    assert text.startswith("the page has no field with a name")


@pytest.mark.parametrize(
    "page",
    [
        f"<form>{FIELD}</form>",
        f"{FIELD}{BUTTON}",
        f"<form>{FIELD}<button type='button'>Submit</button></form>",
        f"<form>{FIELD}</form><script>form.submit(function () {{}})</script>",
        f"<form>{FIELD}</form><script src='externalHIT_v1.js'></script>",
    ],
    ids=["no button", "no form", "a button for scripts", "a script that listens", "a script from elsewhere"],
)
def test_a_page_that_cannot_be_submitted_is_told(page):
    (text,) = said(page)
    assert text.startswith("the page cannot be submitted")


def test_a_file_that_would_not_be_sent_is_told_with_its_line():
    page = f"<form>{FIELD}\n<input type='file' name='photo'>{BUTTON}</form>"
    (fault,) = pitfalls(html(page))

    assert fault.line == 2
    assert "a file chosen here is not submitted" in fault.text


@pytest.mark.parametrize("tag", ["crowd-bounding-box", "crowd-entity-annotation"])
def test_a_drawing_tool_that_nobody_can_use_yet_is_told(tag):
    (text,) = said(f"<crowd-form>{FIELD}<{tag} name='boxes'></{tag}></crowd-form>")
    assert text == f"workers of this marketplace cannot draw in a {tag} yet"


@pytest.mark.parametrize(
    "second",
    ["<input name='bird'>", "<textarea name='bird'></textarea>", "<input type='radio' name='bird'>"],
)
def test_two_fields_of_one_name_are_told_once(second):
    (text,) = said(f"<form>{FIELD}{second}{second}{BUTTON}</form>")
    assert text == (
        "a second field is named 'bird'; both answers come back joined by |, "
        "and a | in an answer cannot be told from it"
    )


def test_of_two_fields_of_one_name_in_a_crowd_form_one_comes_back():
    (text,) = said(f"<crowd-form>{FIELD}<crowd-input name='bird'></crowd-input></crowd-form>")
    assert "of one name only the first answer comes back" in text


def test_a_crowd_element_that_is_none_is_told_once():
    element = "<crowd-classifier-v2 name='bird'></crowd-classifier-v2>"
    (text,) = said(
        f"<crowd-form>{FIELD}{element.replace('bird', 'a')}{element.replace('bird', 'b')}</crowd-form>"
    )
    assert text == "crowd-classifier-v2 is not known here; workers see only what stands in it"


def test_what_is_known_is_what_the_pages_script_defines():
    defined = re.findall(r'"(crowd-[a-z-]+)"[]:]', (CROWD / "define.js").read_text(encoding="utf-8"))
    tools = (CROWD / "shown.js").read_text(encoding="utf-8").partition("const DRAWING")[2]
    drawing = re.findall(r'"(crowd-[a-z-]+)"', tools)

    assert set(defined) == set(ELEMENTS)
    assert set(drawing) == set(DRAWING)


ASKED_IN_VAIN = {
    "navigator.mediaDevices.getUserMedia({audio: true})": "the microphone or camera",
    "document.body.requestFullscreen()": "the full screen",
    "document.body.webkitRequestFullScreen()": "the full screen",
    "indexedDB.open('x')": "a database of the browser",
    "fetch(document.forms[0].action, {method: 'POST'})": "a script submits by itself",
    "$.post(turkSubmitTo + '/mturk/externalSubmit', {})": "a script submits by itself",
}


@pytest.mark.parametrize("script", ASKED_IN_VAIN)
@pytest.mark.parametrize(
    "page", ["\n<script>{}</script>", '\n<p onclick="{}">Go</p>'], ids=["script", "event"]
)
def test_what_a_script_asks_for_in_vain_is_told_with_its_line(script, page):
    (fault,) = pitfalls(html(f"<form>{FIELD}{BUTTON}{page.format(script)}</form>"))

    assert fault.line == 2
    assert ASKED_IN_VAIN[script] in fault.text


@pytest.mark.parametrize("script", ["fetch('https://example.org/birds.json')", "form.action = turkSubmitTo"])
def test_a_script_that_fetches_or_points_a_form_is_no_news(script):
    assert said(f"<form>{FIELD}{BUTTON}<script>{script}</script></form>") == []


@pytest.mark.parametrize(
    "page",
    [
        f"<form>{FIELD}</form>",
        f"<form id='f'></form>{FIELD}<button form='f'>Submit</button>",
        f"<form>{FIELD}<input name='b'></form><script src='https://example.org/x.js'></script>",
        f"<form onchange='go()'>{FIELD}<input name='b'></form>",
        f"<form>{FIELD}<input name='b'></form><a href=' JavaScript:document.forms[0].submit()'>Done</a>",
        "<form><button name='bird' value='owl'>Owl</button></form>",
        "<crowd-form></crowd-form>",
    ],
    ids=[
        "Enter submits it",
        "a button outside",
        "a script",
        "an event",
        "a link",
        "buttons that answer",
        "crowd",
    ],
)
def test_a_page_that_somebody_may_be_able_to_submit_is_not_certain_to_fail(page):
    assert hindrances(html(page)) == []


@pytest.mark.parametrize(
    ("page", "certain"),
    [
        (f"<form>{FIELD}<input name='b'></form>", "the page cannot be submitted"),
        (f"{FIELD}{BUTTON}", "the page cannot be submitted"),
        (f"<form><p>Look</p>{BUTTON}</form>", "the page has no field with a name"),
        (
            "<script src='https://assets.crowd.aws/crowd-html-elements.js'></script>"
            f"{FIELD}<crowd-line name='b'></crowd-line>",
            "workers of this marketplace cannot draw in a crowd-line yet",
        ),
    ],
)
def test_a_page_that_nobody_can_submit_is_told_apart(page, certain):
    assert hindrances(html(page))[0].text.startswith(certain)


def test_the_line_is_the_documents():
    question = "<!-- one -->\n" + html(f"\n<form>{FIELD}\n{FIELD}\n{BUTTON}</form>", above="\n")
    assert [fault.line for fault in pitfalls(question)] == [5]


def test_an_empty_page_is_told():
    assert said(" ") == ["the page is empty; there is nothing to answer"]


def test_other_kinds_of_question_have_no_page():
    assert pitfalls(QUESTION) == []
