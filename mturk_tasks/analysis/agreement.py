"""How far workers agree: the share of pairs that do, and Krippendorff's alpha.

Alpha is 1 where all agree and 0 where they agree as often as by chance; it takes gaps and any number of
workers. The computation is the library krippendorff's (K. Krippendorff, Content Analysis, chapter 12).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mturk_tasks.analysis.questions import Level, Question, number
from mturk_tasks.analysis.responses import Response, Values, by_hit

Units = Sequence[Counter[str]]  # of each HIT, how many workers gave each value

_MOST_VALUES: Final = 2000  # a table of so many values squared still fits

NOBODY_TWICE: Final = "no HIT was answered by two workers"
NO_CHOICE: Final = "texts are not compared"
ONE_VALUE: Final = "all answers are the same, so that chance would agree as well"
TOO_MANY: Final = f"there are more than {_MOST_VALUES} different values"


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
    domain = sorted({value for unit in units for value in unit})
    if level == "nominal":
        places: Mapping[str, int] = {value: place for place, value in enumerate(domain)}
        scale: list[float] = [float(place) for place in range(len(domain))]
    else:
        numbers = {value: number(value) for value in domain}
        if None in numbers.values():
            strange = next(value for value, read in numbers.items() if read is None)
            return None, f"{strange[:40]!r} is no number"
        scale = sorted({read for read in numbers.values() if read is not None})
        places = {value: scale.index(read) for value, read in numbers.items() if read is not None}
    if len(scale) < 2:
        return None, ONE_VALUE
    if len(scale) > _MOST_VALUES:
        return None, TOO_MANY
    return _computed(units, places, scale, level), ""


def _computed(units: Units, places: Mapping[str, int], scale: Sequence[float], level: Level) -> float:
    import krippendorff
    import numpy

    counts = numpy.zeros((len(units), len(scale)), dtype=int)
    for row, unit in enumerate(units):
        for value, times in unit.items():
            counts[row, places[value]] += times
    return float(
        krippendorff.alpha(value_counts=counts, value_domain=list(scale), level_of_measurement=level)
    )


def disagreement(units: Iterable[Counter[str]]) -> float:
    """Return which share of the pairs of answers to a HIT differ, over all its questions; 0 of no pair."""
    pairs = agreeing = 0
    for unit in units:
        pairs += unit.total() * (unit.total() - 1) // 2
        agreeing += sum(times * (times - 1) // 2 for times in unit.values())
    return 1 - agreeing / pairs if pairs else 0.0
