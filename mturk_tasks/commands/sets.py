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
from mturk_tasks.commands.desk import Desk
from mturk_tasks.errors import RecordsError, ServiceError
from mturk_tasks.files import git, survey
from mturk_tasks.files.atomic import on_disk
from mturk_tasks.files.key import pseudonym
from mturk_tasks.files.results import Results
from mturk_tasks.files.survey import SetFiles
from mturk_tasks.vocabulary import columns
from mturk_tasks.vocabulary.environments import Environment

Act = Callable[[], object]
_WORKER = re.compile(r"\bA[A-Z0-9]{4,63}\b")  # the service's words may name one; a journal does not

CREATE = "create"
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


NO_SET = HitSet(SetFiles(Path(), ""), (), ())  # for commands about work of whatever set


def find(desk: Desk, label: str = "", success: Path | None = None) -> HitSet:
    """Return the set of a label, or of a success file, that belongs to the environment of this command.

    Raise RecordsError where there is none: nothing was loaded, or only elsewhere.
    """
    if success is not None:
        return _of_success(desk, success)
    label = label or desk.survey.name
    own = belonging(desk, label)
    if own is not None:
        return own
    refuse_elsewhere(desk, survey.set_files(desk.folder, label))
    raise RecordsError(f"nothing was loaded as {label} into {desk.environment.name}; begin with inv load")


def _of_success(desk: Desk, success: Path) -> HitSet:
    """Return the HITs that a success file names; its journal, where it has one, must be of this place."""
    if not success.exists() and (old := success.with_name(f"{success.stem}.input.success")).exists():
        success = old
    hit_ids = tuple(survey.read_success(success))
    files = survey.set_of(success)
    entries = records.read(files.journal)
    if not is_of(entries, desk.environment):
        refuse_elsewhere(desk, files)
    return HitSet(files, tuple(entries), hit_ids)


def of_results(desk: Desk, file: Results) -> HitSet:
    """Return the HITs of a results file; a journal that stands beside it, of this place, is theirs."""
    files = SetFiles(file.path.parent, file.path.name.removesuffix(".results"))
    entries = records.read(files.journal)
    hit_ids = dict.fromkeys(row[columns.HIT_ID] for row in file.rows)
    return HitSet(files, tuple(entries if is_of(entries, desk.environment) else ()), tuple(hit_ids))


def refuse_elsewhere(desk: Desk, files: SetFiles) -> None:
    """Raise RecordsError where a journal says that its set is in another marketplace."""
    first = header(records.read(files.journal))
    if first:
        where = f"{first['environment']} ({first['endpoint']})"
        raise RecordsError(f"{files.label} is in {where}, not in {desk.environment.name}")


def belonging(desk: Desk, label: str) -> HitSet | None:
    """Return the set of a label in this environment, or None."""
    for files in candidates(desk, survey.set_files(desk.folder, label)):
        entries = records.read(files.journal)
        if is_of(entries, desk.environment):
            return of_journal(files, entries)
    return legacy(desk.folder, label)


def candidates(desk: Desk, files: SetFiles) -> list[SetFiles]:
    """Return where a set of this environment can stand: under its label, or set aside for another's."""
    endings = ("", f".{desk.environment.name}", f".{desk.environment.tag}")
    return [files.under(files.label + ending) for ending in dict.fromkeys(endings)]


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


def header(entries: Iterable[Entry]) -> Entry | None:
    """Return a journal's first line, which says where its HITs are."""
    first = next(iter(entries), None)
    return first if first and first["event"] == "set" else None


def is_of(entries: Iterable[Entry], environment: Environment) -> bool:
    """Say whether a journal's HITs are in this environment, at this endpoint."""
    first = header(entries) or {}
    return (first.get("environment"), first.get("endpoint")) == (environment.name, environment.endpoint)


def tagged(label: str, first: Entry) -> str:
    """Return the label of a set that is told apart by its marketplace's address."""
    return f"{label}.{Environment(first['environment'], first['endpoint'], site='').tag}"


def begin(desk: Desk, journal: Journal, label: str) -> None:
    """Write a journal's first line."""
    journal.note(
        "set",
        version=1,
        set=secrets.token_hex(16),
        label=label,
        environment=desk.environment.name,
        endpoint=desk.environment.endpoint,
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
        path.parent.mkdir(parents=True, exist_ok=True)
    with Journal(path, patient=not found.journaled) as journal:
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
        "environment": desk.environment.name,
        "endpoint": desk.environment.endpoint,
        "commit": commit.id if commit else None,
        "dirty": commit.dirty if commit else None,
        **({"not_compared": uncompared} if uncompared else {}),
        "tool": version("mturk-tasks"),
    }
