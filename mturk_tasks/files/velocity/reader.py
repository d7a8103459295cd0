"""A place in a template that moves forward, and what is known there."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from pathlib import Path

from mturk_tasks.files.velocity import budget
from mturk_tasks.files.velocity.tree import Place

_SCRIPT = re.compile(r"<script\b", re.IGNORECASE)
_SCRIPT_END = re.compile(r"</script\s*>", re.IGNORECASE)
_LINE_END = re.compile("\n")
_REMARK = re.compile(r"##[^\n]*(?:\n|\Z)")
RAW = "_raw"


class Unreadable(Exception):
    """Say that what stands here is not of the language; `text` is what to tell."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(text)


class Reader:
    """Take one pattern after another from a text."""

    def __init__(self, text: str, path: Path, first_line: int, columns: frozenset[str]) -> None:
        self.text = text
        self.columns = columns
        self.position = 0
        self.nested = 0
        self._path = path
        self._first_line = first_line
        self._scripts = [(0, 0), *scripts(text)]
        self._last_comment_end = text.rfind("*#")
        self._line_ends = [found.start() for found in _LINE_END.finditer(text)]

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Return what the pattern finds right here and move behind it; stay where it finds nothing."""
        budget.current().spend()
        found = pattern.match(self.text, self.position)
        if found:
            self.position = found.end()
        return found

    def take_comment(self) -> bool:
        """Move behind the comment that begins right here; say whether there is one."""
        if self.take(_REMARK):
            return True
        if not self.text.startswith("#*", self.position) or self.position + 2 > self._last_comment_end:
            return False
        self.position = self.text.index("*#", self.position + 2) + 2
        return True

    def need(self, pattern: re.Pattern[str], what: str) -> re.Match[str]:
        """Return what the pattern finds right here; raise Unreadable with what is missing."""
        found = self.take(pattern)
        if not found:
            raise Unreadable(f"{what} is missing before {self.ahead()}")
        return found

    def ahead(self) -> str:
        """Return the next few characters, to show where reading came to a halt."""
        rest = self.text[self.position : self.position + 12].split("\n")[0].strip()
        return repr(rest) if rest else "the end of the line"

    def inner(self, text: str) -> Reader:
        """Return a reader of a text in quotes that ends here."""
        reader = Reader(text, self._path, self.place().line - text.count("\n"), self.columns)
        reader.nested = self.nested
        reader._scripts = [(0, len(text) if self.in_script() else 0)]
        return reader

    def place(self, position: int | None = None) -> Place:
        """Return the line of a position, of the present one where none is given."""
        before = bisect_left(self._line_ends, self.position if position is None else position)
        return Place(self._path, self._first_line + before)

    def in_script(self) -> bool:
        """Say whether the present position is inside `<script>`."""
        start, end = self._scripts[bisect_right(self._scripts, (self.position, len(self.text))) - 1]
        return start <= self.position < end

    def is_column(self, name: str) -> bool:
        """Say whether a name stands for a column, as a cell to write or a raw one."""
        return column_of(name, self.columns) is not None


def scripts(text: str) -> Iterator[tuple[int, int]]:
    """Yield from where to where each script goes, its tags included; one that is never closed is none."""
    end = 0
    while begun := _SCRIPT.search(text, end):
        ended = _SCRIPT_END.search(text, begun.end())
        if not ended:
            return
        end = ended.end()
        yield begun.start(), end


def column_of(name: str, columns: frozenset[str]) -> str | None:
    """Return the column that a name stands for: its own, or the one whose raw cell it is."""
    if name in columns:
        return name
    stem = name.removesuffix(RAW)
    return stem if name.endswith(RAW) and stem in columns else None
