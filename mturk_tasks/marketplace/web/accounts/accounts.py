"""Accounts of the site: a name and a password, and the worker ID under which the work is kept.

`now` is the marketplace's moment, `real` the world's.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from string import ascii_uppercase, digits
from typing import Final

from sqlalchemy import Connection, Row, delete, exists, insert, select, update

from mturk_tasks.errors import MTurkTasksError, UsageError
from mturk_tasks.marketplace.operator import requesters
from mturk_tasks.marketplace.records import workers
from mturk_tasks.marketplace.storage.schema import account, requester, worker
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.marketplace.storage.transactions import Transaction, read_transaction, write_transaction
from mturk_tasks.marketplace.web.accounts import invitations, sessions
from mturk_tasks.marketplace.web.texts import text
from mturk_tasks.marketplace.worker import answering
from mturk_tasks.vocabulary.statuses import TEST_WORKER, is_test_worker

_NAME: Final = re.compile(r"[^\W_][\w.@+-]{2,63}")  # letters and digits of any script
_ALPHABET: Final = ascii_uppercase + digits
_ID_LENGTH: Final = 14
_WHOLE: Final = (
    select(account, requester.c.name.label("tests_for"))
    .select_from(account)
    .join(worker)
    .outerjoin(requester, worker.c.tests_for == requester.c.id)
)


class Refused(MTurkTasksError):
    """Say why there is no such account; `reason` is a key of the site's texts."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the account is refused: {reason}")
        self.reason = reason


@dataclass(frozen=True)
class Account:
    """One account as who runs the marketplace sees it; `tests_for` names a test worker's requester."""

    name: str
    worker_id: str
    created: datetime
    disabled: bool
    tests_for: str | None


def plain(name: str) -> str:
    """Return a name in the one spelling that is kept and compared."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def sign_up(
    store: Store, name: str, password: str, now: datetime, *, code: str = "", real: datetime | None = None
) -> int:
    """Make an account, by the invitation of that code if one is given, and return its key.

    Raise Refused for a name that is taken or cannot be one, a bad password, or a bad invitation.
    """
    if not sessions.is_good(password):
        raise Refused("password_length")
    kept = sessions.hashed(password)  # before the transaction: it takes its time
    with write_transaction(store, now) as transaction:
        invited = invitations.good(transaction.db, code, real or now) if code else None
        if code and invited is None:
            raise Refused("invitation_over")
        key = _enter(transaction, name, kept, worker_id=invited.worker_id if invited else None)
        if invited and not invitations.use(transaction.db, invited, real or now):
            raise Refused("invitation_over")
        return key


def add(store: Store, name: str, now: datetime, *, tests_for: str | None = None) -> tuple[Account, str]:
    """Make an account from behind the counter; return it with its password, which is shown once.

    With `tests_for` it is a test worker's: the name of a requester, empty for the only one there is.
    Raise UsageError for a name that is taken or cannot be one, and where no requester can be told.
    """
    password = secrets.token_urlsafe(12)
    kept = sessions.hashed(password)
    with write_transaction(store, now) as transaction:
        owner = None if tests_for is None else requesters.chosen(transaction, tests_for).key
        try:
            _enter(transaction, name, kept, tests_for=owner)
        except Refused as refused:
            unfit = f"cannot be an account's name. {text('name_unfit')}"
            raise UsageError(f"{name!r} {'is taken' if refused.reason == 'name_taken' else unfit}") from None
        return _account(_fetch(transaction, name)), password


def enter_participant(transaction: Transaction) -> str:
    """Make an account that nobody can sign in to, for a participant of a study; return its worker ID."""
    key = _enter(transaction, f"participant-{secrets.token_hex(8)}", "")
    worker_id: str = transaction.db.execute(
        select(account.c.worker_id).where(account.c.id == key)
    ).scalar_one()
    return worker_id


def is_without_password(store: Store, key: int) -> bool:
    """Say whether nobody can sign in to an account, as to a participant's of a study."""
    with store.reading() as db:
        kept: str = db.execute(select(account.c.password).where(account.c.id == key)).scalar_one()
    return not kept


def keep(store: Store, key: int, name: str, password: str) -> None:
    """Give a participant's account a name and a password; raise Refused for one that cannot be."""
    if not sessions.is_good(password):
        raise Refused("password_length")
    kept = sessions.hashed(password)
    with store.writing() as db:
        spelled = _free_name(db, name)
        mine = (account.c.id == key, account.c.password == "")  # not of one that has a password by now
        db.execute(update(account).where(*mine).values(name=spelled, password=kept))


def key_of_worker(store: Store, worker_id: str) -> int:
    """Return the key of a worker's account, which there is."""
    with store.reading() as db:
        same = select(account.c.id).where(account.c.worker_id == worker_id)
        return int(db.execute(same).scalar_one())


