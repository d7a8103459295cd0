"""Give workers a qualification, or another score (assignQualification, updateQualificationScore).

Of a file every row is done once, however often the file is given, until something else is decided about
its worker.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from mturk_tasks.client import assignments, qualifications
from mturk_tasks.client import qualifications as held
from mturk_tasks.client.qualifications import Holder
from mturk_tasks.commands import batches
from mturk_tasks.commands import journal as records
from mturk_tasks.commands.batches import ActionJournal
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.journal import Entry
from mturk_tasks.commands.qualifications.folder import FolderQualification
from mturk_tasks.commands.runner import Outcome
from mturk_tasks.console.summary import Summary, count
from mturk_tasks.errors import FileError, Problem, UsageError
from mturk_tasks.files import grants
from mturk_tasks.files.grants import Grant, GrantFile
from mturk_tasks.lib import disk
from mturk_tasks.vocabulary.statuses import is_worker_id

# The workers whom a command about qualifications concerns: those of a file, or named ones.


@dataclass(frozen=True)
class Recipients:
    """Who is to get something: the rows of a file, or workers named on the command line."""

    rows: tuple[Grant, ...]
    file: GrantFile | None = None

    @classmethod
    def of_file(cls, path: Path) -> Recipients:
        """Return the workers of a score file; raise FileError with every mistake at once."""
        file = grants.read_grants(path)
        return cls(file.rows, file)

    @classmethod
    def named(cls, names: Iterable[str]) -> Recipients:
        """Return workers by their IDs; raise UsageError for what is none."""
        known = tuple(dict.fromkeys(names))
        for name in known:
            if not is_worker_id(name):
                raise UsageError(f"{name!r} is no worker ID; {grants.WORKER_ID}")
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


GRANT: Final = "grant"
SCORE: Final = "score"
REVOKE: Final = "revoke"

Sent = Outcome[Grant, None]


@dataclass(frozen=True)
class Order:
    """What is done for each worker: a grant or a change of score, whether they are told, and the words."""

    action: str
    notify: bool
    done: str
    failed: str
    summed: str

    def line(self, type_id: str, row: Grant) -> str:
        """Return what is said of a row that went well."""
        value = "default value" if row.score is None else f"value {row.score}"
        return self.done.format(type=type_id, worker=row.worker_id, score=row.score, value=value)


_ASSIGN: Final = Order(
    GRANT,
    notify=True,
    done="Assigned qualification {type} to {worker} with {value}",
    failed="Error assigning",
    summed="Given to",
)
_RESCORE: Final = Order(
    SCORE,
    notify=False,
    done="Successfully updated {worker} score to {score}",
    failed="Error updating",
    summed="Updated",
)


def assign(
    context: CommandContext,
    found: FolderQualification,
    to: Recipients,
    *,
    score: int | None = None,
    notify: bool = True,
) -> Summary:
    """Give the qualification to each worker, with the row's score, else the one given, else 1."""
    to = replace(to, rows=tuple(_scored(row, score) for row in to.rows))
    qualifications.get(context.client, found.type_id)
    return _run(context, found, to, replace(_ASSIGN, notify=notify))


def rescore(
    context: CommandContext, found: FolderQualification, to: Recipients, *, score: int | None = None
) -> Summary:
    """Change the score of workers who hold the qualification.

    Raise FileError or UsageError for a worker without a score, and for one who does not hold it.
    """
    to = replace(to, rows=tuple(_scored(row, score) for row in to.rows))
    missing = "has no score; write one beside it, or give it with --score"
    to.refuse({row.worker_id: missing for row in to.rows if row.score is None})
    holding = {one.worker_id for one in held.holders(context.client, found.type_id)}
    to.refuse(
        {row.worker_id: "does not hold the qualification" for row in to.rows if row.worker_id not in holding}
    )
    return _run(context, found, to, _RESCORE)


def _scored(row: Grant, score: int | None) -> Grant:
    return replace(row, score=score) if row.score is None else row


def _run(context: CommandContext, found: FolderQualification, to: Recipients, order: Order) -> Summary:
    context.warn(to.file.repeated if to.file else ())
    blocked = assignments.blocked(context.client)
    to.refuse(
        {row.worker_id: "is blocked; unblock the worker first" for row in to.rows if row.worker_id in blocked}
    )
    todo = _left(context, found, to, order)
    if len(todo) < len(to.rows):
        context.console.note(f"{count(len(to.rows) - len(todo), 'row')} done before and left out")
    if context.dry:
        what = "given it" if order.action == GRANT else "given another score"
        return Summary((f"Dry run: {count(len(todo), 'worker')} would be {what}.",), {"planned": len(todo)})
    if not todo:
        return Summary(("Nothing is left to do.",), {"done": 0, "failed": 0})
    with batches.open_journal(context, found, order.action, type=found.type_id) as book:
        outcomes = _send_all(book, found, _uncertain(book, found, todo, order), order)
    failed = [outcome.item for outcome in outcomes if not outcome.ok]
    if to.file:
        _write_failures(to.file, failed)
    items = tuple(outcome.told(outcome.item.worker_id, "granted") for outcome in outcomes)
    done = len(outcomes) - len(failed)
    if len(outcomes) > 1:  # of one the line itself is seen on a terminal too
        context.console.note(f"{order.summed} {count(done, 'worker')}.")
    lines = (f"  {count(len(failed), 'worker')} failed.",) if failed else ()
    counts = {"done": done, "failed": len(failed)}
    return Summary(lines, counts, items, exit_code=int(bool(failed)))


