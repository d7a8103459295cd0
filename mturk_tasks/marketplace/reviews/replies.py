"""What a worker replied to a HIT, as review policies compare it: a set of values for each question.

Blanks around a value do not count; its case and punctuation do. Several values of one text stand
with `|` between them, as forms of HTML send them, and compare as a set.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from mturk_tasks.markup.answers import SEPARATOR, Answer, parse

LONGEST: Final = 256  # characters of an answer that policies of HITs look at

Values = frozenset[str]
Reply = Mapping[str, Values]

NOTHING: Final[Values] = frozenset()


def as_values(texts: Iterable[str]) -> Values:
    """Return the values in these texts; a blank one is none."""
    parts = (part.strip() for text in texts for part in text.split(SEPARATOR))
    return frozenset(part for part in parts if part)


def as_text(values: Values) -> str:
    """Return the values as one text, the same for equal sets."""
    return SEPARATOR.join(sorted(values))


def read(document: str | None) -> Reply:
    """Return the values of every question in a document of answers."""
    return _gather(parse(document))


def read_short(document: str | None) -> tuple[Reply, frozenset[str]]:
    """Return the values of every question, and the questions whose answer is too long to be looked at."""
    answers = parse(document)
    long = frozenset(one.question for one in answers if len(one.flat.strip()) > LONGEST)
    return _gather(one for one in answers if one.question not in long), long


def _gather(answers: Iterable[Answer]) -> Reply:
    gathered: dict[str, Values] = {}
    for one in answers:
        gathered[one.question] = gathered.get(one.question, NOTHING) | as_values(one.values)
    return gathered
