"""Amazon's own addresses in a page, pointed to ours: its scripts, and where its forms submit.

Other scripts and styles are asked for by https, as Amazon's pages did: the policy of ours allows no less.
Every character that is no such address stays where it is: lines keep their numbers, and what a browser
makes of odd markup it still makes of it. What scripts set later is not seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape, unescape
from typing import Final
from urllib.parse import urlsplit

SUBMIT: Final = "/mturk/externalSubmit"  # what pages append to the address they are told to submit to

_OPENING = re.compile(r"<(?:!--|[/!?]?[a-zA-Z]|[!?/])")
_COMMENT_ENDS = re.compile(r"--!?>")
_NAME = re.compile(r"[^\s/>]+")
_BEFORE_ATTRIBUTE = re.compile(r"[\s/]*")
_ATTRIBUTE = re.compile(r"=?[^\s/>=]*")
_EQUALS = re.compile(r"\s*=\s*")
_BARE = re.compile(r"[^\s>]*")
_NOT_MARKUP: Final = ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes")

_SUBMIT_HOSTS: Final = ("www.mturk.com", "mturk.com", "worker.mturk.com", "workersandbox.mturk.com")
_S3: Final = "s3.amazonaws.com"
_EXTERNAL_HIT: Final = (
    (_S3, "/mturk-public/externalHIT_v1.js"),
    (f"mturk-public.{_S3}", "/externalHIT_v1.js"),
)
_CROWD: Final = (("assets.crowd.aws", "/crowd-html-elements.js"),)
_UNSAFE: Final = re.compile(r"(?:http:)?//([^/?#:@\\\s]+)([/?#].*)?", re.IGNORECASE | re.DOTALL)
_LOOPBACK: Final = re.compile(r"(?:.+\.)?localhost|127\.[\d.]+", re.IGNORECASE)
_ACTIONS: Final = {"form": "action", "button": "formaction", "input": "formaction"}


@dataclass(frozen=True)
class Ours:
    """Where our versions of the two scripts are, and where a form submits, all absolute."""

    external_hit: str
    crowd: str
    submit: str


@dataclass(frozen=True)
class _Attribute:
    """An attribute of a start tag; `start` and `end` enclose its value with its quotes."""

    tag: str
    name: str
    value: str
    start: int
    end: int


def pointed(page: str, ours: Ours) -> str:
    """Return the page with Amazon's scripts and submit addresses replaced by ours, and others made safe."""
    parts = []
    done = 0
    for attribute in _attributes(page):
        address = _replacement(attribute, ours)
        if address:
            parts += [page[done : attribute.start], f'"{escape(address)}"']
            done = attribute.end
    return "".join([*parts, page[done:]])


def is_submit(address: str) -> bool:
    """Say whether an address is one at which Amazon took submits, or is so on the page's own site."""
    host, path = _place(address)
    return host in ("", *_SUBMIT_HOSTS) and "/" + path.lstrip("/") == SUBMIT


def _replacement(attribute: _Attribute, ours: Ours) -> str:
    """Return what is to stand for the attribute's value, empty if it stays."""
    if attribute.tag == "script" and attribute.name == "src":
        known = {**dict.fromkeys(_EXTERNAL_HIT, ours.external_hit), **dict.fromkeys(_CROWD, ours.crowd)}
        return known.get(_place(attribute.value)) or _by_https(attribute.value, ours)
    if attribute.tag == "link" and attribute.name == "href":
        return _by_https(attribute.value, ours)
    if _ACTIONS.get(attribute.tag) == attribute.name and is_submit(attribute.value):
        query = attribute.value.partition("#")[0].partition("?")[2]
        return f"{ours.submit}?{query}" if query else ours.submit
    return ""


def _by_https(address: str, ours: Ours) -> str:
    """Return the same address by https, empty if it stays: where it has a port, or is of our own site."""
    found = _UNSAFE.fullmatch(address.strip())
    if (
        found is None
        or _LOOPBACK.fullmatch(found[1])
        or found[1].lower() == urlsplit(ours.submit).netloc.lower()
    ):
        return ""
    return f"https://{found[1]}{found[2] or ''}"


def _place(address: str) -> tuple[str, str]:
    """Return the host, empty for the page's own, and the path of an address of the web."""
    try:
        parts = urlsplit(address.strip())
        host = parts.hostname or ""
    except ValueError:
        return "?", ""
    if parts.scheme not in ("", "http", "https") or not (host or parts.path.startswith("/")):
        return "?", ""
    return host, parts.path


def _attributes(page: str) -> Iterator[_Attribute]:
    """Yield the attributes of start tags that have a value, as a browser finds them."""
    position = 0
    while opening := _OPENING.search(page, position):
        position = opening.end()
        if opening[0] == "<!--":
            position = _after(_COMMENT_ENDS, page, position - 2)  # <!--> is a whole comment
        elif not opening[0][1].isalpha():
            position = page.find(">", position) + 1 or len(page)
        else:
            tag = _NAME.match(page, opening.start() + 1)
            name = tag[0].lower() if tag else ""
            found, position = _start_tag(page, name, opening.start() + 1 + len(name))
            if position < 0:
                return  # an open quote: a browser drops the tag, and there is nothing behind it
            yield from found
            if name in _NOT_MARKUP:
                position = _after(re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE), page, position)


def _after(end: re.Pattern[str], page: str, position: int) -> int:
    found = end.search(page, position)
    return found.end() if found else len(page)


def _start_tag(page: str, tag: str, position: int) -> tuple[list[_Attribute], int]:
    """Return the attributes from a place behind a tag's name on, and where the tag ends.

    The end is -1 where the tag is never closed. Of two attributes of one name the first counts.
    """
    found: dict[str, _Attribute] = {}
    while True:
        position = _end(_BEFORE_ATTRIBUTE, page, position)
        if position >= len(page):
            return [], -1
        if page[position] == ">":
            return list(found.values()), position + 1
        behind = _end(_ATTRIBUTE, page, position)
        name = page[position:behind].lower()
        equals = _EQUALS.match(page, behind)
        if equals is None:
            position = behind
            continue
        start = equals.end()
        position = _value_end(page, start)
        if position < 0:
            return [], -1
        value = page[start:position]
        value = value[1:-1] if value[:1] in ("'", '"') else value
        found.setdefault(name, _Attribute(tag, name, unescape(value), start, position))


def _end(pattern: re.Pattern[str], page: str, position: int) -> int:
    found = pattern.match(page, position)
    return found.end() if found else position


def _value_end(page: str, start: int) -> int:
    quote = page[start : start + 1]
    if quote in ("'", '"'):
        return page.find(quote, start + 1) + 1 or -1
    return _end(_BARE, page, start)
