"""Whoever has an account in a marketplace: requesters with their money and keys, and workers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from mturk_tasks.commands.marketplace.databases import key_file_of, now, opened
from mturk_tasks.console.summary import Summary, table
from mturk_tasks.lib.money import format_usd
from mturk_tasks.marketplace.due import process_due
from mturk_tasks.marketplace.operator import requesters
from mturk_tasks.marketplace.operator.requesters import Requester
from mturk_tasks.marketplace.records.ledger import SANDBOX_BALANCE
from mturk_tasks.marketplace.server.keys import KeyFile, Keys, Pair
from mturk_tasks.marketplace.storage import about
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.marketplace.web.accounts import accounts, invitations
from mturk_tasks.marketplace.web.accounts.accounts import Account
from mturk_tasks.vocabulary.environments import Site, site_served_at


def add_requester(database: str, key_file: str, name: str) -> Summary:
    """Enter a requester with a first pair of keys."""
    with opened(database, new=True) as store:
        keys = Keys(store, KeyFile(key_file_of(key_file)))
        keys.prepare()
        added = requesters.add(store, name, now(store))
        pair = keys.add(added.key, datetime.now(timezone.utc))
    return _summary_of_pair(added, pair, f"{name} is a requester now")


def list_requesters(database: str, *, dry: bool) -> Summary:
    """Return every requester with the IDs of the keys that are good now."""
    with opened(database, dry=dry) as store:
        registered = requesters.listed(store, now(store))
        if store.play:
            registered = [requester._replace(balance=SANDBOX_BALANCE) for requester in registered]
        keys = _good_keys(store)
    items = tuple(_requester_item(requester, keys.get(requester.key, ())) for requester in registered)
    header = ("name", "id", "since", "state", "to spend", "access keys")
    lines = (table([list(item.values()) for item in items], header),)
    return Summary(lines, counts={"requesters": len(items)}, items=items)


def rotate_keys(database: str, key_file: str, name: str, keep_hours: int) -> Summary:
    """Give a requester a new pair of keys; the others end when so many hours have passed."""
    with opened(database) as store:
        moment = now(store)
        process_due(store, moment)
        owner = requesters.look_up(store, name, moment)
        keys, keep = Keys(store, KeyFile(key_file_of(key_file))), timedelta(hours=keep_hours)
        pair = keys.rotate(owner.key, datetime.now(timezone.utc), keep)
    old = f"go on for {keep_hours} h" if keep_hours else "have ended"
    return _summary_of_pair(owner, pair, f"{name} has a new access key; the old ones {old}")


def switch_requester(database: str, name: str, *, disabled: bool) -> Summary:
    """Keep a requester from calling, or allow it again."""
    with opened(database) as store:
        switched = requesters.switch(store, name, now(store), disabled=disabled)
    line = f"{name} may not call any more" if disabled else f"{name} may call again"
    return Summary((line,), items=(_requester_item(switched),))


def fund_requester(database: str, name: str, amount: Decimal) -> Summary:
    """Add to what a requester has to spend."""
    with opened(database) as store:
        funded = requesters.fund(store, name, amount, now(store))
    line = f"{name} got {format_usd(amount)} and has {format_usd(funded.balance)} to spend"
    return Summary((line,), items=(_requester_item(funded),))


def add_worker(database: str, name: str, *, tests_for: str | None) -> Summary:
    """Make an account for a worker, with a first password.

    A test worker `tests_for` the requester of that name, the only one there is where it is empty.
    """
    with opened(database) as store:
        added, password = accounts.add(store, name, now(store), tests_for=tests_for)
    kind = "a worker" if tests_for is None else f"a test worker of {added.tests_for}"
    lines = (f"{added.name} is {kind} now, {added.worker_id}. The password, shown this once:", password)
    return Summary(lines, items=(_worker_item(added),), facts={"password": password})


def invite_worker(database: str, worker_id: str, days: int, url: str) -> Summary:
    """Make a link with which the worker of that ID, or a new one, can sign up at the site of a URL."""
    with opened(database) as store:
        lasts = timedelta(days=days)
        code = invitations.make(store, worker_id or None, lasts, datetime.now(timezone.utc))
        return _summary_of_link(store, url, f"invitation/{code}", f"Good for one person and {days} days:")


def make_password_link(database: str, name: str, url: str) -> Summary:
    """Make a link with which a worker sets a new password at the site of a URL."""
    with opened(database) as store:
        code = invitations.make_password_link(store, accounts.plain(name), datetime.now(timezone.utc))
        purpose = f"Good once and for an hour, for {name} to set a new password; earlier links have ended:"
        return _summary_of_link(store, url, f"password/{code}", purpose)


def list_workers(database: str, *, dry: bool) -> Summary:
    """Return every account of a worker."""
    with opened(database, dry=dry) as store:
        items = tuple(_worker_item(account) for account in accounts.listed(store, now(store)))
    lines = (table([list(item.values()) for item in items], ("name", "worker ID", "since", "state", "kind")),)
    return Summary(lines, counts={"workers": len(items)}, items=items)


def switch_worker(database: str, name: str, *, disabled: bool) -> Summary:
    """Keep a worker from signing in, or allow it again."""
    with opened(database) as store:
        switched = accounts.switch(store, name, now(store), disabled=disabled)
    line = f"{switched.name} may not sign in any more" if disabled else f"{switched.name} may sign in again"
    return Summary((line,), items=(_worker_item(switched),))


def _good_keys(store: Store) -> dict[int, list[str]]:
    """Return the IDs of the keys that are good now, by requester."""
    moment = datetime.now(timezone.utc)
    by_requester: dict[int, list[str]] = {}
    for key in Keys(store, KeyFile(key_file_of(""))).listed():
        if key.ended is None or moment < key.ended:
            by_requester.setdefault(key.requester, []).append(key.access_key_id)
    return by_requester


def _summary_of_pair(owner: Requester, pair: Pair, line: str) -> Summary:
    lines = (
        f"{line}. Its access key is shown this once; put it where boto3 looks:",
        f"export AWS_ACCESS_KEY_ID={pair.access_key_id}",
        f"export AWS_SECRET_ACCESS_KEY={pair.secret}",
    )
    facts = {"access_key_id": pair.access_key_id, "secret_access_key": pair.secret}
    return Summary(lines, items=(_requester_item(owner),), facts=facts)


def _summary_of_link(store: Store, url: str, page: str, purpose: str) -> Summary:
    """Return the link of a page at the address that is given, else where the site was served last."""
    with store.reading() as db:
        site = Site(url) if url else site_served_at(about.read(db).address)
    link = f"{site.address}/{page}"
    return Summary((purpose, f"{link}{site.note}"), facts={"link": link})


def _requester_item(requester: Requester, keys: Sequence[str] = ()) -> dict[str, str]:
    return {
        "name": requester.name,
        "id": requester.requester_id,
        "since": requester.registered.strftime("%Y-%m-%d"),
        "state": "disabled" if requester.disabled else "active",
        "balance": format_usd(requester.balance),
        "keys": ", ".join(keys),
    }


def _worker_item(account: Account) -> dict[str, str]:
    return {
        "name": account.name,
        "id": account.worker_id,
        "since": account.created.strftime("%Y-%m-%d"),
        "state": "disabled" if account.disabled else "active",
        "kind": f"tests for {account.tests_for}" if account.tests_for else "",
    }
