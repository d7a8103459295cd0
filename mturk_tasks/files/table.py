"""Tables: the tab-delimited files of the old tools, those of the web site and of spreadsheets.

All are read strictly and written so that they read back. A cell may stand in double quotes, doubled
inside; then separators and line ends belong to it (RFC 4180). Quotes in the middle of an unquoted
cell are text. LF, CRLF and CR all end a row.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence, Set
from dataclasses import dataclass, replace
from itertools import dropwhile
from pathlib import Path
from typing import Final

from mturk_tasks.errors import FileError, Problem

TAB: Final = "\t"
COMMA: Final = ","
SEMICOLON: Final = ";"

_PLAIN: Final = {
    TAB: re.compile(r"[^\t\r\n]*"),
    COMMA: re.compile(r"[^,\r\n]*"),
    SEMICOLON: re.compile(r"[^;\r\n]*"),
}
_QUOTED = re.compile(r'"([^"]*(?:""[^"]*)*)"')
_ROW_END = re.compile(r"\r\n|\r|\n|\Z")
_LINE_END = re.compile(r"\r\n|\r|\n")
NAMES: Final = {TAB: "tab", COMMA: "comma", SEMICOLON: "semicolon"}
_DOUBLE: Final = 'double the quote and put the whole cell in quotes: "say ""hi"""'
_INSTEAD: Final = {  # what a file of one column probably has instead, and what to do about it
    TAB: {
        COMMA: "looks comma-separated; save it as tab-delimited text, or call it .csv",
        SEMICOLON: "looks separated by semicolons; save it as tab-delimited text, or call it .csv",
    },
    COMMA: {
        TAB: "looks tab-delimited; save it as comma-separated text",
        SEMICOLON: "is separated by semicolons; save it with commas",
    },
    SEMICOLON: {},
}


@dataclass(frozen=True)
class Row:
    """One row: the line it begins in, its cells, its text as it stands, and which cells stood in quotes."""

    line: int
    cells: tuple[str, ...]
    raw: str
    quoted: tuple[bool, ...] = ()

    @property
    def blank(self) -> bool:
        """Say whether there is nothing in any cell."""
        return not any(cell.strip() for cell in self.cells)

    @property
    def as_written(self) -> bool:
        """Say whether every cell that holds something stands in quotes."""
        return all(self.quoted) or all(
            quoted or not cell for cell, quoted in zip(self.cells, self.quoted, strict=False)
        )


