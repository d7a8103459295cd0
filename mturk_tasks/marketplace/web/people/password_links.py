"""Links with which who forgot a password sets a new one: made by who runs the site, used once, soon over.

`now` is the world's moment.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from mturk_tasks.errors import UsageError
from mturk_tasks.marketplace.storage.schema import account, password_link
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.marketplace.web.people import secret

LASTS: Final = timedelta(hours=1)


def make(store: Store, name: str, now: datetime) -> str:
    """Return the code of a new link for the account of a name, as it is kept; earlier ones end.

    Raise UsageError where there is no such account, or one that may not sign in.
    """
    code = secret.new()
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
        db.execute(insert(password_link), {"digest": secret.digest(code), **values})
    return code


def find(store: Store, code: str, now: datetime) -> str | None:
    """Return the name of the account whose password a code sets; None for one unknown, used or over."""
    query = select(account.c.name).join_from(password_link, account).where(account.c.disabled.is_(False))
    with store.reading() as db:
        found: str | None = db.execute(query.where(*_good(code, now))).scalar_one_or_none()
    return found


def use(db: Connection, code: str, now: datetime) -> int | None:
    """Use a link up and return the key of its account; None where it is good no more."""
    if db.execute(update(password_link).where(*_good(code, now)).values(used=now)).rowcount != 1:
        return None
    same = password_link.c.digest == secret.digest(code)
    return int(db.execute(select(password_link.c.account).where(same)).scalar_one())


def end_all(db: Connection, account_key: int) -> None:
    """End every link of an account."""
    db.execute(delete(password_link).where(password_link.c.account == account_key))


def _good(code: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    unused = password_link.c.used.is_(None)
    return (password_link.c.digest == secret.digest(code), unused, password_link.c.ends > now)
