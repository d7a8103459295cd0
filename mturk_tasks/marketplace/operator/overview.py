"""What a marketplace holds, in numbers, and what time will do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Column, Connection, Table, func, select

from mturk_tasks.marketplace.due import read_current
from mturk_tasks.marketplace.hits.counters import DISPOSED_AFTER
from mturk_tasks.marketplace.records import ledger
from mturk_tasks.marketplace.storage import about, schema
from mturk_tasks.marketplace.storage.store import Store

_EVENTS: Final = (
    ("an assignment is abandoned", schema.assignment.c.deadline, schema.HELD),
    ("a HIT expires", schema.hit.c.expiration, schema.UNEXPIRED),
    ("work is approved by itself", schema.assignment.c.auto_approval, schema.UNDECIDED),
    ("a HIT is reviewed", schema.hit.c.review_due, schema.UNREVIEWED),
)


@dataclass(frozen=True)
class Overview:
    """A marketplace at one moment; amounts are of all requesters together.

    `held` is set aside for open places, `paid` went to workers, bonuses included, `earned` are fees.
    `oldest` is when the work was submitted that has waited longest for a decision. `next_event` and
    `next_time` say what happens by itself, and when.
    """

    version: int
    marketplace_id: str
    fee: str  # `amazon`, or a share
    database: str
    size: int  # bytes
    play: bool
    time: datetime
    requesters: int
    workers: int
    hits: dict[str, int]
    assignments: dict[str, int]
    balance: Decimal
    held: Decimal
    paid: Decimal
    earned: Decimal
    oldest: datetime | None
    next_event: str | None
    next_time: datetime | None


def status(store: Store, now: datetime) -> Overview:
    """Return what a marketplace holds, once what is due by now has happened."""
    with read_current(store, now) as transaction:
        db = transaction.db
        money, terms = ledger.totals(db), about.read(db)
        next_event = _next_event(db)
        return Overview(
            version=db.execute(select(schema.meta.c.version)).scalar_one(),
            marketplace_id=terms.marketplace_id,
            fee=terms.fee,
            database=db.dialect.name,
            size=_size(db),
            play=store.play,
            time=transaction.now,
            requesters=_count(db, schema.requester),
            workers=_count(db, schema.worker),
            hits=_by_state(db, schema.hit.c.status),
            assignments=_by_state(db, schema.assignment.c.status),
            balance=sum(db.execute(select(schema.requester.c.balance)).scalars(), Decimal("0.00")),
            held=ledger.held(db),
            paid=money[ledger.PAYMENT] + money[ledger.BONUS],
            earned=money[ledger.FEE] + money[ledger.BONUS_FEE],
            oldest=db.execute(
                select(func.min(schema.assignment.c.submitted)).where(schema.UNDECIDED)
            ).scalar_one(),
            next_event=next_event and next_event[1],
            next_time=next_event and next_event[0],
        )


def _next_event(db: Connection) -> tuple[datetime, str] | None:
    """Return the nearest moment at which anything happens by itself, and what."""
    moments = [
        (db.execute(select(func.min(column)).where(among)).scalar_one(), event)
        for event, column, among in _EVENTS
    ]
    finished = db.execute(select(func.min(schema.hit.c.changed)).where(schema.FINISHED)).scalar_one()
    moments.append((finished and finished + DISPOSED_AFTER, "a HIT is disposed"))
    return min(((moment, event) for moment, event in moments if moment), default=None)


def _by_state(db: Connection, column: Column[Any]) -> dict[str, int]:
    query = select(column, func.count()).group_by(column).order_by(column)
    return {row[0]: row[1] for row in db.execute(query)}


def _count(db: Connection, table: Table) -> int:
    return int(db.execute(select(func.count()).select_from(table)).scalar_one())


def _size(db: Connection) -> int:
    """Return the bytes of the database on its disk."""
    if db.dialect.name == "postgresql":
        return int(db.execute(select(func.pg_database_size(func.current_database()))).scalar_one())
    pages, size = (db.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("page_count", "page_size"))
    return int(pages * size)
