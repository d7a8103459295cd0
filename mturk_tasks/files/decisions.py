"""Files that list assignments to approve or to reject.

The reference's own files have one spelling of the columns, its program had another: both are read,
whatever the case. A results file serves as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from mturk_tasks.errors import FileError, Problem
from mturk_tasks.files import table, text
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


def read_approvals(path: Path) -> Listing:
    """Return what a file says to approve; of a results file, the rows without a mark under reject."""
    return _read(path, columns.TO_APPROVE, marked=False)


def read_rejections(path: Path) -> Listing:
    """Return what a file says to reject; of a results file, the rows with a mark under reject."""
    return _read(path, columns.TO_REJECT, marked=True)


def _read(path: Path, wanted: tuple[str, str], *, marked: bool) -> Listing:
    parsed = table.parse(text.read(path).text, path)
    rows = parsed.records()
    ids, comments = (parsed.column(name) for name in wanted)
    if ids is not None:
        return Listing(_once(rows, ids, comments))
    ids, comments, marks = (
        parsed.column(name) for name in (columns.ASSIGNMENT_ID, columns.FEEDBACK, columns.REJECT)
    )
    if ids is None:
        what = f"has neither a column {wanted[0]} nor, as a results file, {columns.ASSIGNMENT_ID}"
        raise FileError(Problem(path, parsed.header.line, what))
    chosen = [row for row in rows if bool(marks and row[marks]) == marked]
    listed = _once(chosen, ids, comments)
    if not _once(rows, ids, None):
        raise FileError(Problem(path, None, "lists no submitted work; fetch the results again"))
    return Listing(listed, len(_once(rows, ids, None)) - len(listed))


def _once(rows: Iterable[Mapping[str, str]], ids: str, comments: str | None) -> tuple[Listed, ...]:
    found: dict[str, Listed] = {}
    for row in rows:
        assignment_id = row[ids].strip()
        if assignment_id:
            found.setdefault(assignment_id, Listed(assignment_id, row[comments].strip() if comments else ""))
    return tuple(found.values())
