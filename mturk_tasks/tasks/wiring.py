"""Put a command's parts together; the one place that knows both the client and the marketplace."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from invoke import Context, Exit

from mturk_tasks.commands.desk import Desk, Settings
from mturk_tasks.errors import MTurkTasksError, UsageError
from mturk_tasks.files import oldconfiguration
from mturk_tasks.report import machine
from mturk_tasks.report.console import Console
from mturk_tasks.report.summary import Summary
from mturk_tasks.service.session import Client, connect
from mturk_tasks.tasks import options
from mturk_tasks.tasks.settings import LAYOUT
from mturk_tasks.vocabulary.environments import Configured, Environment, choose
from mturk_tasks.vocabulary.money import FeeTable, flat_fee

if TYPE_CHECKING:
    from mturk_tasks.marketplace.crowd.candidates import Candidates
    from mturk_tasks.marketplace.crowd.rehearsal import Rehearsal
    from mturk_tasks.marketplace.requesters import Requester
    from mturk_tasks.marketplace.server.keys import Keys, Known, Pair
    from mturk_tasks.marketplace.server.serve import Ready
    from mturk_tasks.marketplace.store import Store
    from mturk_tasks.marketplace.web.accounts import Account
    from mturk_tasks.marketplace.web.gate import SignUp

THREADS_OVER_A_NETWORK = 32  # they wait for answers; inside one process more than one only gets in the way
NO_COMMENT = "No comment was given."  # what the old commands send with a rejection that has none


def desk(
    c: Context,
    *,
    sandbox: bool = False,
    production: bool = False,
    force: bool = False,
    workers: str = "",
    json: bool = False,
    old: bool = False,
) -> Desk:
    """Return the desk of a task that was called with these options; an `old` one stands where the user does.

    Raise UsageError where the configuration cannot be used.
    """
    configured = c.config["mturk"]
    layout = options.required_whole("mturk: layout:", configured["layout"], lowest=1, default=LAYOUT)
    if layout > LAYOUT:
        raise UsageError(f"this folder has layout {layout}; update mturk-tasks to work in it")
    before = oldconfiguration.read(Path())
    environment = _environment(configured, before.service_url, sandbox=sandbox, production=production)
    console = Console(quiet=json)
    if environment.name == "production":
        console.note(f"production: {environment.endpoint}")
    if environment.note:
        console.note(f"note: {environment.note}")
    return furnish(
        Path() if old else Path(os.path.relpath(configured["folder"])),
        environment,
        console,
        settings=_settings(configured, old=old),
        workers=options.whole("--workers", workers, lowest=1)
        or options.whole("mturk: workers:", configured["workers"], lowest=1),
        keys=(before.access_key, before.secret_key) if before.access_key and before.secret_key else None,
        force=force,
        dry=bool(c.config.run.dry),
    )


def furnish(
    folder: Path,
    environment: Environment,
    console: Console,
    *,
    settings: Settings | None = None,
    workers: int | None = None,
    keys: tuple[str, str] | None = None,
    force: bool = False,
    dry: bool = False,
) -> Desk:
    """Return a desk at a marketplace: the one inside this process, or one behind an address."""
    market = Embedded(home() / "sandbox.db", dry=dry) if environment.embedded else None
    threads = workers or THREADS_OVER_A_NETWORK
    return Desk(
        folder=folder,
        home=home(),
        environment=environment,
        connect=market.connect
        if market
        else lambda: connect(environment.endpoint, threads=threads, keys=keys),
        clock=market.now if market else lambda: datetime.now(timezone.utc),
        console=console,
        settings=settings or Settings(),
        workers=workers or (1 if market else threads),
        force=force,
        dry=dry,
        market=(lambda: market) if market else None,
    )


def finish(at: Desk, command: str, summary: Summary) -> None:
    """Say what a command has to say, and end with its exit code."""
    at.console.show(summary)
    if at.console.quiet:
        at.console.put(machine.document(command, at.environment.name, summary))
    if summary.exit_code:
        raise Exit(code=summary.exit_code)


def finish_here(console: Console, command: str, files: Sequence[Path]) -> None:
    """Say which files a command made that acts in no marketplace, where a program asked for JSON."""
    conclude(console, command, Summary(files=tuple(files)))


def conclude(console: Console, command: str, summary: Summary) -> None:
    """Say what a command has to say that acts in no marketplace, or behind its counter."""
    console.show(summary)
    if console.quiet:
        console.put(machine.document(command, None, summary))


def tell_error(command: str, error: MTurkTasksError) -> None:
    """Write, for a program that asked for JSON, that a command failed and why."""
    Console(quiet=True).put(machine.failure(command, str(error), error.exit_code))


def home() -> Path:
    """Return the directory of what belongs to the user rather than to a survey."""
    named = os.environ.get("MTURK_HOME")
    if named:
        return Path(named).expanduser()
    import platformdirs

    return Path(platformdirs.user_data_dir("mturk-tasks", appauthor=False))


class Embedded:
    """The marketplace inside this process, opened at first use."""

    def __init__(self, database: Path, *, dry: bool) -> None:
        self._database = database
        self._dry = dry

    def connect(self) -> Client:
        """Return a client whose calls end here and touch no network."""
        from mturk_tasks.marketplace.transport import attach

        client = connect(None)
        attach(client, self._store(), self.now)
        return client

    def now(self) -> datetime:
        """Return the sandbox's own time."""
        from mturk_tasks.marketplace import clock

        return clock.now(self._store(), datetime.now(timezone.utc))

    def ahead(self) -> float:
        """Return by how many seconds the sandbox's time is ahead."""
        from mturk_tasks.marketplace import clock

        return clock.offset(self._store()).total_seconds()

    def rehearse(self, hit_ids: Sequence[str], *, workers: int, seed: int, skip: int) -> Rehearsal:
        """Let simulated workers take part."""
        from mturk_tasks.marketplace.crowd.rehearsal import rehearse

        real = datetime.now(timezone.utc)
        return rehearse(self._store(), hit_ids, workers=workers, seed=seed, skip=skip, real_now=real)

    def rehearse_requests(
        self, type_id: str, *, workers: int, seed: int, known: Mapping[str, str]
    ) -> Candidates:
        """Let simulated workers ask for a qualification."""
        from mturk_tasks.marketplace.crowd.candidates import rehearse_requests

        real = datetime.now(timezone.utc)
        return rehearse_requests(
            self._store(), type_id, workers=workers, seed=seed, known=known, real_now=real
        )

    def _store(self) -> Store:
        return _open(self._database, self._dry)