def check(store: Store, name: str, password: str) -> int | None:
    """Return the key of the account with this name and password, None where there is none to sign in to."""
    columns = (account.c.id, account.c.password, account.c.disabled)
    with store.reading() as db:
        row = db.execute(select(*columns).where(account.c.name == plain(name))).one_or_none()
    right = sessions.matches(row.password if row else "", password)
    return row.id if row and right and not row.disabled else None


def key_of(store: Store, name: str) -> int | None:
    """Return the key of the account with this name."""
    with store.reading() as db:
        found: int | None = db.execute(
            select(account.c.id).where(account.c.name == plain(name))
        ).scalar_one_or_none()
    return found


def change_password(store: Store, key: int, password: str) -> None:
    """Give an account another password, and end its sessions; raise Refused for a bad one."""
    if not sessions.is_good(password):
        raise Refused("password_length")
    kept = sessions.hashed(password)
    with store.writing() as db:
        _set_password(db, key, kept)


def change_by_link(store: Store, code: str, password: str, real: datetime) -> int:
    """Give the account of a link another password, end its sessions, and return its key.

    Raise Refused for a bad password, or a link that is good no more.
    """
    if not sessions.is_good(password):
        raise Refused("password_length")
    kept = sessions.hashed(password)
    with store.writing() as db:
        key = invitations.use_password_link(db, code, real)
        if key is None:
            raise Refused("link_over")
        _set_password(db, key, kept)
    return key


def _set_password(db: Connection, key: int, kept: str) -> None:
    db.execute(update(account).where(account.c.id == key).values(password=kept))
    sessions.end_all(db, key)
    invitations.end_all(db, key)


def remove(store: Store, key: int, now: datetime) -> None:
    """Delete an account; what it holds is given back, and the work done stays under the worker ID."""
    with write_transaction(store, now) as transaction:
        row = transaction.db.execute(select(account.c.worker_id).where(account.c.id == key)).one_or_none()
        if row is None:
            return
        answering.give_back_all(transaction, row.worker_id)
        sessions.end_all(transaction.db, key)
        invitations.end_all(transaction.db, key)
        transaction.db.execute(delete(account).where(account.c.id == key))


def listed(store: Store, now: datetime) -> list[Account]:
    """Return every account, the first made first."""
    with read_transaction(store, now) as transaction:
        return [_account(row) for row in transaction.db.execute(_WHOLE.order_by(account.c.id))]


def switch(store: Store, name: str, now: datetime, *, disabled: bool) -> Account:
    """Keep an account from signing in, or allow it again.

    The sessions end, and what the worker holds is given back.
    """
    with write_transaction(store, now) as transaction:
        row = _fetch(transaction, name)
        transaction.db.execute(update(account).where(account.c.id == row.id).values(disabled=disabled))
        if disabled:
            answering.give_back_all(transaction, row.worker_id)
            sessions.end_all(transaction.db, row.id)
        return _account(_fetch(transaction, name))


def _fetch(transaction: Transaction, name: str) -> Row[tuple[object, ...]]:
    row = transaction.db.execute(_WHOLE.where(account.c.name == plain(name))).one_or_none()
    if row is None:
        raise UsageError(f"there is no account {name}")
    return row


def _account(row: Row[tuple[object, ...]]) -> Account:
    return Account(row.name, row.worker_id, row.created, row.disabled, row.tests_for)


def _enter(
    transaction: Transaction,
    name: str,
    kept: str,
    *,
    worker_id: str | None = None,
    tests_for: int | None = None,
) -> int:
    spelled = _free_name(transaction.db, name)
    if worker_id is not None and invitations.has_account(transaction.db, worker_id):
        raise Refused("invitation_over")
    worker_id = worker_id or _new_worker_id(test=tests_for is not None)
    try:
        workers.enrol(transaction, worker_id, simulated=False)
    except MTurkTasksError:  # an invitation with the ID of a worker who is simulated
        raise Refused("invitation_over") from None
    if tests_for is not None:
        same = worker.c.worker_id == worker_id
        transaction.db.execute(update(worker).where(same).values(tests_for=tests_for))
    values = {"name": spelled, "worker_id": worker_id, "password": kept, "created": transaction.now}
    made = transaction.db.execute(insert(account).values(**values, disabled=False))
    (key,) = made.inserted_primary_key or (0,)
    return int(key)


def _free_name(db: Connection, name: str) -> str:
    """Return a name as it is kept; raise Refused for one that cannot be, or is another account's."""
    spelled = plain(name)
    if not _NAME.fullmatch(spelled):
        raise Refused("name_unfit")
    if db.execute(select(exists().where(account.c.name == spelled))).scalar_one():
        raise Refused("name_taken")
    return spelled


def _new_worker_id(*, test: bool) -> str:
    while True:
        made = "A" + "".join(secrets.choice(_ALPHABET) for _ in range(_ID_LENGTH - 1))
        if test:
            return TEST_WORKER + made[len(TEST_WORKER) :]
        if not is_test_worker(made):
            return made
