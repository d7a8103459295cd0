"""The results file: a row for each piece of submitted work, and for each HIT that has none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from pathlib import Path
from typing import Final

from mturk_tasks.errors import FileError, Problem
from mturk_tasks.files import table
from mturk_tasks.files.table import Table
from mturk_tasks.lib import disk, text
from mturk_tasks.vocabulary import columns
from mturk_tasks.vocabulary.columns import tidied

Row = Mapping[str, str | None]
_IDS: Final = (columns.HIT_ID, columns.ASSIGNMENT_ID)
_DOUBTFUL: Final = re.compile(r"(?i)\s+|\s*(0+([.,]0+)?|false|f|no|n|none|off|-+)\s*")


@dataclass(frozen=True)
class Mark:
    """What the requester wrote beside an assignment."""

    reject: str
    feedback: str
    hit_id: str = ""


@dataclass(frozen=True)
class Results:
    """A results file as it stands: its columns and its rows, cells by column name.

    `source` are the same rows as they were read.
    """

    path: Path
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]
    source: tuple[table.Row, ...]
    as_written: bool

    @property
    def can_reject(self) -> bool:
        """Say whether there is a column to mark rejections in."""
        return columns.REJECT in self.columns

    def marks(self) -> dict[str, Mark]:
        """Return the requester's marks by assignment."""
        return {
            row[columns.ASSIGNMENT_ID]: Mark(
                row.get(columns.REJECT, ""), row.get(columns.FEEDBACK, ""), row[columns.HIT_ID]
            )
            for row in self.rows
            if row[columns.ASSIGNMENT_ID].strip()
        }

    def doubtful_marks(self, among: Collection[str]) -> list[Problem]:
        """Return the marks, on these assignments, that may have been meant to say no; any mark rejects."""
        return [
            Problem(
                self.path,
                source.line,
                f"{row[columns.REJECT]!r} under {columns.REJECT} is a mark and rejects "
                f"{row[columns.ASSIGNMENT_ID]}; empty the cell to approve it",
            )
            for row, source in zip(self.rows, self.source, strict=True)
            if row[columns.ASSIGNMENT_ID] in among and _DOUBTFUL.fullmatch(row.get(columns.REJECT, ""))
        ]

    def standing(self) -> Iterator[Row]:
        """Yield each row as it is written again: None where nothing stands, not even quotes."""
        for row, source in zip(self.rows, self.source, strict=True):
            # a row that ends early has no quotes for its last cells either
            cells = zip(row.items(), chain(source.quoted, repeat(False)), strict=False)
            yield {name: cell if cell or quoted else None for (name, cell), quoted in cells}


def read(path: Path) -> Results:
    """Return the rows of a results file, none of an empty one; raise FileError for what cannot be trusted.

    A file that stands as it was written is taken as it stands. In one that was changed, what looks like
    rows in a cell that people write is refused; whether a cell of answers holds some, the service knows.
    """
    if text.is_empty(path):
        return Results(path, columns.RESULT, (), (), as_written=True)
    parsed = table.parse_file(text.read(path).text, path, columns.RESULT, needed=columns.RESULT)
    names = tuple(_fixed(name) for name in parsed.columns)
    problems = _header_problems(names, parsed)
    if problems:
        raise FileError(*problems)
    rows = [row for row in parsed.rows if row.cells != parsed.columns]  # the header of a file put behind
    records = tuple(_record(names, row) for row in rows)
    typed = [named for named, name in zip(parsed.columns, names, strict=True) if name in columns.RESULT]
    problems = [*table.swallowed(parsed, typed), *_contradictions(path, rows, records)]
    if problems:
        raise FileError(*problems)
    return Results(path, names, records, tuple(rows), parsed.as_written)


def _fixed(name: str) -> str:
    """Return a fixed column under its own name, however a person or a spreadsheet wrote it.

    Marks under `Reject` that nobody looks at would be paid for.
    """
    plain = name.strip().lower()
    return plain if plain in columns.RESULT else tidied(name)


def _record(names: Sequence[str], row: table.Row) -> dict[str, str]:
    record = dict(zip(names, row.cells, strict=True))
    record.update((name, record[name].strip()) for name in _IDS)
    return record


def _header_problems(names: Sequence[str], parsed: Table) -> list[Problem]:
    line = parsed.header.line
    missing = [f"has no column {name}; fetch it with inv results" for name in _IDS if name not in names]
    times = Counter(names)
    doubled = [f"two columns are named {name!r}" for name in columns.RESULT if times[name] > 1]
    return [Problem(parsed.path, line, what) for what in (*missing, *doubled)]


def _contradictions(
    path: Path, rows: Sequence[table.Row], records: Sequence[Mapping[str, str]]
) -> list[Problem]:
    """Return the rows that mark an assignment otherwise than a row above them: one would be lost."""
    problems = []
    seen: dict[str, tuple[int, str, str]] = {}
    for row, record in zip(rows, records, strict=True):
        marks = record.get(columns.REJECT, ""), record.get(columns.FEEDBACK, "")
        line, *others = seen.setdefault(record[columns.ASSIGNMENT_ID], (row.line, *marks))
        if record[columns.ASSIGNMENT_ID] and tuple(others) != marks:
            what = f"marks assignment {record[columns.ASSIGNMENT_ID]} otherwise than line {line}; keep one"
            problems.append(Problem(path, row.line, what))
    return problems


def read_if_there(path: Path) -> Results | None:
    """Return the rows of a results file, or None where there is none yet."""
    return read(path) if path.exists() else None


def write(
    path: Path, answers: Sequence[str], rows: Iterable[Row], *, own: Sequence[str] = (), pairs: bool = False
) -> None:
    """Write a results file whole: the fixed columns, one for each answer, then the requester's `own`.

    With `pairs` all answers stand in one column, the last one, as `-namevaluepairs` of the reference has it.
    """
    header = (*columns.RESULT, *own, columns.ANSWER_PAIRS) if pairs else (*columns.RESULT, *answers, *own)
    disk.write(path, table.format_quoted(header, ([row.get(name) for name in header] for row in rows)))
