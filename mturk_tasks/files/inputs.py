"""The input file: one row, one HIT; tab-delimited, or `.csv` as the web site took it."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mturk_tasks.errors import FileError, Problem
from mturk_tasks.files import separators, table, text
from mturk_tasks.files.table import Row, Table

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True)
class InputRow:
    """One row of the input: its place among the rows from 1, its line, its cells, its text as it stands.

    `key` names the row by its content and which one of several equal rows it is, so that it is
    found again in an input that has grown.
    """

    number: int
    line: int
    cells: Mapping[str, str]
    raw: str
    key: str


@dataclass(frozen=True)
class Input:
    """What an input file says: its columns, its rows, and what to say about how it was read."""

    path: Path
    header: str
    columns: tuple[str, ...]
    rows: tuple[InputRow, ...]
    notes: tuple[Problem, ...]


def read(path: Path) -> Input:
    """Return the rows of an input file; raise FileError with every problem at once.

    `.csv` is separated by commas, semicolons or tabs. Blank lines make no HIT. A row equal to the header
    is left out, as the old program did, and noted.
    """
    source = text.read(path)
    parsed = separators.parse(source.text, path)
    rows = [row for row in parsed.rows if row.cells != parsed.columns]
    problems = _problems(parsed, rows)
    if problems:
        raise FileError(*problems)
    notes = [
        Problem(path, row.line, "repeats the header and is left out")
        for row in parsed.rows
        if row.cells == parsed.columns
    ]
    return Input(path, parsed.header.raw, parsed.columns, _numbered(parsed, rows), (*source.notes, *notes))


def is_header_only(path: Path) -> bool:
    """Say whether there is nothing below the header; raise FileError where it cannot be read."""
    source = text.read(path)
    rows = table.parse_ragged(source.text, path, separators.detect(source.text, path))
    return bool(rows) and all(row.cells == rows[0].cells for row in rows)


def _problems(parsed: Table, rows: list[Row]) -> list[Problem]:
    if not rows:
        return [Problem(parsed.path, None, "has a header but no rows; each row below it makes one HIT")]
    problems = [
        Problem(parsed.path, row.line, f"column {name!r} holds the control character {found[0]!r}")
        for row in rows
        for name, cell in zip(parsed.columns, row.cells, strict=True)
        if (found := _NOT_IN_XML.search(cell))
    ]
    return problems + table.swallowed(parsed)


def _numbered(parsed: Table, rows: list[Row]) -> tuple[InputRow, ...]:
    seen: Counter[str] = Counter()
    numbered = []
    for number, row in enumerate(rows, 1):
        cells = dict(zip(parsed.columns, row.cells, strict=True))
        content = digest(cells)
        seen[content] += 1
        numbered.append(InputRow(number, row.line, cells, row.raw, f"{content}/{seen[content]}"))
    return tuple(numbered)


def first_of_its_kind(row: InputRow) -> bool:
    """Say whether no row before this one says the same."""
    return row.key.endswith("/1")


def digest(cells: Mapping[str, str]) -> str:
    """Return what stays the same of a row when columns are moved or rows are added around it."""
    content = "\x1e".join(f"{name}\x1f{cells[name]}" for name in sorted(cells))
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:32]
