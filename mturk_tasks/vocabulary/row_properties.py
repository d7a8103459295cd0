"""The properties that may differ from HIT to HIT, because each input row is merged into them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mturk_tasks.errors import FileError, Problem
from mturk_tasks.vocabulary import entries as reading
from mturk_tasks.vocabulary import requirements
from mturk_tasks.vocabulary.entries import Entry, Key, whole
from mturk_tasks.vocabulary.requirements import QualificationRequirement

YEAR: Final = 365 * 24 * 3600
KEYS: Final = {
    "assignments": Key(whole(1, 10**9, "assignments"), "assignments: 3"),
    "hitlifetime": Key(whole(30, YEAR, "seconds"), "hitlifetime: 259200"),
}


@dataclass(frozen=True)
class RowProperties:
    """What the merged entries say of one HIT; `hitlifetime` is seconds.

    The requirements belong to the HIT type, so that all HITs of a load must have the same.
    """

    assignments: int
    hitlifetime: int
    requirements: tuple[QualificationRequirement, ...] = ()


def concerns(key: str) -> bool:
    """Say whether a key is one of those that are merged, apart from the annotation."""
    return key in KEYS or requirements.concerns(key)


def varies(text: str) -> bool:
    """Say whether a row may change a text: it holds a reference or a directive."""
    return "$" in text or "#" in text


def read(entries: Sequence[Entry], path: Path) -> RowProperties:
    """Return what entries say once a row is merged into them; raise FileError with every mistake."""
    values, problems = reading.values({entry.key: entry for entry in entries}, KEYS, path)
    required, more = _requirements(entries, path)
    if problems or more:
        raise FileError(*problems, *more)
    return RowProperties(**values, requirements=required)


def problems_of(entries: Sequence[Entry], path: Path) -> list[Problem]:
    """Return what is wrong with entries whatever is merged into them."""
    by_key = {entry.key: entry for entry in entries}
    fixed = {name: key for name, key in KEYS.items() if not (name in by_key and varies(by_key[name].text))}
    _, problems = reading.values(by_key, fixed, path)
    about = [entry for entry in entries if requirements.concerns(entry.key)]
    if not any(varies(entry.text) for entry in about):
        problems += _requirements(about, path)[1]
    return problems


def _requirements(
    entries: Sequence[Entry], path: Path
) -> tuple[tuple[QualificationRequirement, ...], tuple[Problem, ...]]:
    """Return the requirements, or none of them and what is wrong."""
    try:
        return requirements.read([entry for entry in entries if requirements.concerns(entry.key)], path), ()
    except FileError as error:
        return (), error.problems
