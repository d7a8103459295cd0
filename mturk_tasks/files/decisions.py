"""Files that list assignments to approve or to reject.

The reference's own files have one spelling of the columns, its program had another: both are read,
whatever the case. A results file serves as well, read as every command reads one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mturk_tasks.errors import FileError, Problem
from mturk_tasks.files import results, separators, text
from mturk_tasks.files.table import Table
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
    known = (*wanted, *columns.RESULT)
    parsed = separators.parse(text.read(path).text, path, known, needed=columns.RESULT)
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
