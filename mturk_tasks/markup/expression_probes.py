"""Whether a regular expression of a form takes ages for a text that nearly fits: tried out once.

Of every repetition that has no end, or a far one, a text is made that goes round in it many times
and then does not fit. An expression that is done with such texts in time is taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Final

from mturk_tasks.markup.expression_size import Part, branches, repeated, size_fault
from mturk_tasks.markup.javascript import Budget, found

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
        return ("".join(_sample(one, least) for one in part.branches[0]) * times)[:_LONGEST]
    return _of_token(part.token) * times


@lru_cache(maxsize=1024)
def _of_token(token: str) -> str:
    if token.startswith("["):
        return next((one for one in _SAMPLES if found(f"^{token}$", one)), "a")
    if not token.startswith("\\") or len(token) < 2:
        return {"^": "", "$": "", ".": "a"}.get(token, token)
    if len(token) > 3 and token[1] in "ux":
        return chr(int(token[2:], 16))
    if token[1] in _OF_ESCAPES:
        return _OF_ESCAPES[token[1]]
    return "" if token[1] in _OF_NOTHING else token[1]
