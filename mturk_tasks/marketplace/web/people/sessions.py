"""Who is signed in: a row for each session, so that signing out ends it wherever its cookie is.

Moments are the world's: a sandbox whose clock is moved signs nobody out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from mturk_tasks.marketplace.storage.schema import account, session, worker
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.marketplace.web.people import secret

LASTS: Final = timedelta(days=14)


@dataclass(frozen=True)
class Person:
    """Who is signed in: the account's key, the name, and the worker ID; `test` for a test worker."""

    key: int
    name: str
    worker_id: str
    test: bool


def begin(store: Store, account_key: int, now: datetime) -> str:
    """Begin a session and return its secret, which is known to the browser alone."""
    made = secret.new()
    values = {"digest": secret.digest(made), "account": account_key, "began": now, "ends": now + LASTS}
    with store.writing() as db:
        db.execute(delete(session).where(session.c.ends <= now))
        db.execute(insert(session), values)
    return made


def find(store: Store, held: str, now: datetime) -> Person | None:
    """Return who holds a session's secret; None where it has ended, or the account is disabled."""
    columns = (account.c.id, account.c.name, account.c.worker_id, worker.c.tests_for.is_not(None))
    signed_in = (
        session.c.digest == secret.digest(held),
        session.c.ends > now,
        account.c.disabled.is_(False),
    )
    query = select(*columns).select_from(session).join(account).join(worker).where(*signed_in)
    with store.reading() as db:
        row = db.execute(query).one_or_none()
    return None if row is None else Person(*row)


def end(store: Store, held: str) -> None:
    """End one session."""
    with store.writing() as db:
        db.execute(delete(session).where(session.c.digest == secret.digest(held)))


def end_all(db: Connection, account_key: int) -> None:
    """End every session of an account."""
    db.execute(delete(session).where(session.c.account == account_key))
