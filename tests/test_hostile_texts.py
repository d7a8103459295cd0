"""Texts of 64 KB that make an expression go over the same characters again and again, if it can be made to.

Each reader gets all of them, and ten seconds of this process for all together; one that takes a square of
the length, not to speak of more, is not through with a few of them by then.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from mturk_tasks.errors import FileError
from mturk_tasks.files import inputs, table
from mturk_tasks.files import properties as property_files
from mturk_tasks.lib import text
from mturk_tasks.lib.text import Source
from mturk_tasks.markup import documents, frames, html_form, layout, lint, rules, xml
from mturk_tasks.markup.xml import Unreadable
from mturk_tasks.velocity import merge, tree, values

SIZE = 64 * 1024
SECONDS = 10
HERE = Path("birds.html")
OURS = frames.Ours("https://here/hit.js", "https://here/crowd.js", "https://here/submit")

PIECES = (
    *(
        "<",
        ">",
        "<!",
        "<!--",
        "<!-- a -->",
        "<!---->",
        "<!--->",
        "<!-- --!>",
        "<!-- -",
        "--",
        "-->",
        "<?xml ",
    ),
    *("<? ?>", "<!DOCTYPE ", "]]>", "<a ", "<input ", "<input type ", "<button ", "<button type=", "<body "),
    *("</head ", "<html ", "</body ", "<script", "<script>", "</script ", "<script></script ", "<style>"),
    *("<crowd-form>", "a=", "a='", "a = ", "/ ", '"', "'", '""', "\\", "\\'", " ", "\t", "\n", "\r\n", "a "),
    *("(", "()", "[", "['", "'a',", "{", "{http://", "&", "&amp", "&#1", ";", ",", '"a",', '\t"a"', "//a."),
    *("http://", "//s3.amazonaws.com/a", "submit", "submit (", "trigger( ", "fetch ", "fetch(", "prompt "),
    *("': The attribute '", " Expected is ( ", "' is not an element of the set {"),
)
BEGINNINGS = ("<!--", "<?xml", "<script>", "<input ", "<a b='", "[", "['", "Element 'a', attribute 'b': ")
TEXTS = tuple(
    beginning + piece * (SIZE // len(piece))
    for beginning in ("", *BEGINNINGS)
    for piece in (PIECES if not beginning else (" ", "<!--", "-", "'", "\\", "a", "'a',", "type "))
)
TEMPLATES = tuple(
    piece * (SIZE // len(piece))
    for piece in (
        "#* ",
        "#if(",
        "#macro((a)",
        "#macro()",
        "${",
        "${a",
        '#set($a="',
        "\\$",
        "$a.b('",
        "<script",
    )
)


def document(page: str) -> str:
    content = page.replace("]]>", "]]]]><![CDATA[>")
    return (
        f'<HTMLQuestion xmlns="{layout.NAMESPACE}"><HTMLContent><![CDATA[{content}]]></HTMLContent>'
        "<FrameHeight>0</FrameHeight></HTMLQuestion>"
    )


READERS: dict[str, Callable[[str], object]] = {
    "is it a document": layout.is_document,
    "the page of a layout": layout.page_of,
    "the question of a page": layout.html_question,
    "what is doubtful": lambda page: lint.pitfalls(document(page)),
    "the faults of a document": documents.question_faults,
    "the faults of formatted content": lambda content: rules.formatted_content_faults(content, 1),
    "the fields of a form": html_form.form_fields,
    "the fields of a crowd form": html_form.crowd_fields,
    "a list": html_form.read,
    "a page with our script": lambda page: xml.after_doctype(page, "<script>"),
    "a page with our addresses": lambda page: frames.pointed(page, OURS),
    "its images": lint.buckets,
    "its scripts": lambda page: list(tree.scripts(page)),
    "words of the parser": xml.of_parser,
    "words of a schema": xml.of_schema,
    "tab-delimited": lambda rows: table.parse(rows, HERE),
    "comma-separated": lambda rows: table.parse(rows, HERE, table.COMMA),
    "a cell of many lines": lambda cell: table.swallowed(
        table.parse('a\tb\n"' + cell.replace('"', "") + '"\tc', HERE)
    ),
    "properties": lambda entries: property_files.parse(Source(HERE, entries)),
}


@contextmanager
def at_most(seconds: int) -> Iterator[None]:
    """Fail when this process has worked for longer; time in which it had to wait does not count."""

    def end(number: int, frame: object) -> None:
        pytest.fail(f"is not through after {seconds} seconds")

    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@pytest.mark.long
@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_no_text_keeps_a_reader_for_long(read):
    with at_most(SECONDS):
        for hostile in TEXTS:
            with suppress(FileError, Unreadable):
                read(hostile)


@pytest.mark.parametrize("read", [text.read_document, inputs.read], ids=["a document", "an input"])
def test_no_file_keeps_its_reader_for_long(read, tmp_path):
    with at_most(SECONDS):
        for hostile in TEXTS:
            (tmp_path / "birds.csv").write_text(hostile, encoding="utf-8")
            with suppress(FileError):
                read(tmp_path / "birds.csv")


@pytest.mark.long
def test_no_template_keeps_the_merge_for_long():
    with at_most(2 * SECONDS):
        for hostile in TEMPLATES:
            with suppress(FileError, values.Spent):
                merge.compile_template(hostile, ["a"], HERE)
