"""How large a regular expression of a form is, read without running it: its length, groups, repetitions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

LONGEST: Final = 4_000  # characters
DEEPEST: Final = 50  # groups in groups
LARGEST: Final = 10_000  # steps of what is repeated, each as often as it is repeated

_TOKEN: Final = re.compile(
    r"\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|k<\w+>|[\s\S])"  # an escape
    r"|\[\^?(?:\\[\s\S]|[^\]\\])*\]"  # a class
    r"|(?:[*+?]|\{\d+(?:,\d*)?\})[?+]?"  # how often
    r"|\((?:\?(?:[:=!>]|<[=!]|<\w+>))?"  # a group
    r"|[\s\S]"
)
_COUNTS: Final = re.compile(r"\{(\d+)(,?)(\d*)\}")


@dataclass
class Part:
    """One character, class or group, repeated from `least` to `most` times; None is without end.

    A group has `branches`; `looks` says that it looks ahead or back and takes no text.
    """

    token: str
    branches: list[list[Part]] = field(default_factory=list)
    looks: bool = False
    least: int = 1
    most: int | None = 1

    @property
    def size(self) -> int:
        """Return the number of steps, each as often as it is repeated at most; no end counts as once."""
        once = sum(part.size for branch in self.branches for part in branch) if self.branches else 1
        return max(once, 1) * max(self.least, self.most or 0, 1)

    @property
    def heaviest(self) -> int:
        """Return the size of the largest repeated group; a single character is repeated for nothing."""
        inner = max((part.heaviest for branch in self.branches for part in branch), default=0)
        return max(inner, self.size if self.branches and (self.least, self.most) != (1, 1) else 0)


class TooDeep(Exception):
    """Say that there are more groups in groups than can be followed."""


@lru_cache(maxsize=256)
def size_fault(expression: str) -> str:
    """Return what is too large in an expression, empty if nothing is."""
    if len(expression) > LONGEST:
        return f"it has {len(expression)} characters; at most {LONGEST} are taken"
    try:
        heaviest = max((part.heaviest for branch in branches(expression) for part in branch), default=0)
    except TooDeep:
        return f"its groups are nested deeper than {DEEPEST}"
    if heaviest > LARGEST:
        return f"its repetitions in repetitions come to {heaviest} steps; at most {LARGEST} are taken"
    return ""


def branches(expression: str) -> list[list[Part]]:
    """Return an expression as its alternatives, each a row of parts; brackets left open end where it ends.

    Raise TooDeep for more groups in groups than DEEPEST.
    """
    whole = Part("(", branches=[[]])
    open_groups = [whole]
    for piece in _TOKEN.findall(expression):
        row = open_groups[-1].branches[-1]
        if piece.startswith("("):
            group = Part(piece, branches=[[]], looks=piece in ("(?=", "(?!", "(?<=", "(?<!"))
            row.append(group)
            open_groups.append(group)
        elif piece == ")":
            open_groups[1:] = open_groups[1:-1]
        elif piece == "|":
            open_groups[-1].branches.append([])
        elif piece[0] in "*+?" or _COUNTS.match(piece):
            _repeat(row, piece)
        else:
            row.append(Part(piece))
        if len(open_groups) > DEEPEST + 1:
            raise TooDeep
    return whole.branches


def _repeat(row: list[Part], token: str) -> None:
    """Say of the last part how often it comes."""
    if not row:
        return
    counts = _COUNTS.match(token)
    if counts is None:
        row[-1].least, row[-1].most = {"*": (0, None), "+": (1, None), "?": (0, 1)}[token[0]]
        return
    row[-1].least = int(counts[1][:9])
    most = int(counts[3][:9]) if counts[3] else None
    row[-1].most = most if counts[2] else row[-1].least


def repeated(rows: list[list[Part]]) -> Iterator[Part]:
    """Yield every part that comes without end, or often, the outermost first."""
    for row in rows:
        for part in row:
            if part.most is None or part.most > 9:
                yield part
            yield from repeated(part.branches)
