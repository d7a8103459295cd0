"""Turn text into an XML tree, safely: no DOCTYPE, no entities, no network, no huge trees."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lxml import etree

# One thing wrong with a document, said so that its author can mend it.


@dataclass(frozen=True)
class DocumentFault:
    """What is wrong in a document and where; `line` counts from 1, None means the document as a whole."""

    line: int | None
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}" if self.line else self.text


class Unreadable(ValueError):
    """A text that is not XML that may be read at all."""

    def __init__(self, *faults: DocumentFault) -> None:
        self.faults = list(faults)
        super().__init__("; ".join(str(fault) for fault in faults))


# What stands before the first element of a document or page: blanks, comments, instructions.
#
# It is gone through piece by piece. One expression for all of it would try every way to make
# pieces of many comments, and there are as many ways as there are sums.


_MARK: Final = "\ufeff"  # that programs put before a text
_IN_XML: Final = re.compile(r"\s+|<!--.*?-->|<\?.*?\?>", re.DOTALL)
# What a browser lets stand before a doctype; anything else makes it read the page in its oldest mode anyway.
_IN_HTML: Final = re.compile(r"\s+|<!--(?:-?>|.*?--!?>)|<\?[^>]*>", re.DOTALL)


def behind_xml(text: str) -> int:
    """Return where the first element of an XML document begins, or what stands in its place."""
    return _behind(_IN_XML, text)


def behind_html(page: str) -> int:
    """Return where the doctype of a page begins, or what stands in its place."""
    return _behind(_IN_HTML, page)


def _behind(piece: re.Pattern[str], text: str) -> int:
    position = 1 if text.startswith(_MARK) else 0
    while found := piece.match(text, position):
        position = found.end()
    return position


# The beginning of a page, where something of ours can stand before everything of its author's.


_DECLARATION: Final = re.compile(r"<!doctype[^>]*>", re.IGNORECASE)


def after_doctype(page: str, element: str) -> str:
    """Return the page with an element for its head, before all others but behind the doctype."""
    found = _DECLARATION.match(page, behind_html(page))
    place = found.end() if found else len(page) - len(page.removeprefix("\ufeff"))
    return f"{page[:place]}{element}{page[place:]}"


# Say what the XML library found in words a survey's author understands.


_NAMESPACE = re.compile(r"\{[^{}\s:]*://[^{}]*\}")
_POSITION = re.compile(r", line \d+, column \d+.*", re.DOTALL)
_LONG_LIST = 6

_NUMBERS: Final = {
    "integer": "a whole number",
    "int": "a whole number",
    "double": "a number",
    "nonNegativeInteger": "a whole number from 0 on",
    "positiveInteger": "a whole number from 1 on",
    "boolean": "true or false",
    "anyURI": "an address",
}
_PATTERNS: Final = {
    "https?://.*": "an address that begins with http:// or https://",
    "(https?|ftp|news|nntp|mailto|gopher|telnet)://.*": "a full address such as https://…",
}

_PARSER: Final = (
    (r"xmlParseEntityRef: no name|EntityRef: expecting ';'", "a bare & stands here; write &amp;"),
    (r"StartTag: invalid element name", "a bare < stands here; write &lt;"),
    (r"Entity '(.+)' not defined", r"&\1; is not known in XML; write the character itself or its number"),
    (r"Opening and ending tag mismatch: (\S+) line (\d+) and (\S+)", r"</\3> ends <\1> of line \2"),
    (r"Premature end of data in tag (\S+) line (\d+)", r"<\1> of line \2 is never ended"),
    (r"Document is empty", "the document is empty"),
    (r"Start tag expected, '<' not found", "this is no XML: it does not begin with <"),
    (r"Extra content at the end of the document", "something follows the end of the document"),
    (r"AttValue: \" or ' expected", "an attribute's value stands without quotes"),
    (r"CData section not finished[\s\S]*", "a <![CDATA[ is never ended by ]]>"),
    (r"(Double hyphen within comment|Comment must not contain '--')[\s\S]*", "a comment holds --"),
    (r"XML declaration allowed only at the start.*", "the <?xml …?> line is not the very first thing"),
    (r"Excessive depth in document.*", "elements are nested too deep"),
)
_SCHEMA: Final = (
    (r"Element '([\w.-]+)': This element is not expected\.", r"<\1> may not stand here"),
    (r"Element '([\w.-]+)': Missing child element\(s\)\.", r"<\1> is not complete"),
    (
        r"Element '([\w.-]+)', attribute '[^']*': The attribute '([^']*)' is not allowed\.",
        r"<\1> takes no \2",
    ),
    (r"Element '([\w.-]+)': The attribute '([^']*)' is required but missing\.", r"<\1> lacks its \2"),
    (r"Element '([\w.-]+)': \w+ content is not allowed, .* empty\.", r"<\1> takes no content"),
    (
        r"Element '([\w.-]+)': Element content is not allowed.*",
        r"<\1> holds elements where only text may be; write &lt; for <, or <![CDATA[ … ]]>",
    ),
    (r"Element '([\w.-]+)': Character content .* not allowed.*", r"text may not stand directly in <\1>"),
)
_WHERE = re.compile(r"Element '(?P<element>[\w.-]+)'(, attribute '(?P<attribute>[^']*)')?: ")
_TYPE = re.compile(r"('.*') is not a valid value of the \w+ type '(?:xs:)?(\w+)'\.", re.DOTALL)
_SET = re.compile(
    r"\[facet 'enumeration'\] The value ('.*') is not an element of the set \{([^{}]*)\}\.", re.DOTALL
)
_PATTERN = re.compile(
    r"\[facet 'pattern'\] The value ('.*') is not accepted by the pattern '([^']*)'\.", re.DOTALL
)
_EXPECTED = re.compile(r" Expected is (?:one of )?\( ([^()]*) \)\.$")


def of_parser(message: str) -> str:
    """Return a sentence for what the parser said about text that is no well-formed XML."""
    message = _POSITION.sub("", message)
    for pattern, words in _PARSER:
        found = re.match(pattern, message)
        if found:
            return found.expand(words)
    return message


def of_schema(message: str) -> str:
    """Return a sentence for what a schema said about an element, without namespaces."""
    message = _NAMESPACE.sub("", message).strip()
    expected = _EXPECTED.search(message)
    core = message[: expected.start()] if expected else message
    for pattern, words in _SCHEMA:
        found = re.fullmatch(pattern, core, re.DOTALL)
        if found:
            return found.expand(words) + (_choices(expected[1]) if expected else "")
    return _value(message)


def _choices(names: str) -> str:
    """Return which elements would fit; a long list helps nobody and comes cut off anyway."""
    options = names.split(", ")
    if len(options) > _LONG_LIST:
        return ""
    if len(options) == 1:
        return f"; <{options[0]}> is expected"
    return "; one of " + ", ".join(f"<{name}>" for name in options) + " is expected"


def _value(message: str) -> str:
    """Return a sentence for a value that does not fit its element or attribute."""
    where = _WHERE.match(message)
    if not where:
        return message
    place = f"<{where['element']}>" + (f" {where['attribute']}" if where["attribute"] else "")
    rest = message[where.end() :]
    if found := _TYPE.fullmatch(rest):
        return f"{place}: {found[1]} is not {_NUMBERS.get(found[2], f'of the type {found[2]}')}"
    if found := _SET.fullmatch(rest):
        return f"{place}: {found[1]} is none of {found[2].replace(chr(39), '')}"
    if found := _PATTERN.fullmatch(rest):
        return f"{place}: {found[1]} is not {_PATTERNS.get(found[2], 'written as the reference says')}"
    return f"{place}: {rest}"


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
        raise Unreadable(DocumentFault(error.lineno or 1, of_parser(error.msg or str(error)))) from None


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
        raise Unreadable(*(DocumentFault(_line(text, at.start()), _forbidden(at[0])) for at in found[:10]))
    place = behind_xml(text)  # a page in a CDATA section has a DOCTYPE of its own, which is fine
    if text.startswith(_DOCTYPE, place):
        raise Unreadable(DocumentFault(_line(text, place), "a DOCTYPE is not accepted; leave it out"))


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


# Check trees against the schemas of this room, each compiled once per process.


_FOLDER = Path(__file__).parent / "schemas"
_ONE_AT_A_TIME = Lock()  # a compiled schema keeps the log of its last check


def schema_faults(root: etree._Element, name: str) -> list[DocumentFault]:
    """Return what the schema of that name (a file in `schemas/`, without ending) finds wrong."""
    with _ONE_AT_A_TIME:
        schema = _compiled(name)
        if schema.validate(root):
            return []
        entries = list(schema.error_log)  # type: ignore[call-overload]  # a hole in lxml's stubs
    return [DocumentFault(entry.line, of_schema(entry.message)) for entry in entries]


@cache
def _compiled(name: str) -> etree.XMLSchema:
    from lxml import etree

    return etree.XMLSchema(file=str(_FOLDER / f"{name}.xsd"))
