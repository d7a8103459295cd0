"""What a template says, as a tree: texts, references, directives, and the expressions within them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Place:
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
    place: Place


@dataclass(frozen=True)
class ListOf:
    """A list of expressions: `["a", $b]`."""

    items: tuple[Expression, ...]


@dataclass(frozen=True)
class Range:
    """The whole numbers from one to another, both included, up or down: `[1..5]`."""

    first: Expression
    last: Expression
    place: Place


@dataclass(frozen=True)
class Operation:
    """A comparison or a calculation; `operator` is the sign, where a word was written too."""

    operator: str
    left: Expression
    right: Expression
    place: Place


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
    place: Place


@dataclass(frozen=True)
class Reference:
    """A `$name`, and what is called on it.

    `source` is how it stands in the template, `slashes` how many backslashes of that come first.
    `fault` says why what follows the name could not be read; it is empty where it could.
    """

    source: str
    place: Place
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
    place: Place


@dataclass(frozen=True)
class Break:
    """The end of the loop around it."""


@dataclass(frozen=True)
class Stop:
    """The end of the whole text."""


Expression = Constant | Joined | ListOf | Range | Operation | Logic | Reference
Node = Text | Comment | Reference | Set | If | Foreach | Break | Stop
