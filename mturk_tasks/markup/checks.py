"""What is wrong with an answer by the constraints of its question.

The sentences about texts are those of the old site's own form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from mturk_tasks.markup.javascript import found
from mturk_tasks.markup.question_form import FreeText, Selections

REQUIRED: Final = "This field is required."
INVALID: Final = "Invalid input supplied."
_NUMBER: Final = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?")  # as HTML writes it
_NUMERIC: Final = "Invalid numeric value."
_LENGTH: Final = "Invalid entry length."


def text_faults(asked: FreeText, text: str, *, required: bool) -> list[str]:
    """Return what is wrong with a text; one that is left empty, and may be, is fine."""
    if not text:
        return [REQUIRED] if required else []
    if asked.numeric:
        return _number_faults(asked, text)
    return [*_length_faults(asked, text), *_format_faults(asked, text)]


def selection_faults(asked: Selections, number: int, *, required: bool) -> list[str]:
    """Return what is wrong with so many selections; the text of an other one counts as one."""
    if number == 0:
        return [REQUIRED] if required else []
    if number < asked.fewest:
        return [f"Too few are selected. Must be at least {asked.fewest}."]
    return [f"Too many are selected. Must be at most {asked.most}."] if number > asked.most else []


def _number_faults(asked: FreeText, text: str) -> list[str]:
    written = text.strip()
    number = Decimal(written if _NUMBER.fullmatch(written) else "nan")
    low, high = asked.lowest, asked.highest
    if number.is_finite() and (low is None or number >= low) and (high is None or number <= high):
        return []
    return [" ".join((_NUMERIC, *_bounds(low, high)))]


def _length_faults(asked: FreeText, text: str) -> list[str]:
    if (asked.shortest or 0) <= len(text) and (asked.longest is None or len(text) <= asked.longest):
        return []
    bounds = _bounds(asked.shortest or None, asked.longest, " characters")
    return [" ".join((_LENGTH, *bounds))]


def _bounds(low: int | None, high: int | None, what: str = "") -> Iterator[str]:
    if low is not None:
        yield f"Must be at least {low}{what}."
    if high is not None:
        yield f"Must be at most {high}{what}."


def _format_faults(asked: FreeText, text: str) -> list[str]:
    wrong = [one for one in asked.formats if not found(one.regex, text, ignore_case=one.ignore_case)]
    return list(dict.fromkeys(one.error_text for one in wrong))
