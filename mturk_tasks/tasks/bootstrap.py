"""Put a command's parts together; the one place that knows both the client and the marketplace inside it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from invoke import Context, Exit

from mturk_tasks.client.session import Client, connect
from mturk_tasks.commands.context import CommandContext, CommandSettings
from mturk_tasks.commands.marketplace.databases import database_files, home, warn_if_exposed
from mturk_tasks.console.console import Console
from mturk_tasks.console.summary import Summary, document, failure
from mturk_tasks.errors import MTurkTasksError, UsageError
from mturk_tasks.legacy import configuration
from mturk_tasks.legacy.configuration import OldConfiguration
from mturk_tasks.lib.money import flat_fee
from mturk_tasks.tasks import options, settings
from mturk_tasks.tasks.settings import LAYOUT
from mturk_tasks.vocabulary.environments import Configured, Environment, choose
from mturk_tasks.vocabulary.evaluation import Thresholds

if TYPE_CHECKING:
    from mturk_tasks.marketplace.simulation.rehearsal import Candidates, Rehearsal
    from mturk_tasks.marketplace.storage.store import Store

THREADS_OVER_A_NETWORK = 32  # they wait for answers; inside one process more than one only gets in the way
TOOLS = "MTURK_CMD_HOME"  # names the home of the old tools, with the scripts and their configuration in `bin`
NO_COMMENT = "No comment was given."  # what the old commands send with a rejection that has none


def context(
    c: Context,
    *,
    sandbox: bool = False,
    production: bool = False,
    force: bool = False,
    workers: int | None = None,
    json: bool = False,
    old: bool = False,
    looks: bool = False,
) -> CommandContext:
    """Return the context of a task called with these options; an `old` one stands where the user does.

    One that only `looks` is as on a dry run.

    Where that has no mturk.properties, for an old one the one beside the old tools' scripts counts.
    Raise UsageError where the configuration cannot be used.
    """
    configured = c.config["mturk"]
    layout = options.read_whole("mturk: layout:", configured["layout"], lowest=1)
    if layout and layout > LAYOUT:
        raise UsageError(f"this folder has layout {layout}; update mturk-tasks to work in it")
    tools = configuration.find(Path(), os.environ.get(TOOLS, "") if old else "")
    before = configuration.read(tools)
    environment = _environment(configured, before, tools, sandbox=sandbox, production=production)
    folder = Path(os.path.relpath(configured["folder"]))
    settings.check_address(environment, folder, before, tools)
    console = Console(quiet=json)
    if environment.name == "production":
        console.note(f"production: {environment.endpoint}")
    if environment.note:
        console.note(f"note: {environment.note}")
    return furnish(
        Path() if old else folder,
        environment,
        console,
        settings=_settings(configured, old=old),
        workers=workers or options.read_whole("mturk: workers:", configured["workers"], lowest=1),
        keys=(before.access_key, before.secret_key) if before.access_key and before.secret_key else None,
        force=force,
        dry=looks or bool(c.config.run.dry),
    )


def furnish(
    folder: Path,
    environment: Environment,
    console: Console,
    *,
    settings: CommandSettings | None = None,
    workers: int | None = None,
    keys: tuple[str, str] | None = None,
    force: bool = False,
    dry: bool = False,
) -> CommandContext:
    """Return a context at a marketplace: the one inside this process, or one behind an address."""
    warn_if_exposed(home() / "journal.key")
    market = Embedded(home() / "sandbox.db", dry=dry) if environment.embedded else None
    threads = workers or THREADS_OVER_A_NETWORK
    return CommandContext(
        folder=folder,
        home=home(),
        environment=environment,
        connect=market.connect
        if market
        else lambda: connect(environment.endpoint, threads=threads, keys=keys, rates=home() / "rates.json"),
        clock=market.now if market else lambda: datetime.now(timezone.utc),
        console=console,
        settings=settings or CommandSettings(),
        workers=workers or (1 if market else threads),
        force=force,
        dry=dry,
        market=(lambda: market) if market else None,
    )


def finish(at: CommandContext, command: str, summary: Summary) -> None:
    """Say what a command has to say, and end with its exit code."""
    at.console.show(summary)
    if at.console.quiet:
        at.console.put(document(command, at.environment.name, summary))
    if summary.exit_code:
        raise Exit(code=summary.exit_code)


def finish_here(console: Console, command: str, files: Sequence[Path]) -> None:
    """Say which files a command made that acts in no marketplace, where a program asked for JSON."""
    conclude(console, command, Summary(files=tuple(files)))


def conclude(console: Console, command: str, summary: Summary) -> None:
    """Say what a command has to say that acts in no marketplace, or runs one, and end with its exit code."""
    console.begun = True  # and done: whether anybody reads of it is another matter
    console.show(summary)
    if console.quiet:
        console.put(document(command, None, summary))
    if summary.exit_code:
        raise Exit(code=summary.exit_code)


def tell_error(command: str, error: MTurkTasksError) -> None:
    """Write, for a program that asked for JSON, that a command failed and why."""
    Console(quiet=True, begun=True).put(failure(command, str(error), error.exit_code))


class Embedded:
    """The marketplace inside this process, opened at first use."""

    def __init__(self, database: Path, *, dry: bool) -> None:
        self._database = database
        self._dry = dry

    def connect(self) -> Client:
        """Return a client whose calls end here and touch no network."""
        from mturk_tasks.marketplace.api.endpoint import attach

        client = connect(None)
        attach(client, self._store(), self.now)
        return client

    def now(self) -> datetime:
        """Return the sandbox's own time."""
        from mturk_tasks.marketplace.storage import about

        return about.now(self._store(), datetime.now(timezone.utc))

    def ahead(self) -> float:
        """Return by how many seconds the sandbox's time is ahead."""
        from mturk_tasks.marketplace.storage import about

        return about.offset(self._store()).total_seconds()

    def rehearse(self, hit_ids: Sequence[str], *, workers: int, seed: int, skip: int) -> Rehearsal:
        """Let simulated workers take part."""
        from mturk_tasks.marketplace.simulation.rehearsal import rehearse

        real = datetime.now(timezone.utc)
        return rehearse(self._store(), hit_ids, workers=workers, seed=seed, skip=skip, real_now=real)

    def rehearse_requests(
        self, type_id: str, *, workers: int, seed: int, known: Mapping[str, str]
    ) -> Candidates:
        """Let simulated workers ask for a qualification."""
        from mturk_tasks.marketplace.simulation.rehearsal import rehearse_requests

        real = datetime.now(timezone.utc)
        return rehearse_requests(
            self._store(), type_id, workers=workers, seed=seed, known=known, real_now=real
        )

    def _store(self) -> Store:
        return _open(self._database, self._dry)