@dataclass(frozen=True)
class Table:
    """A header and the rows below it that hold something, each as wide as the header."""

    path: Path
    header: Row
    rows: tuple[Row, ...]
    separator: str = TAB

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the column names in order."""
        return self.header.cells

    @property
    def as_written(self) -> bool:
        """Say whether it stands as `format_quoted` writes one; then its cells are what was written.

        One quote too many turns everything behind it inside out, and some cell has none then.
        """
        return self.header.as_written and all(row.as_written for row in self.rows)

    def column(self, name: str) -> str | None:
        """Return the column of that name, in whatever case it is written; None where there is none."""
        wanted = name.lower()
        return next((column for column in self.columns if column.strip().lower() == wanted), None)

    def records(self) -> list[dict[str, str]]:
        """Return each row as a mapping from column name to cell."""
        return [dict(zip(self.columns, row.cells, strict=True)) for row in self.rows]


def parse(text: str, path: Path, separator: str = TAB, needed: Collection[str] = ()) -> Table:
    """Read a table; raise FileError with every problem at once, by line.

    A row must have every cell, an empty one at least; where `needed` names columns, it may end behind
    the last of them.
    """
    rows = _Reader(text, path, separator).rows()
    header, *body = rows if rows else [Row(1, (), "")]
    header = replace(header, cells=_without_empty_tail(header.cells))
    width = len(header.cells)
    problems = _header_problems(header, path, separator)
    kept = [row for row in body if not row.blank]
    wanted = {name.lower() for name in needed}
    names = [name.strip().lower() for name in header.cells]
    least = max((at for at, name in enumerate(names, 1) if name in wanted), default=width)
    widths = (least, width)
    problems += [problem for row in kept if (problem := _width_problem(row, widths, path, separator))]
    if problems:
        raise FileError(*problems)
    return Table(path, header, tuple(_as_wide(row, width) for row in kept), separator)


def parse_ragged(text: str, path: Path, separator: str = TAB) -> list[Row]:
    """Return every row of a file whose rows may be of any width."""
    return [row for row in _Reader(text, path, separator).rows() if not row.blank]


def swallowed(table: Table, among: Collection[str] | None = None) -> list[Problem]:
    """Return the rows of which a quoted cell, `among` these columns, holds lines that look like rows.

    It is a guess about what a person did; a table that stands as it was written is not guessed about.
    """
    if table.as_written:
        return []
    places = [at for at, name in enumerate(table.columns) if among is None or name in among]
    return [
        swallowing(table.path, row)
        for row in table.rows
        if _swallows([row.cells[at] for at in places], table)
    ]


def swallowing(path: Path, row: Row) -> Problem:
    """Return what to say of a row in which a quote has swallowed others."""
    return Problem(path, row.line, f"a quote opened here swallows whole rows below; {_DOUBLE}")


def _swallows(cells: Sequence[str], table: Table) -> bool:
    """Say whether the inner lines of a cell look like rows.

    One line with tabs is enough. Prose and JSON are full of commas, but not so that every line of them
    has as many as a row, no blank behind any and nothing in quotes.
    """
    width = len(table.columns)
    inner = [line for cell in cells for line in _LINE_END.split(cell)[1:-1]]
    if width == 1 or not inner:
        return False
    if table.separator == TAB:
        return any(line.count(TAB) == width - 1 for line in inner)
    return all('"' not in line and _like_a_row(line.split(table.separator), width) for line in inner)


def _like_a_row(cells: list[str], width: int) -> bool:
    return len(cells) == width and all(cell[:1].strip() for cell in cells)


@dataclass(frozen=True)
class _Reader:
    """Parser of a text into rows and cells."""

    text: str
    path: Path
    separator: str

    def rows(self) -> list[Row]:
        """Return every row, blank ones too, but for those above the header."""
        rows: list[Row] = []
        position, line = 0, 1
        while position < len(self.text):
            start = position
            plain = self._line(position)
            cells, quoted, position = plain or self._cells(position, line)
            raw = self.text[start:position]
            end = _ROW_END.match(self.text, position)
            position = end.end() if end else len(self.text)
            rows.append(Row(line, tuple(cells), raw, tuple(quoted)))
            line += 1 if plain else _line_ends(raw) + 1
        return list(dropwhile(lambda row: row.blank, rows))

    def _line(self, position: int) -> tuple[list[str], list[bool], int] | None:
        """Read a row that is one line of whole cells, each with a pair of quotes around it or none.

        Most rows are, and splitting takes a tenth of the time. Return None for any other.
        """
        stop = self._line_end(position)
        line = self.text[position:stop]
        quotes = line.count('"')
        if not quotes:
            cells = line.split(self.separator)
            return cells, [False] * len(cells), stop
        inner = line[1:-1].split(f'"{self.separator}"')
        if quotes == 2 * len(inner) and line[0] == line[-1] == '"':  # all quotes stand around cells
            return inner, [True] * len(inner), stop
        cells = line.split(self.separator)
        opened = [cell[:1] == '"' for cell in cells]
        closed = [cell[-1:] == '"' for cell in cells]
        if opened != closed or quotes != 2 * opened.count(True) or '"' in cells:
            return None
        return line.replace('"', "").split(self.separator), opened, stop

    def _line_end(self, position: int) -> int:
        """Return where the line ends that goes on at a position."""
        feed = self.text.find("\n", position)
        stop = len(self.text) if feed < 0 else feed
        carriage = self.text.find("\r", position, stop)
        return stop if carriage < 0 else carriage

    def _cells(self, position: int, line: int) -> tuple[list[str], list[bool], int]:
        """Read one row: return its cells, which of them stood in quotes, and the position of its end."""
        cells: list[str] = []
        quoted: list[bool] = []
        while True:
            quoted.append(self.text.startswith('"', position))
            cell, position = self._cell(position, line)
            cells.append(cell)
            if not self.text.startswith(self.separator, position):
                return cells, quoted, position
            position += 1

    def _cell(self, position: int, line: int) -> tuple[str, int]:
        if self.text[position : position + 1] != '"':
            plain = _PLAIN[self.separator].match(self.text, position)
            return (plain[0], plain.end()) if plain else ("", position)
        quoted = _QUOTED.match(self.text, position)
        if not quoted:
            what = f"a quote opens a cell here and never closes; {_DOUBLE}"
            raise FileError(Problem(self.path, line, what))
        if self.text[quoted.end() : quoted.end() + 1] not in ("", self.separator, "\r", "\n"):
            hint = 'put the whole cell in quotes and double those inside: """word"" and more"'
            what = f"a cell in quotes goes on after its closing quote; {hint}"
            raise FileError(Problem(self.path, line, what))
        return quoted[1].replace('""', '"'), quoted.end()


