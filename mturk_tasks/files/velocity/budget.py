"""What merging may take, in steps, characters and seconds, so that no template runs without end.

A folder may come from anybody, and a slip in an honest one can double a text forty times. Each row has a
budget, and all rows of a load share another.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

from mturk_tasks.errors import FileError

LONGEST: Final = 1_000_000  # characters of a text; as many as the longest question that can be posted
STEPS: Final = 500_000
CHARACTERS: Final = 20_000_000
SECONDS: Final = 10.0
LOAD_CHARACTERS: Final = 2_000_000_000  # 10,000 rows of the longest questions make about half of it
LOAD_SECONDS: Final = 300.0


class Spent(Exception):
    """Say that the budget does not suffice; `text` is what to tell."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(text)


class TooMuch(FileError):
    """Say it with the line of the template: the rows that follow need not be tried."""


@dataclass
class Budget:
    """What is left for a row; `place` is the line of the template that is being followed."""

    ends: float
    steps: int = STEPS
    characters: int = CHARACTERS
    place: tuple[str, int] = ("", 1)

    def spend(self, steps: int = 1, characters: int = 0) -> None:
        """Take from it; raise Spent where there is not enough left."""
        self.steps -= steps
        self.characters -= characters
        if self.steps < 0:
            raise Spent(f"takes more than {STEPS} steps for a row; shorten the lists that are gone through")
        if self.characters < 0:
            raise Spent(f"makes texts of more than {CHARACTERS} characters for a row; make fewer of them")
        if self.seconds() < 0:
            raise Spent("takes too long; make its loops shorter and its patterns simpler")

    def seconds(self) -> float:
        """Return how many seconds are left."""
        return self.ends - time.monotonic()


_row: ContextVar[Budget] = ContextVar("budget")


@dataclass
class Load:
    """What is left for all rows that one template is filled with."""

    seconds: float = LOAD_SECONDS
    characters: int = LOAD_CHARACTERS

    @contextmanager
    def row(self, place: tuple[str, int]) -> Iterator[Budget]:
        """Give a row its budget and take what it needed from the load's."""
        began = time.monotonic()
        given = min(CHARACTERS, self.characters)
        budget = Budget(began + min(SECONDS, self.seconds), characters=given, place=place)
        token = _row.set(budget)
        try:
            yield budget
        finally:
            _row.reset(token)
            self.seconds -= time.monotonic() - began
            self.characters -= given - budget.characters


def current() -> Budget:
    """Return the budget of the row that is being merged; outside of any, one of its own."""
    found = _row.get(None)
    return found if found else Budget(time.monotonic() + SECONDS)


def joined(pieces: Iterable[str]) -> str:
    """Return pieces as one text: every text that grows is made here, and counted while it does."""
    budget, kept, length = current(), [], 0
    for piece in pieces:
        kept.append(piece)
        length += len(piece)
        budget.spend(characters=len(piece))
        if length > LONGEST:
            raise Spent(f"makes a text of more than {LONGEST} characters")
    return "".join(kept)
