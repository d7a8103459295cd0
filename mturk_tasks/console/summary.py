"""Summary of a command: its lines for people, its JSON document for programs, and how both are written."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Summary:
    """Outcome of one command.

    `lines` are for people; `counts`, `items`, `files` and `facts` (times, money, names) say the same to
    programs, and `data` what has a shape of its own; `exit_code` is 1 if some items failed.
    """

    lines: tuple[str, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    items: tuple[dict[str, str], ...] = ()
    files: tuple[Path, ...] = ()
    exit_code: int = 0
    facts: dict[str, str] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of_dry_run(cls, plan: str, *more: str, **counts: int) -> Summary:
        """Return the outcome of a command that only says what it would do."""
        return cls((f"Dry run: {plan}", *more), counts)


def document(command: str, environment: str | None, summary: Summary) -> str:
    """Return the outcome of a command as JSON: times are ISO 8601 in UTC, amounts of money are text.

    The environment is None for a command that acts in no marketplace.
    """
    members: dict[str, object] = {
        "command": command,
        "environment": environment,
        "ok": summary.exit_code == 0,
        "counts": summary.counts,
        "items": list(summary.items),
        "files": [str(path) for path in summary.files],
        **({"facts": summary.facts} if summary.facts else {}),
        **summary.data,
    }
    return json.dumps(members, ensure_ascii=False)


def failure(command: str, error: str, exit_code: int) -> str:
    """Return as JSON that a command failed as a whole, and why; where it acts may not be known yet."""
    members: dict[str, object] = {
        "command": command,
        "environment": None,
        "ok": False,
        "error": error,
        "exit_code": exit_code,
        "counts": {},
        "items": [],
        "files": [],
    }
    return json.dumps(members, ensure_ascii=False)


def share(part: int, whole: int) -> str:
    """Write a share as `2/5 (40%)`, with 100% only for everything; without a percentage of nothing."""
    if not whole:
        return f"{part}/{whole}"
    percent = 100 if part >= whole else min((200 * part + whole) // (2 * whole), 99)
    return f"{part}/{whole} ({percent}%)"


def shares(parts: Sequence[int]) -> list[str]:
    """Write the parts of a whole like `share`, so that the percentages add up to 100.

    What rounding down leaves over goes to the parts that lost most, but never makes a part 100%.
    """
    whole = sum(parts)
    if not whole:
        return [share(part, whole) for part in parts]
    percents = [100 * part // whole for part in parts]
    by_loss = sorted(range(len(parts)), key=lambda index: -(100 * parts[index] % whole))
    rounded_up = [index for index in by_loss if 100 * parts[index] % whole and percents[index] < 99]
    for index in rounded_up[: 100 - sum(percents)]:
        percents[index] += 1
    return [f"{part}/{whole} ({percent}%)" for part, percent in zip(parts, percents, strict=True)]


def clock_time(seconds: float) -> str:
    """Write a duration as `0:05:16`."""
    whole = int(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def count(number: int, singular: str, plural: str = "") -> str:
    """Write `1 row`, `2 rows`."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"


def table(rows: Sequence[Sequence[str]], header: Sequence[str] = ()) -> str:
    """Lay out rows of text in columns; numbers stay as written, so that $0.10 does not become 0.1."""
    from tabulate import tabulate

    return tabulate(rows, headers=header, tablefmt="simple" if header else "plain", disable_numparse=True)


def shorten(text: str, width: int) -> str:
    """Return a text in one line of at most `width` characters."""
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 1] + "…"
