"""Compare a worker's answers with the expected ones, as evaluateQualificationRequests does: pure rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

PASS: Final = 100  # the score of who answers everything right (the reference)
_SEPARATOR: Final = "|"


@dataclass(frozen=True)
class Mark:
    """One question of the key: what is expected, and what was given; nothing is given as an empty text."""

    question: str
    expected: str
    given: str

    @property
    def right(self) -> bool:
        """Say whether they agree: upper and lower case do not count, nor does the order of selections."""
        return _plain(self.expected) == _plain(self.given)


def marks(expected: Mapping[str, str], given: Mapping[str, str]) -> tuple[Mark, ...]:
    """Return the mark of every question of the key; one without an answer is as good as an empty one."""
    return tuple(Mark(question, answer, given.get(question, "")) for question, answer in expected.items())


def unknown(expected: Mapping[str, str], given: Mapping[str, str]) -> list[str]:
    """Return the questions that were answered and that the key says nothing of."""
    return [question for question in given if question not in expected]


def _plain(text: str) -> frozenset[str]:
    return frozenset(part.strip().casefold() for part in text.split(_SEPARATOR))
