"""Let happen what time alone does: deadlines, expiry, review policies, automatic approval, disposal.

Operations begin their transactions here, so that nobody can see a state that time has already ended; a
server processes what is due without operations too. Each thing is dated at its own moment. That is a
transaction of its own: what it locks is free again before the operation locks anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, func, select, update

from mturk_tasks.marketplace.hits import counters, decisions
from mturk_tasks.marketplace.hits.counters import DISPOSED_AFTER
from mturk_tasks.marketplace.records import events
from mturk_tasks.marketplace.reviews import runs
from mturk_tasks.marketplace.storage import rows
from mturk_tasks.marketplace.storage.rows import HITRow, HITStateRow
from mturk_tasks.marketplace.storage.schema import (
    ABANDONED,
    FINISHED,
    HELD,
    UNDECIDED,
    UNEXPIRED,
    UNREVIEWED,
    assignment,
    hit,
)
from mturk_tasks.marketplace.storage.store import Store, retried
from mturk_tasks.marketplace.storage.transactions import (
    Transaction,
    lock_all_hits,
    read_transaction,
    write_transaction,
)


def _earliest(column: ColumnElement[Any], among: ColumnElement[bool]) -> Any:
    return select(func.min(column)).where(among).scalar_subquery()


_NEAREST: Final = select(
    _earliest(assignment.c.deadline, HELD),
    _earliest(hit.c.expiration, UNEXPIRED),
    _earliest(assignment.c.auto_approval, UNDECIDED),
    _earliest(hit.c.review_due, UNREVIEWED),
    _earliest(hit.c.changed, FINISHED),
)


@contextmanager
def read_current(store: Store, now: datetime, requester: int | None = None) -> Iterator[Transaction]:
    """Open a transaction that sees one state of the tables, in which everything due by now has happened."""
    with read_transaction(store, now, requester) as transaction:
        if not _is_due(transaction.db, now):
            yield transaction
            return
    _process_all(store, now)
    with read_transaction(store, now, requester) as transaction:
        yield transaction


@contextmanager
def write_current(store: Store, now: datetime, requester: int | None = None) -> Iterator[Transaction]:
    """Open a transaction that may write, in which everything due by now has happened."""
    with write_transaction(store, now, requester) as transaction:
        if not _is_due(transaction.db, now):
            yield transaction
            return
    _process_all(store, now)
    with write_transaction(store, now, requester) as transaction:
        yield transaction


def process_due(store: Store, now: datetime) -> None:
    """Let everything due by now happen; write only if something is due."""
    with read_current(store, now):
        pass


def process_due_alone(store: Store, now: datetime) -> None:
    """Let happen what is due by now, unless another process is at it."""
    with store.settling() as mine:
        if mine:
            process_due(store, now)


@retried
def _process_all(store: Store, now: datetime) -> None:
    """Let everything due by now happen, in a transaction of its own; one process at a time does.

    What is due at one moment happens in the order in which it was made, on every database.
    """
    with write_transaction(store, now) as transaction:
        if _is_due(transaction.db, transaction.now):
            lock_all_hits(transaction)
            _process(transaction)


def process_due_of(transaction: Transaction, key: int) -> None:
    """Let happen what is due of one HIT, which this transaction has locked."""
    _process(transaction, key)


def _process(transaction: Transaction, key: int | None = None) -> None:
    """Apply what is due by the transaction's moment, of one HIT or of all."""
    of_hit = () if key is None else (hit.c.id == key,)
    of_work = () if key is None else (assignment.c.hit == key,)
    _expire(transaction, *of_hit)
    _abandon(transaction, *of_work)
    while _review(transaction, *of_hit):  # what a policy extended may be over once more
        _expire(transaction, *of_hit)
    decisions.approve_due(transaction, *of_work)
    _dispose(transaction, *of_hit)


def _is_due(db: Connection, now: datetime) -> bool:
    """Say whether anything is due, by the ends of indexes."""
    *others, finished = db.execute(_NEAREST).one()
    disposal = finished + DISPOSED_AFTER if finished else None
    return any(moment and moment <= now for moment in (*others, disposal))


def _expire(transaction: Transaction, *among: ColumnElement[bool]) -> None:
    """Close HITs whose lifetime is over; they keep the number of places nobody took."""
    due = rows.HIT_STATES.where(UNEXPIRED, hit.c.expiration <= transaction.now, *among)
    for row in transaction.fetch_all(HITStateRow, due.order_by(hit.c.expiration, hit.c.id)):
        counters.reschedule(transaction.at(row.expiration), row)


def _abandon(transaction: Transaction, *among: ColumnElement[bool]) -> None:
    """End assignments that were not submitted in time; their places are free again."""
    due = select(assignment.c.id, assignment.c.assignment_id, assignment.c.hit, assignment.c.deadline)
    late = due.where(HELD, assignment.c.deadline <= transaction.now, *among).order_by(
        assignment.c.deadline, assignment.c.id
    )
    for row in transaction.db.execute(late).all():
        ended = update(assignment).where(assignment.c.id == row.id)
        transaction.db.execute(ended.values(status=ABANDONED, ended=row.deadline))
        then = transaction.at(row.deadline)
        events.note(then, events.ABANDONED, row.hit, row.assignment_id)
        counters.move(then, counters.state_of(then, row.hit), available=1, pending=-1)


def _review(transaction: Transaction, *among: ColumnElement[bool]) -> bool:
    """Run the policies of HITs that became Reviewable; say whether there were any."""
    due = rows.HITS.where(UNREVIEWED, hit.c.review_due <= transaction.now, *among)
    reviewed = transaction.fetch_all(HITRow, due.order_by(hit.c.review_due, hit.c.id))
    for row in reviewed:
        runs.review_hit(transaction.at(row.review_due or transaction.now), row)
    return bool(reviewed)


def _dispose(transaction: Transaction, *among: ColumnElement[bool]) -> None:
    """Dispose of HITs that nothing has happened to for 120 days."""
    due = rows.HITS.where(FINISHED, hit.c.changed <= transaction.now - DISPOSED_AFTER, *among)
    for row in transaction.fetch_all(HITRow, due.order_by(hit.c.changed, hit.c.id)):
        counters.dispose(transaction.at(row.changed + DISPOSED_AFTER), row)
