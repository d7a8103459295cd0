"""Files that list assignments to approve or to reject.

The reference's own files have one spelling of the columns, its program had another: both are read,
whatever the case. A results file serves as well, read as every command reads one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from mturk_tasks.errors import FileError, Problem
from mturk_tasks.files import results, table
from mturk_tasks.files.inputs import digest
from mturk_tasks.files.table import Table
from mturk_tasks.lib import text
from mturk_tasks.lib.money import parse_usd
from mturk_tasks.vocabulary import columns


@dataclass(frozen=True)
class Listed:
    """One assignment of such a file, with the comment beside it."""

    assignment_id: str
    comment: str


@dataclass(frozen=True)
class Listing:
    """What a file lists, each assignment once, and how many rows of it were left out by their marks."""

    listed: tuple[Listed, ...]
    left_out: int = 0


def listing_of(assignment_ids: Iterable[str], file: Listing | None = None) -> Listing:
    """Return the assignments that are named, and those that a file lists."""
    named = tuple(Listed(assignment_id, "") for assignment_id in dict.fromkeys(assignment_ids))
    return Listing((*named, *(file.listed if file else ())), file.left_out if file else 0)


def read_approvals(path: Path) -> Listing:
    """Return what a file says to approve; of a results file, the rows without a mark under reject."""
    return _read(path, columns.TO_APPROVE, marked=False)


def read_rejections(path: Path) -> Listing:
    """Return what a file says to reject; of a results file, the rows with a mark under reject."""
    return _read(path, columns.TO_REJECT, marked=True)


def _read(path: Path, wanted: tuple[str, str], *, marked: bool) -> Listing:
    known = (*wanted, *columns.RESULT)
    parsed = table.parse_file(text.read(path).text, path, known, needed=columns.RESULT)
    ids, comments = (parsed.column(name) for name in wanted)
    if ids is not None:
        return Listing(_once(parsed.records(), ids, comments))
    rows = _marked_rows(parsed)
    if rows is None:
        what = f"has neither a column {wanted[0]} nor, as a results file, {columns.ASSIGNMENT_ID}"
        raise FileError(Problem(path, parsed.header.line, what))
    every = _once(rows, columns.ASSIGNMENT_ID, None)
    if not every:
        raise FileError(Problem(path, None, "lists no submitted work; fetch the results again"))
    chosen = [row for row in rows if bool(row.get(columns.REJECT)) == marked]
    listed = _once(chosen, columns.ASSIGNMENT_ID, columns.FEEDBACK)
    return Listing(listed, len(every) - len(listed))


def _marked_rows(parsed: Table) -> Sequence[Mapping[str, str]] | None:
    """Return the rows of a results file, or of some columns of one; None where it names no assignments."""
    if not parsed.column(columns.ASSIGNMENT_ID):
        return None
    if parsed.column(columns.HIT_ID):
        return results.read(parsed.path).rows
    names = {name: parsed.column(name) for name in (columns.ASSIGNMENT_ID, columns.FEEDBACK, columns.REJECT)}
    return [{name: row[own] for name, own in names.items() if own} for row in parsed.records()]


def _once(rows: Iterable[Mapping[str, str]], ids: str, comments: str | None) -> tuple[Listed, ...]:
    found: dict[str, Listed] = {}
    for row in rows:
        assignment_id = row[ids].strip()
        if assignment_id:
            found.setdefault(assignment_id, Listed(assignment_id, row.get(comments or "", "").strip()))
    return tuple(found.values())


# The file of bonuses: worker, assignment, amount and reason in each row.


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
    parsed = table.parse_file(text.read(path).text, path, columns.BONUS)
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
