"""Find what most workers agree on: the rule of SimplePlurality/2011-09-01.

Where the reference is silent: of two answers given equally often neither wins, so that no order of
workers matters. A worker who left a question out counts among those asked, but nothing can win as
an answer. An answer too long to be looked at counts for nobody and against nobody. Of a worker none
of whose answers can be compared there is no score.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from mturk_tasks.marketplace.reviews.policies import NOTHING, Reply, Values

_ALL: Final = 100


@dataclass(frozen=True)
class Vote:
    """Hold one worker's reply, and the questions in it that are not looked at."""

    reply: Reply
    ignored: frozenset[str] = field(default=frozenset())


@dataclass(frozen=True)
class Agreed:
    """An answer that won, and the percentage of workers who gave it."""

    values: Values
    score: int


@dataclass(frozen=True)
class Standing:
    """How often a worker gave the agreed answers, and how often others."""

    correct: int
    incorrect: int

    @property
    def score(self) -> int | None:
        """Return the percentage of agreed answers among those compared, truncated; none of none."""
        compared = self.correct + self.incorrect
        return _ALL * self.correct // compared if compared else None


@dataclass(frozen=True)
class Consensus:
    """What is agreed on each question, None where nothing is, and how each worker stands to it."""

    questions: Mapping[str, Agreed | None]
    workers: Mapping[str, Standing]

    @property
    def found(self) -> int:
        """Return on how many questions there is an agreed answer."""
        return sum(agreed is not None for agreed in self.questions.values())

    @property
    def score(self) -> int:
        """Return the percentage of questions with an agreed answer, truncated."""
        return _ALL * self.found // len(self.questions)


def consensus(questions: Sequence[str], threshold: int, votes: Mapping[str, Vote]) -> Consensus:
    """Return what the workers agree on; `votes` are named as the caller wishes.

    A score must be greater than the threshold, or reach it where it is 100: the reference's own
    example asks for 100, which nothing could exceed.
    """
    agreed = {question: _agreed(question, threshold, votes.values()) for question in questions}
    return Consensus(agreed, {name: _standing(agreed, vote) for name, vote in votes.items()})


def _agreed(question: str, threshold: int, votes: Iterable[Vote]) -> Agreed | None:
    given = [vote.reply.get(question, NOTHING) for vote in votes if question not in vote.ignored]
    ranked = Counter(values for values in given if values != NOTHING).most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return None
    values, times = ranked[0]
    score = _ALL * times // len(given)
    return Agreed(values, score) if score > threshold or score == threshold == _ALL else None


def _standing(agreed: Mapping[str, Agreed | None], vote: Vote) -> Standing:
    same = [
        vote.reply.get(question, NOTHING) == winner.values
        for question, winner in agreed.items()
        if winner is not None and question not in vote.ignored
    ]
    return Standing(correct=sum(same), incorrect=len(same) - sum(same))


# Score a worker's answers against known ones: the rule of ScoreMyKnownAnswers/2011-09-01.


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
