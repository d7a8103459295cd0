"""The sets of a survey folder: which HITs one load made, in which marketplace, and what became of them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

from mturk_tasks.batch import journal as records
from mturk_tasks.batch.journal import Entry, Journal
from mturk_tasks.commands import marketplaces
from mturk_tasks.commands.desk import Desk
from mturk_tasks.errors import RecordsError, ServiceError
from mturk_tasks.files import git, survey
from mturk_tasks.files.atomic import on_disk
from mturk_tasks.files.key import pseudonym
from mturk_tasks.files.results import Results
from mturk_tasks.files.survey import SetFiles
from mturk_tasks.lib import disk
from mturk_tasks.vocabulary import columns

Act = Callable[[], object]
_WORKER = re.compile(r"\bA[A-Z0-9]{4,63}\b")  # the service's words may name one; a journal does not

CREATE = marketplaces.CREATE
APPROVE = "approve"
REJECT = "reject"
EXPIRE = "expire"
DELETE = "delete"
EXTEND = "extend"
LATE = "late"


@dataclass(frozen=True)
class HitSet:
    """One set: its files and its journal's entries; a set of the old tools has no journal."""

    files: SetFiles
    entries: tuple[Entry, ...]
    hit_ids: tuple[str, ...]

    @property
    def journaled(self) -> bool:
        """Say whether the set has a journal of its own."""
        return bool(self.entries)

    @property
    def deleted(self) -> frozenset[str]:
        """Return the HITs that the journal says were deleted."""
        return frozenset(records.done(self.entries, DELETE))


NO_SET = HitSet(SetFiles(Path(), ""), (), ())  # for commands about work of whatever set


def find(desk: Desk, label: str = "", success: Path | None = None) -> HitSet:
    """Return the set of a label, or of a success file, that belongs to the marketplace of this command.

    Raise RecordsError where there is none: nothing was loaded, or only elsewhere, or no HIT is known here.
    """
    if success is not None:
        return _of_success(desk, success)
    label = label or desk.survey.name
    files = survey.set_files(desk.folder, label)
    own = belonging(desk, label)
    if own is not None:
        if not own.journaled:
            marketplaces.must_be_known(desk, files, own.hit_ids)
        return own
    marketplaces.must_be_here(desk, files, records.read(files.journal))
    raise RecordsError(f"nothing was loaded as {label} into {desk.environment.name}; begin with inv load")


def _of_success(desk: Desk, success: Path) -> HitSet:
    """Return the HITs that a success file names; its journal, where it has one, must be of this place."""
    success = _as_named(success)
    hit_ids = tuple(survey.read_success(success))
    files = survey.set_of(success)
    entries = records.read(files.journal)
    marketplaces.must_be_here(desk, files, entries)
    if not entries:
        marketplaces.must_be_known(desk, files, hit_ids)
    return HitSet(files, tuple(entries), hit_ids)


def _as_named(success: Path) -> Path:
    """Return the success file that is meant: `foo.input.success` stands for `foo.success`, and the reverse.

    The old program wrote the first where no label was given, and scripts ask for it.
    """
    label = success.name.removesuffix(".success")
    other = label.removesuffix(".input") if label.endswith(".input") else f"{label}.input"
    named = success.with_name(f"{other}.success")
    return named if named.exists() and not success.exists() else success


def of_results(desk: Desk, file: Results) -> HitSet:
    """Return the HITs of a results file; a journal that stands beside it is theirs.

    Raise RecordsError where that one speaks of another marketplace.
    """
    files = SetFiles(file.path.parent, file.path.name.removesuffix(".results"))
    entries = records.read(files.journal)
    marketplaces.must_be_here(desk, files, entries)
    hit_ids = dict.fromkeys(row[columns.HIT_ID] for row in file.rows)
    return HitSet(files, tuple(entries), tuple(hit_ids))


def belonging(desk: Desk, label: str) -> HitSet | None:
    """Return the set of a label in this marketplace, one of the old tools too, or None."""
    return journaled(desk, label) or legacy(desk.folder, label)


def journaled(desk: Desk, label: str) -> HitSet | None:
    """Return the set of a label whose journal says that it was made in this marketplace, or None."""
    for files in marketplaces.candidates(survey.set_files(desk.folder, label)):
        entries = records.read(files.journal)
        if marketplaces.is_here(desk, entries):
            return of_journal(files, entries)
    return None


