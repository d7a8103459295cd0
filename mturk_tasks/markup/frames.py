"""HTMLQuestion and ExternalQuestion: what stands in the frame, and how high the frame is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Final
from urllib.parse import urlencode, urlsplit, urlunsplit

from mturk_tasks.markup.layout import Attribute, tags
from mturk_tasks.markup.xml import DocumentFault, line_of, root_of
from mturk_tasks.vocabulary.environments import host_of, is_another_host

_OTHER_NAMES: Final = {"127.0.0.1": "localhost", "localhost": "127.0.0.1"}
NOT_ACCEPTED: Final = "ASSIGNMENT_ID_NOT_AVAILABLE"  # what a page is told in place of an assignment's ID


@dataclass(frozen=True)
class Frame:
    """A page of its own, or the address of one; the other is empty.

    `height` is in pixels; 0 fits the frame into the browser's window.
    """

    height: int
    page: str = ""
    address: str = ""


@lru_cache(maxsize=32)  # a page asks for the same frame several times
def read_frame(text: str) -> Frame:
    """Return the frame in a valid HTMLQuestion or ExternalQuestion; Unreadable if it is no XML."""
    root = root_of(text)
    return Frame(
        height=max(0, int(root.findtext("{*}FrameHeight", "0"))),
        page=root.findtext("{*}HTMLContent", ""),
        address=root.findtext("{*}ExternalURL", "").strip(),
    )


def with_parameters(address: str, parameters: Mapping[str, str]) -> str:
    """Return an address with parameters added to those it has."""
    parts = urlsplit(address)
    query = "&".join(part for part in (parts.query, urlencode(parameters)) if part)
    return urlunsplit(parts._replace(query=query))


def own_host_fault(text: str, *sites: str) -> DocumentFault | None:
    """Return why the page of a valid ExternalQuestion has no origin in its frame, None where it has one.

    It has none at a host of the marketplace, which workers reach at `sites`.
    """
    element = root_of(text).find("{*}ExternalURL")
    if element is None:
        return None
    address = (element.text or "").strip()
    if is_another_host(address, *sites):
        return None
    host = host_of(address)
    if not host:
        return DocumentFault(
            line_of(element),
            "the host in ExternalURL cannot be told from the marketplace's own, so the page gets no storage, "
            "dialogs or requests to its own server; write it in plain letters (xn--… for others)",
        )
    other = _OTHER_NAMES.get(host)
    advice = f"write {other}, or open the site as {other}" if other else "name it by another host"
    return DocumentFault(
        line_of(element),
        f"ExternalURL is at the marketplace's own host, {host}, so the page gets no storage, dialogs or "
        f"requests to its own server in its frame; {advice}",
    )


# Amazon's own addresses in a page, pointed to ours: its scripts, and where its forms submit.
#
# Other scripts and styles are asked for by https, as Amazon's pages did: the policy of ours
# allows no less. Every character that is no such address stays where it is: lines keep their
# numbers, and what a browser makes of odd markup it still makes of it. What scripts set later is
# not seen.


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
