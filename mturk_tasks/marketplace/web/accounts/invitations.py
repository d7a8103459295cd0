"""Invitations to the site: a link that lets one person sign up, who may be known already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, exists, insert, select, update

from mturk_tasks.errors import UsageError
from mturk_tasks.marketplace.storage.schema import account, invitation, password_link
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.marketplace.web.accounts import sessions
from mturk_tasks.vocabulary.statuses import is_worker_id


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
    code = sessions.new()
    values = {"digest": sessions.digest(code), "worker_id": worker_id, "created": now, "ends": now + lasts}
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
        invitation.c.digest == sessions.digest(code),
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


# Links with which who forgot a password sets a new one: made by who runs the site, used once,
# soon over.
#
# `now` is the world's moment.


LASTS: Final = timedelta(hours=1)


def make_password_link(store: Store, name: str, now: datetime) -> str:
    """Return the code of a new link for the account of a name, as it is kept; earlier ones end.

    Raise UsageError where there is no such account, or one that may not sign in.
    """
    code = sessions.new()
    with store.writing() as db:
        row = db.execute(select(account.c.id, account.c.disabled).where(account.c.name == name)).one_or_none()
        if row is None:
            raise UsageError(f"there is no account {name}")
        if row.disabled:
            raise UsageError(
                f"{name} may not sign in; allow it first with marketplace.worker-disable --enable"
            )
        end_all(db, row.id)
        values = {"account": row.id, "created": now, "ends": now + LASTS}
        db.execute(insert(password_link), {"digest": sessions.digest(code), **values})
    return code


def find_password_link(store: Store, code: str, now: datetime) -> str | None:
    """Return the name of the account whose password a code sets; None for one unknown, used or over."""
    query = select(account.c.name).join_from(password_link, account).where(account.c.disabled.is_(False))
    with store.reading() as db:
        found: str | None = db.execute(query.where(*_good(code, now))).scalar_one_or_none()
    return found


def use_password_link(db: Connection, code: str, now: datetime) -> int | None:
    """Use a link up and return the key of its account; None where it is good no more."""
    if db.execute(update(password_link).where(*_good(code, now)).values(used=now)).rowcount != 1:
        return None
    same = password_link.c.digest == sessions.digest(code)
    return int(db.execute(select(password_link.c.account).where(same)).scalar_one())


def end_all(db: Connection, account_key: int) -> None:
    """End every link of an account."""
    db.execute(delete(password_link).where(password_link.c.account == account_key))


def _good(code: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    unused = password_link.c.used.is_(None)
    return (password_link.c.digest == sessions.digest(code), unused, password_link.c.ends > now)
