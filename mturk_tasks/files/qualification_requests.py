"""The qualification request file: what workers who ask for a qualification answered in its test.

It has a column for each question, as a results file does, or the old program's layout: after three
cells, questions and answers by turns, so that rows differ in width. Both are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mturk_tasks.errors import FileError, Problem
from mturk_tasks.files import properties as property_files
from mturk_tasks.files import table
from mturk_tasks.files.table import Row
from mturk_tasks.lib import disk, text
from mturk_tasks.lib.text import Source
from mturk_tasks.vocabulary import columns
from mturk_tasks.vocabulary.columns import heading, name_of
from mturk_tasks.vocabulary.entries import Entry, last

NO_ANSWER: Final = "emptyanswer"  # how the old layout writes an answer of nothing
_IDS: Final = len(columns.SUBJECT)


@dataclass(frozen=True)
class RequestRow:
    """One worker's request. `submitted` is a date as the file has it, empty in the old layout."""

    type_id: str
    request_id: str
    worker_id: str
    submitted: str
    answers: Mapping[str, str]


@dataclass(frozen=True)
class Requests:
    """A request file: the questions in order, and each request as it stands there last."""

    path: Path
    questions: tuple[str, ...]
    rows: tuple[RequestRow, ...]


def is_one(source: Source) -> bool:
    """Say whether a file begins as a request file does."""
    rows = _ragged(source)
    return bool(rows) and columns.REQUEST_ID in rows[0].cells


def read(path: Path) -> Requests:
    """Return what a request file holds; raise FileError for rows that are not whole."""
    source = text.read(path)
    rows = _ragged(source)
    if rows and tuple(cell for cell in rows[0].cells if cell) == columns.REQUEST_PAIRS:
        found = _read_pairs(rows, path)
        questions = tuple(dict.fromkeys(name for request in found for name in request.answers))
    else:
        found, questions = _read_columns(source)
    last = {request.request_id: request for request in found}
    return Requests(path, questions, tuple(last.values()))


def write(
    path: Path, questions: Sequence[str], requests: Iterable[RequestRow], *, pairs: bool = False
) -> None:
    """Write a request file whole, in the old layout with `pairs`.

    Raise FileError where something else stands under that name, which may be a receipt.
    """
    if path.is_file() and path.stat().st_size and not is_one(text.read(path)):
        raise FileError(Problem(path, None, "is there and holds no requests; name another file"))
    if pairs:
        rows = [columns.REQUEST_PAIRS, *(_pairs(request) for request in requests)]
        disk.write(path, table.format_sparing(rows))
        return
    header = (*columns.REQUEST, *(heading(columns.ANSWER_PREFIX + question) for question in questions))
    disk.write(path, table.format_quoted(header, (_cells(request, questions) for request in requests)))


def _ragged(source: Source) -> list[Row]:
    separator = table.detect(source.text, source.path, (*columns.REQUEST, columns.REQUEST_PAIRS[-1]))
    return table.parse_ragged(source.text, source.path, separator)


def _read_columns(source: Source) -> tuple[list[RequestRow], tuple[str, ...]]:
    parsed = table.parse_file(source.text, source.path, columns.REQUEST)
    missing = [name for name in columns.SUBJECT if name not in parsed.columns]
    if missing:
        what = f"has no column {', '.join(missing)}; fetch it with inv requests"
        raise FileError(Problem(source.path, parsed.header.line, what))
    prefix = columns.ANSWER_PREFIX
    answers = [name for name in parsed.columns if name.startswith(prefix)]
    problems = table.swallowed(parsed)
    found = []
    for row, record in zip(parsed.rows, parsed.records(), strict=True):
        if row.cells == parsed.columns:
            continue
        ids = [record[name].strip() for name in columns.SUBJECT]
        if not all(ids):
            problems.append(_not_whole(row, source.path))
        given = {name_of(name.removeprefix(prefix)): record[name] for name in answers if record[name]}
        found.append(RequestRow(ids[0], ids[1], ids[2], record.get(columns.REQUEST[-1], ""), given))
    if problems:
        raise FileError(*problems)
    return found, tuple(name_of(name.removeprefix(prefix)) for name in answers)


def _read_pairs(rows: Sequence[Row], path: Path) -> list[RequestRow]:
    problems: list[Problem] = []
    found = []
    for row in rows[1:]:
        if row.cells == rows[0].cells:  # the old program wrote it again at the head of each run
            continue
        ids, rest = row.cells[:_IDS], _without_padding(row.cells[_IDS:])
        names, values = rest[::2], rest[1::2]
        if len(ids) < _IDS or not all(ids) or len(names) != len(values) or not all(names):
            problems.append(_not_whole(row, path))
        elif len(set(names)) < len(names):
            problems.append(Problem(path, row.line, "answers a question twice"))
        elif any(
            line.startswith(tuple(f"{ids[0]}{one}" for one in table.NAMES))
            for cell in values
            for line in cell.splitlines()
        ):
            problems.append(Problem(path, row.line, "a quote opened here swallows whole rows below"))
        else:
            texts = ("" if value == NO_ANSWER else value for value in values)
            found.append(RequestRow(ids[0], ids[1], ids[2], "", dict(zip(names, texts, strict=True))))
    if problems:
        raise FileError(*problems)
    return found


def _without_padding(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out the empty cells with which a spreadsheet makes rows equally wide."""
    kept = cells
    while kept and not kept[-1]:
        kept = kept[:-1]
    answered_nothing = len(kept) % 2 and len(kept) < len(cells)
    return (*kept, "") if answered_nothing else kept


def _not_whole(row: Row, path: Path) -> Problem:
    what = "is no whole request: a type, a request and a worker, then questions with answers"
    return Problem(path, row.line, f"{what}; was a line end in an answer? fetch the file again")


def _pairs(request: RequestRow) -> list[str]:
    answers = [cell for name, value in request.answers.items() for cell in (name, value or NO_ANSWER)]
    return [request.type_id, request.request_id, request.worker_id, *answers]


def _cells(request: RequestRow, questions: Sequence[str]) -> list[str | None]:
    fixed = (request.type_id, request.request_id, request.worker_id, request.submitted)
    return [*(cell or None for cell in fixed), *(request.answers.get(name) or None for name in questions)]


# The answer key of lines `questionid=answer`, by which a requester grades requests.


@dataclass(frozen=True)
class AnswerKey:
    """The right answer to each question, with its line; several selections stand as `a|b`."""

    path: Path
    answers: dict[str, Entry]
    notes: tuple[Problem, ...]

    def expected(self) -> dict[str, str]:
        """Return the right answers by question; an empty one asks for no answer."""
        texts = {question: entry.text.strip() for question, entry in self.answers.items()}
        return {question: "" if text == NO_ANSWER else text for question, text in texts.items()}

    def parts(self, question: str) -> list[str]:
        """Return the selections that are right for a question."""
        return [part.strip() for part in self.expected()[question].split("|") if part.strip()]


def read_answer_key(path: Path) -> AnswerKey:
    """Return the answers of a key; raise FileError for XML, which is the other kind of key, and for none."""
    source = text.read(path)
    if source.text.lstrip().startswith("<"):
        what = "is an AnswerKey document; lines such as question1=a are wanted here"
        raise FileError(Problem(path, 1, what))
    parsed = property_files.parse(source)
    answers, warnings = last(parsed.entries, lambda key: True, "a key", path)
    if not answers:
        raise FileError(Problem(path, None, "names no question; write lines such as question1=a"))
    return AnswerKey(path, answers, (*parsed.notes, *warnings))
