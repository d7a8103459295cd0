"""Gold: items whose right answers are known, and how workers did on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mturk_tasks.analysis.agreement import joined
from mturk_tasks.analysis.responses import Response, by_worker

RightAnswers = Mapping[str, Mapping[str, str]]  # of each gold HIT, the right answer to each of its questions


@dataclass(frozen=True)
class Score:
    """How many gold answers of a worker are right, of how many."""

    right: int
    of: int

    @property
    def percent(self) -> float | None:
        """Return the percentage that is right; None of nothing."""
        return 100 * self.right / self.of if self.of else None


def failed(response: Response, right: RightAnswers) -> list[str]:
    """Return the questions of a gold HIT to which a response has another answer than the right one."""
    known = right.get(response.hit_id, {})
    return [question for question, answer in known.items() if not _is_right(response, question, answer)]


def score(responses: Iterable[Response], right: RightAnswers) -> Score:
    """Return how many of the gold answers in responses are right."""
    asked = wrong = 0
    for response in responses:
        asked += len(right.get(response.hit_id, {}))
        wrong += len(failed(response, right))
    return Score(asked - wrong, asked)


def score_workers(responses: Sequence[Response], right: RightAnswers) -> dict[str, Score]:
    """Return the score of each worker who met gold."""
    scores = {worker: score(own, right) for worker, own in by_worker(responses).items()}
    return {worker: scored for worker, scored in scores.items() if scored.of}


def _is_right(response: Response, question: str, answer: str) -> bool:
    """Compare without regard to case, blanks around the answer and the order of several selections."""
    given = joined(response.answers.get(question, ("",)))
    wanted = joined(tuple(answer.split("|")))
    return given.strip().casefold() == wanted.strip().casefold()