def _left(context: CommandContext, found: FolderQualification, to: Recipients, order: Order) -> list[Grant]:
    """Return the rows of a file that are not what was decided last about their worker; of no file, all."""
    if to.file is None:
        return list(to.rows)
    last = last_words(_entries(context, found), found.type_id)
    return [
        row
        for row in to.rows
        if last.get(batches.disguised(context, row.worker_id)) != (order.action, _key(context, found, row))
    ]


def _entries(context: CommandContext, found: FolderQualification) -> list[Entry]:
    """Return what the type's own journal and the one of all commands say, in order of time."""
    journals = {
        batches.journal_of(context, found),
        batches.journal_of(context, FolderQualification(found.type_id)),
    }
    entries = [entry for path in journals for entry in records.read(path)]
    return sorted(entries, key=lambda entry: str(entry.get("time", "")))


def last_words(entries: Iterable[Entry], type_id: str) -> dict[str, tuple[str, str]]:
    """Return the action and the item that were done last about each worker of a type.

    A worker stands here as in the journal.
    """
    about: dict[tuple[str, str], str] = {}
    last: dict[str, tuple[str, str]] = {}
    for entry in entries:
        if entry.get("type") != type_id or entry.get("action") not in (GRANT, SCORE, REVOKE):
            continue
        what = (entry["action"], entry["item"])
        if entry["event"] == "intent":
            about[what] = entry["worker"]
        elif entry["status"] == records.DONE and what in about:
            last[about[what]] = what
    return last


def _uncertain(
    book: ActionJournal, found: FolderQualification, todo: Sequence[Grant], order: Order
) -> list[Grant]:
    """Return the rows but those that a call of unknown fate has done, which is noted."""
    waiting = records.open_intents(records.read(book.journal.path), order.action)
    begun = [row for row in todo if _key(book.context, found, row) in waiting]
    if not begun:
        return list(todo)
    there = {one.worker_id: one for one in held.holders(book.context.client, found.type_id)}
    known = [row for row in begun if _is(there.get(row.worker_id), row)]
    for row in known:
        moment = batches.stamp(book.context.clock())
        item = _key(book.context, found, row)
        book.journal.conclude(order.action, item, records.DONE, found=True, time=moment, **book.common)
        book.context.console.note(f"{row.worker_id} has it from the call that was interrupted")
    return [row for row in todo if row not in known]


def _is(one: Holder | None, row: Grant) -> bool:
    return one is not None and one.score == (1 if row.score is None else row.score)


def _send_all(
    book: ActionJournal, found: FolderQualification, rows: Sequence[Grant], order: Order
) -> list[Sent]:
    context = book.context
    outcomes: list[Sent] = []
    with context.console.progress(len(rows), "Granting") as step:
        for outcome in context.each(rows, lambda row: _send(book, found, row, order)):
            outcomes.append(outcome)
            if outcome.ok:
                step(order.line(found.type_id, outcome.item))
            else:
                context.console.note(f"{order.failed} {outcome.item.worker_id}: {outcome.error}")
    return outcomes


def _send(book: ActionJournal, found: FolderQualification, row: Grant, order: Order) -> None:
    book.perform(
        order.action,
        _key(book.context, found, row),
        lambda: held.grant(book.context.client, found.type_id, row.worker_id, row.score, notify=order.notify),
        worker=book.worker(row.worker_id),
        score=row.score,
    )


def _key(context: CommandContext, found: FolderQualification, row: Grant) -> str:
    """Return what a grant is known by in journals, where nobody can tell the worker from it."""
    content = "\x1f".join((found.type_id, row.worker_id, str(row.score), row.key))
    return batches.disguised(context, content)[:32]


def _write_failures(file: GrantFile, failed: Sequence[Grant]) -> None:
    failure = file.path.with_name(f"{file.path.name}.failure")
    if failed:
        disk.write(failure, "".join(f"{line}\n" for line in (file.header, *(row.raw for row in failed))))
    else:
        disk.remove(failure)


# Take a qualification back (revokeQualification).


def revoke(context: CommandContext, found: FolderQualification, of: Recipients, reason: str = "") -> Summary:
    """Revoke the qualification of workers who hold it; they are told where there is a reason.

    Raise UsageError, before anything is revoked, for a worker who does not hold it.
    """
    holding = {one.worker_id for one in qualifications.holders(context.client, found.type_id)}
    of.refuse(
        {row.worker_id: "does not hold the qualification" for row in of.rows if row.worker_id not in holding}
    )
    if context.dry:
        names = ", ".join(row.worker_id for row in of.rows)
        return Summary((f"Dry run: {found.type_id} would be revoked from {names}.",))
    with batches.open_journal(context, found, REVOKE, type=found.type_id) as book:

        def act(row: Grant) -> None:
            worker = book.worker(row.worker_id)
            book.perform(
                REVOKE,
                worker,
                lambda: qualifications.revoke(context.client, found.type_id, row.worker_id, reason),
                worker=worker,
            )

        outcomes = list(context.each(of.rows, act))
    why = f" with reason: {reason}" if reason else ""
    lines = [f"Revoked qual {found.type_id} from {one.item.worker_id}{why}" for one in outcomes if one.ok]
    failed = [one for one in outcomes if not one.ok]
    for one in failed:
        context.console.note(f"Error revoking from {one.item.worker_id}: {one.error}")
    items = tuple(one.told(one.item.worker_id, "revoked") for one in outcomes)
    counts = {"revoked": len(lines), "failed": len(failed)}
    return Summary(tuple(lines), counts, items, exit_code=int(bool(failed)))
