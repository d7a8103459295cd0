"""Grade a test by its AnswerKey. The rules are those of the API reference's article on the AnswerKey."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from mturk_tasks.markup.answer_key import AnswerKey, KeyQuestion, Option, Percentage, Scale, ValueMapping
from mturk_tasks.markup.answers import Answer

_LOWEST: Final = -(2**31)  # a qualification's value is an integer of 32 bits
_HIGHEST: Final = 2**31 - 1


def grade(key: AnswerKey, answers: Iterable[Answer]) -> int:
    """Return the qualification's value for these answers, whatever their order."""
    return value_of(summed(key, answers), key.mapping)


def summed(key: AnswerKey, answers: Iterable[Answer]) -> int:
    """Return the sum of the scores of the key's questions; other questions count nothing."""
    chosen: dict[str, frozenset[str] | None] = {}
    for answer in answers:
        before = chosen.get(answer.question, frozenset())
        chosen[answer.question] = _union(before, _selected(answer))
    return sum(_score(question, chosen.get(question.identifier)) for question in key.questions)


def value_of(total: int, mapping: ValueMapping | None) -> int:
    """Return what a sum of scores means: rounded to whole numbers, halves away from zero."""
    if mapping is None:
        value = total
    elif isinstance(mapping, Percentage):
        value = _rounded(Decimal(100 * total) / mapping.maximum)
    elif isinstance(mapping, Scale):
        value = _rounded(total * mapping.multiplier)
    else:
        fitting = (one.value for one in mapping.ranges if one.lowest <= total <= one.highest)
        value = next(fitting, mapping.otherwise)
    return max(_LOWEST, min(_HIGHEST, value))


def best_answers(key: AnswerKey) -> list[Answer]:
    """Return answers that score as much as any can: the key's own; without one where that is best."""
    best = ((question, _best(question)) for question in key.questions)
    return [
        Answer(question.identifier, selections=tuple(sorted(option.selections)) if option else ())
        for question, option in best
    ]


def maximum(key: AnswerKey) -> int:
    """Return the highest sum that any answers reach."""
    bests = ((question, _best(question)) for question in key.questions)
    return sum(option.score if option else question.default for question, option in bests)


def _selected(answer: Answer) -> frozenset[str] | None:
    """Return the set a worker chose, None for anything more than selections: it equals no option."""
    more = answer.free_text is not None or answer.file_key is not None or answer.other
    return None if more else frozenset(answer.selections)


def _union(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    return None if one is None or other is None else one | other


def _score(question: KeyQuestion, chosen: frozenset[str] | None) -> int:
    fitting = (option.score for option in question.options if option.selections == chosen)
    return next(fitting, question.default)


def _best(question: KeyQuestion) -> Option | None:
    option = max(question.options, key=lambda one: one.score)
    return option if option.score >= question.default else None


def _rounded(number: Decimal) -> int:
    bounded = max(Decimal(_LOWEST), min(Decimal(_HIGHEST), number))
    return int(bounded.to_integral_value(ROUND_HALF_UP))
