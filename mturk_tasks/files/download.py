"""The work as the web site's batch download had it: comma-separated, as lines of JSON, or for spreadsheets.

It is made from the rows of the results file, which stays the one that decisions are taken from.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from mturk_tasks.errors import FileError, Problem
from mturk_tasks.files import atomic, separators, table, text, workbook
from mturk_tasks.files.dates import parse_date
from mturk_tasks.files.results import Row
from mturk_tasks.files.survey import WORKBOOK
from mturk_tasks.vocabulary import columns
from mturk_tasks.vocabulary.headings import heading

CSV: Final = "csv"
JSONL: Final = "jsonl"

_MARKS: Final = (columns.BATCH_APPROVE, columns.BATCH_REJECT)

Cells = Mapping[str, str]


def row(result: Row, inputs: Cells, marks: Cells) -> dict[str, str]:
    """Return a row of a results file as one of the download, with its input cells and answers.

    `marks` is the row of an earlier download: what the requester wrote under Approve and Reject stays.
    """
    cells = {name: result.get(source) or "" for name, source in columns.BATCH_OF_RESULT.items()}
    answers = {name: cell or "" for name, cell in result.items() if name.startswith(columns.ANSWER_PREFIX)}
    named = {heading(columns.INPUT_PREFIX + name): cell for name, cell in inputs.items()}
    given = {name: marks.get(name, "") for name in _MARKS}
    return {**cells, columns.BATCH_WORK_TIME: _seconds(result), **named, **answers, **given}


def header(inputs: Iterable[str], answers: Iterable[str]) -> tuple[str, ...]:
    """Return the column names of a download; `answers` are names of a results file's columns."""
    return (*columns.BATCH, *(heading(columns.INPUT_PREFIX + name) for name in inputs), *answers, *_MARKS)


def write(path: Path, names: Sequence[str], rows: Iterable[Cells]) -> None:
    """Write a download whole: every value in quotes, or one JSON object a line, values as text.

    A workbook is for looking at, and has no columns for marks.
    """
    whole = [{name: one.get(name, "") for name in names} for one in rows]
    if path.suffix == f".{WORKBOOK}":
        return workbook.write(path, [name for name in names if name not in _MARKS], whole)
    if path.suffix == f".{JSONL}":
        written = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in whole)
    else:
        written = table.format_quoted(names, (tuple(one.values()) for one in whole), table.COMMA)
    return atomic.write(path, written)


def marks(path: Path) -> dict[str, Cells]:
    """Return the rows of an earlier download by assignment; none of a file that is empty or not there.

    Raise FileError where it cannot be read: marks in it would be lost.
    """
    if path.suffix == f".{WORKBOOK}" or not path.exists() or text.is_empty(path):
        return {}
    rows = _lines(path) if path.suffix == f".{JSONL}" else _rows(path)
    return {one[columns.BATCH_ASSIGNMENT_ID]: one for one in rows if columns.BATCH_ASSIGNMENT_ID in one}


def _rows(path: Path) -> list[dict[str, str]]:
    return separators.parse(text.read(path).text, path, columns.BATCH).records()


def _lines(path: Path) -> list[dict[str, str]]:
    rows = []
    for number, line in enumerate(text.read(path).text.split("\n"), 1):
        try:
            one = json.loads(line) if line.strip() else {}
        except ValueError:
            one = None
        if not isinstance(one, dict):
            raise FileError(Problem(path, number, "is no JSON object; move the file away to fetch it anew"))
        rows.append({name: str(value) for name, value in one.items()})
    return rows


def _seconds(result: Row) -> str:
    """Return how long the work took, empty where that is not known."""
    began, ended = (parse_date(result.get(name) or "") for name in (columns.ACCEPT_TIME, columns.SUBMIT_TIME))
    return f"{(ended - began).total_seconds():.0f}" if began and ended else ""
