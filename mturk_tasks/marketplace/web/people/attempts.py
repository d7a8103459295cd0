"""How often a name or an address may try: counted in the database, so that every process counts alike."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, insert, select

from mturk_tasks.marketplace.storage.schema import attempt
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.marketplace.web.people.secret import digest

SPAN: Final = timedelta(minutes=15)
MOST_OF_NAME: Final = 10
MOST_OF_ADDRESS: Final = 100  # a class sits behind one address


def begin(store: Store, name: str, address: str, now: datetime) -> bool:
    """Count one more attempt before it is made; say whether it may be made.

    `now` is the world's moment. What is older than the span no longer counts.
    """
    limits = ((digest(f"name {name}"), MOST_OF_NAME), (digest(f"address {address}"), MOST_OF_ADDRESS))
    with store.writing() as db:
        db.execute(delete(attempt).where(attempt.c.time <= now - SPAN))
        for subject, most in limits:
            counted = select(func.count()).select_from(attempt).where(attempt.c.subject == subject)
            if db.execute(counted).scalar_one() >= most:
                return False
        db.execute(insert(attempt), [{"subject": subject, "time": now} for subject, _ in limits])
        return True


def forget(store: Store, name: str, address: str = "") -> None:
    """Take back all attempts of a name, and the last one of an address: the right password was given."""
    own, others = digest(f"name {name}"), digest(f"address {address}")
    last = select(func.max(attempt.c.id)).where(attempt.c.subject == others).scalar_subquery()
    with store.writing() as db:
        db.execute(delete(attempt).where(attempt.c.subject == own))
        db.execute(delete(attempt).where(attempt.c.id == last))


def minutes(span: timedelta = SPAN) -> int:
    """Return how long to wait, in whole minutes."""
    return int(span.total_seconds()) // 60
