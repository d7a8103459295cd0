"""The sets of a survey folder: which HITs one load made, in which marketplace, and what became of them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Protocol

from mturk_tasks.client import assignments, hits
from mturk_tasks.client.records import Assignment, Hit, HitState
from mturk_tasks.client.session import PAGE
from mturk_tasks.commands import journal, origins
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.fetched import FetchedWork
from mturk_tasks.commands.journal import Entry, Journal, pseudonym
from mturk_tasks.commands.runner import Outcome
from mturk_tasks.errors import RecordsError, ServiceError
from mturk_tasks.files import git, survey
from mturk_tasks.files.results import Results
from mturk_tasks.files.survey import BatchFiles
from mturk_tasks.lib import disk
from mturk_tasks.lib.disk import on_disk
from mturk_tasks.vocabulary import columns

Act = Callable[[], object]
_WORKER = re.compile(r"\bA[A-Z0-9]{4,63}\b")  # the service's words may name one; a journal does not

TOKEN_LIVES: Final = timedelta(hours=23)  # a repeated call with its token is safe; API: 24, but clocks differ
CREATE = origins.CREATE
APPROVE = "approve"
REJECT = "reject"
EXPIRE = "expire"
DELETE = "delete"
EXTEND = "extend"
LATE = "late"


@dataclass(frozen=True)
class Batch:
    """One set: its files and its journal's entries; a set of the old tools has no journal."""

    files: BatchFiles
    entries: tuple[Entry, ...]
    hit_ids: tuple[str, ...]

    @property
    def journaled(self) -> bool:
        """Say whether the set has a journal of its own."""
        return bool(self.entries)

    @property
    def deleted(self) -> frozenset[str]:
        """Return the HITs that the journal says were deleted."""
        return frozenset(journal.done(self.entries, DELETE))


NO_BATCH = Batch(BatchFiles(Path(), ""), (), ())  # for commands about work of whatever set


def find(context: CommandContext, label: str = "", success: Path | None = None) -> Batch:
    """Return the set of a label, or of a success file, that belongs to the marketplace of this command.

    Raise RecordsError where there is none: nothing was loaded, or only elsewhere, or no HIT is known here.
    """
    if success is not None:
        return _of_success(context, success)
    label = label or context.survey.name
    files = survey.set_files(context.folder, label)
    own = belonging(context, label)
    if own is not None:
        if not own.journaled:
            origins.must_be_known(context, files, own.hit_ids)
        return own
    origins.must_be_here(context, files, journal.read(files.journal))
    raise RecordsError(f"nothing was loaded as {label} into {context.environment.name}; begin with inv load")


def _of_success(context: CommandContext, success: Path) -> Batch:
    """Return the HITs that a success file names; its journal, where it has one, must be of this place."""
    success = _as_named(success)
    hit_ids = tuple(survey.read_success(success))
    files = survey.set_of(success)
    entries = journal.read(files.journal)
    origins.must_be_here(context, files, entries)
    if not entries:
        origins.must_be_known(context, files, hit_ids)
    return Batch(files, tuple(entries), hit_ids)


def _as_named(success: Path) -> Path:
    """Return the success file that is meant: `foo.input.success` stands for `foo.success`, and the reverse.

    The old program wrote the first where no label was given, and scripts ask for it.
    """
    label = success.name.removesuffix(".success")
    other = label.removesuffix(".input") if label.endswith(".input") else f"{label}.input"
    named = success.with_name(f"{other}.success")
    return named if named.exists() and not success.exists() else success


def of_results(context: CommandContext, file: Results) -> Batch:
    """Return the HITs of a results file; a journal that stands beside it is theirs.

    Raise RecordsError where that one speaks of another marketplace.
    """
    files = BatchFiles(file.path.parent, file.path.name.removesuffix(".results"))
    entries = journal.read(files.journal)
    origins.must_be_here(context, files, entries)
    hit_ids = dict.fromkeys(row[columns.HIT_ID] for row in file.rows)
    return Batch(files, tuple(entries), tuple(hit_ids))


def belonging(context: CommandContext, label: str) -> Batch | None:
    """Return the set of a label in this marketplace, one of the old tools too, or None."""
    return journaled(context, label) or legacy(context.folder, label)


def journaled(context: CommandContext, label: str) -> Batch | None:
    """Return the set of a label whose journal says that it was made in this marketplace, or None."""
    for files in origins.candidates(survey.set_files(context.folder, label)):
        entries = journal.read(files.journal)
        if origins.is_here(context, entries):
            return of_journal(files, entries)
    return None


