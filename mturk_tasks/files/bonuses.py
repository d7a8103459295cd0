"""The file of bonuses: worker, assignment, amount and reason in each row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from mturk_tasks.errors import FileError, Problem
from mturk_tasks.files import separators, text
from mturk_tasks.files.inputs import digest
from mturk_tasks.vocabulary import columns
from mturk_tasks.vocabulary.money import parse_usd

Made = TypeVar("Made")
_WORKER = re.compile(r"A[A-Z0-9]{1,63}")
_ASSIGNMENT = re.compile(r"[A-Z0-9]{1,64}")


@dataclass(frozen=True)
class BonusRow:
    """One row: what it says, its text as it stands, and a key made of its content.

    `line` is where it stands, `first` where the first of its equals does.
    """

    worker_id: str
    assignment_id: str
    amount: Decimal
    reason: str
    raw: str
    key: str
    line: int
    first: int

    def bonus(self, make: Callable[[str, str, Decimal, str], Made]) -> Made:
        """Return the row as something that is made of the four values."""
        return make(self.worker_id, self.assignment_id, self.amount, self.reason)


@dataclass(frozen=True)
class BonusFile:
    """What a file of bonuses says."""

    header: str
    rows: tuple[BonusRow, ...]


def read(path: Path) -> BonusFile:
    """Return the rows of a file of bonuses; raise FileError with every mistake at once."""
    parsed = separators.parse(text.read(path).text, path, columns.BONUS)
    names = {name: parsed.column(name) for name in columns.BONUS}
    missing = [name for name, column in names.items() if column is None]
    if missing:
        what = f"has no column {', '.join(missing)}; it needs {', '.join(columns.BONUS)}"
        raise FileError(Problem(path, parsed.header.line, what))
    rows, problems, seen = [], [], Counter[str]()
    lines: dict[str, int] = {}
    for row, record in zip(parsed.rows, parsed.records(), strict=True):
        values = {name: record[column or ""].strip() for name, column in names.items()}
        problems += [Problem(path, row.line, what) for what in _mistakes(values)]
        content = digest(values)
        seen[content] += 1
        if not problems:
            place = row.line, lines.setdefault(content, row.line)
            rows.append(_row(values, row.raw, f"{content}/{seen[content]}", place))
    if problems:
        raise FileError(*problems)
    return BonusFile(parsed.header.raw, tuple(rows))


def _row(values: dict[str, str], raw: str, key: str, place: tuple[int, int]) -> BonusRow:
    worker, assignment, amount, reason = (values[name] for name in columns.BONUS)
    return BonusRow(worker, assignment, parse_usd(amount), reason, raw, key, *place)


def _mistakes(values: dict[str, str]) -> list[str]:
    worker, assignment, amount, reason = (values[name] for name in columns.BONUS)
    mistakes = []
    if not _WORKER.fullmatch(worker):
        mistakes.append(f"{worker!r} is no worker ID; it begins with A, then capitals and digits")
    if not _ASSIGNMENT.fullmatch(assignment):
        mistakes.append(f"{assignment!r} is no assignment ID")
    if not reason:
        mistakes.append("has no reason; the worker reads it")
    try:
        if parse_usd(amount) <= 0:
            mistakes.append("a bonus is more than $0.00")
    except ValueError as error:
        mistakes.append(str(error))
    return mistakes
