r"""Regular expressions of a QuestionForm, which are JavaScript's, searched for on this side.

The two languages differ little where forms use them: in what `$`, `.`, `\s` and `[^]` mean. What is
JavaScript's alone is not checked here but in the browser only.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Final

import regex

# How large a regular expression of a form is, read without running it: its length, groups,
# repetitions.


LONGEST: Final = 4_000  # characters
DEEPEST: Final = 50  # groups in groups
LARGEST: Final = 10_000  # steps of what is repeated, each as often as it is repeated

_SIZE_TOKEN: Final = re.compile(
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
    """More nested groups than can be followed."""


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
    for piece in _SIZE_TOKEN.findall(expression):
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


_PATIENCE: Final = 0.2  # seconds; an expression may need ages for a text that was made to fit it
_TOKEN: Final = regex.compile(r"\\[\s\S]|\[\^?\]|\[(?:\\[\s\S]|[^\]\\])*\]|[\s\S]")
_BLANKS: Final = r"\t-\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_LINE_ENDS: Final = r"\n\r\u2028\u2029"
_WORDS: Final = {
    "$": r"\Z",
    ".": f"[^{_LINE_ENDS}]",
    "[^]": r"[\s\S]",
    "[]": r"(?!)",
    r"\s": f"[{_BLANKS}]",
    r"\S": f"[^{_BLANKS}]",
}


@dataclass
class Budget:
    """Count the seconds that the expressions of one form may take together, over one answer."""

    left: float = 1.0


def found(expression: str, text: str, *, ignore_case: bool = False, budget: Budget | None = None) -> bool:
    """Say whether an expression is found in a text; one that cannot be searched for counts as found.

    Raise TimeoutError where the search takes longer than it may.
    """
    compiled = _compiled(expression, ignore_case)
    if compiled is None:
        return True
    budget = budget or Budget()
    if budget.left <= 0:
        raise TimeoutError
    began = time.thread_time()  # of this search alone, however busy the machine is
    try:
        match = compiled.search(text, timeout=min(_PATIENCE, budget.left), concurrent=True)
    except MemoryError:  # the states that a search may come back to
        raise TimeoutError from None
    finally:
        took = time.thread_time() - began
        budget.left -= took
    if took > _PATIENCE:  # the library looks at its clock now and then only
        raise TimeoutError
    return match is not None


@lru_cache(maxsize=256)
def _compiled(expression: str, ignore_case: bool) -> regex.Pattern[str] | None:
    if size_fault(expression):  # from before such expressions were refused
        return None
    flags = regex.VERSION0 | regex.ASCII | (regex.IGNORECASE if ignore_case else 0)
    try:
        return regex.compile("".join(map(_translated, _TOKEN.findall(expression))), flags)
    except (regex.error, OverflowError, ValueError, RecursionError):
        return None


def _translated(token: str) -> str:
    if len(token) > 3 and token.startswith("["):
        return token.replace(r"\s", _BLANKS) if r"\S" not in token else token
    return _WORDS.get(token, token)


# Whether a regular expression of a form takes ages for a text that nearly fits: tried out once.
#
# Of every repetition that has no end, or a far one, a text is made that goes round in it many
# times and then does not fit. An expression that is done with such texts in time is taken.


_LENGTHS: Final = (30, 200, 500)  # characters of an answer that no expression may take ages for
_LONGEST: Final = 200  # characters before a repetition
_SECONDS: Final = 1.0  # for all texts together; an expression that people wrote needs a tenth of it
_MOST: Final = 200  # texts
_PARTS: Final = 60  # repetitions; of one that stands behind so many, each answer finds out
_MISFITS: Final = ("\x01", "!", "a")  # ends, of which one will not fit
_SAMPLES: Final = "a1A ._-@/+:,;#'\"()é\n"
_OF_ESCAPES: Final = {"d": "1", "D": "a", "w": "a", "W": "-", "s": " ", "S": "a", "n": "\n", "t": "\t"}
_OF_NOTHING: Final = frozenset("bB0123456789kpPcfrv")


@lru_cache(maxsize=1024)
def expression_fault(expression: str, ignore_case: bool = False) -> str:
    """Return why an expression is not taken, empty if it is."""
    too_large = size_fault(expression)
    if too_large:
        return too_large
    budget = Budget(_SECONDS)
    for number, text in enumerate(_attacks(branches(expression))):
        if number == _MOST:
            break
        try:
            found(expression, text, ignore_case=ignore_case, budget=budget)
        except TimeoutError:
            return (
                f"it takes too long where a text nearly fits ({text[:12]!r} and so on); let no repetition "
                "stand in another that fits the same text"
            )
    return ""


def _attacks(rows: list[list[Part]]) -> Iterator[str]:
    """Yield texts that go round in each repetition and do not fit at their end, the short ones first."""
    rounds = [
        (before, pump)
        for part in islice(repeated(rows), _PARTS)
        for row in rows
        if (before := _before(row, part)) is not None
        for pump in _pumps(part)
    ]
    for length in _LENGTHS:
        for before, pump in dict.fromkeys(rounds):
            yield from (before + pump * (length // len(pump)) + end for end in _MISFITS)


def _pumps(part: Part) -> Iterator[str]:
    """Yield texts of one time round: one of each alternative."""
    if not part.branches:
        yield _of_token(part.token) or "a"
    for row in part.branches:
        yield ("".join(_sample(one, 0) for one in row) or "".join(_sample(one, 1) for one in row))[:20] or "a"


def _before(row: list[Part], wanted: Part) -> str | None:
    """Return a text for what stands before a part in a row, in groups too; None where it is not there."""
    text = ""
    for part in row:
        if part is wanted:
            return text
        for inner in part.branches:
            found_in = _before(inner, wanted)
            if found_in is not None:
                return text + found_in
        text += _sample(part, 0)
    return None


def _sample(part: Part, least: int) -> str:
    """Return a short text that a part takes, at least so many times round."""
    times = min(max(part.least, least), _LONGEST)
    if part.looks or not times:
        return ""
    if part.branches:
        return ("".join(_sample(branch, least) for branch in part.branches[0]) * times)[:_LONGEST]
    return _of_token(part.token) * times


@lru_cache(maxsize=1024)
def _of_token(token: str) -> str:
    if token.startswith("["):
        return next((sample for sample in _SAMPLES if found(f"^{token}$", sample)), "a")
    if not token.startswith("\\") or len(token) < 2:
        return {"^": "", "$": "", ".": "a"}.get(token, token)
    if len(token) > 3 and token[1] in "ux":
        return chr(int(token[2:], 16))
    if token[1] in _OF_ESCAPES:
        return _OF_ESCAPES[token[1]]
    return "" if token[1] in _OF_NOTHING else token[1]