def legacy(folder: Path, label: str) -> Batch | None:
    """Return the set of a success file that no journal speaks of, or None.

    The old program wrote `foo.input.success` where no label was given: found where `foo.success` is not.
    """
    for name in (label, f"{label}.input"):
        files = survey.set_files(folder, name)
        if files.success.exists() and not journal.read(files.journal):
            named = survey.set_files(folder, label)
            return Batch(named, (), tuple(survey.read_success(files.success)))
    return None


def of_journal(files: BatchFiles, entries: Iterable[Entry]) -> Batch:
    """Return the set that a journal speaks of, its HITs in the order of the input's rows."""
    entries = tuple(entries)
    return Batch(files, entries, tuple(entry["hit_id"] for entry in created(entries)))


def created(entries: Iterable[Entry]) -> list[Entry]:
    """Return what the journal says of each HIT that was made, in the order of the input's rows."""
    return sorted(journal.done(entries, CREATE).values(), key=lambda entry: int(entry["row"]))


def begin(context: CommandContext, batch_journal: Journal, label: str) -> None:
    """Write a journal's first line."""
    batch_journal.note(
        "set",
        version=1,
        set=secrets.token_hex(16),
        label=label,
        **origins.named(context),
        time=stamp(context.clock()),
    )


def stamp(moment: datetime) -> str:
    """Write a moment for a journal."""
    return moment.isoformat(timespec="milliseconds")


class Recorded(Protocol):
    """See of a set, or of anything else that is made in a marketplace, where its journal is."""

    @property
    def files(self) -> BatchFiles: ...  # noqa: D102  # the class says what these are
    @property
    def journaled(self) -> bool: ...  # noqa: D102  # likewise


class ActionJournal:
    """The journal of one command's decisions about a set."""

    def __init__(self, context: CommandContext, own_journal: Journal, **common: Any) -> None:
        self.context = context
        self.journal = own_journal
        self.common = common

    def perform(self, action: str, item: str, act: Act, **details: Any) -> None:
        """Do something about an item between its intent and its outcome.

        Where the service refuses, that is the outcome; where it does not answer there is none, and
        the intent stands open.
        """
        self.journal.intend(action, item, time=stamp(self.context.clock()), **self.common, **details)
        try:
            act()
        except ServiceError as error:
            self._conclude(action, item, journal.FAILED, error=_WORKER.sub("A…", str(error)))
            raise
        self._conclude(action, item, journal.DONE)

    def conclude_interrupted(self, action: str, item: str) -> None:
        """Note that an action was done by a call that was interrupted before its outcome."""
        now = stamp(self.context.clock())
        self.journal.conclude(action, item, journal.DONE, found=True, time=now, **self.common)

    def worker(self, worker_id: str) -> str:
        """Return what stands for a worker."""
        return disguised(self.context, worker_id)

    def _conclude(self, action: str, item: str, status: str, **details: Any) -> None:
        self.journal.conclude(
            action, item, status, time=stamp(self.context.clock()), **self.common, **details
        )


def disguised(context: CommandContext, text: str) -> str:
    """Return what stands in journals for a text about a worker; a dry run makes no key for it."""
    key = context.home / "journal.key"
    return text if context.dry and not key.exists() else pseudonym(key, text)


@contextmanager
def open_journal(
    context: CommandContext, batch: Recorded, command: str, **common: Any
) -> Iterator[ActionJournal]:
    """Open the journal for a command's decisions about a set, and note that it begins.

    What is `common` to all its lines stands in each of them. The journal of a set is one command's at a
    time; for the one in MTURK_HOME, which all commands share, it waits.
    """
    path = journal_of(context, batch)
    with on_disk(path):
        if not batch.journaled:  # in MTURK_HOME, where all is the user's own
            disk.make_folder(path.parent)
            disk.make_file(path)
    with Journal(path, patient=not batch.journaled) as own_journal:
        context.console.begun = True
        time = stamp(context.clock())
        own_journal.note("command", command=command, time=time, **origin(context), **common)
        yield ActionJournal(context, own_journal, **common)


def journal_of(context: CommandContext, batch: Recorded) -> Path:
    """Return where decisions about a set are journaled: in MTURK_HOME where the set has no journal."""
    return (
        batch.files.journal
        if batch.journaled
        else context.home / "journal" / f"{context.environment.tag}.journal"
    )


def origin(context: CommandContext, files: Sequence[Path] = ()) -> dict[str, Any]:
    """Return what a journal says of where a command acts and from which commit.

    `files` are those it acts by; where none are named, those of the folder's survey or qualification.
    """
    files = files or survey.sources(context.folder, context.settings.name)
    commit = git.commit(files[0].parent if files else context.folder, files)
    uncompared = commit.uncompared if commit else ()
    return {
        **origins.named(context),
        "commit": commit.id if commit else None,
        "dirty": commit.dirty if commit else None,
        **({"not_compared": uncompared} if uncompared else {}),
        "tool": version("mturk-tasks"),
    }


