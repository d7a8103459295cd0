"""HTMLQuestion and ExternalQuestion: what stands in the frame, and how high the frame is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode, urlsplit, urlunsplit

from mturk_tasks.markup.reading import root_of

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
