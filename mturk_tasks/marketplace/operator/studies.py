"""The studies of a marketplace, as whoever runs it sees them: no participant is named."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import func, select, update

from mturk_tasks.marketplace.storage import rows
from mturk_tasks.marketplace.storage.schema import participant, requester, study
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.marketplace.storage.transactions import read_transaction, write_transaction


class ListedStudy(NamedTuple):
    """A study, whose it is, and how many came."""

    study_id: str
    requester: str
    title: str
    source: str
    open: bool
    created: datetime
    came: int


_CAME: Final = select(func.count()).where(participant.c.study == study.c.id).correlate(study)
_STUDIES: Final = (
    select(*rows.columns(ListedStudy, study, requester=requester.c.name, came=_CAME.scalar_subquery()))
    .join(requester, study.c.requester == requester.c.id)
    .order_by(study.c.id)
)


def listed(store: Store, now: datetime) -> list[ListedStudy]:
    """Return every study, the first opened first."""
    with read_transaction(store, now) as transaction:
        return transaction.fetch_all(ListedStudy, _STUDIES)


def close_all(store: Store, now: datetime) -> int:
    """Close every study, so that nobody new comes in, and return how many were open."""
    with write_transaction(store, now) as transaction:
        closed = update(study).where(study.c.open.is_(True)).values(open=False)
        return int(transaction.db.execute(closed).rowcount)
