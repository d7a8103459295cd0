"""Look after one marketplace: what an operator asks of it, each in one call."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from mturk_tasks.errors import UsageError
from mturk_tasks.marketplace.operator import backup, checks, exports, imports, overview
from mturk_tasks.marketplace.operator.overview import Overview
from mturk_tasks.marketplace.storage import about, snapshots
from mturk_tasks.marketplace.storage.store import Store


@dataclass(frozen=True)
class Upkeep:
    """A marketplace that is opened for each call; `file` is None where it is not a file.

    `real` is the world's moment, of which the sandbox's own is made.
    """

    open: Callable[[], Store]
    file: Path | None
    real: datetime

    def backup(self, to: Path | None) -> Path:
        """Write a backup, beside the marketplace and dated unless it is said where; return its path."""
        self._must_exist()
        beside = self.file.absolute().parent if self.file else Path()
        with self.open() as store:
            return backup.backup(store, to or beside, self.real)

    def examine(self, source: Path) -> int:
        """Return how many rows a backup has; raise UsageError for a file that is none."""
        return sum(snapshots.verify(source).values())

    def restore(self, source: Path) -> Path | None:
        """Put a backup in the place of the marketplace; return where that is now, None if there was none."""
        if self.file is not None:
            return backup.restore(source, self.file, self.real)
        with self.open() as store:
            backup.restore_rows(source, store)
        return None

    def export(self, requester: str, to: Path) -> dict[str, int]:
        """Write everything of a requester into a new file for its owner's eyes only; return the counts.

        Raise UsageError where the file is there already, or there is no such requester.
        """
        self._must_exist()
        if to.exists():
            raise UsageError(f"{to} is there already; nothing is overwritten")
        with self.open() as store, snapshots.unfinished(to) as part:
            with part.open("wb") as file:
                counts = exports.export(store, requester, file, self._now(store))
                file.flush()
                os.fsync(file.fileno())
            part.rename(to)
            snapshots.sync(to.absolute().parent)
        return counts

    def peek(self, source: Path) -> tuple[str, int]:
        """Return whom an export is about and how many rows it has; raise UsageError for another file."""
        with _opened(source) as file:
            header, end = exports.verified(file)
        return header["requester"], sum(end["counts"].values())

    def enter(self, source: Path) -> dict[str, int]:
        """Enter the requester of an export with everything in it; return the counts."""
        with self.open() as store, _opened(source) as file:
            return imports.import_(store, file, self._now(store))

    def check(self) -> list[str]:
        """Return what is wrong, a sentence each."""
        self._must_exist()
        with self.open() as store:
            return checks.check(store)

    def status(self) -> Overview:
        """Return what the marketplace holds."""
        self._must_exist()
        with self.open() as store:
            return overview.status(store, self._now(store))

    def _now(self, store: Store) -> datetime:
        return about.now(store, self.real)

    def _must_exist(self) -> None:
        """Refuse to make a marketplace only to look at it."""
        if self.file is not None and not self.file.exists():
            raise UsageError(f"there is no marketplace at {self.file}")


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
