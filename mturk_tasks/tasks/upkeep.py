"""The tasks that keep a marketplace's data safe."""

from __future__ import annotations

from typing import Final

from invoke import Context

from mturk_tasks.commands import marketplace
from mturk_tasks.console.console import Console
from mturk_tasks.tasks import options
from mturk_tasks.tasks.bootstrap import conclude
from mturk_tasks.tasks.decorators import FORCE, JSON, task

DATABASE: Final = {"database": "The marketplace: a file or a URL. Default: the embedded sandbox."}


@task(to="A new file, or a folder. Default: dated, beside the marketplace.", **DATABASE, **JSON)
def backup(c: Context, to: str = "", database: str = "", json: bool = False) -> None:
    """Write a backup of a marketplace, also while it is used."""
    summary = marketplace.upkeep.back_up(database, options.file(to), dry=bool(c.config.run.dry))
    conclude(Console(quiet=json), "backup", summary)


@task(from_="The backup.", **DATABASE, **FORCE, **JSON)
def restore(c: Context, from_: str = "", database: str = "", force: bool = False, json: bool = False) -> None:
    """Put a backup in the place of a marketplace, which is moved aside first."""
    options.need(**{"from": from_})
    console, dry = Console(quiet=json), bool(c.config.run.dry)
    summary = marketplace.upkeep.restore(database, options.path(from_), console, force=force, dry=dry)
    conclude(console, "restore", summary)


@task(requester="The requester's name.", to="A new file.", **DATABASE, **JSON)
def export(c: Context, requester: str = "", to: str = "", database: str = "", json: bool = False) -> None:
    """Write everything of one requester as JSON lines, to be read or to be moved."""
    options.need(requester=requester, to=to)
    summary = marketplace.upkeep.export(database, requester, options.path(to), dry=bool(c.config.run.dry))
    conclude(Console(quiet=json), "export", summary)


@task(called="import", from_="The export.", **DATABASE, **FORCE, **JSON)
def import_(c: Context, from_: str = "", database: str = "", force: bool = False, json: bool = False) -> None:
    """Enter a requester with everything that an export holds."""
    options.need(**{"from": from_})
    console, dry = Console(quiet=json), bool(c.config.run.dry)
    summary = marketplace.upkeep.import_(database, options.path(from_), console, force=force, dry=dry)
    conclude(console, "import", summary)


@task(**DATABASE, **JSON)
def check(c: Context, database: str = "", json: bool = False) -> None:
    """Hold a marketplace's ledger, counters, states and references against its rules."""
    summary = marketplace.upkeep.check(database, dry=bool(c.config.run.dry))
    conclude(Console(quiet=json), "check", summary)


@task(**DATABASE, **JSON)
def status(c: Context, database: str = "", json: bool = False) -> None:
    """Show what a marketplace holds, and what time will do next."""
    summary = marketplace.upkeep.status(database, dry=bool(c.config.run.dry))
    conclude(Console(quiet=json), "status", summary)


@task(**JSON)
def coverage(c: Context, json: bool = False) -> None:
    """Show which operations of the API answer here as Amazon's service did, and what differs."""
    conclude(Console(quiet=json), "coverage", marketplace.upkeep.show_coverage())
