"""Text for a field that limits it: a number in a range, a length, formats it must match."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from random import Random
from typing import Final

from mturk_tasks.marketplace.crowd.matching import compiled, likely_texts
from mturk_tasks.marketplace.crowd.phrases import of_length, words
from mturk_tasks.markup.question_form import FreeText
from mturk_tasks.markup.reading import FORBIDDEN

_TRIES: Final = 120
_DIGITS: Final = 15  # as many as a number can have and stay exact
_PHRASES: Final = 10

# A pattern such as ^(\w+ ?)*$ takes twice as long for each character of a text that does not match:
# longer texts are tried only where they are likely to match.
_SAFE: Final = 20
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)


def find_text(name: str, wanted: FreeText, random: Random) -> str | None:
    """Return a text, never empty, that the field's checks let through; None if none was found.

    Plain words are tried first, as people would, then texts made from the formats.
    """
    tries = (text for text in _tries(name, wanted, random) if text and not FORBIDDEN.search(text))
    return next((text for text in tries if satisfies(text, wanted)), None)


def satisfies(text: str, wanted: FreeText) -> bool:
    """Say whether a form's checks let the text through; a format must be found somewhere in it."""
    longest = len(text) if wanted.longest is None else wanted.longest
    if not (wanted.shortest or 0) <= len(text) <= longest:
        return False
    if wanted.numeric and not _is_in_range(text, wanted):
        return False
    return all(pattern is not None and pattern.search(text) for pattern in _patterns(wanted))


def _is_in_range(text: str, wanted: FreeText) -> bool:
    if not _NUMBER.fullmatch(text):
        return False
    number = Decimal(text)
    above = wanted.lowest is None or number >= wanted.lowest
    return above and (wanted.highest is None or number <= wanted.highest)


def _patterns(wanted: FreeText) -> list[re.Pattern[str] | None]:
    return [compiled(one.regex, ignore_case=one.ignore_case) for one in wanted.formats]


def _tries(name: str, wanted: FreeText, random: Random) -> Iterator[str]:
    if wanted.numeric:
        yield from _numbers(wanted, random)
    for _ in range(_PHRASES):
        text = of_length(words(name, random), wanted.shortest or 0, wanted.longest, random)
        if len(text) <= _SAFE or not wanted.formats:
            yield text
    yield from _made_from_formats(wanted, random)
    if wanted.default is not None:
        yield wanted.default


def _made_from_formats(wanted: FreeText, random: Random) -> Iterator[str]:
    patterns = [pattern for pattern in _patterns(wanted) if pattern is not None]
    shortest = wanted.shortest or 0
    for text in likely_texts(patterns, random, _TRIES):
        yield text
        if len(text) < min(shortest, _SAFE) and all(pattern.search(f"{text} .") for pattern in patterns):
            yield of_length(text, shortest, wanted.longest, random)  # words may follow what it asks for


def _numbers(wanted: FreeText, random: Random) -> Iterator[str]:
    """Yield numbers of the range, whole ones first, then with decimals to reach a least length."""
    digits = min(wanted.shortest or 0, _DIGITS)
    low = min(0, wanted.highest or 0) if wanted.lowest is None else wanted.lowest
    high = max(low + 100, 10**digits) if wanted.highest is None else wanted.highest
    for _ in range(10):
        number = random.randint(low, max(low, high))
        yield str(number)
        yield f"{number:.{max(1, digits - len(str(number)) - 1)}f}"