def legacy(folder: Path, label: str) -> HitSet | None:
    """Return the set of a success file that no journal speaks of, or None.

    The old program wrote `foo.input.success` where no label was given: found where `foo.success` is not.
    """
    for name in (label, f"{label}.input"):
        files = survey.set_files(folder, name)
        if files.success.exists() and not records.read(files.journal):
            named = survey.set_files(folder, label)
            return HitSet(named, (), tuple(survey.read_success(files.success)))
    return None


def of_journal(files: SetFiles, entries: Iterable[Entry]) -> HitSet:
    """Return the set that a journal speaks of, its HITs in the order of the input's rows."""
    entries = tuple(entries)
    return HitSet(files, entries, tuple(entry["hit_id"] for entry in created(entries)))


def created(entries: Iterable[Entry]) -> list[Entry]:
    """Return what the journal says of each HIT that was made, in the order of the input's rows."""
    return sorted(records.done(entries, CREATE).values(), key=lambda entry: int(entry["row"]))


def begin(desk: Desk, journal: Journal, label: str) -> None:
    """Write a journal's first line."""
    journal.note(
        "set",
        version=1,
        set=secrets.token_hex(16),
        label=label,
        **marketplaces.named(desk),
        time=stamp(desk.clock()),
    )


def stamp(moment: datetime) -> str:
    """Write a moment for a journal."""
    return moment.isoformat(timespec="milliseconds")


class Recorded(Protocol):
    """See of a set, or of anything else that is made in a marketplace, where its journal is."""

    @property
    def files(self) -> SetFiles: ...  # noqa: D102  # the class says what these are
    @property
    def journaled(self) -> bool: ...  # noqa: D102  # likewise


class Book:
    """The journal of one command's decisions about a set."""

    def __init__(self, desk: Desk, journal: Journal, **common: Any) -> None:
        self.desk = desk
        self.journal = journal
        self.common = common

    def perform(self, action: str, item: str, act: Act, **details: Any) -> None:
        """Do something about an item between its intent and its outcome.

        Where the service refuses, that is the outcome; where it does not answer there is none, and
        the intent stands open.
        """
        self.journal.intend(action, item, time=stamp(self.desk.clock()), **self.common, **details)
        try:
            act()
        except ServiceError as error:
            self._conclude(action, item, records.FAILED, error=_WORKER.sub("A…", str(error)))
            raise
        self._conclude(action, item, records.DONE)

    def worker(self, worker_id: str) -> str:
        """Return what stands for a worker."""
        return disguised(self.desk, worker_id)

    def _conclude(self, action: str, item: str, status: str, **details: Any) -> None:
        self.journal.conclude(action, item, status, time=stamp(self.desk.clock()), **self.common, **details)


def disguised(desk: Desk, text: str) -> str:
    """Return what stands in journals for a text about a worker; a dry run makes no key for it."""
    key = desk.home / "journal.key"
    return text if desk.dry and not key.exists() else pseudonym(key, text)


@contextmanager
def open_book(desk: Desk, found: Recorded, command: str, **common: Any) -> Iterator[Book]:
    """Open the journal for a command's decisions about a set, and note that it begins.

    What is `common` to all its lines stands in each of them. The journal of a set is one command's at a
    time; for the one in MTURK_HOME, which all commands share, it waits.
    """
    path = journal_of(desk, found)
    with on_disk(path):
        if not found.journaled:  # in MTURK_HOME, where all is the user's own
            disk.make_folder(path.parent)
            disk.make_file(path)
    with Journal(path, patient=not found.journaled) as journal:
        desk.console.begun = True
        journal.note("command", command=command, time=stamp(desk.clock()), **origin(desk), **common)
        yield Book(desk, journal, **common)


def journal_of(desk: Desk, found: Recorded) -> Path:
    """Return where decisions about a set are journaled: in MTURK_HOME where the set has no journal."""
    return (
        found.files.journal if found.journaled else desk.home / "journal" / f"{desk.environment.tag}.journal"
    )


def origin(desk: Desk, files: Sequence[Path] = ()) -> dict[str, Any]:
    """Return what a journal says of where a command acts and from which commit.

    `files` are those it acts by; where none are named, those of the folder's survey or qualification.
    """
    files = files or survey.sources(desk.folder, desk.settings.name)
    commit = git.commit(files[0].parent if files else desk.folder, files)
    uncompared = commit.uncompared if commit else ()
    return {
        **marketplaces.named(desk),
        "commit": commit.id if commit else None,
        "dirty": commit.dirty if commit else None,
        **({"not_compared": uncompared} if uncompared else {}),
        "tool": version("mturk-tasks"),
    }
