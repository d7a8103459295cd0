"""The results file: a row for each piece of submitted work, and for each HIT that has none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mturk_tasks.errors import FileError, Problem
from mturk_tasks.files import atomic, table, text
from mturk_tasks.vocabulary import columns

Row = Mapping[str, str | None]


@dataclass(frozen=True)
class Mark:
    """What the requester wrote beside an assignment."""

    reject: str
    feedback: str
    hit_id: str = ""


@dataclass(frozen=True)
class Results:
    """A results file as it stands: its columns and its rows, cells by column name."""

    path: Path
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]

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


def read(path: Path) -> Results:
    """Return the rows of a results file; raise FileError where they cannot be trusted."""
    parsed = table.parse(text.read(path).text, path)
    for name in (columns.HIT_ID, columns.ASSIGNMENT_ID):
        if name not in parsed.columns:
            raise FileError(
                Problem(path, parsed.header.line, f"has no column {name}; fetch it with inv results")
            )
    return Results(path, parsed.columns, tuple(parsed.records()))


def read_if_there(path: Path) -> Results | None:
    """Return the rows of a results file, or None where there is none yet."""
    return read(path) if path.exists() else None


def write(path: Path, answers: Sequence[str], rows: Iterable[Row], *, pairs: bool = False) -> None:
    """Write a results file whole: the fixed columns, then one for each answer.

    With `pairs` all answers stand in one column between `feedback` and `reject`, as `-namevaluepairs`
    of the reference has it.
    """
    header = header_of(answers, pairs=pairs)
    atomic.write(path, table.format_quoted(header, ([row.get(name) for name in header] for row in rows)))


def header_of(answers: Sequence[str], *, pairs: bool) -> tuple[str, ...]:
    """Return the column names of a results file with these answer columns."""
    if pairs:
        return (*columns.RESULT[:-1], columns.ANSWER_PAIRS, columns.REJECT)
    return (*columns.RESULT, *answers)
