from __future__ import annotations

import pytest

from mturk_tasks.markup.documents import question_faults
from mturk_tasks.markup.rules import formatted_content_faults

PAGES = "use an ExternalQuestion or HTMLQuestion"


def said(content, first_line=1):
    return [str(fault) for fault in formatted_content_faults(content, first_line)]


@pytest.mark.parametrize(
    "content",
    [
        "plain words",
        "<h1 align='center'>A</h1><p>b <b>c<i>d</i></b><br/></p><hr noshade='noshade' width='50%'/>",
        "<ul compact='compact'><li>a<ol start='3'><li value='4'>b</li></ol></li></ul>",
        "<dl><dt>a</dt><dd><p>b</p></dd></dl>",
        "<pre xml:space='preserve' width='80'>a <code>b</code></pre>",
        "<blockquote cite='https://example.org'><p>a</p></blockquote><center>b</center>",
        "<a href='https://example.org/?a=1&amp;b=2' target='_blank'>a <img src='http://a/b' alt=''/></a>",
        "<map id='m' name='m'><area alt='' shape='circle' coords='1,2,3' nohref='nohref'/></map>",
        "<table border='1' width='100%'><colgroup span='2'><col width='2*'/></colgroup><thead><tr>"
        "<th scope='col'>a</th></tr></thead>"
        "<tbody><tr><td rowspan='2' nowrap='nowrap'>b</td></tr></tbody></table>",
        "<font color='#ff0000' size='+1' face='Arial'>a</font><u>b</u><s>c</s><strike>d</strike>",
        "<p title='t' lang='en' dir='rtl'>a <ins>b</ins><del datetime='2026'>c</del></p>",
        "a&nbsp;b &eacute; &amp; &lt; &#160; &#xA0;",
    ],
)
def test_the_subset_is_accepted(content):
    assert said(content) == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("<div>a</div>", "<div> may not stand here"),
        ("<span>a</span>", "<span> may not stand here"),
        ("<script>a</script>", f"<script> may not stand here; {PAGES}"),
        ("<style>a</style>", f"<style> may not stand here; {PAGES}"),
        ("<input/>", f"<input> may not stand here; {PAGES}"),
        ("<crowd-input/>", "<crowd-input> may not stand here"),
        ("<br>a</br>", "<br> takes no content"),
        ("<br><b/></br>", "<br> takes no content"),
        ("<P>a</P>", "<P> may not stand here"),
        ("<p><ul><li>a</li></ul></p>", "<ul> may not stand here"),
        ("<a><a>b</a></a>", "<a> may not stand here"),
        ("<pre><img src='http://a/b' alt=''/></pre>", "<img> may not stand here"),
        ("<p class='a'>b</p>", "<p> takes no class"),
        ("<p id='a'>b</p>", "<p> takes no id"),
        ("<p style='a'>b</p>", "<p> takes no style"),
        ("<p onclick='a'>b</p>", "<p> takes no onclick"),
        ("<br lang='en'/>", "<br> takes no lang"),
        ("<img src='http://a/b'/>", "<img> lacks its alt"),
        ("<map name='m'><area alt=''/></map>", "<map> lacks its id"),
        (
            "<a href='javascript:a()'>b</a>",
            "<a> href: 'javascript:a()' is not a full address such as https://…",
        ),
        ("<a href='mailto:a@b.c'>b</a>", "<a> href: 'mailto:a@b.c' is not a full address such as https://…"),
        ("<img src='a.png' alt=''/>", "<img> src: 'a.png' is not a full address such as https://…"),
        ("<p align='top'>a</p>", "<p> align: 'top' is none of left, center, right, justify"),
        ("<ul/>", "<ul> is not complete; <li> is expected"),
        ("<p>a", "</FormattedContent> ends <p> of line 1"),
        ("a & b", "a bare & stands here; write &amp;"),
        ("&foo;", "&foo; is not known in XML; write the character itself or its number"),
    ],
)
def test_what_is_outside_the_subset_is_named(content, sentence):
    assert said(content) == [f"line 1: FormattedContent: {sentence}"]


def test_a_comment_is_refused_with_its_line():
    assert said("<p>a</p>\n<!-- note -->", 7) == ["line 8: FormattedContent: a comment is not accepted here"]


def test_lines_are_those_of_the_document_around(form, question):
    content = "<Text>a</Text>\n<FormattedContent><![CDATA[\n<p>a</p>\n<div/>]]></FormattedContent>"
    (fault,) = question_faults(form(question(content=content)))
    assert str(fault) == "line 6: FormattedContent: <div> may not stand here"


def test_a_selection_may_be_formatted_too(form, question):
    answer = (
        "<SelectionAnswer><Selections><Selection><SelectionIdentifier>a</SelectionIdentifier>"
        "<FormattedContent><![CDATA[<blink>a</blink>]]></FormattedContent>"
        "</Selection></Selections></SelectionAnswer>"
    )
    assert [fault.line for fault in question_faults(form(question(answer)))] == [5]


def test_content_may_be_escaped_instead_of_a_cdata_section(form, question):
    escaped = "<FormattedContent>&lt;p&gt;a &amp;amp; b&amp;nbsp;&lt;/p&gt;</FormattedContent>"
    assert question_faults(form(question(content=escaped))) == []


@pytest.mark.parametrize("element", ["iframe", "script", "form"])
def test_what_only_a_page_can_hold_comes_with_the_kinds_of_question_that_are_pages(element):
    (fault, *_) = formatted_content_faults(f"<p>x</p><{element}></{element}>", 1)
    assert fault.text.endswith(f"<{element}> may not stand here; {PAGES}")
