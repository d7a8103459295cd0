"""The work on a set as it was fetched last, so that what has not changed since need not be fetched again.

Each HIT stands in it under the revision that the marketplace told then, which changes with anything that a
requester could see of the HIT and its work. The file is no record: without it all is fetched.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any, Final

from mturk_tasks.client.records import Assignment
from mturk_tasks.lib import disk

_VERSION: Final = 1
_MOMENTS: Final = ("accepted", "submitted", "auto_approval", "approved", "rejected", "deadline")
_NAMES: Final = tuple(one.name for one in fields(Assignment))


@dataclass
class FetchedWork:
    """The assignments of HITs, each with the revision under which they were seen, in one marketplace."""

    path: Path
    marketplace: str
    seen: dict[str, tuple[str, tuple[Assignment, ...]]] = field(default_factory=dict)
    changed: bool = False

    def find(self, hit_id: str, revision: str) -> tuple[Assignment, ...] | None:
        """Return the assignments of a HIT, None where they may have changed."""
        before = self.seen.get(hit_id)
        return before[1] if before and before[0] == revision else None

    def keep(self, hit_id: str, revision: str, found: Iterable[Assignment]) -> None:
        """Remember what was fetched of a HIT."""
        self.seen[hit_id] = (revision, tuple(found))
        self.changed = True

    def write(self) -> None:
        """Put it on the disk, for its owner alone; raise FileError where that cannot be."""
        if not self.changed:
            return
        header: object = {"version": _VERSION, "marketplace": self.marketplace}
        each = (
            [hit_id, revision, list(map(_written, found))] for hit_id, (revision, found) in self.seen.items()
        )
        lines = chain([header], each)
        text = "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)
        disk.write(self.path, text, private=True)


def read(path: Path, marketplace: str) -> FetchedWork:
    """Return what was fetched last; nothing of another marketplace, or where the file cannot be read."""
    nothing = FetchedWork(path, marketplace)
    try:
        lines = path.read_bytes().split(b"\n")[:-1]
        header = json.loads(lines[0])
        if header != {"version": _VERSION, "marketplace": marketplace} or not marketplace:
            return nothing
        parts = map(json.loads, lines[1:])
        seen = {hit_id: (revision, tuple(map(_read, found))) for hit_id, revision, found in parts}
    except (OSError, ValueError, TypeError, KeyError, IndexError):
        return nothing
    return FetchedWork(path, marketplace, seen)


def _written(assignment: Assignment) -> list[Any]:
    values = (getattr(assignment, name) for name in _NAMES)
    return [value.isoformat() if isinstance(value, datetime) else value for value in values]


def _read(values: list[Any]) -> Assignment:
    found = dict(zip(_NAMES, values, strict=True))
    for name in _MOMENTS:
        found[name] = None if found[name] is None else datetime.fromisoformat(found[name])
    return Assignment(**found)
