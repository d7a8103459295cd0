"""What a worker looks for in a list: some words, since each of them costs time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mturk_tasks.markup.reading import FORBIDDEN

LONGEST: Final = 200  # characters
MOST: Final = 10  # words


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
