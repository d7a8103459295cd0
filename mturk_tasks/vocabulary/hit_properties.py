"""The HIT properties file as values: which keys there are, which are needed, what fits in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

from mturk_tasks.errors import FileError, Problem
from mturk_tasks.vocabulary import entries as reading
from mturk_tasks.vocabulary import requirements, row_properties
from mturk_tasks.vocabulary.entries import Entry, Key, text, whole
from mturk_tasks.vocabulary.money import parse_usd
from mturk_tasks.vocabulary.row_properties import YEAR

MONTH: Final = 30 * 24 * 3600
ANNOTATION_LIMIT: Final = 255
TO_DO: Final = "TODO"  # stands in a new folder for what only its author knows
TO_SAY: Final = ("title", "description", "keywords")  # what workers choose by
_ANNOTATION: Final = "annotation"


@dataclass(frozen=True)
class HitProperties:
    """What a properties file says: the first six describe the HIT type, the rest each HIT.

    Durations are seconds. `annotation` and `merged` are merged with each input row: the latter are
    the entries that `row_properties` makes values of once that is done.
    """

    title: str
    description: str
    keywords: str
    reward: Decimal
    assignmentduration: int
    autoapprovaldelay: int
    annotation: str
    annotation_line: int
    merged: tuple[Entry, ...]


_KEYS: Final = {
    "title": Key(text(128), "title: Choose the better picture"),
    "description": Key(text(2000), "description: Two pictures, one question"),
    "keywords": Key(text(1000), default=""),
    "reward": Key(parse_usd, "reward: 0.05"),
    "assignmentduration": Key(whole(30, YEAR, "seconds"), "assignmentduration: 3600"),
    "autoapprovaldelay": Key(whole(0, MONTH, "seconds"), "autoapprovaldelay: 259200"),
    _ANNOTATION: Key(str.strip, default=""),
}
REQUIRED: Final = tuple(name for name, key in {**_KEYS, **row_properties.KEYS}.items() if key.example)


def read(entries: Iterable[tuple[int, str, str]], path: Path) -> tuple[HitProperties, list[Problem]]:
    """Return the properties, and warnings about keys that are unknown or stand there twice.

    An entry is a line, a key and a text. Raise FileError with every mistake at once; what only a row
    can show to be one comes up when the row is merged.
    """
    found, warnings = reading.last(entries, _known, "a HIT", path)
    values, problems = reading.values(found, _KEYS, path)
    merged = tuple(entry for entry in found.values() if row_properties.concerns(entry.key))
    problems += row_properties.problems_of(merged, path)
    if problems:  # with what is odd as well: a misspelt key is why the right one is missing
        raise FileError(*sorted([*problems, *warnings], key=lambda problem: problem.line or 0))
    warnings += requirements.doubts([entry for entry in merged if requirements.concerns(entry.key)], path)
    line = found[_ANNOTATION].line if _ANNOTATION in found else 0
    return HitProperties(**values, annotation_line=line, merged=merged), warnings


def _known(key: str) -> bool:
    return key in _KEYS or row_properties.concerns(key)
