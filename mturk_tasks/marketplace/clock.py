"""The sandbox's clock: real time and an offset that only grows.

Rehearsals and tests move it, so that deadlines pass without waiting.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, update

from mturk_tasks.errors import UsageError
from mturk_tasks.marketplace.storage.collisions import retried
from mturk_tasks.marketplace.storage.schema import meta
from mturk_tasks.marketplace.storage.store import Store

_MILLISECOND: Final = timedelta(milliseconds=1)
_OFFSET: Final = select(meta.c.offset)
_FURTHEST: Final = timedelta(days=100 * 365)


def now(store: Store, real: datetime) -> datetime:
    """Return the sandbox's moment when the world's is `real`, in whole milliseconds."""
    return real - timedelta(microseconds=real.microsecond % 1000) + offset(store)


def offset(store: Store) -> timedelta:
    """Return how far the sandbox is ahead of the world."""
    with store.reading() as db:
        ahead: int = db.execute(_OFFSET).scalar_one()
    return ahead * _MILLISECOND


@retried
def advance(store: Store, by: timedelta) -> None:
    """Move the sandbox's clock forward; it cannot go back, work done would lie in the future.

    Raise UsageError for a negative time, or one that leads more than a century ahead.
    """
    if by < timedelta(0):
        raise UsageError("the sandbox's clock only moves forward")
    with store.writing() as db:
        ahead = db.execute(_OFFSET.with_for_update()).scalar_one()
        if by > _FURTHEST - ahead * _MILLISECOND:
            raise UsageError(f"the sandbox's clock cannot be more than {_FURTHEST.days} days ahead")
        db.execute(update(meta).values(offset=ahead + by // _MILLISECOND))