@cache
def _open(database: Path, dry: bool) -> Store:  # cached by position
    from mturk_tasks.marketplace.store import Store

    return Store.copy_of(database) if dry else Store.open(database)


class Counter:
    """A marketplace from behind its counter, as who runs it sees it: a database, and a file with its key."""

    def __init__(self, database: str, key_file: str, *, dry: bool = False) -> None:
        if dry:
            raise UsageError("what this does cannot be tried without being done; leave --dry out")
        self._database = database
        self._key_file = Path(key_file).expanduser() if key_file else home() / "marketplace.key"

    def serve(
        self,
        on_ready: Callable[[Ready], None],
        fees: FeeTable | None,
        *,
        host: str,
        port: int,
        public_url: str,
        trusted_proxy: str,
        sign_up: str,
    ) -> None:
        """Serve it until it is told to stop."""
        from mturk_tasks.marketplace.server.serve import Options, run

        with self._open() as store:
            store.fees = fees or store.fees
            mode = cast("SignUp | None", sign_up or None)
            run(store, self._keys(store), Options(host, port, public_url, trusted_proxy, mode), on_ready)

    def add(self, name: str) -> tuple[Requester, Pair]:
        """Enter a requester with a first pair of keys."""
        from mturk_tasks.marketplace import requesters

        with self._open() as store:
            keys = self._keys(store)
            keys.prepare()
            added = requesters.add(store, name, _now(store))
            return added, keys.add(added.key, datetime.now(timezone.utc))

    def listed(self) -> list[tuple[Requester, list[Known]]]:
        """Return every requester with the keys that are good now."""
        from mturk_tasks.marketplace import requesters
        from mturk_tasks.marketplace.account import SANDBOX_BALANCE

        real = datetime.now(timezone.utc)
        with self._open() as store:
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
        from mturk_tasks.marketplace import requesters

        with self._open() as store:
            return requesters.switch(store, name, _now(store), disabled=disabled)

    def fund(self, name: str, amount: Decimal) -> Requester:
        """Add to what a requester has to spend."""
        from mturk_tasks.marketplace import requesters

        with self._open() as store:
            return requesters.fund(store, name, amount, _now(store))

    def add_worker(self, name: str, *, test: bool) -> tuple[Account, str]:
        """Make an account for a worker, with a first password."""
        from mturk_tasks.marketplace.web import accounts

        with self._open() as store:
            return accounts.add(store, name, _now(store), test=test)

    def invite(self, worker_id: str, lasts: timedelta) -> str:
        """Return the code of an invitation, for the worker of that ID or for a new one."""
        from mturk_tasks.marketplace.web import invitations

        with self._open() as store:
            return invitations.make(store, worker_id or None, lasts, datetime.now(timezone.utc))

    def workers(self) -> list[Account]:
        """Return every account of a worker."""
        from mturk_tasks.marketplace.web import accounts

        with self._open() as store:
            return accounts.listed(store, _now(store))

    def switch_worker(self, name: str, *, disabled: bool) -> Account:
        """Keep a worker from signing in, or allow it again."""
        from mturk_tasks.marketplace.web import accounts

        with self._open() as store:
            return accounts.switch(store, name, _now(store), disabled=disabled)

    def _open(self) -> Store:
        return open_store(self._database)

    def _keys(self, store: Store) -> Keys:
        from mturk_tasks.marketplace.server.keyfile import KeyFile
        from mturk_tasks.marketplace.server.keys import Keys

        return Keys(store, KeyFile(self._key_file))


