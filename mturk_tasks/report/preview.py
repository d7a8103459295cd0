"""The page that shows HITs as a worker would see them, before any exists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from mturk_tasks.report.summary import count
from mturk_tasks.templates import environment

MARK: Final = '<meta name="generator" content="mturk-tasks preview">'  # which pages may be written over

_HERE: Final = Path(__file__).parent
_UNITS: Final = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


@dataclass(frozen=True)
class Offer:
    """What a worker is told before the question; `reward` is written out, as `$0.05`."""

    title: str
    description: str
    keywords: tuple[str, ...]
    reward: str
    seconds_allotted: int

    @property
    def time_allotted(self) -> str:
        """Return the time for one assignment in words."""
        return span(self.seconds_allotted)


@dataclass(frozen=True)
class Row:
    """The question of one input row: as HTML, as a page of its own, or at an address.

    `html` is put in as it is; `height` is that of the frame in pixels, 0 for the window's.
    """

    number: int
    html: str = ""
    page: str = ""
    address: str = ""
    height: int = 0


def page(offer: Offer, rows: Sequence[Row], of: int, style: str) -> str:
    """Return the page that shows some rows `of` so many; `style` is the sheet of the questions."""
    return (
        environment(_HERE)
        .get_template("preview.html.j2")
        .render(offer=offer, rows=rows, of=of, style=style, own_style=_style(), mark=MARK)
    )


def span(seconds: int) -> str:
    """Write a span of time in its two largest units, as `1 hour 30 minutes`."""
    parts = []
    for length, unit in _UNITS:
        number, seconds = divmod(seconds, length)
        if number:
            parts.append(count(number, unit))
    return " ".join(parts[:2])


@cache
def _style() -> str:
    return (_HERE / "preview.css").read_text(encoding="utf-8")
