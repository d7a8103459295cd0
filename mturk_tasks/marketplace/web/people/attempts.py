"""How often one may try from an address or at a name: counted in the database, for every process alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, insert, select, text

from mturk_tasks.marketplace.storage.schema import attempt
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.marketplace.web.people.secret import digest

SPAN: Final = timedelta(minutes=15)
MOST: Final = 10  # from one address at one name
MOST_OF_NAME: Final = 100  # from wherever: fewer would let anybody lock anybody out
MOST_OF_ADDRESS: Final = 100  # wrong ones; a class sits behind one address
MOST_NEW: Final = 500  # accounts from an address; a lecture signs up at once
_ALONE: Final = text("LOCK TABLE attempt IN EXCLUSIVE MODE")


def begin(store: Store, name: str, address: str, now: datetime) -> bool:
    """Count one more attempt at a name's password before it is made; say whether it may be made.

    `now` is the world's moment. What is older than the span no longer counts.
    """
    limits = ((_pair(name, address), MOST), (_name(name), MOST_OF_NAME), (_address(address), MOST_OF_ADDRESS))
    return _begin(store, limits, now)


def begin_new(store: Store, address: str, now: datetime) -> bool:
    """Count one more account that is signed up for from an address; say whether it may be made."""
    return _begin(store, ((digest(f"new {address}"), MOST_NEW),), now)


def forget(store: Store, name: str, address: str) -> None:
    """Take back the attempts from an address at a name, whose right password was given there.

    The name and the address go on counting the wrong ones of others.
    """
    with store.writing() as db:
        own = db.execute(delete(attempt).where(attempt.c.subject == _pair(name, address))).rowcount
        for subject in (_name(name), _address(address)):
            last = select(attempt.c.id).where(attempt.c.subject == subject).order_by(attempt.c.id.desc())
            db.execute(delete(attempt).where(attempt.c.id.in_(last.limit(own))))


def _begin(store: Store, limits: Sequence[tuple[str, int]], now: datetime) -> bool:
    with store.writing() as db:
        if store.locks:
            db.execute(_ALONE)
        db.execute(delete(attempt).where(attempt.c.time <= now - SPAN))
        for subject, most in limits:
            counted = select(func.count()).select_from(attempt).where(attempt.c.subject == subject)
            if db.execute(counted).scalar_one() >= most:
                return False
        db.execute(insert(attempt), [{"subject": subject, "time": now} for subject, _ in limits])
        return True


def _pair(name: str, address: str) -> str:
    return digest(f"pair {address} {name}")


def _name(name: str) -> str:
    return digest(f"name {name}")


def _address(address: str) -> str:
    return digest(f"address {address}")


def minutes(span: timedelta = SPAN) -> int:
    """Return how long to wait, in whole minutes."""
    return int(span.total_seconds()) // 60