def open_store(database: str) -> Store:
    """Open a marketplace by its path or URL, the user's sandbox where none is named.

    Money is real everywhere else. Raise UsageError for a URL of another kind.
    """
    from mturk_tasks.marketplace.store import Store

    own = home() / "sandbox.db"
    named = database.removeprefix("sqlite:///")
    if "://" in named:
        raise UsageError(f"{database!r} names no marketplace; write a path, or sqlite:///path")
    path = Path(named).expanduser() if named else own
    return Store.open(path, play=path.resolve() == own.resolve())


def _found(store: Store, name: str) -> Requester:
    from mturk_tasks.marketplace import requesters
    from mturk_tasks.marketplace.settle import looking

    with looking(store, _now(store)) as context:
        return requesters.fetch(context, name)


def _now(store: Store) -> datetime:
    """Return the marketplace's moment: that of its own clock in a sandbox, the world's elsewhere."""
    from mturk_tasks.marketplace import clock

    real = datetime.now(timezone.utc)
    return clock.now(store, real) if store.play else real


def _environment(configured: Any, service_url: str, *, sandbox: bool, production: bool) -> Environment:
    if sandbox and production:
        raise UsageError("--sandbox and --production exclude each other")
    return choose(
        Configured(
            sandbox=sandbox,
            production=production,
            service_url=service_url,
            environment=str(configured["environment"] or ""),
            sandbox_endpoint=str(configured["sandbox"]["endpoint"] or ""),
            production_endpoint=str(configured["production"]["endpoint"] or ""),
            variable_endpoint=os.environ.get("AWS_ENDPOINT_URL_MTURK", ""),
        )
    )


def _settings(configured: Any, *, old: bool) -> Settings:
    share = options.rate("mturk: fee:", configured["fee"])
    return Settings(
        name=str(configured["name"] or ""),
        comment=str(configured["comment"] or ""),
        last_comment=NO_COMMENT if old else "",
        fee=FeeTable() if share is None else flat_fee(share),
    )
