from __future__ import annotations

import pytest

from mturk_tasks.markup.documents import kind_of, question_faults, question_identifiers
from mturk_tasks.markup.frames import read_frame
from mturk_tasks.markup.layout import html_question, is_document, page_of
from mturk_tasks.markup.lint import pitfalls

LAYOUT = """\
<link href="https://example.org/site.css" rel="stylesheet">
<!-- a <form> is spoken of -->
<section class="container">
  <p>Which bird?</p>
  <input name="bird" type="text">
  <script>if (birds[names[0]]>1) { show("<form>"); }</script>
</section>
"""
WHOLE = """\
<!DOCTYPE html>
<html><head><title>Birds</title></head>
<body class="wide">
  <textarea name="bird"></textarea>
</body></html>
"""
LAYOUTS = {
    "a part of a page": LAYOUT,
    "a whole page": WHOLE,
    "a page without body tags": "<html><head></head>\n<input name='bird'></html>",
    "no line end": "<input name='bird'>",
}


def question_of(layout: str) -> str:
    return html_question(page_of(layout))


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_a_layout_becomes_a_question_that_can_be_answered(layout):
    question = question_of(layout)

    assert kind_of(question) == "HTMLQuestion"
    assert question_faults(question) == []
    assert question_identifiers(question) == ["bird"]
    assert pitfalls(question) == []


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_each_line_keeps_its_number(layout):
    lines = question_of(layout).split("\n")
    for number, line in enumerate(layout.splitlines()):
        assert line.split("]]>")[0].split("</html>")[0] in lines[number]


def test_the_page_is_the_layout_as_it_was_written_with_a_form_around_it():
    page = read_frame(question_of(LAYOUT)).page

    before, after = page.split(LAYOUT)
    assert before.endswith('<input type="hidden" name="assignmentId" id="assignmentId" value="">')
    assert after.startswith('<p><button type="submit" id="submitButton">Submit</button></p></form>')


def test_the_form_of_a_whole_page_stands_in_its_body():
    page = read_frame(question_of(WHOLE)).page

    assert page.startswith(
        '<!DOCTYPE html>\n<html><head><title>Birds</title></head>\n<body class="wide"><form'
    )
    assert page.endswith("</script></body></html>\n")


@pytest.mark.parametrize(
    "layout",
    [
        "<form action='x'>\n<input name='bird'></form>\n",
        "<crowd-form>\n<crowd-input name='bird'></crowd-input></crowd-form>\n",
        "<CROWD-FORM answer-format='flatten-objects'></CROWD-FORM>\n",
    ],
    ids=["form", "crowd-form", "capitals"],
)
def test_a_layout_with_a_form_of_its_own_stays_as_it_is(layout):
    assert read_frame(question_of(layout)).page == layout


@pytest.mark.parametrize(
    "button",
    [
        "<input type='submit'>",
        '<INPUT value="Go" TYPE="submit">',
        "<button>Go</button>",
        "<button type=submit>",
    ],
)
def test_a_button_of_its_own_is_the_only_one(button):
    assert "submitButton" not in question_of(f"<input name='bird'>{button}")


def test_a_button_that_does_not_submit_is_not_enough():
    assert "submitButton" in question_of("<button type='button'>Hint</button>")


def test_the_end_mark_of_cdata_comes_through():
    page = read_frame(question_of("<form><script>a[b[0]]>c</script></form>\n")).page
    assert page == "<form><script>a[b[0]]>c</script></form>\n"


def test_the_frame_fits_the_window():
    assert read_frame(question_of(LAYOUT)).height == 0


@pytest.mark.parametrize(
    ("text", "document"),
    [
        ("<HTMLQuestion xmlns='x'>", True),
        ('<?xml version="1.0"?>\n<!-- ours -->\n<ExternalQuestion xmlns="x">', True),
        ("\n <QuestionForm>", True),
        ("<!-- <HTMLQuestion> --><p>", False),
        ('<?xml version="1.0"?><!DOCTYPE html><html>', False),
        ("<html>", False),
    ],
)
def test_a_document_is_told_from_a_layout(text, document):
    assert is_document(text) is document
