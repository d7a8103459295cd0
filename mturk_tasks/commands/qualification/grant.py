"""Give workers a qualification, or another score (assignQualification, updateQualificationScore).

Of a file every row is done once, however often the file is given, until something else is decided about
its worker.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from mturk_tasks.batch import journal as records
from mturk_tasks.batch.journal import Entry
from mturk_tasks.batch.runner import Outcome
from mturk_tasks.commands import sets
from mturk_tasks.commands.desk import Desk
from mturk_tasks.commands.qualification.recipients import Recipients
from mturk_tasks.commands.qualification.register import Registered
from mturk_tasks.commands.sets import Book
from mturk_tasks.files import atomic
from mturk_tasks.files.qualifications import Grant, GrantFile
from mturk_tasks.report.summary import Summary, count
from mturk_tasks.requester import qualification_types, workers
from mturk_tasks.requester import qualifications as held
from mturk_tasks.requester.qualifications import Holder

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
    desk: Desk, found: Registered, to: Recipients, *, score: int | None = None, notify: bool = True
) -> Summary:
    """Give the qualification to each worker, with the row's score, else the one given, else 1."""
    to = replace(to, rows=tuple(_scored(row, score) for row in to.rows))
    qualification_types.get(desk.client, found.type_id)
    return _run(desk, found, to, replace(_ASSIGN, notify=notify))


def rescore(desk: Desk, found: Registered, to: Recipients, *, score: int | None = None) -> Summary:
    """Change the score of workers who hold the qualification.

    Raise FileError or UsageError for a worker without a score, and for one who does not hold it.
    """
    to = replace(to, rows=tuple(_scored(row, score) for row in to.rows))
    missing = "has no score; write one beside it, or give it with --score"
    to.refuse({row.worker_id: missing for row in to.rows if row.score is None})
    holding = {one.worker_id for one in held.holders(desk.client, found.type_id)}
    to.refuse(
        {row.worker_id: "does not hold the qualification" for row in to.rows if row.worker_id not in holding}
    )
    return _run(desk, found, to, _RESCORE)


def _scored(row: Grant, score: int | None) -> Grant:
    return replace(row, score=score) if row.score is None else row


def _run(desk: Desk, found: Registered, to: Recipients, order: Order) -> Summary:
    desk.warn(to.file.repeated if to.file else ())
    blocked = workers.blocked(desk.client)
    to.refuse(
        {row.worker_id: "is blocked; unblock the worker first" for row in to.rows if row.worker_id in blocked}
    )
    todo = _left(desk, found, to, order)
    if len(todo) < len(to.rows):
        desk.console.note(f"{count(len(to.rows) - len(todo), 'row')} done before and left out")
    if desk.dry:
        what = "given it" if order.action == GRANT else "given another score"
        return Summary((f"Dry run: {count(len(todo), 'worker')} would be {what}.",), {"planned": len(todo)})
    if not todo:
        return Summary(("Nothing is left to do.",), {"done": 0, "failed": 0})
    with sets.open_book(desk, found, order.action, type=found.type_id) as book:
        outcomes = _send_all(book, found, _uncertain(book, found, todo, order), order)
    failed = [outcome.item for outcome in outcomes if not outcome.ok]
    if to.file:
        _write_failures(to.file, failed)
    items = tuple(outcome.told(outcome.item.worker_id, "granted") for outcome in outcomes)
    done = len(outcomes) - len(failed)
    if len(outcomes) > 1:  # of one the line itself is seen on a terminal too
        desk.console.note(f"{order.summed} {count(done, 'worker')}.")
    lines = (f"  {count(len(failed), 'worker')} failed.",) if failed else ()
    counts = {"done": done, "failed": len(failed)}
    return Summary(lines, counts, items, exit_code=int(bool(failed)))


def _left(desk: Desk, found: Registered, to: Recipients, order: Order) -> list[Grant]:
    """Return the rows of a file that are not what was decided last about their worker; of no file, all."""
    if to.file is None:
        return list(to.rows)
    last = last_words(_entries(desk, found), found.type_id)
    return [
        row
        for row in to.rows
        if last.get(sets.disguised(desk, row.worker_id)) != (order.action, _key(desk, found, row))
    ]


def _entries(desk: Desk, found: Registered) -> list[Entry]:
    """Return what the type's own journal and the one of all commands say, in order of time."""
    journals = {sets.journal_of(desk, found), sets.journal_of(desk, Registered(found.type_id))}
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


def _uncertain(book: Book, found: Registered, todo: Sequence[Grant], order: Order) -> list[Grant]:
    """Return the rows but those that a call of unknown fate has done, which is noted."""
    waiting = records.open_intents(records.read(book.journal.path), order.action)
    begun = [row for row in todo if _key(book.desk, found, row) in waiting]
    if not begun:
        return list(todo)
    there = {one.worker_id: one for one in held.holders(book.desk.client, found.type_id)}
    known = [row for row in begun if _is(there.get(row.worker_id), row)]
    for row in known:
        moment = sets.stamp(book.desk.clock())
        item = _key(book.desk, found, row)
        book.journal.conclude(order.action, item, records.DONE, found=True, time=moment, **book.common)
        book.desk.console.note(f"{row.worker_id} has it from the call that was interrupted")
    return [row for row in todo if row not in known]


def _is(one: Holder | None, row: Grant) -> bool:
    return one is not None and one.score == (1 if row.score is None else row.score)


def _send_all(book: Book, found: Registered, rows: Sequence[Grant], order: Order) -> list[Sent]:
    desk = book.desk
    outcomes: list[Sent] = []
    with desk.console.progress(len(rows), "Granting") as step:
        for outcome in desk.each(rows, lambda row: _send(book, found, row, order)):
            outcomes.append(outcome)
            if outcome.ok:
                step(order.line(found.type_id, outcome.item))
            else:
                desk.console.note(f"{order.failed} {outcome.item.worker_id}: {outcome.error}")
    return outcomes


def _send(book: Book, found: Registered, row: Grant, order: Order) -> None:
    book.perform(
        order.action,
        _key(book.desk, found, row),
        lambda: held.grant(book.desk.client, found.type_id, row.worker_id, row.score, notify=order.notify),
        worker=book.worker(row.worker_id),
        score=row.score,
    )


def _key(desk: Desk, found: Registered, row: Grant) -> str:
    """Return what a grant is known by in journals, where nobody can tell the worker from it."""
    content = "\x1f".join((found.type_id, row.worker_id, str(row.score), row.key))
    return sets.disguised(desk, content)[:32]


def _write_failures(file: GrantFile, failed: Sequence[Grant]) -> None:
    failure = file.path.with_name(f"{file.path.name}.failure")
    if failed:
        atomic.write(failure, "".join(f"{line}\n" for line in (file.header, *(row.raw for row in failed))))
    else:
        atomic.remove(failure)
