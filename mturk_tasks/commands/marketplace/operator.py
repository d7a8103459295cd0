"""Open a marketplace for who runs it: to serve it, to enter requesters, to look after its data."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, cast

from mturk_tasks.errors import UsageError
from mturk_tasks.lib import text
from mturk_tasks.tasks.bootstrap import database_files, home, warn_if_exposed
from mturk_tasks.vocabulary.environments import Site, site_served_at

if TYPE_CHECKING:
    from mturk_tasks.marketplace.operator.maintenance import Upkeep
    from mturk_tasks.marketplace.operator.overview import Covered
    from mturk_tasks.marketplace.operator.requesters import Requester
    from mturk_tasks.marketplace.serve import Ready
    from mturk_tasks.marketplace.server.keys import Keys, Known, Pair
    from mturk_tasks.marketplace.storage.store import Store
    from mturk_tasks.marketplace.web.accounts.accounts import Account
    from mturk_tasks.marketplace.web.session import SignUp


@dataclass(frozen=True)
class Link:
    """An address on the worker site to hand to somebody, and what is to be said behind it."""

    url: str
    note: str

    @property
    def line(self) -> str:
        """Return it as it is shown."""
        return f"{self.url}{self.note}"


class Counter:
    """A marketplace from behind its counter, as who runs it sees it: a database, and a file with its key."""

    def __init__(self, database: str, key_file: str, *, dry: bool = False) -> None:
        self._database = database
        self._dry = dry
        self._key_file = Path(key_file).expanduser() if key_file else home() / "marketplace.key"

    def serve(
        self,
        on_ready: Callable[[Ready], None],
        fee: str,
        *,
        host: str,
        port: int,
        public_url: str,
        trusted_proxy: str,
        sign_up: str,
        site_name: str,
        about: str,
    ) -> None:
        """Serve it until it is told to stop; a fee that is given stands in its database from then on.

        `about` names a file with what the site says of itself; raise FileError where it cannot be read.
        """
        from mturk_tasks.marketplace.serve import Options, run
        from mturk_tasks.marketplace.storage import about as marketplace_about

        mode = cast("SignUp | None", sign_up or None)
        told = text.read(Path(about).expanduser()).text if about else ""
        options = Options(host, port, public_url, trusted_proxy, mode, site_name, told)
        with self._open(grouped=True) as store:
            if fee:
                marketplace_about.set_fee(store, fee)
            run(store, self._keys(store), options, on_ready)

    @contextmanager
    def served(self) -> Iterator[Ready]:
        """Serve it at a free port of this machine until the block ends."""
        from mturk_tasks.marketplace.serve import Options, beside

        with (
            self._open(grouped=True) as store,
            beside(store, self._keys(store), Options("127.0.0.1", 0)) as ready,
        ):
            yield ready

    def add(self, name: str) -> tuple[Requester, Pair]:
        """Enter a requester with a first pair of keys."""
        from mturk_tasks.marketplace.operator import requesters

        with self._open(new=True) as store:
            keys = self._keys(store)
            keys.prepare()
            added = requesters.add(store, name, _now(store))
            return added, keys.add(added.key, datetime.now(timezone.utc))

    def listed(self) -> list[tuple[Requester, list[Known]]]:
        """Return every requester with the keys that are good now."""
        from mturk_tasks.marketplace.operator import requesters
        from mturk_tasks.marketplace.storage.ledger import SANDBOX_BALANCE

        real = datetime.now(timezone.utc)
        with open_store(self._database, dry=self._dry) as store:
            good = [one for one in self._keys(store).listed() if one.ended is None or real < one.ended]
            found = requesters.listed(store, _now(store))
            if store.play:
                found = [replace(each, balance=SANDBOX_BALANCE) for each in found]
            return [(each, [one for one in good if one.requester == each.key]) for each in found]

    def rotate(self, name: str, keep: timedelta) -> tuple[Requester, Pair]:
        """Give a requester a new pair; the others end when `keep` has passed."""
        with self._open() as store:
            found = _found(store, name)
            return found, self._keys(store).rotate(found.key, datetime.now(timezone.utc), keep)

    def switch(self, name: str, *, disabled: bool) -> Requester:
        """Keep a requester from calling, or allow it again."""
        from mturk_tasks.marketplace.operator import requesters

        with self._open() as store:
            return requesters.switch(store, name, _now(store), disabled=disabled)

    def fund(self, name: str, amount: Decimal) -> Requester:
        """Add to what a requester has to spend."""
        from mturk_tasks.marketplace.operator import requesters

        with self._open() as store:
            return requesters.fund(store, name, amount, _now(store))

    def add_worker(self, name: str, *, tests_for: str | None) -> tuple[Account, str]:
        """Make an account for a worker, with a first password."""
        from mturk_tasks.marketplace.web.accounts import accounts

        with self._open() as store:
            return accounts.add(store, name, _now(store), tests_for=tests_for)

    def invite(self, worker_id: str, lasts: timedelta, url: str) -> Link:
        """Return the link of an invitation, for the worker of that ID or for a new one."""
        from mturk_tasks.marketplace.web.accounts import invitations

        with self._open() as store:
            code = invitations.make(store, worker_id or None, lasts, datetime.now(timezone.utc))
            return _link(store, url, f"invitation/{code}")

    def password_link(self, name: str, url: str) -> Link:
        """Return the link with which a worker sets a new password."""
        from mturk_tasks.marketplace.web.accounts import accounts, invitations

        with self._open() as store:
            code = invitations.make_password_link(store, accounts.plain(name), datetime.now(timezone.utc))
            return _link(store, url, f"password/{code}")

    def workers(self) -> list[Account]:
        """Return every account of a worker."""
        from mturk_tasks.marketplace.web.accounts import accounts

        with open_store(self._database, dry=self._dry) as store:
            return accounts.listed(store, _now(store))

    def switch_worker(self, name: str, *, disabled: bool) -> Account:
        """Keep a worker from signing in, or allow it again."""
        from mturk_tasks.marketplace.web.accounts import accounts

        with self._open() as store:
            return accounts.switch(store, name, _now(store), disabled=disabled)

    def _open(self, *, new: bool = False, grouped: bool = False) -> Store:
        if self._dry:
            raise UsageError("what this does cannot be tried without being done; leave --dry out")
        return open_store(self._database, new=new, grouped=grouped)

    def _keys(self, store: Store) -> Keys:
        from mturk_tasks.marketplace.server.keys import KeyFile, Keys

        return Keys(store, KeyFile(self._key_file))


def open_store(database: str, *, new: bool = False, dry: bool = False, grouped: bool = False) -> Store:
    """Open a marketplace by its path or URL, the user's sandbox where none is named; `dry` opens a copy.

    A `grouped` file commits together what many threads write. Money is real everywhere but in the sandbox.
    Raise UsageError for a file that is not there unless it may be a `new` one.
    """
    from mturk_tasks.marketplace.storage import opening

    path = file_of(database)
    if path is None:
        return opening.open_url(database)
    own = home() / "sandbox.db"
    if database and not new and not path.exists():
        raise UsageError(f"there is no marketplace at {path}; marketplace.requester-add makes one")
    play = path.resolve() == own.resolve()
    store = opening.open_copy(path) if dry else opening.open_store(path, play=play, grouped=grouped)
    warn_if_exposed(*database_files(path))
    return store


def file_of(database: str) -> Path | None:
    """Return the file that a marketplace is in, None for one behind a server.

    Raise UsageError for a URL of a kind that is not known.
    """
    named = database.removeprefix("sqlite:///")
    if named.startswith("postgresql"):
        return None
    if "://" in named:
        raise UsageError(
            f"{database!r} names no marketplace; write a path, sqlite:///path or postgresql+psycopg://…"
        )
    return Path(named).expanduser() if named else home() / "sandbox.db"


def name_of(database: str) -> str:
    """Return what a marketplace is called in a sentence: without a password."""
    return re.sub(r"(?<=://)([^/@:]*):[^/@]*@", r"\1@", database) or "the sandbox"


def upkeep(database: str, *, new: bool = False, dry: bool = False) -> Upkeep:
    """Return what looks after the marketplace of a path or a URL, which is opened when it is needed.

    A `dry` one looks at a copy of a file, so that nothing is changed by looking.
    """
    from mturk_tasks.marketplace.operator.maintenance import Upkeep

    file = file_of(database)
    return Upkeep(lambda: open_store(database, new=new, dry=dry), file, datetime.now(timezone.utc))


def coverage() -> list[Covered]:
    """Return every operation of the API, and whether it answers here as Amazon's did."""
    from mturk_tasks.marketplace.operator.overview import coverage as covered

    return covered()


def _link(store: Store, url: str, page: str) -> Link:
    """Return the link of a page at the address that is given, else where the site was served last."""
    from mturk_tasks.marketplace.storage import about

    with store.reading() as db:
        site = Site(url) if url else site_served_at(about.read(db).address)
    return Link(f"{site.address}/{page}", site.note)


def _found(store: Store, name: str) -> Requester:
    from mturk_tasks.marketplace.due import process_due
    from mturk_tasks.marketplace.operator import requesters
    from mturk_tasks.marketplace.storage.transactions import read_transaction

    process_due(store, _now(store))
    with read_transaction(store, _now(store)) as context:
        return requesters.fetch(context, name)


def _now(store: Store) -> datetime:
    """Return the marketplace's moment: that of its own clock in a sandbox, the world's elsewhere."""
    from mturk_tasks.marketplace.storage import about

    real = datetime.now(timezone.utc)
    return about.now(store, real) if store.play else real