@cache
def _open(database: Path, dry: bool) -> Store:  # cached by position

    from mturk_tasks.marketplace.storage import opening

    store = opening.open_copy(database) if dry else opening.open_store(database)
    warn_if_exposed(*database_files(database))
    return store


def _environment(
    configured: Any, before: OldConfiguration, tools: Path, *, sandbox: bool, production: bool
) -> Environment:
    if sandbox and production:
        raise UsageError("--sandbox and --production exclude each other")
    return choose(
        Configured(
            sandbox=sandbox,
            production=production,
            service_url=before.service_url,
            service_file=str(tools / configuration.NAME),
            environment=str(configured["environment"] or ""),
            sandbox_endpoint=str(configured["sandbox"]["endpoint"] or ""),
            production_endpoint=str(configured["production"]["endpoint"] or ""),
            variable_endpoint=os.environ.get("AWS_ENDPOINT_URL_MTURK", ""),
        )
    )


def _settings(configured: Any, *, old: bool) -> CommandSettings:
    share = options.read_rate("mturk: fee:", configured["fee"])
    return CommandSettings(
        name=str(configured["name"] or ""),
        comment=str(configured["comment"] or ""),
        last_comment=NO_COMMENT if old else "",
        fee=None if share is None else flat_fee(share),
        quality=_thresholds(configured["quality"]),
    )


def _thresholds(configured: Any) -> Thresholds:
    """Return from when on work is worth a look, as the folder's settings say."""
    read = {
        name: options.read_whole(f"mturk: quality: {name}:", configured[name], lowest=1)
        for name in ("fast", "alike", "copied")
    }
    return Thresholds(**{name: value for name, value in read.items() if value is not None})
