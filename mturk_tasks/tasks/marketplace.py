"""The tasks for who runs a marketplace: serve it, its requesters and workers, and keep its data safe."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from invoke import Context, Exit

from mturk_tasks.commands import marketplace
from mturk_tasks.errors import UsageError
from mturk_tasks.tasks import options
from mturk_tasks.tasks.decorators import NOT_DRY, operator_task, task
from mturk_tasks.tasks.options import FORCE
from mturk_tasks.vocabulary.environments import PORT

if TYPE_CHECKING:
    from mturk_tasks.console.console import Console
    from mturk_tasks.console.summary import Summary

_DATABASE: Final[options.Shared] = {
    "database": options.text("Path or URL of the marketplace's database. Default: your sandbox.")
}
_KEY_FILE: Final[options.Shared] = {
    "key_file": options.text("File whose key hides the secrets. Default: marketplace.key in MTURK_HOME.")
}
_SITE: Final[options.Shared] = {
    "url": options.url("The address of the worker site. Default: where it was served last.")
}
_REQUESTER: Final = options.text("The requester.", required=True)
_WORKER: Final = options.text("The name of the account.", required=True)
_HIGHEST_PORT: Final = 65535
_YEAR: Final = 24 * 365  # hours


def _text_of(_option: str, path: str) -> str:
    """Return the text of a file; nothing for nothing."""
    from mturk_tasks.lib import text

    return text.read(Path(path).expanduser()).text if path else ""


@task(
    host=options.text("The address to listen at. Default: this machine only.", default="127.0.0.1"),
    port=options.whole(
        f"The port; 0 takes a free one. Default: {PORT}.", lowest=0, highest=_HIGHEST_PORT, default=PORT
    ),
    public_url=options.url("The address that others reach it by, where a proxy stands in front."),
    fee=options.fee(
        "What it takes from now on: a share as 0.1, 0 for nothing, or amazon. Default: as before."
    ),
    trusted_proxy=options.ip("Address of the proxy whose word on who calls is believed."),
    site_name=options.text("What the workers' site is called. Default: Marketplace."),
    about=options.Option(
        "File with a text of yours for its page About: imprint, privacy, help. Default: no such page.",
        _text_of,
    ),
    sign_up=options.word(
        "Who may make an account as a worker: open, invitation or closed. Default: open on this machine.",
        "open",
        "invitation",
        "closed",
    ),
    studies=options.word(
        "Whether participants may come to studies by their links: on or off. Default: on, for this machine.",
        "on",
        "off",
    ),
    **_DATABASE,
    **_KEY_FILE,
)
def serve(c: Context, *, database: str, key_file: str, **how: Any) -> None:
    """Serve a marketplace over HTTP, until SIGTERM or Ctrl-C."""
    if c.config.run.dry:
        raise UsageError(NOT_DRY)
    marketplace.serving.serve(database, key_file, **how)


@task(
    at=options.url("The address of a marketplace that is served. Default: your sandbox, served meanwhile."),
    runs="PROGRAM ARGUMENTS",
)
def run(c: Context, *, at: str) -> None:
    """Run the program behind -- with its MTurk calls led to a marketplace, whatever address it names."""
    words = marketplace.programs.words(c.remainder)
    if c.config.run.dry:
        raise UsageError("what a program does cannot be tried without being done; leave --dry out")
    code = marketplace.programs.run(words, at)
    if code:
        raise Exit(code=code)


@operator_task(close="Let nobody new come to any of them.", **_DATABASE)
def studies(*, close: bool, database: str, dry: bool) -> Summary:
    """List the studies that participants come to by a link, or close them all."""
    if close and dry:
        raise UsageError(NOT_DRY)
    if close:
        return marketplace.studies.close_all(database)
    return marketplace.studies.list_all(database, dry=dry)


@operator_task(called="requester-add", bare="name", name=_REQUESTER, **_DATABASE, **_KEY_FILE)
def requester_add(*, name: str, database: str, key_file: str) -> Summary:
    """Enter a requester, and show its access key this once."""
    return marketplace.accounts.add_requester(database, key_file, name)


@operator_task(called="requester-list", **_DATABASE)
def requester_list(*, database: str, dry: bool) -> Summary:
    """List the requesters, their money and the IDs of their access keys."""
    return marketplace.accounts.list_requesters(database, dry=dry)


@operator_task(
    called="requester-rotate",
    bare="name",
    name=_REQUESTER,
    keep_hours=options.whole(
        "For how many hours the old keys go on. Default: they end at once.",
        lowest=0,
        highest=_YEAR,
        default=0,
    ),
    **_DATABASE,
    **_KEY_FILE,
)
def requester_rotate(*, name: str, keep_hours: int, database: str, key_file: str) -> Summary:
    """Give a requester a new access key in place of the old ones, and show it this once."""
    return marketplace.accounts.rotate_keys(database, key_file, name, keep_hours)


@operator_task(
    called="requester-disable", bare="name", name=_REQUESTER, enable="Allow it to call again.", **_DATABASE
)
def requester_disable(*, name: str, enable: bool, database: str) -> Summary:
    """Keep a requester from calling; its HITs and the work on them stay as they are."""
    return marketplace.accounts.switch_requester(database, name, disabled=not enable)


@operator_task(
    called="requester-fund",
    bare="name",
    needs=("amount",),
    name=_REQUESTER,
    amount=options.amount("Dollars, as 25.00."),
    **_DATABASE,
)
def requester_fund(*, name: str, amount: Any, database: str) -> Summary:
    """Add to what a requester has to spend."""
    return marketplace.accounts.fund_requester(database, name, amount)


@operator_task(
    called="worker-add",
    bare="name",
    name=_WORKER,
    test="Make a test worker, who tries a requester's HITs out: meets every requirement, and is marked.",
    requester=options.text("For whom a test worker tries HITs out. Default: the only requester there is."),
    **_DATABASE,
)
def worker_add(*, name: str, test: bool, requester: str, database: str, dry: bool) -> Summary:
    """Make an account for a worker, and show its password this once."""
    if requester and not test:
        raise UsageError("--requester goes with --test")
    if dry:
        raise UsageError(NOT_DRY)
    return marketplace.accounts.add_worker(database, name, tests_for=requester if test else None)


@operator_task(
    called="worker-invite",
    workerid=options.text(
        "The worker ID of somebody who is known, such as a panel's member. Default: a new one."
    ),
    days=options.whole("For how many days the invitation is good. Default: 14.", lowest=1, default=14),
    **_SITE,
    **_DATABASE,
)
def worker_invite(*, workerid: str, days: int, url: str, database: str) -> Summary:
    """Make a link with which one person can sign up, and show it this once."""
    return marketplace.accounts.invite_worker(database, workerid, days, url)


@operator_task(called="worker-password", bare="name", name=_WORKER, **_SITE, **_DATABASE)
def worker_password(*, name: str, url: str, database: str) -> Summary:
    """Make a link with which a worker sets a new password, and show it this once."""
    return marketplace.accounts.make_password_link(database, name, url)


@operator_task(called="worker-list", **_DATABASE)
def worker_list(*, database: str, dry: bool) -> Summary:
    """List the accounts of workers."""
    return marketplace.accounts.list_workers(database, dry=dry)


@operator_task(
    called="worker-disable", bare="name", name=_WORKER, enable="Allow it to sign in again.", **_DATABASE
)
def worker_disable(*, name: str, enable: bool, database: str) -> Summary:
    """Keep a worker from signing in; work that was submitted stays as it is."""
    return marketplace.accounts.switch_worker(database, name, disabled=not enable)


@operator_task(
    to=options.path("A new file, or a folder. Default: dated, beside the marketplace."), **_DATABASE
)
def backup(*, to: Path | None, database: str, dry: bool) -> Summary:
    """Write a backup of a marketplace, also while it is used."""
    return marketplace.upkeep.back_up(database, to, dry=dry)


@operator_task(needs=("from_",), from_=options.path("The backup."), **_DATABASE, **FORCE)
def restore(*, from_: Path, database: str, force: bool, dry: bool, console: Console) -> Summary:
    """Put a backup in the place of a marketplace, which is moved aside first."""
    return marketplace.upkeep.restore(database, from_, console, force=force, dry=dry)


@operator_task(
    needs=("requester", "to"),
    requester=options.text("The requester's name."),
    to=options.path("A new file."),
    **_DATABASE,
)
def export(*, requester: str, to: Path, database: str, dry: bool) -> Summary:
    """Write everything of one requester as JSON lines, to be read or to be moved."""
    return marketplace.upkeep.export(database, requester, to, dry=dry)


@operator_task(called="import", needs=("from_",), from_=options.path("The export."), **_DATABASE, **FORCE)
def import_(*, from_: Path, database: str, force: bool, dry: bool, console: Console) -> Summary:
    """Enter a requester with everything that an export holds."""
    return marketplace.upkeep.import_(database, from_, console, force=force, dry=dry)


@operator_task(**_DATABASE)
def check(*, database: str, dry: bool) -> Summary:
    """Hold a marketplace's ledger, counters, states and references against its rules."""
    return marketplace.upkeep.check(database, dry=dry)


@operator_task(**_DATABASE)
def status(*, database: str, dry: bool) -> Summary:
    """Show what a marketplace holds, and what time will do next."""
    return marketplace.upkeep.status(database, dry=dry)


@operator_task()
def coverage(*, dry: bool) -> Summary:  # nothing is changed, so a dry run shows it as well
    """Show which operations of the API answer here as Amazon's service did, and what differs."""
    return marketplace.upkeep.show_coverage()
