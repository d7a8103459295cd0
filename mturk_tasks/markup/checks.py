"""What is wrong with an answer by the constraints of its question.

What is said of texts are the old site's own sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from mturk_tasks.markup.javascript import Budget, found
from mturk_tasks.markup.question_form import FreeText, Selections
from mturk_tasks.vocabulary.texts import text

_NUMBER: Final = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?")  # as HTML writes it


def text_faults(asked: FreeText, written: str, *, required: bool, budget: Budget | None = None) -> list[str]:
    """Return what is wrong with a text; one that is left empty, and may be, is fine.

    `budget` is for the expressions of the whole form.
    """
    if not written:
        return [text("is_required")] if required else []
    if asked.numeric:
        return _number_faults(asked, written)
    return [*_length_faults(asked, written), *_format_faults(asked, written, budget or Budget())]


def selection_faults(asked: Selections, number: int, *, required: bool) -> list[str]:
    """Return what is wrong with so many selections; the text of an other one counts as one."""
    if number == 0:
        return [text("is_required")] if required else []
    if number < asked.fewest:
        return [" ".join((text("too_few"), *_bounds(asked.fewest, None)))]
    return [" ".join((text("too_many_selected"), *_bounds(None, asked.most)))] if number > asked.most else []


def _number_faults(asked: FreeText, written: str) -> list[str]:
    written = written.strip()
    number = Decimal(written if _NUMBER.fullmatch(written) else "nan")
    low, high = asked.lowest, asked.highest
    if number.is_finite() and (low is None or number >= low) and (high is None or number <= high):
        return []
    return [" ".join((text("no_number"), *_bounds(low, high)))]


def _length_faults(asked: FreeText, written: str) -> list[str]:
    if (asked.shortest or 0) <= len(written) and (asked.longest is None or len(written) <= asked.longest):
        return []
    bounds = _bounds(asked.shortest or None, asked.longest, "characters")
    return [" ".join((text("wrong_length"), *bounds))]


def _bounds(low: int | None, high: int | None, unit: str = "") -> Iterator[str]:
    for key, number in (("must_be_at_least", low), ("must_be_at_most", high)):
        if number is not None:
            yield text(key, bound=text(unit, number=number) if unit else number)


def _format_faults(asked: FreeText, written: str, budget: Budget) -> list[str]:
    try:
        wrong = [
            one
            for one in asked.formats
            if not found(one.regex, written, ignore_case=one.ignore_case, budget=budget)
        ]
    except TimeoutError:
        return [text("takes_too_long")]
    return list(dict.fromkeys(one.error_text for one in wrong))
