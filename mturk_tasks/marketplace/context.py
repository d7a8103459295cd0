"""What every operation works with: one transaction, at one moment, on the marketplace's terms."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, exists, select, true

from mturk_tasks.marketplace import about
from mturk_tasks.marketplace.storage.schema import meta, notification
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.marketplace.storage.stored import from_milliseconds, to_milliseconds
from mturk_tasks.vocabulary.money import FeeTable

_TERMS: Final = select(meta.c.fee, exists().where(notification.c.active.is_(true())).label("watched"))


@dataclass(frozen=True)
class Context:
    """Hold one transaction, the marketplace's moment in it, and what the marketplace takes.

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

    def at(self, moment: datetime) -> Context:
        """Return the same transaction at another moment, for what should be dated then."""
        return replace(self, now=moment)


@contextmanager
def write_transaction(store: Store, now: datetime, requester: int | None = None) -> Iterator[Context]:
    """Open a transaction that may write; it is committed when the block ends, undone by an exception."""
    with store.writing() as db:
        yield _begin(store, db, now, requester, locks=store.locks)


@contextmanager
def read_transaction(store: Store, now: datetime, requester: int | None = None) -> Iterator[Context]:
    """Open a transaction that sees one state of the tables."""
    with store.reading() as db:
        yield _begin(store, db, now, requester, locks=False)


def _begin(store: Store, db: Connection, now: datetime, requester: int | None, *, locks: bool) -> Context:
    terms = db.execute(_TERMS).one()
    moment = from_milliseconds(to_milliseconds(now))  # as stored, so that comparisons anywhere agree
    fees = about.fee_table(terms.fee)
    return Context(db, moment, fees, terms.watched, requester, store.play, locks, store.address)