# HITs and the work on them as the service has them now.


DELETED: Final = "Deleted"
UNKNOWN: Final = "Unknown"


@dataclass(frozen=True)
class Work:
    """A HIT and the work submitted on it; None and nothing where the HIT is deleted, or `unknown` here.

    `state` is what the marketplace tells of a HIT and its work as a whole, None where it does not.
    """

    hit_id: str
    hit: Hit | None
    assignments: tuple[Assignment, ...]
    unknown: bool = False
    state: HitState | None = None

    @property
    def status(self) -> str:
        """Return the HIT's status: of one that is not there, Deleted or Unknown."""
        if self.hit is None:
            return UNKNOWN if self.unknown else DELETED
        return self.hit.status

    def count(self, status: str) -> int:
        """Return how many assignments of the HIT have this status."""
        if self.state is not None and self.hit is not None:
            return self.state.counts[status]
        return sum(assignment.status == status for assignment in self.assignments)


def submitted(work: Iterable[Work]) -> list[tuple[Hit, Assignment]]:
    """Return every assignment with its HIT."""
    return [(item.hit, assignment) for item in work if item.hit for assignment in item.assignments]


def fetch_work(
    context: CommandContext,
    hit_ids: Sequence[str],
    *,
    deleted: Collection[str] = (),
    say: bool = False,
    before: FetchedWork | None = None,
) -> tuple[list[Work], list[str]]:
    """Return each HIT with its work, in order, and the IDs of those that could not be retrieved.

    `deleted` are those that a journal says were deleted, which not every service remembers. What was
    fetched `before` and has not changed since is taken from there, and what is new is kept there.
    """
    states = _states(context, hit_ids)

    def fetch(hit_id: str) -> Work:
        if states is None:
            return _fetch_one_by_one(context, hit_id, deleted)
        state = states.get(hit_id)
        if state is None or state.hit.deleted or not state.has_work:
            return _work_of(hit_id, state, deleted)
        found = before.find(hit_id, state.revision) if before else None
        if found is None:
            found = tuple(assignments.of_hit(context.client, hit_id))
            if before:
                before.keep(hit_id, state.revision, found)
        return _work_of(hit_id, state, deleted, found)

    def line(outcome: Outcome[str, Work], number: int) -> str:
        place = f"HIT {number}/{len(hit_ids)}"
        if outcome.error is not None:
            return f"Error retrieving HIT results for {place} ({outcome.item}): {outcome.error}"
        if say and outcome.value().unknown:
            context.console.note(f"{place}, {outcome.item}, is unknown here")
            return ""
        return f"Retrieved {place}, {outcome.item}" if say else ""

    outcomes = context.perform(hit_ids, fetch, line, progress="Retrieving results" if say else "")
    return [outcome.value() for outcome in outcomes if outcome.ok], outcomes.failed


def fetch_states(
    context: CommandContext, hit_ids: Sequence[str], *, deleted: Collection[str] = ()
) -> tuple[list[Work], list[str]]:
    """Return how each HIT stands, likewise; with the work itself only where nothing else tells."""
    states = _states(context, hit_ids)
    if states is None:
        return fetch_work(context, hit_ids, deleted=deleted)
    return [_work_of(hit_id, states.get(hit_id), deleted) for hit_id in hit_ids], []


def _states(context: CommandContext, hit_ids: Sequence[str]) -> dict[str, HitState] | None:
    """Return how the HITs stand, in pages; None where the marketplace does not offer it."""
    pages = [hit_ids[begin : begin + PAGE] for begin in range(0, len(hit_ids), PAGE)]
    states: dict[str, HitState] = {}
    for outcome in context.each(pages, lambda page: hits.get_states(context.client, page)):
        if outcome.error is not None:
            return None
        states |= outcome.value()
    return states


def _work_of(
    hit_id: str, state: HitState | None, deleted: Collection[str], found: tuple[Assignment, ...] = ()
) -> Work:
    if state is None or state.hit.deleted:
        return Work(hit_id, None, (), unknown=state is None and hit_id not in deleted, state=state)
    return Work(hit_id, state.hit, found, state=state)


def _fetch_one_by_one(context: CommandContext, hit_id: str, deleted: Collection[str]) -> Work:
    """Return one HIT with its work at a marketplace that has Amazon's operations alone."""
    hit = hits.find(context.client, hit_id)
    if hit is None or hit.deleted:
        return Work(hit_id, None, (), unknown=hit is None and hit_id not in deleted)
    return Work(hit_id, hit, tuple(assignments.of_hit(context.client, hit_id)))
