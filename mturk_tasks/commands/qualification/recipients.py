"""The workers whom a command about qualifications concerns: those of a file, or named ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mturk_tasks.errors import FileError, Problem, UsageError
from mturk_tasks.files import qualifications
from mturk_tasks.files.qualifications import Grant, GrantFile
from mturk_tasks.vocabulary.workers import is_worker_id


@dataclass(frozen=True)
class Recipients:
    """Who is to get something: the rows of a file, or workers named on the command line."""

    rows: tuple[Grant, ...]
    file: GrantFile | None = None

    @classmethod
    def of_file(cls, path: Path) -> Recipients:
        """Return the workers of a score file; raise FileError with every mistake at once."""
        file = qualifications.read_grants(path)
        return cls(file.rows, file)

    @classmethod
    def named(cls, names: Iterable[str]) -> Recipients:
        """Return workers by their IDs; raise UsageError for what is none."""
        known = tuple(dict.fromkeys(names))
        for name in known:
            if not is_worker_id(name):
                raise UsageError(f"{name!r} is no worker ID; {qualifications.WORKER_ID}")
        return cls(tuple(map(Grant, known)))

    def refuse(self, faults: dict[str, str]) -> None:
        """Raise FileError, by line, or UsageError for workers with a fault; each is a sentence's end."""
        wrong = [row for row in self.rows if row.worker_id in faults]
        if not wrong:
            return
        texts = [f"worker {row.worker_id} {faults[row.worker_id]}" for row in wrong]
        if self.file is None:
            raise UsageError("; ".join(texts))
        raise FileError(
            *(Problem(self.file.path, row.line, text) for row, text in zip(wrong, texts, strict=True))
        )
