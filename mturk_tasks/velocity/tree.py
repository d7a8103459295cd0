"""What a template says, as a tree: texts, references, directives, and the expressions within them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mturk_tasks.errors import Problem
from mturk_tasks.velocity import values


@dataclass(frozen=True)
class Position:
    """A line of a file, counted from 1."""

    path: Path
    line: int


@dataclass(frozen=True)
class Constant:
    """A text, a number, true or false, as the template writes it."""

    value: str | float | bool


@dataclass(frozen=True)
class Joined:
    """A text in double quotes with references in it."""

    parts: tuple[Text | Reference, ...]
    place: Position


@dataclass(frozen=True)
class ListOf:
    """A list of expressions: `["a", $b]`."""

    items: tuple[Expression, ...]


@dataclass(frozen=True)
class Range:
    """The whole numbers from one to another, both included, up or down: `[1..5]`."""

    first: Expression
    last: Expression
    place: Position


@dataclass(frozen=True)
class Operation:
    """A comparison or a calculation; `operator` is the sign, where a word was written too."""

    operator: str
    left: Expression
    right: Expression
    place: Position


@dataclass(frozen=True)
class Logic:
    """Two conditions joined by `and` or `or`, or one turned round by `not`."""

    operator: str
    operands: tuple[Expression, ...]


@dataclass(frozen=True)
class Call:
    """A method of what stands before it, or a property, which has no arguments."""

    name: str
    arguments: tuple[Expression, ...] | None
    place: Position


@dataclass(frozen=True)
class Reference:
    """A `$name`, and what is called on it.

    `source` is how it stands in the template, `slashes` how many backslashes of that come first.
    `fault` says why what follows the name could not be read; it is empty where it could.
    """

    source: str
    place: Position
    name: str
    calls: tuple[Call, ...] = ()
    slashes: int = 0
    quiet: bool = False
    braced: bool = False
    in_script: bool = False
    fault: str = ""


@dataclass(frozen=True)
class Text:
    """A stretch that goes out as it is."""

    text: str


@dataclass(frozen=True)
class Comment:
    """A remark in the template, of which nothing goes out."""


@dataclass(frozen=True)
class Set:
    """An assignment; one of nothing is passed over."""

    name: str
    value: Expression


@dataclass(frozen=True)
class If:
    """The first branch whose condition holds, else `otherwise`."""

    branches: tuple[tuple[Expression, tuple[Node, ...]], ...]
    otherwise: tuple[Node, ...]


@dataclass(frozen=True)
class Foreach:
    """The body once for each item, which stands under `name`."""

    name: str
    items: Expression
    body: tuple[Node, ...]
    place: Position


@dataclass(frozen=True)
class Break:
    """The end of the loop around it."""


@dataclass(frozen=True)
class Stop:
    """The end of the whole text."""


Expression = Constant | Joined | ListOf | Range | Operation | Logic | Reference
Node = Text | Comment | Reference | Set | If | Foreach | Break | Stop

# What reading a template brings to light besides its tree.


@dataclass
class Findings:
    """What is wrong, what there is to tell, and the names of the variables that are set anywhere.

    With `keeps_unknown` a `${name}` that is no column stays as it is, and is told.
    """

    columns: frozenset[str]
    folder: Path
    keeps_unknown: bool = False
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    variables: set[str] = field(default_factory=set)
    _told: set[str] = field(default_factory=set)
    opened: list[Path] = field(default_factory=list)  # the files that #parse and #include bring in

    def refuse(self, place: Position, text: str) -> None:
        """Keep a reason why the template cannot be used."""
        self.problems.append(Problem(place.path, place.line, text))

    def note(self, place: Position, text: str) -> None:
        """Keep something to tell that stops nothing; what was told already is not told again."""
        if text not in self._told:
            self._told.add(text)
            self.notes.append(Problem(place.path, place.line, text))


# A place in a template that moves forward, and what is known there.


_SCRIPT = re.compile(r"<script\b", re.IGNORECASE)
_SCRIPT_END = re.compile(r"</script\s*>", re.IGNORECASE)
_LINE_END = re.compile("\n")
_REMARK = re.compile(r"##[^\n]*(?:\n|\Z)")
RAW = "_raw"


class Unreadable(Exception):
    """Something that is not part of the language; `text` is the message."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(text)


class Reader:
    """A position in a template that moves forward as patterns match, and what is known there."""

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
        values.current().spend()
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

    def place(self, position: int | None = None) -> Position:
        """Return the line of a position, of the present one where none is given."""
        before = bisect_left(self._line_ends, self.position if position is None else position)
        return Position(self._path, self._first_line + before)

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
