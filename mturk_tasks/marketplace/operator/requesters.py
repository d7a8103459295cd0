"""The requesters of a marketplace: who they are, and what they have to spend."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple

from sqlalchemy import insert, select, update

from mturk_tasks.errors import UsageError
from mturk_tasks.lib.ids import new_id
from mturk_tasks.marketplace.protocol import limits
from mturk_tasks.marketplace.records import ledger
from mturk_tasks.marketplace.storage import rows
from mturk_tasks.marketplace.storage.schema import requester
from mturk_tasks.marketplace.storage.store import Store, retried
from mturk_tasks.marketplace.storage.transactions import Transaction, read_transaction, write_transaction

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._@-]{0,63}")


class Requester(NamedTuple):
    """A requester: the key that rows carry, the public ID, the name, and the money there is to spend."""

    key: int
    requester_id: str
    name: str
    registered: datetime
    disabled: bool
    balance: Decimal


@retried
def add(store: Store, name: str, now: datetime) -> Requester:
    """Enter a requester; raise UsageError for a name that is taken or cannot be one."""
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} cannot name a requester; use letters, digits, blanks and . _ @ -")
    with write_transaction(store, now) as transaction:
        if _fetch_named(transaction, name):
            raise UsageError(f"there is a requester {name} already")
        values = {"requester_id": f"A{new_id()[1:14]}", "name": name, "registered": transaction.now}
        transaction.db.execute(insert(requester), {**values, "disabled": False, "balance": Decimal(0)})
        return fetch(transaction, name)


def fetch(transaction: Transaction, name: str) -> Requester:
    """Return the requester of that name; raise UsageError where there is none."""
    named = _fetch_named(transaction, name)
    if named is None:
        raise UsageError(f"there is no requester {name}")
    return named


def look_up(store: Store, name: str, now: datetime) -> Requester:
    """Return the same, in a transaction of its own."""
    with read_transaction(store, now) as transaction:
        return fetch(transaction, name)


def chosen(transaction: Transaction, name: str) -> Requester:
    """Return the requester of that name, the only one there is where none is named.

    Raise UsageError where there is none of that name, or several to choose from.
    """
    if name:
        return fetch(transaction, name)
    registered = transaction.fetch_all(Requester, _REQUESTERS)
    if len(registered) != 1:
        names = ", ".join(each.name for each in registered)
        raise UsageError(f"say for which requester with --requester; there are {names}")
    return registered[0]


def listed(store: Store, now: datetime) -> list[Requester]:
    """Return every requester, the first entered first."""
    with read_transaction(store, now) as transaction:
        return transaction.fetch_all(Requester, _REQUESTERS)


@retried
def switch(store: Store, name: str, now: datetime, *, disabled: bool) -> Requester:
    """Keep a requester from calling the API, or allow it again; HITs and work stay as they are."""
    with write_transaction(store, now) as transaction:
        same = requester.c.id == fetch(transaction, name).key
        transaction.db.execute(update(requester).where(same).values(disabled=disabled))
        return fetch(transaction, name)


@retried
def fund(store: Store, name: str, amount: Decimal, now: datetime) -> Requester:
    """Add money to what a requester has to spend.

    Raise UsageError where money is play money, and for more than a requester may ever deposit.
    """
    if store.play:
        raise UsageError("this marketplace is a sandbox: its money is play money and never runs out")
    if amount <= 0:
        raise UsageError("a deposit is more than $0.00")
    with write_transaction(store, now) as transaction:
        owner = fetch(transaction, name).key
        if ledger.deposited(transaction.db, owner) + amount > limits.MOST_DEPOSITED:
            raise UsageError(f"a requester's deposits come to ${limits.MOST_DEPOSITED:,} at most")
        ledger.deposit(transaction, owner, amount)
        return fetch(transaction, name)


_REQUESTERS: Final = select(*rows.columns(Requester, requester, key=requester.c.id)).order_by(requester.c.id)


def _fetch_named(transaction: Transaction, name: str) -> Requester | None:
    return transaction.fetch_one(Requester, _REQUESTERS.where(requester.c.name == name))
