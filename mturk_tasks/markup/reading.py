"""Turn text into an XML tree, safely: no DOCTYPE, no entities, no network, no huge trees."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from mturk_tasks.markup.fault import Fault, Unreadable
from mturk_tasks.markup.prologue import behind_xml
from mturk_tasks.markup.wording import of_parser

if TYPE_CHECKING:
    from lxml import etree

# What XML 1.0 can hold; a lone surrogate is no character at all.
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_DOCTYPE: Final = "<!DOCTYPE"


def root_of(text: str) -> etree._Element:
    """Return the root element of a document, without its comments and processing instructions.

    The text is read as UTF-8 whatever its declaration says, because it arrived as characters. Raise
    Unreadable with the line of what is wrong.
    """
    from lxml.etree import XMLSyntaxError, fromstring

    _refuse_unsafe(text)
    try:
        return fromstring(text.encode(), _parser())
    except XMLSyntaxError as error:
        raise Unreadable(Fault(error.lineno or 1, of_parser(error.msg or str(error)))) from None


def line_of(element: etree._Element) -> int | None:
    """Return the line an element's start tag stands in."""
    line: int | None = element.sourceline  # type: ignore[assignment]  # a hole in lxml's stubs
    return line


def local_name(element: etree._Element) -> str:
    """Return an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def _refuse_unsafe(text: str) -> None:
    found = list(FORBIDDEN.finditer(text))
    if found:
        raise Unreadable(*(Fault(_line(text, at.start()), _forbidden(at[0])) for at in found[:10]))
    place = behind_xml(text)  # a page in a CDATA section has a DOCTYPE of its own, which is fine
    if text.startswith(_DOCTYPE, place):
        raise Unreadable(Fault(_line(text, place), "a DOCTYPE is not accepted; leave it out"))


def _forbidden(character: str) -> str:
    return f"the character U+{ord(character):04X} cannot stand in XML; remove it"


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


@cache
def _parser() -> etree.XMLParser:
    """Return the one parser of the process; it keeps its own lock."""
    from lxml import etree

    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
