"""Invitations to the site: a link that lets one person sign up, who may be known already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, exists, insert, select, update

from mturk_tasks.errors import UsageError
from mturk_tasks.marketplace.storage.schema import account, invitation
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.marketplace.web.people import secret
from mturk_tasks.vocabulary.workers import is_worker_id


@dataclass(frozen=True)
class Invitation:
    """Who may sign up with it, None for anybody, and until when."""

    digest: str
    worker_id: str | None
    ends: datetime


def make(store: Store, worker_id: str | None, lasts: timedelta, now: datetime) -> str:
    """Return the code of a new invitation; `now` is the world's moment.

    Raise UsageError for a worker ID that is not well formed, or has an account.
    """
    if worker_id is not None and not is_worker_id(worker_id):
        raise UsageError(f"{worker_id!r} is no worker ID: A, then capital letters and digits")
    code = secret.new()
    values = {"digest": secret.digest(code), "worker_id": worker_id, "created": now, "ends": now + lasts}
    with store.writing() as db:
        if worker_id is not None and has_account(db, worker_id):
            raise UsageError(f"worker {worker_id} has an account already")
        db.execute(insert(invitation), values)
    return code


def find(store: Store, code: str, now: datetime) -> Invitation | None:
    """Return the invitation of a code; None for one that is unknown, used or over."""
    with store.reading() as db:
        return good(db, code, now)


def good(db: Connection, code: str, now: datetime) -> Invitation | None:
    """Return the invitation of a code, in a transaction of the caller's."""
    columns = (invitation.c.digest, invitation.c.worker_id, invitation.c.ends)
    unused = (
        invitation.c.digest == secret.digest(code),
        invitation.c.used.is_(None),
        invitation.c.ends > now,
    )
    row = db.execute(select(*columns).where(*unused)).one_or_none()
    return None if row is None else Invitation(*row)


def use(db: Connection, one: Invitation, now: datetime) -> bool:
    """Use an invitation up; say whether nobody else was faster."""
    unused = (invitation.c.digest == one.digest, invitation.c.used.is_(None))
    return db.execute(update(invitation).where(*unused).values(used=now)).rowcount == 1


def has_account(db: Connection, worker_id: str) -> bool:
    """Say whether somebody signs in as this worker."""
    return bool(db.execute(select(exists().where(account.c.worker_id == worker_id))).scalar_one())
