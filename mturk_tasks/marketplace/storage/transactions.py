"""What every operation works with: one transaction, at one moment, on the marketplace's terms."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, exists, select, text, true

from mturk_tasks.errors import MTurkTasksError
from mturk_tasks.lib.money import AMAZONS_FEE, FeeTable, fee_named
from mturk_tasks.marketplace.storage.column_types import from_milliseconds, to_milliseconds
from mturk_tasks.marketplace.storage.schema import (
    assignment,
    hit,
    meta,
    notification,
    qualification_request,
    qualification_type,
    requester,
    worker,
)
from mturk_tasks.marketplace.storage.store import Store

Shape = TypeVar("Shape", bound=NamedTuple)
_TERMS: Final = select(meta.c.fee, exists().where(notification.c.active.is_(true())).label("watched"))


@dataclass(frozen=True)
class Transaction:
    """One transaction, the marketplace's moment in it, and the fees that the marketplace takes.

    `requester` is the key of who asks, None where workers or time act. `watched` says that some
    requester asked to be told of events, `play` that money never runs out, `locks` that others write
    at the same time, so that rows must be locked before anything is decided on them. `address` is where
    the marketplace can be reached from outside, empty where nobody serves it.
    """

    db: Connection
    now: datetime
    fees: FeeTable
    watched: bool = False
    requester: int | None = None
    play: bool = True
    locks: bool = False
    address: str = ""

    def fetch_all(self, shape: type[Shape], query: Select[Any]) -> list[Shape]:
        """Return every row of a query whose columns are those of the shape, see `rows.columns`."""
        return [shape._make(row) for row in self.db.execute(query)]

    def fetch_one(self, shape: type[Shape], query: Select[Any], **bound: object) -> Shape | None:
        """Return the only row of such a query, None where there is none; `bound` are its parameters."""
        row = self.db.execute(query, bound).one_or_none()
        return None if row is None else shape._make(row)

    def fetch(self, shape: type[Shape], query: Select[Any], **bound: object) -> Shape:
        """Return the only row of such a query, which is known to be there."""
        return shape._make(self.db.execute(query, bound).one())

    def at(self, moment: datetime) -> Transaction:
        """Return the same transaction at another moment, for what should be dated then."""
        return replace(self, now=moment)


@contextmanager
def write_transaction(store: Store, now: datetime, requester: int | None = None) -> Iterator[Transaction]:
    """Open a transaction that may write; it is committed when the block ends, undone by an exception."""
    with store.writing() as db:
        yield _begin(store, db, now, requester, locks=store.locks)


@contextmanager
def read_transaction(store: Store, now: datetime, requester: int | None = None) -> Iterator[Transaction]:
    """Open a transaction that sees one state of the tables."""
    with store.reading() as db:
        yield _begin(store, db, now, requester, locks=False)


def fee_table(stored: str | None) -> FeeTable:
    """Return the table of a fee as the database has it; raise MTurkTasksError where it is none."""
    found = fee_named(stored or AMAZONS_FEE)
    if found is None:
        raise MTurkTasksError(f"the marketplace's fee is {stored!r}, which is no share; set it with --fee")
    return found


def _begin(store: Store, db: Connection, now: datetime, requester: int | None, *, locks: bool) -> Transaction:
    terms = db.execute(_TERMS).one()
    moment = from_milliseconds(to_milliseconds(now))  # as stored, so that comparisons anywhere agree
    fees = fee_table(terms.fee)
    return Transaction(db, moment, fees, terms.watched, requester, store.play, locks, store.address)


# Lock the rows that a decision rests on, where several transactions write at once.
#
# A HIT's row stands for all that belongs to the HIT: counters, assignments, what is held for it.
# A qualification type's row stands for its requests and its holders, a requester's for the names
# and blocks that one may have once. They are locked in this order: qualification type, HIT,
# requester.
#
# The lock is a statement of its own: what is read after it is what the transaction before has
# left. On SQLite, where one transaction writes at a time, there is nothing to do.


_ALL_HITS: Final = text("LOCK TABLE hit IN EXCLUSIVE MODE")  # those who only read go on


def lock_hit(transaction: Transaction, same: ColumnElement[bool]) -> None:
    """Lock a HIT, and with it its assignments."""
    _lock(transaction, select(hit.c.id).where(same))


def lock_hit_of(transaction: Transaction, assignment_id: str) -> None:
    """Lock the HIT of an assignment."""
    of = select(assignment.c.hit).where(assignment.c.assignment_id == assignment_id)
    lock_hit(transaction, hit.c.id == of.scalar_subquery())


def lock_worker(transaction: Transaction, worker_id: str) -> None:
    """Lock a worker, so that what they hold and have done is counted before they get more."""
    _lock(transaction, select(worker.c.worker_id).where(worker.c.worker_id == worker_id))


def lock_all_hits(transaction: Transaction) -> None:
    """Wait until no transaction holds a HIT, and keep every HIT until this one ends."""
    if transaction.locks:
        transaction.db.execute(_ALL_HITS)


def lock_type(transaction: Transaction, qualification_type_id: str) -> None:
    """Lock a qualification type, its requests and its holders."""
    same = qualification_type.c.qualification_type_id == qualification_type_id
    _lock(transaction, select(qualification_type.c.id).where(same))


def lock_type_of(transaction: Transaction, request_id: str) -> None:
    """Lock the qualification type of a request."""
    of = select(qualification_request.c.qualification_type)
    same = of.where(qualification_request.c.request_id == request_id)
    _lock(
        transaction, select(qualification_type.c.id).where(qualification_type.c.id == same.scalar_subquery())
    )


def lock_requester(transaction: Transaction) -> None:
    """Lock the requester who asks."""
    _lock(transaction, select(requester.c.id).where(requester.c.id == transaction.requester))


def _lock(transaction: Transaction, rows: Select[Any]) -> None:
    """Lock rows against others who decide on them, not against rows that refer to them."""
    if transaction.locks:
        transaction.db.execute(rows.with_for_update(key_share=True)).all()
