"""HTMLQuestion and ExternalQuestion: what stands in the frame, and how high the frame is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode, urlsplit, urlunsplit

from mturk_tasks.markup.fault import Fault
from mturk_tasks.markup.reading import line_of, root_of
from mturk_tasks.vocabulary.hosts import host_of, is_another_host

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


def own_host_fault(text: str, *sites: str) -> Fault | None:
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
        return Fault(
            line_of(element),
            "the host in ExternalURL cannot be told from the marketplace's own, so the page gets no storage, "
            "dialogs or requests to its own server; write it in plain letters (xn--… for others)",
        )
    other = _OTHER_NAMES.get(host)
    advice = f"write {other}, or open the site as {other}" if other else "name it by another host"
    return Fault(
        line_of(element),
        f"ExternalURL is at the marketplace's own host, {host}, so the page gets no storage, dialogs or "
        f"requests to its own server in its frame; {advice}",
    )
