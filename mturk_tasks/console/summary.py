"""What a command has to say when it is done, before anybody decides how to show it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


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


# Tables on a terminal.


def table(rows: Sequence[Sequence[str]], header: Sequence[str] = ()) -> str:
    """Lay out rows of text; numbers stay as they are written, so that $0.10 does not become 0.1."""
    from tabulate import tabulate

    return tabulate(rows, headers=header, tablefmt="simple" if header else "plain", disable_numparse=True)


def shorten(text: str, width: int) -> str:
    """Return a text in one line of at most `width` characters."""
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 1] + "…"


# What a command has to say as one JSON object, for programs.


def document(command: str, environment: str | None, summary: Summary) -> str:
    """Return the outcome of a command: times are ISO 8601 in UTC, amounts of money are text.

    The environment is None for a command that acts in no marketplace.
    """
    return _write(
        {
            "command": command,
            "environment": environment,
            "ok": summary.exit_code == 0,
            "counts": summary.counts,
            "items": list(summary.items),
            "files": [str(path) for path in summary.files],
            **({"facts": summary.facts} if summary.facts else {}),
        }
    )


def failure(command: str, error: str, exit_code: int) -> str:
    """Return that a command failed as a whole, and why; where it would have acted may not be known."""
    return _write(
        {
            "command": command,
            "environment": None,
            "ok": False,
            "error": error,
            "exit_code": exit_code,
            "counts": {},
            "items": [],
            "files": [],
        }
    )


def _write(members: dict[str, Any]) -> str:
    return json.dumps(members, ensure_ascii=False)
