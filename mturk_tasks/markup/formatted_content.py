"""The XHTML inside a QuestionForm's FormattedContent elements."""

from __future__ import annotations

import re
from html.entities import name2codepoint

from mturk_tasks.markup.fault import Fault, Unreadable
from mturk_tasks.markup.reading import root_of
from mturk_tasks.markup.schema import schema_faults

_WRAPPED = '{}<FormattedContent xmlns="http://www.w3.org/1999/xhtml">{}</FormattedContent>'
_ENTITY = re.compile(r"&(\w+);")
_OF_PAGES = re.compile(
    r"<(iframe|script|form|input|button|select|textarea|style|video|audio|canvas|svg)> may not stand here"
)
_OF_XML = ("amp", "lt", "gt", "quot", "apos")


def wrapped(content: str, first_line: int = 1) -> str:
    """Return the XHTML as a document of its own, named entities such as `&nbsp;` replaced by numbers.

    The content begins in `first_line`, so that the lines of two documents agree.
    """
    return _WRAPPED.format("\n" * (first_line - 1), _ENTITY.sub(_numbered, content))


def formatted_content_faults(content: str, first_line: int) -> list[Fault]:
    """Return what keeps the XHTML from being shown; `first_line` is where it begins in its document."""
    try:
        faults = schema_faults(root_of(wrapped(content, first_line)), "formatted_content")
    except Unreadable as error:
        faults = error.faults
    if "<!--" in content:
        line = first_line + content.count("\n", 0, content.index("<!--"))
        faults = [*faults, Fault(line, "a comment is not accepted here")]
    return [Fault(fault.line, f"FormattedContent: {fault.text}{_hint(fault)}") for fault in faults]


def _hint(fault: Fault) -> str:
    """Return which kind of question takes an element that has no place in a form."""
    return "; use an ExternalQuestion or HTMLQuestion" if _OF_PAGES.match(fault.text) else ""


def _numbered(entity: re.Match[str]) -> str:
    name = entity[1]
    if name in _OF_XML or name not in name2codepoint:
        return entity[0]
    return f"&#{name2codepoint[name]};"
