"""Score a worker's answers against known ones: the rule of ScoreMyKnownAnswers/2011-09-01."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mturk_tasks.marketplace.reviews.replies import NOTHING, Reply, Values


@dataclass(frozen=True)
class Marks:
    """Say of each question of the key whether it was answered right."""

    right: Mapping[str, bool]

    @property
    def correct(self) -> int:
        """Return how many questions were answered right."""
        return sum(self.right.values())

    @property
    def score(self) -> int:
        """Return the percentage of right answers, truncated."""
        return 100 * self.correct // len(self.right)


def mark(key: Mapping[str, Values], reply: Reply) -> Marks:
    """Compare a reply with the key, which has one question at least.

    All values of the key and no others make an answer right. A question to which the key has no
    values is never right, nor is one without an answer.
    """
    return Marks({question: _is_right(values, reply.get(question)) for question, values in key.items()})


def _is_right(known: Values, given: Values | None) -> bool:
    return known != NOTHING and known == given
