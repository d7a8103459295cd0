"""The work as the web site's batch download had it: comma-separated, as lines of JSON, or for spreadsheets.

It is made from the rows of the results file, which stays the one that decisions are taken from.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mturk_tasks.errors import FileError, Problem, UsageError
from mturk_tasks.files import table
from mturk_tasks.files.results import Row
from mturk_tasks.files.survey import WORKBOOK
from mturk_tasks.lib import disk, text
from mturk_tasks.lib.time import parse_date
from mturk_tasks.vocabulary import columns
from mturk_tasks.vocabulary.columns import heading

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

# The work as a workbook for spreadsheets, to be looked at: nothing in it is a formula or a link.
#
# What workers typed is text, however it begins; numbers and dates are such. Nothing is read from
# it, so it has no columns to write marks into. A custom property holds a digest of the
# workbook's other parts: any program that saves it writes those anew, and then it is no longer
# ours to overwrite.


_INSTALL: Final = "a workbook needs XlsxWriter; pip install 'mturk-tasks[xlsx]'"
_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_ROWS: Final = 1_048_576  # Excel's limits, the row of names included
_COLUMNS: Final = 16_384
_CELL: Final = 32_767  # UTF-16 units
_CUT: Final = "… [cut here; the csv has all of it]"
_PROPERTY: Final = "Written by mturk-tasks"
_PROPERTIES: Final = "docProps/custom.xml"
_DIGEST: Final = re.compile(rb"sha256-[0-9a-f]{64}")
_UNKNOWN: Final = f"sha256-{'0' * 64}"
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_NUMBER: Final = re.compile(r"(?!-0\Z)-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?")  # what a spreadsheet shows as it is
_MONEY: Final = re.compile(r"\$\d{1,12}\.\d\d")
_FORMATS: Final = {datetime: "yyyy-mm-dd hh:mm:ss", Decimal: "$0.00"}
_DIGITS: Final = 15  # that a spreadsheet keeps of a number
_OF_OTHERS: Final = (columns.INPUT_PREFIX, columns.ANSWER_PREFIX)


Value = str | float | Decimal | datetime


def need_writer() -> None:
    """Raise UsageError where the library that writes workbooks is not installed."""
    try:
        import xlsxwriter  # noqa: F401  # whether it is there
    except ImportError:
        raise UsageError(_INSTALL) from None


def write_workbook(path: Path, names: Sequence[str], rows: Sequence[Mapping[str, str]]) -> None:
    """Write rows as a workbook of one sheet; raise FileError where a sheet cannot hold them."""
    if len(rows) >= _ROWS or len(names) > _COLUMNS:
        what = (
            f"would have {len(rows) + 1} rows and {len(names)} columns; a sheet holds {_ROWS} and {_COLUMNS}"
        )
        raise FileError(Problem(path, None, f"{what}, a csv holds any number"))
    disk.write_bytes(path, _signed(_made(names, rows)))


def is_ours(path: Path) -> bool:
    """Say whether a workbook is as we wrote it; what is no workbook is not."""
    try:
        with zipfile.ZipFile(path) as parts:
            written = _DIGEST.search(parts.read(_PROPERTIES))
            return written is not None and written[0] == _digest(parts)
    except (OSError, KeyError, zipfile.BadZipFile):
        return False


def _made(names: Sequence[str], rows: Iterable[Mapping[str, str]]) -> io.BytesIO:
    from xlsxwriter import Workbook

    whole = io.BytesIO()
    book = Workbook(whole, _OPTIONS)
    book.set_custom_property(_PROPERTY, _UNKNOWN, "text")
    sheet = book.add_worksheet("Results")
    sheet.freeze_panes(1, 0)
    bold = book.add_format({"bold": True})
    formats = {kind: book.add_format({"num_format": said}) for kind, said in _FORMATS.items()}
    for place, name in enumerate(names):
        sheet.write_string(0, place, _text(name), bold)
    for line, row in enumerate(rows, 1):
        for place, name in enumerate(names):
            _put(sheet, (line, place), _value(name, row.get(name, "")), formats)
    book.close()
    return whole


def _put(sheet: Worksheet, place: tuple[int, int], value: Value, formats: Mapping[type, Format]) -> None:
    if isinstance(value, datetime):
        sheet.write_datetime(*place, value.replace(tzinfo=None), formats[datetime])
    elif isinstance(value, Decimal):
        sheet.write_number(*place, value, formats[Decimal])
    elif isinstance(value, float):
        sheet.write_number(*place, value)
    elif value:
        sheet.write_string(*place, _text(value))


def _value(name: str, cell: str) -> Value:
    """Return what a cell is: a date, money, a number, or text."""
    if name in columns.BATCH_DATES:
        return parse_date(cell) or cell
    if name == columns.BATCH_REWARD and _MONEY.fullmatch(cell):
        return Decimal(cell[1:])
    may_be = name in columns.BATCH_NUMBERS or name.startswith(_OF_OTHERS)
    return float(cell) if may_be and len(cell) <= _DIGITS and _NUMBER.fullmatch(cell) else cell


def _text(cell: str) -> str:
    """Return a text that a cell holds: the longest is cut, and says so."""
    sound = _SURROGATE.sub("\ufffd", cell)
    if 2 * len(sound) <= _CELL or len(sound.encode("utf-16-le")) <= 2 * _CELL:
        return sound
    kept = sound.encode("utf-16-le")[: 2 * (_CELL - len(_CUT))]
    return kept.decode("utf-16-le", "ignore") + _CUT


def _signed(whole: io.BytesIO) -> bytes:
    """Return a workbook with the digest of its parts in it."""
    signed = io.BytesIO()
    with zipfile.ZipFile(whole) as made, zipfile.ZipFile(signed, "w", zipfile.ZIP_DEFLATED) as parts:
        digest = _digest(made)
        for part in made.infolist():
            content = made.read(part)
            told = content.replace(_UNKNOWN.encode(), digest) if part.filename == _PROPERTIES else content
            parts.writestr(part, told, zipfile.ZIP_DEFLATED)
    return signed.getvalue()


def _digest(parts: zipfile.ZipFile) -> bytes:
    told = sorted((part.filename, part.file_size, part.CRC) for part in parts.infolist())
    others = [one for one in told if one[0] != _PROPERTIES]
    return b"sha256-" + hashlib.sha256(repr(others).encode()).hexdigest().encode()


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


def write_export(path: Path, names: Sequence[str], rows: Iterable[Cells]) -> None:
    """Write a download whole: every value in quotes, or one JSON object a line, values as text.

    A workbook is for looking at, and has no columns for marks.
    """
    whole = [{name: one.get(name, "") for name in names} for one in rows]
    if path.suffix == f".{WORKBOOK}":
        return write_workbook(path, [name for name in names if name not in _MARKS], whole)
    if path.suffix == f".{JSONL}":
        written = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in whole)
    else:
        written = table.format_quoted(names, (tuple(one.values()) for one in whole), table.COMMA)
    return disk.write(path, written)


def marks(path: Path) -> dict[str, Cells]:
    """Return the rows of an earlier download by assignment; none of a file that is empty or not there.

    Raise FileError where it cannot be read: marks in it would be lost.
    """
    if path.suffix == f".{WORKBOOK}" or not path.exists() or text.is_empty(path):
        return {}
    rows = _lines(path) if path.suffix == f".{JSONL}" else _rows(path)
    return {one[columns.BATCH_ASSIGNMENT_ID]: one for one in rows if columns.BATCH_ASSIGNMENT_ID in one}


def _rows(path: Path) -> list[dict[str, str]]:
    return table.parse_file(text.read(path).text, path, columns.BATCH).records()


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
