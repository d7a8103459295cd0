"""Say what the XML library found in words a survey's author understands."""

from __future__ import annotations

import re
from typing import Final

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
