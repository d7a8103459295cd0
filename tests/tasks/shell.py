"""Run `inv` as a person does: in this process where that is enough, in one of its own where it matters."""

from __future__ import annotations

import csv
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from invoke.program import Program
from sqlalchemy import func, select

from mturk_tasks.marketplace.storage import opening, schema
from mturk_tasks.tasks.bootstrap import Embedded

INV = (sys.executable, "-m", "invoke")
REASON = "The answer is about something else."
PATIENCE = 60.0  # seconds; a machine at work is slow, one that never answers is broken


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Shell:
    """A prompt in the survey folder."""

    folder: Path
    capsys: pytest.CaptureFixture[str]

    def inv(self, *words: str) -> Ended:
        """Run invoke's own program in this process."""
        self.capsys.readouterr()
        code: Any = 0
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "path", list(sys.path))
            patch.setattr(sys, "dont_write_bytecode", True)
            patch.delitem(sys.modules, "tasks", raising=False)
            try:
                Program(name="Invoke", binary="inv").run(["inv", *words])
            except SystemExit as error:
                code = error.code
            sys.modules.pop("tasks", None)
        said = self.capsys.readouterr()
        return Ended(code or 0, said.out, said.err)

    def do(self, *words: str) -> str:
        """Run a command that must succeed, and return what it said."""
        ended = self.inv(*words)
        assert ended.code == 0, ended
        return ended.out

    def start(self, *words: str, folder: Path | None = None, **settings: Any) -> subprocess.Popen[str]:
        """Start a process; both of its outputs are pipes unless `settings` say otherwise."""
        pipe = subprocess.PIPE
        streams = {"stdin": subprocess.DEVNULL, "stdout": pipe, "stderr": pipe, **settings}
        return subprocess.Popen([*INV, *words], cwd=folder or self.folder, text=True, **streams)

    def process(self, *words: str, folder: Path | None = None) -> Ended:
        """Run a process to its end."""
        return ended(self.start(*words, folder=folder))

    def rows(self, number: int, folder: Path | None = None) -> None:
        """Give the input that many rows."""
        lines = ["picture", *pictures(number)]
        ((folder or self.folder) / "birds.input").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def journal(self) -> str:
        """Return the journal as it stands, nothing where there is none yet."""
        path = self.folder / "birds.journal"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def receipt(self, label: str = "birds") -> list[str]:
        """Return the HIT IDs of the success file."""
        lines = (self.folder / f"{label}.success").read_text(encoding="utf-8").splitlines()
        return [line.split("\t")[0] for line in lines[1:]]

    def files(self, *endings: str) -> list[str]:
        """Return the names of the folder's files with these endings."""
        return sorted(path.name for ending in endings for path in self.folder.glob(f"*.{ending}"))


def pictures(number: int) -> list[str]:
    """Return the first cells of so many rows, sorted."""
    return [f"bird-{n:03}.jpg" for n in range(1, number + 1)]


def ended(process: subprocess.Popen[str]) -> Ended:
    """Wait for the end of a process."""
    out, err = process.communicate(timeout=PATIENCE)
    return Ended(process.returncode, out or "", err or "")


def wait(until: Callable[[], object], process: subprocess.Popen[str] | None = None) -> None:
    """Return when something is so; fail where it takes too long, or where the process ends before."""
    end = time.monotonic() + PATIENCE
    while not until():
        if time.monotonic() > end or (process and process.poll() is not None and not until()):
            pytest.fail(f"waited in vain for {until}; {process and ended(process)}")
        time.sleep(0.002)


def table(path: Path) -> list[dict[str, str]]:
    """Return the rows of a results or input file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def mark_first(path: Path, reason: str = REASON) -> None:
    """Write an x and a reason into the first row, as a person does in a spreadsheet."""
    rows = table(path)
    rows[0]["reject"], rows[0]["feedback"] = "x", reason
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter="\t", quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(rows)


def snapshot(*places: Path) -> dict[str, tuple[int, int]]:
    """Return every file and folder below some places, with size and time of change."""
    found = [path for place in places if place.exists() for path in (place, *place.rglob("*"))]
    return {str(path): (path.lstat().st_size, path.lstat().st_mtime_ns) for path in found}


@dataclass(frozen=True)
class Sandbox:
    """The user's embedded sandbox, looked into from outside."""

    home: Path

    @property
    def client(self) -> Any:
        """Return a client of it."""
        return Embedded(self.home / "sandbox.db", dry=False).connect()

    def hits(self) -> list[dict[str, Any]]:
        """Return every HIT."""
        pages = self.client.get_paginator("list_hits").paginate(MaxResults=100)
        return [hit for page in pages for hit in page["HITs"]]

    def annotations(self) -> list[str]:
        """Return what the HITs were made of, sorted."""
        return sorted(hit["RequesterAnnotation"] for hit in self.hits())

    def statuses(self) -> list[str]:
        """Return the state of every assignment, sorted."""
        return sorted(one["AssignmentStatus"] for hit in self.hits() for one in self._work(hit["HITId"]))

    def payments(self) -> int:
        """Return how often a worker was paid."""
        with opening.open_store(self.home / "sandbox.db") as store, store.reading() as db:
            paid = select(func.count()).select_from(schema.ledger).where(schema.ledger.c.kind == "payment")
            return int(db.execute(paid).scalar_one())

    def messages(self) -> dict[str, int]:
        """Return how many messages each worker was sent."""
        with opening.open_store(self.home / "sandbox.db") as store, store.reading() as db:
            name = schema.message.c.worker_id
            return {row[0]: row[1] for row in db.execute(select(name, func.count()).group_by(name))}

    def _work(self, hit_id: str) -> Sequence[dict[str, Any]]:
        work: list[dict[str, Any]] = self.client.list_assignments_for_hit(HITId=hit_id, MaxResults=100)[
            "Assignments"
        ]
        return work
