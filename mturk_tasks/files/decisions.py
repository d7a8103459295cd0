"""Files that list assignments to approve or to reject.

The reference's own files have one spelling of the columns, its program had another: both are read,
whatever the case. A results file serves as well, read as every command reads one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mturk_tasks.errors import FileError, Problem
from mturk_tasks.files import results, separators, text
from mturk_tasks.vocabulary import columns

_OF_RESULTS: Final = (columns.ASSIGNMENT_ID, columns.FEEDBACK, columns.REJECT)


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
    known = (*wanted, *columns.RESULT)
    parsed = separators.parse(text.read(path).text, path, known, needed=columns.RESULT)
    rows = parsed.records()
    ids, comments = (parsed.column(name) for name in wanted)
    if ids is not None:
        return Listing(_once(rows, ids, comments))
    if parsed.column(columns.HIT_ID) and parsed.column(columns.ASSIGNMENT_ID):
        rows = [dict(row) for row in results.read(path).rows]
        ids, comments, marks = columns.ASSIGNMENT_ID, columns.FEEDBACK, columns.REJECT
    else:  # some columns of a results file
        ids, comments, marks = map(parsed.column, _OF_RESULTS)
    if ids is None:
        what = f"has neither a column {wanted[0]} nor, as a results file, {columns.ASSIGNMENT_ID}"
        raise FileError(Problem(path, parsed.header.line, what))
    every = _once(rows, ids, None)
    if not every:
        raise FileError(Problem(path, None, "lists no submitted work; fetch the results again"))
    chosen = [row for row in rows if bool(row.get(marks or "")) == marked]
    listed = _once(chosen, ids, comments)
    return Listing(listed, len(every) - len(listed))


def _once(rows: Iterable[Mapping[str, str]], ids: str, comments: str | None) -> tuple[Listed, ...]:
    found: dict[str, Listed] = {}
    for row in rows:
        assignment_id = row[ids].strip()
        if assignment_id:
            found.setdefault(assignment_id, Listed(assignment_id, row.get(comments or "", "").strip()))
    return tuple(found.values())
