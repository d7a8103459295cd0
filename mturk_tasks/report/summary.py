"""What a command has to say when it is done, before anybody decides how to show it."""

from __future__ import annotations

from collections.abc import Sequence
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
    """Write a share as `40%`, where only everything is `100%`; of nothing, everything is done."""
    if part >= whole:
        return "100%"
    return f"{min((200 * part + whole) // (2 * whole), 99)}%"


def share(part: int, whole: int) -> str:
    """Write a share as `2/5 (40%)`; of nothing there is none."""
    return f"{part}/{whole} ({percent(part, whole)})" if whole else f"{part}/{whole}"


def shares(parts: Sequence[int]) -> list[str]:
    """Write the parts of a whole likewise, so that their percentages make a hundred together.

    What rounding down leaves goes where it took most, but nothing is rounded up to everything.
    """
    whole = sum(parts)
    if not whole:
        return [share(part, whole) for part in parts]
    percents = [100 * part // whole for part in parts]
    taken = sorted(range(len(parts)), key=lambda at: -(100 * parts[at] % whole))
    room = [at for at in taken if 100 * parts[at] % whole and percents[at] < 99]
    for at in room[: 100 - sum(percents)]:
        percents[at] += 1
    return [f"{part}/{whole} ({percent}%)" for part, percent in zip(parts, percents, strict=True)]


def clock_time(seconds: float) -> str:
    """Write a span of time as `0:05:16`."""
    whole = int(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def count(number: int, singular: str, plural: str = "") -> str:
    """Write `1 row`, `2 rows`."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"
