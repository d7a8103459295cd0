"""The files about a qualification: its ID, the scores to give, the requests to decide."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from mturk_tasks.errors import FileError, Problem
from mturk_tasks.files import qualification_requests, table
from mturk_tasks.files.inputs import digest
from mturk_tasks.files.table import Row, Table
from mturk_tasks.lib import disk, text
from mturk_tasks.vocabulary import columns
from mturk_tasks.vocabulary.entries import LARGEST, whole
from mturk_tasks.vocabulary.statuses import is_worker_id

_TYPE_ID: Final = re.compile(r"[A-Z0-9]{1,64}")
WORKER_ID: Final = "it begins with A, then capitals and digits"

Value = TypeVar("Value")


def read_type_id(path: Path) -> str:
    """Return the one qualification type that an ID file names, below its column or bare."""
    content = text.read(path).text
    if _TYPE_ID.fullmatch(content.strip()):
        return content.strip()
    parsed = table.parse(content, path)
    column = _needed(parsed, columns.QUALIFICATION_TYPE_ID)
    found: dict[str, int] = {}
    for row, record in zip(parsed.rows, parsed.records(), strict=True):
        found.setdefault(record[column].strip(), row.line)
    bad = [Problem(path, at, f"{one!r} is no ID") for one, at in found.items() if not _TYPE_ID.fullmatch(one)]
    if bad:
        raise FileError(*bad)
    if not found:
        raise FileError(Problem(path, None, f"has no ID below {columns.QUALIFICATION_TYPE_ID}"))
    first, *others = found
    if others:
        what = f"names a second qualification type, {others[0]}; the file holds a single one"
        raise FileError(Problem(path, found[others[0]], what))
    return first


def write_type_id(path: Path, type_id: str) -> None:
    """Write an ID file, which is the success file of a qualification type."""
    disk.write(path, table.format_plain((columns.QUALIFICATION_TYPE_ID,), [(type_id,)]))


@dataclass(frozen=True)
class Grant:
    """A worker and the score to give, None where nothing is said of one.

    Of a row in a file, `key` names it by its content, and `line` and `raw` say where it stands and how.
    """

    worker_id: str
    score: int | None = None
    line: int | None = None
    raw: str = ""
    key: str = ""


@dataclass(frozen=True)
class GrantFile:
    """What a score file or worker ID file says, each worker once; `repeated` names rows that say it again."""

    path: Path
    header: str
    rows: tuple[Grant, ...]
    repeated: tuple[Problem, ...] = ()


def read_grants(path: Path) -> GrantFile:
    """Return the workers of a score file or worker ID file; raise FileError with every mistake at once.

    The scores are optional, as a column and in each row.
    """
    parsed = table.parse_file(
        text.read(path).text, path, (columns.WORKER_ID, columns.SCORE), needed=(columns.WORKER_ID,)
    )
    worker = _needed(parsed, columns.WORKER_ID)
    listed = _listed(parsed, worker, parsed.column(columns.SCORE), _worker, _score)
    rows = tuple(_grant(*each) for each in listed)
    first = {row.worker_id: row.line for row in rows}
    named = [
        (row.line, record[worker].strip()) for row, record in zip(parsed.rows, parsed.records(), strict=True)
    ]
    repeated = [
        Problem(path, line, f"says the same of {worker_id} as line {first[worker_id]}, and counts once")
        for line, worker_id in named
        if line != first[worker_id]
    ]
    return GrantFile(path, parsed.header.raw, rows, tuple(repeated))


def _grant(row: Row, worker_id: str, score: int | None) -> Grant:
    said = {columns.WORKER_ID: worker_id, columns.SCORE: "" if score is None else str(score)}
    return Grant(worker_id, score, row.line, row.raw, digest(said))


@dataclass(frozen=True)
class Approval:
    """A qualification request to approve, with its score; None where the file says none."""

    request_id: str
    score: int | None = None


@dataclass(frozen=True)
class Rejection:
    """A qualification request to reject, with the comment that the worker will read."""

    request_id: str
    comment: str = ""


def read_approvals(path: Path) -> tuple[Approval, ...]:
    """Return the requests that a file says to approve, each once; a request file means all of its own."""
    decided = _decided(path, columns.REQUEST_TO_APPROVE, _score)
    return tuple(Approval(request_id, score) for request_id, score in decided)


def read_rejections(path: Path) -> tuple[Rejection, ...]:
    """Return the requests that a file says to reject, each once; a request file means all of its own."""
    decided = _decided(path, columns.REQUEST_TO_REJECT, str)
    return tuple(Rejection(request_id, comment) for request_id, comment in decided)


def write_approvals(path: Path, approvals: Iterable[Approval]) -> None:
    """Write a file that says which requests to approve, with what scores."""
    rows = (
        (approval.request_id, "" if approval.score is None else str(approval.score)) for approval in approvals
    )
    disk.write(path, table.format_sparing([columns.REQUEST_TO_APPROVE, *rows]))


def write_rejections(path: Path, rejections: Iterable[Rejection]) -> None:
    """Write a file that says which requests to reject, with what comments."""
    rows = ((rejection.request_id, rejection.comment) for rejection in rejections)
    disk.write(path, table.format_sparing([columns.REQUEST_TO_REJECT, *rows]))


def _decided(path: Path, wanted: tuple[str, str], read: Callable[[str], Value]) -> list[tuple[str, Value]]:
    """Return each request with what stands beside it."""
    source = text.read(path)
    if qualification_requests.is_one(source):
        return [(request.request_id, read("")) for request in qualification_requests.read(path).rows]
    parsed = table.parse_file(source.text, path, wanted, needed=wanted[:1])
    ids, beside = _needed(parsed, wanted[0]), parsed.column(wanted[1])
    return [(one, value) for _, one, value in _listed(parsed, ids, beside, _request, read)]


def _needed(parsed: Table, name: str) -> str:
    column = parsed.column(name)
    if column is None:
        raise FileError(Problem(parsed.path, parsed.header.line, f"has no column {name}"))
    return column


def _listed(
    parsed: Table,
    ids: str,
    beside: str | None,
    check: Callable[[str], str],
    read: Callable[[str], Value],
) -> list[tuple[Row, str, Value]]:
    """Return the rows, each ID once, with what stands beside it.

    Raise FileError, with the lines, for an ID that `check` finds fault with, for what `read` cannot
    read, and for an ID that stands there twice with different values.
    """
    found: dict[str, tuple[Row, str, Value]] = {}
    problems = []
    for row, record in zip(parsed.rows, parsed.records(), strict=True):
        one = record[ids].strip()
        try:
            value = read(record[beside].strip() if beside else "")
        except ValueError as error:
            problems.append(Problem(parsed.path, row.line, f"{beside}: {error}"))
            continue
        before, _, known = found.setdefault(one, (row, one, value))
        fault = check(one)
        if not fault and known != value:
            fault = f"{one} stands in line {before.line} with something else beside it; keep one"
        if fault:
            problems.append(Problem(parsed.path, row.line, fault))
    problems += table.swallowed(parsed)
    if problems or not found:
        raise FileError(*(problems or [Problem(parsed.path, None, "has a header but no rows")]))
    return list(found.values())


def _score(said: str) -> int | None:
    return whole(-LARGEST - 1, LARGEST)(said) if said else None


def _worker(said: str) -> str:
    return "" if is_worker_id(said) else f"{said!r} is no worker ID; {WORKER_ID}"


def _request(said: str) -> str:
    return "" if said else "has no ID of a request; add it, or take the row out"
