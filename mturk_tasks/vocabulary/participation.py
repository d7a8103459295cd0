"""Whose earlier work keeps them out of a survey, or lets them in, and how often somebody may take part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from mturk_tasks.errors import Problem
from mturk_tasks.vocabulary import entries as reading
from mturk_tasks.vocabulary.entries import Entry, Key, whole

EXCLUDE: Final = "exclude"
ONLY: Final = "only"
MOST: Final = "perworker"


@dataclass(frozen=True)
class Participation:
    """What the properties ask of earlier work.

    `exclude` and `only` name surveys by their folders, as `../pilot`, or sets of this folder by their labels;
    `most` is how many HITs of the survey a worker may have. `lines` tell where each key stands.
    """

    exclude: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    most: int | None = None
    lines: Mapping[str, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Say whether anything is asked at all."""
        return bool(self.exclude or self.only or self.most)


def is_folder(reference: str) -> bool:
    """Say whether a reference names a folder, not a set of this one."""
    return "/" in reference or reference.startswith(".")


def _names(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",")))
    if "" in names:
        raise ValueError(
            f"{text.strip()!r} has an empty name; write folders and labels as in ../pilot, wave1"
        )
    return names


_KEYS: Final = {
    EXCLUDE: Key(_names, default=()),
    ONLY: Key(_names, default=()),
    MOST: Key(whole(1, 1_000_000, "HITs")),
}


def concerns(key: str) -> bool:
    """Say whether a key is one of these."""
    return key in _KEYS


def read(found: Mapping[str, Entry], path: Path) -> tuple[Participation, list[Problem]]:
    """Return what the entries say, and what does not fit."""
    values: dict[str, Any]
    values, problems = reading.values(found, _KEYS, path)
    lines = {key: found[key].line for key in _KEYS if key in found}
    own = Participation(values.get(EXCLUDE, ()), values.get(ONLY, ()), values.get(MOST), lines)
    return own, problems
