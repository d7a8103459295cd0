"""What a worker looks for in a list: some words, since each of them costs time."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from mturk_tasks.markup.reading import FORBIDDEN

LONGEST: Final = 200  # characters
MOST: Final = 10  # words
_DIGITS: Final = 12  # characters of an amount


@dataclass(frozen=True)
class Sought:
    """The words that must all be found, the text they stand in, and whether more was asked for."""

    words: tuple[str, ...]
    text: str
    cut: bool


def read(asked: str) -> Sought:
    """Return what is looked for; characters that no text can hold are left out."""
    clean = FORBIDDEN.sub("", asked)
    words = clean[:LONGEST].split()
    cut = len(clean) > LONGEST or len(words) > MOST
    return Sought(tuple(words[:MOST]), " ".join(words[:MOST]) if cut else clean, cut)


def plain(asked: str) -> str:
    """Return a name that is looked for, without what no name can hold."""
    return FORBIDDEN.sub("", asked)[:LONGEST].strip()


def amount(asked: str) -> Decimal:
    """Return a least amount of dollars; 0 for what is none."""
    try:
        found = Decimal(asked.strip().removeprefix("$").replace(",", ".")[:_DIGITS] or 0)
    except InvalidOperation:
        return Decimal(0)
    return found if found.is_finite() and found > 0 else Decimal(0)
