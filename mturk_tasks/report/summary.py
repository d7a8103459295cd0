"""What a command has to say when it is done, before anybody decides how to show it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Summary:
    """The outcome of one command.

    `lines` is for people, in order; `counts`, `items` and `facts` (moments, money, names) are the same for
    programs; `exit_code` is 1 where some items failed.
    """

    lines: tuple[str, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    items: tuple[dict[str, str], ...] = ()
    files: tuple[Path, ...] = ()
    exit_code: int = 0
    facts: dict[str, str] = field(default_factory=dict)


def percent(part: int, whole: int) -> str:
    """Write a share as `40%`; of nothing, everything is done."""
    return f"{100 * part // whole if whole else 100}%"


def clock_time(seconds: float) -> str:
    """Write a span of time as `0:05:16`."""
    whole = int(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def count(number: int, singular: str, plural: str = "") -> str:
    """Write `1 row`, `2 rows`."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"
