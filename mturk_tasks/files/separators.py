"""Tell what separates the cells of a `.csv` file: commas, semicolons or tabs.

Spreadsheets of many countries write semicolons. Under any other name tabs separate, as ever.
"""

from __future__ import annotations

from collections.abc import Collection, Set
from pathlib import Path
from typing import Final

from mturk_tasks.errors import FileError, Problem
from mturk_tasks.files import table
from mturk_tasks.files.table import COMMA, SEMICOLON, TAB, Table

_CANDIDATES: Final = (COMMA, SEMICOLON, TAB)
_UNREADABLE: Final = (-1, 0)  # no reading at all: reading it says why


def parse(content: str, path: Path, known: Collection[str] = (), needed: Collection[str] = ()) -> Table:
    """Read a table whose name may end in `.csv`; `known` are columns that it may have.

    Raise FileError as `table.parse` does, and where the separator cannot be told.
    """
    return table.parse(content, path, detect(content, path, known), needed)


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
        names = " or ".join(f"{table.NAMES[separator]}s" for separator in best)
        what = f"cannot be read for sure: {names} may separate its cells; leave the other out of the header"
        raise FileError(Problem(path, 1, what))
    return best[0]


def _fit(content: str, path: Path, separator: str, known: Set[str]) -> tuple[int, int]:
    """Return how many known columns a reading finds, and how many rows that are as wide as the header."""
    try:
        rows = table.parse_ragged(content, path, separator)
    except FileError:
        return _UNREADABLE
    if not rows:
        return _UNREADABLE
    header, *body = rows
    names = {name.strip().lower() for name in header.cells}
    return (len(names & known), sum(len(row.cells) == len(header.cells) for row in body))
