"""What a marketplace holds, in numbers, and what time will do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Column, Connection, Table, func, select

from mturk_tasks.marketplace import about, ledger
from mturk_tasks.marketplace.context import read_transaction
from mturk_tasks.marketplace.lifecycle import DISPOSED_AFTER
from mturk_tasks.marketplace.settle import process_due
from mturk_tasks.marketplace.storage.schema import (
    FINISHED,
    HELD,
    UNDECIDED,
    UNEXPIRED,
    UNREVIEWED,
    assignment,
    hit,
    meta,
    requester,
    worker,
)
from mturk_tasks.marketplace.storage.store import Store

_COMING: Final = (
    ("an assignment is abandoned", assignment.c.deadline, HELD),
    ("a HIT expires", hit.c.expiration, UNEXPIRED),
    ("work is approved by itself", assignment.c.auto_approval, UNDECIDED),
    ("a HIT is reviewed", hit.c.review_due, UNREVIEWED),
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
    process_due(store, now)
    with read_transaction(store, now) as context:
        db = context.db
        money, itself = ledger.totals(db), about.read(db)
        coming = _next(db)
        return Overview(
            version=db.execute(select(meta.c.version)).scalar_one(),
            marketplace_id=itself.marketplace_id,
            fee=itself.fee,
            database=db.dialect.name,
            size=_size(db),
            play=store.play,
            time=context.now,
            requesters=_count(db, requester),
            workers=_count(db, worker),
            hits=_by_state(db, hit.c.status),
            assignments=_by_state(db, assignment.c.status),
            balance=sum(db.execute(select(requester.c.balance)).scalars(), Decimal("0.00")),
            held=ledger.held(db),
            paid=money[ledger.PAYMENT] + money[ledger.BONUS],
            earned=money[ledger.FEE] + money[ledger.BONUS_FEE],
            oldest=db.execute(select(func.min(assignment.c.submitted)).where(UNDECIDED)).scalar_one(),
            next_event=coming and coming[1],
            next_time=coming and coming[0],
        )


def _next(db: Connection) -> tuple[datetime, str] | None:
    """Return the nearest moment at which anything happens by itself, and what."""
    found = [
        (db.execute(select(func.min(when)).where(among)).scalar_one(), what) for what, when, among in _COMING
    ]
    finished = db.execute(select(func.min(hit.c.changed)).where(FINISHED)).scalar_one()
    disposal = finished and finished + DISPOSED_AFTER
    return min(
        ((when, what) for when, what in (*found, (disposal, "a HIT is disposed")) if when), default=None
    )


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