def _line_ends(text: str) -> int:
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def _without_empty_tail(cells: Sequence[str]) -> tuple[str, ...]:
    kept = list(cells)
    while kept and not kept[-1].strip():
        kept.pop()
    return tuple(kept)


def _header_problems(header: Row, path: Path, separator: str) -> list[Problem]:
    names = header.cells
    if not names:
        return [Problem(path, None, "has no row of column names")]
    if len(names) == 1:
        for other, text in _INSTEAD[separator].items():
            if other in names[0]:
                return [Problem(path, header.line, text)]
    problems = [
        Problem(path, header.line, f"column {number} has no name")
        for number, name in enumerate(names, 1)
        if not name.strip()
    ]
    doubled = sorted(name for name, times in Counter(names).items() if name.strip() and times > 1)
    return problems + [Problem(path, header.line, f"two columns are named {name!r}") for name in doubled]


def _as_wide(row: Row, width: int) -> Row:
    """Return a row with as many cells as there are columns."""
    if len(row.cells) == width:
        return row
    return replace(row, cells=(*row.cells[:width], *("" for _ in range(width - len(row.cells)))))


def _width_problem(row: Row, widths: tuple[int, int], path: Path, separator: str) -> Problem | None:
    least, width = widths
    if len(row.cells) < least:
        must = f"a cell may be empty, but its {NAMES[separator]} must be there"
        return Problem(path, row.line, f"has {len(row.cells)} of {width} cells; {must}")
    if any(cell.strip() for cell in row.cells[width:]):
        return Problem(path, row.line, f"has {len(row.cells)} cells where the header names {width} columns")
    return None


def format_quoted(header: Sequence[str], rows: Iterable[Sequence[str | None]], separator: str = TAB) -> str:
    """Write a table with every present value in quotes; None is an empty cell without quotes."""
    return "".join(separator.join(map(_quote, row)) + "\n" for row in ([*header], *rows))


def format_sparing(rows: Iterable[Sequence[str]]) -> str:
    """Write rows of any width, with quotes around those cells alone that would not read back without."""
    return "".join("\t".join(map(_quote_sparingly, row)) + "\n" for row in rows)


def format_plain(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table of identifiers, which need no quotes."""
    return "".join("\t".join(row) + "\n" for row in ([*header], *rows))


def _quote(value: str | None) -> str:
    return "" if value is None else '"' + value.replace('"', '""') + '"'


def _quote_sparingly(value: str) -> str:
    return _quote(value) if value.startswith('"') or re.search(r"[\t\r\n]", value) else value


# Tell what separates the cells of a `.csv` file: commas, semicolons or tabs.
#
# Spreadsheets of many countries write semicolons. Under any other name tabs separate, as ever.


_CANDIDATES: Final = (COMMA, SEMICOLON, TAB)
_UNREADABLE: Final = (-1, 0)  # no reading at all: reading it says why


def parse_file(content: str, path: Path, known: Collection[str] = (), needed: Collection[str] = ()) -> Table:
    """Read a table whose name may end in `.csv`; `known` are columns that it may have.

    Raise FileError as `table.parse` does, and where the separator cannot be told.
    """
    return parse(content, path, detect(content, path, known), needed)


def detect(content: str, path: Path, known: Collection[str] = ()) -> str:
    """Return what stands between the cells of a file; raise FileError where two readings are as good.

    The header decides: by the `known` columns in it, then by how many rows are as wide as it is. What
    failed of such a file, `NAME.csv.failure`, has its format.
    """
    if ".csv" not in (suffix.lower() for suffix in path.suffixes):
        return TAB
    header = content.lstrip().split("\n")[0]
    there = [separator for separator in _CANDIDATES if separator in header]
    if len(there) < 2:
        return next(iter(there), COMMA)
    wanted = {name.lower() for name in known}
    fits = {separator: _fit(content, path, separator, wanted) for separator in there}
    best = [separator for separator in there if fits[separator] == max(fits.values())]
    if len(best) > 1 and max(fits.values()) > _UNREADABLE:
        names = " or ".join(f"{NAMES[separator]}s" for separator in best)
        what = f"cannot be read for sure: {names} may separate its cells; leave the other out of the header"
        raise FileError(Problem(path, 1, what))
    return best[0]


def _fit(content: str, path: Path, separator: str, known: Set[str]) -> tuple[int, int]:
    """Return how many known columns a reading finds, and how many rows that are as wide as the header."""
    try:
        rows = parse_ragged(content, path, separator)
    except FileError:
        return _UNREADABLE
    if not rows:
        return _UNREADABLE
    header, *body = rows
    names = {name.strip().lower() for name in header.cells}
    return (len(names & known), sum(len(row.cells) == len(header.cells) for row in body))
