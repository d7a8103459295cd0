"""The tags of a page in their order, as a browser finds them, in one pass from its beginning to its end.

Comments are passed over, and so is what scripts, styles and text areas hold: they may speak of tags. No
place is looked at twice, however odd the markup is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Final

_OPENING = re.compile(r"<(?:!--|[/!?]?[a-zA-Z]|[!?/])")
_COMMENT_ENDS = re.compile(r"--!?>")
_NAME = re.compile(r"[^\s/>]+")
_BEFORE_ATTRIBUTE = re.compile(r"[\s/]*")
_ATTRIBUTE = re.compile(r"=?[^\s/>=]*")
_EQUALS = re.compile(r"\s*=\s*")
_BARE = re.compile(r"[^\s>]*")
_NOT_MARKUP: Final = ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes")
_ENDS: Final = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in _NOT_MARKUP}


@dataclass(frozen=True)
class Attribute:
    """An attribute of a start tag that has a value; `start` and `end` enclose it with its quotes."""

    name: str
    value: str
    start: int
    end: int


@dataclass(frozen=True)
class Tag:
    """A start or end tag from its `<` to behind its `>`; of two attributes of one name the first counts."""

    name: str
    is_end: bool
    attributes: tuple[Attribute, ...]
    start: int
    end: int

    def value(self, name: str) -> str:
        """Return the value of an attribute, empty where it has none."""
        return next((one.value for one in self.attributes if one.name == name), "")


def tags(page: str) -> Iterator[Tag]:
    """Yield the tags of a page; the end tags of scripts and whatever else holds no markup are left out."""
    position = 0
    while opening := _OPENING.search(page, position):
        start, position = opening.span()
        if opening[0] == "<!--":
            position = _after(_COMMENT_ENDS, page, position - 2)  # <!--> is a whole comment
        elif opening[0][1].isalpha():
            tag = _start_tag(page, start)
            if tag is None:
                return  # an open quote: a browser drops the tag, and there is nothing behind it
            yield tag
            ends = _ENDS.get(tag.name)
            position = _after(ends, page, tag.end) if ends else tag.end
        else:
            position = page.find(">", position) + 1 or len(page)
            if opening[0][1] == "/" and opening[0][-1].isalpha():
                yield Tag(_name(page, start + 2), True, (), start, position)


def _after(end: re.Pattern[str], page: str, position: int) -> int:
    found = end.search(page, position)
    return found.end() if found else len(page)


def _name(page: str, position: int) -> str:
    found = _NAME.match(page, position)
    return found[0].lower() if found else ""


def _start_tag(page: str, start: int) -> Tag | None:
    """Return the tag that begins at a place, None where it is never closed."""
    name = _name(page, start + 1)
    position = start + 1 + len(name)
    found: dict[str, Attribute] = {}
    while True:
        position = _end(_BEFORE_ATTRIBUTE, page, position)
        if position >= len(page):
            return None
        if page[position] == ">":
            return Tag(name, False, tuple(found.values()), start, position + 1)
        behind = _end(_ATTRIBUTE, page, position)
        called = page[position:behind].lower()
        equals = _EQUALS.match(page, behind)
        if equals is None:
            position = behind
            continue
        begins = equals.end()
        position = _value_end(page, begins)
        if position < 0:
            return None
        value = page[begins:position]
        value = value[1:-1] if value[:1] in ("'", '"') else value
        found.setdefault(called, Attribute(called, unescape(value), begins, position))


def _end(pattern: re.Pattern[str], page: str, position: int) -> int:
    found = pattern.match(page, position)
    return found.end() if found else position


def _value_end(page: str, start: int) -> int:
    quote = page[start : start + 1]
    if quote in ("'", '"'):
        return page.find(quote, start + 1) + 1 or -1
    return _end(_BARE, page, start)
