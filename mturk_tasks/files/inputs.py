"""The input file: one row, one HIT; tab-delimited, or `.csv` as the web site took it."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mturk_tasks.errors import FileError, Problem
from mturk_tasks.files import survey, table
from mturk_tasks.files.table import Row, Table
from mturk_tasks.lib import text

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
    parsed = table.parse_file(source.text, path)
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
    rows = table.parse_ragged(source.text, path, table.detect(source.text, path))
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


# What a new survey begins with when it is not one of our samples: each file's content by its
# ending.


Files = dict[str, bytes]


def of_folder(folder: Path) -> tuple[str, Files]:
    """Return the name and the three files of a survey folder, of the old tools' kind or of ours.

    The properties become UTF-8, whatever they were. What loading made of the survey stays where it is.
    Raise UsageError where the folder holds several surveys, FileError for a file that is missing,
    cannot be read, or is there twice.
    """
    if not folder.is_dir():
        raise FileError(Problem(folder, None, "is no folder of a survey"))
    found = survey.find(folder)
    problems = [
        Problem(path, None, "says the same as another file there; move one") for path in found.doubles
    ]
    files: Files = {}
    for path in (found.input, found.properties, found.question):
        try:
            content = text.read(path).text
        except FileError as error:
            problems += error.problems
        else:
            is_properties = path == found.properties
            files[path.suffix[1:]] = content.encode() if is_properties else path.read_bytes()
    if problems:
        raise FileError(*problems)
    return found.name, files


def of_page(layout: Path, rows: Path) -> tuple[str, Files]:
    """Return the name and the two files of the web site: an HTML layout and a comma-separated input.

    Raise FileError where they cannot be read.
    """
    text.read(layout)
    if rows.suffix.lower() != ".csv":
        raise FileError(Problem(rows, None, "is not called .csv; save the rows as comma-separated text"))
    read(rows)
    return layout.name, {"html": layout.read_bytes(), "csv": rows.read_bytes()}
