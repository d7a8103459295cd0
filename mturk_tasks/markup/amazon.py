"""Amazon's own addresses in a page, pointed to ours: its scripts, and where its forms submit.

Other scripts and styles are asked for by https, as Amazon's pages did: the policy of ours allows no less.
Every character that is no such address stays where it is: lines keep their numbers, and what a browser
makes of odd markup it still makes of it. What scripts set later is not seen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import Final
from urllib.parse import urlsplit

from mturk_tasks.markup.tags import Attribute, tags

SUBMIT: Final = "/mturk/externalSubmit"  # what pages append to the address they are told to submit to

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


def pointed(page: str, ours: Ours) -> str:
    """Return the page with Amazon's scripts and submit addresses replaced by ours, and others made safe."""
    parts = []
    done = 0
    for tag in tags(page):
        for attribute in tag.attributes:
            address = _replacement(tag.name, attribute, ours)
            if address:
                parts += [page[done : attribute.start], f'"{escape(address)}"']
                done = attribute.end
    return "".join([*parts, page[done:]])


def is_submit(address: str) -> bool:
    """Say whether an address is one at which Amazon took submits, or is so on the page's own site."""
    host, path = _place(address)
    return host in ("", *_SUBMIT_HOSTS) and "/" + path.lstrip("/") == SUBMIT


def is_script(address: str) -> bool:
    """Say whether an address is that of one of Amazon's two scripts, which are ours here."""
    return _place(address) in (*_EXTERNAL_HIT, *_CROWD)


def _replacement(tag: str, attribute: Attribute, ours: Ours) -> str:
    """Return what is to stand for the attribute's value, empty if it stays."""
    if tag == "script" and attribute.name == "src":
        known = {**dict.fromkeys(_EXTERNAL_HIT, ours.external_hit), **dict.fromkeys(_CROWD, ours.crowd)}
        return known.get(_place(attribute.value)) or _by_https(attribute.value, ours)
    if tag == "link" and attribute.name == "href":
        return _by_https(attribute.value, ours)
    if _ACTIONS.get(tag) == attribute.name and is_submit(attribute.value):
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
