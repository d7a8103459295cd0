"""How far workers agree: the share of pairs that do, and Krippendorff's alpha.

Alpha is 1 where all agree and 0 where they agree as often as by chance; it takes gaps and any number of
workers (K. Krippendorff, Content Analysis, chapter 12). It is computed here: the library krippendorff, with
which the tests compare it, holds a table of units times values squared, 12 GB for 2,000 HITs with 500 values.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mturk_tasks.analysis.questions import Level, Question, number
from mturk_tasks.analysis.responses import Response, Values, by_hit

Units = Sequence[Counter[str]]  # of each HIT, how many workers gave each value

NOBODY_TWICE: Final = "no HIT was answered by two workers"
NO_CHOICE: Final = "texts are not compared"
ONE_VALUE: Final = "all answers are the same, so that chance would agree as well"


@dataclass(frozen=True)
class Agreement:
    """How far workers agree on a question.

    `pairs` counts pairs of answers to one HIT, `agreeing` those that are equal, `units` the HITs with two
    answers at least. `alpha` is None where it cannot be computed, and `reason` says why.
    """

    units: int
    pairs: int
    agreeing: int
    alpha: float | None
    reason: str = ""

    @property
    def percent(self) -> float | None:
        """Return the percentage of pairs that agree."""
        return 100 * self.agreeing / self.pairs if self.pairs else None


def on_question(question: Question, responses: Iterable[Response]) -> Agreement:
    """Return how far workers agree on a question, HIT by HIT."""
    if question.level is None:
        return Agreement(0, 0, 0, None, NO_CHOICE)
    return measure(units_of(question, responses), question.level)


def units_of(question: Question, responses: Iterable[Response]) -> list[Counter[str]]:
    """Return of each HIT how often each answer was given; several selections are one value together."""
    return [
        Counter(
            joined(response.answers[question.name])
            for response in responses_of_hit
            if question.name in response.answers
        )
        for responses_of_hit in by_hit(responses).values()
    ]


def joined(values: Values) -> str:
    """Return the selections of one answer as one value, whatever their order."""
    return values[0] if len(values) == 1 else "|".join(sorted(values))


def measure(units: Units, level: Level) -> Agreement:
    """Return the agreement on values of a level; units with fewer than two of them count for nothing."""
    compared = [unit for unit in units if unit.total() > 1]
    pairs = sum(unit.total() * (unit.total() - 1) // 2 for unit in compared)
    agreeing = sum(times * (times - 1) // 2 for unit in compared for times in unit.values())
    alpha, reason = _alpha(compared, level)
    return Agreement(len(compared), pairs, agreeing, alpha, reason)


def _alpha(units: Units, level: Level) -> tuple[float | None, str]:
    """Return alpha, or None and why there is none."""
    if not units:
        return None, NOBODY_TWICE
    totals: Counter[str] = Counter()
    for unit in units:
        totals.update(unit)
    strange = next((value for value in totals if number(value) is None), None)
    if level != "nominal" and strange is not None:
        return None, f"{strange[:40]!r} is no number"
    if len(totals if level == "nominal" else set(_numbers(totals).values())) < 2:
        return None, ONE_VALUE
    scale = {"nominal": _nominal, "ordinal": _ranks, "interval": _numbers}[level](totals)
    n = totals.total()
    observed = sum(_apart(unit, scale) / (unit.total() - 1) for unit in units) / n
    expected = _apart(totals, scale) / (n * (n - 1))
    return 1 - observed / expected, ""


Scale = Mapping[str, float]  # where values lie; those of an empty one are equal or not


def _apart(counts: Counter[str], scale: Scale) -> float:
    """Return the sum of the squared distances of all ordered pairs, values as often as they come up."""
    n = counts.total()
    if not scale:
        return n * n - sum(times * times for times in counts.values())
    middle = sum(times * scale[value] for value, times in counts.items()) / n
    return 2 * n * sum(times * (scale[value] - middle) ** 2 for value, times in counts.items())


def _nominal(_totals: Counter[str]) -> Scale:
    return {}


def _numbers(totals: Counter[str]) -> Scale:
    return {value: number(value) or 0.0 for value in totals}


def _ranks(totals: Counter[str]) -> Scale:
    """Return how many values lie below each, and half of its own: the distance of ordinal values."""
    numbers = _numbers(totals)
    shares: Counter[float] = Counter()
    for value, times in totals.items():
        shares[numbers[value]] += times
    ranks: dict[float, float] = {}
    below = 0
    for place, times in sorted(shares.items()):
        ranks[place] = below + times / 2
        below += times
    return {value: ranks[numbers[value]] for value in totals}


def disagreement(units: Iterable[Counter[str]]) -> float:
    """Return which share of the pairs of answers to a HIT differ, over all its questions; 0 of no pair."""
    pairs = agreeing = 0
    for unit in units:
        pairs += unit.total() * (unit.total() - 1) // 2
        agreeing += sum(times * (times - 1) // 2 for times in unit.values())
    return 1 - agreeing / pairs if pairs else 0.0
