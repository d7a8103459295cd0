"""The tasks that serve a marketplace, and those about its requesters and workers."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from invoke import Context, Exit

from mturk_tasks.commands import marketplace
from mturk_tasks.console.console import Console
from mturk_tasks.errors import UsageError
from mturk_tasks.lib import text
from mturk_tasks.tasks import options
from mturk_tasks.tasks.bootstrap import conclude
from mturk_tasks.tasks.decorators import JSON, task
from mturk_tasks.vocabulary.environments import PORT

_NAME: Final = {"name": "The requester."}
_WORKER: Final = {"name": "The name of the account."}
_DATABASE: Final = {"database": "Path or URL of the marketplace's database. Default: your sandbox."}
_KEY_FILE: Final = {"key_file": "File whose key hides the secrets. Default: marketplace.key in MTURK_HOME."}
_HIGHEST_PORT: Final = 65535


@task(
    host="The address to listen at. Default: this machine only.",
    port=f"The port; 0 takes a free one. Default: {PORT}.",
    public_url="The address that others reach it by, where a proxy stands in front.",
    fee="What it takes from now on: a share as 0.1, 0 for nothing, or amazon. Default: as before.",
    trusted_proxy="Address of the proxy whose word on who calls is believed.",
    site_name="What the workers' site is called. Default: Marketplace.",
    about="File with a text of yours for its page About: imprint, privacy, help. Default: no such page.",
    sign_up="Who may make an account as a worker: open, invitation or closed. Default: open on this machine.",
    **_DATABASE,
    **_KEY_FILE,
)
def serve(
    c: Context,
    database: str = "",
    host: str = "127.0.0.1",
    port: str = "",
    public_url: str = "",
    fee: str = "",
    trusted_proxy: str = "",
    sign_up: str = "",
    site_name: str = "",
    about: str = "",
    key_file: str = "",
) -> None:
    """Serve a marketplace over HTTP, until SIGTERM or Ctrl-C."""
    number = options.whole("--port", port, lowest=0, highest=_HIGHEST_PORT, default=PORT)
    chosen = {
        "fee": options.fee("--fee", fee),
        "public_url": options.url("--public-url", public_url),
        "trusted_proxy": options.ip("--trusted-proxy", trusted_proxy),
        "sign_up": options.one_of("--sign-up", sign_up, ("", "open", "invitation", "closed")),
        "site_name": site_name.strip(),
        "about": text.read(Path(about).expanduser()).text if about else "",
    }
    _refuse_dry(c)
    port_number = PORT if number is None else number
    marketplace.serving.serve(database, key_file, host=host, port=port_number, **chosen)


@task(
    at="The address of a marketplace that is served. Default: your sandbox, served meanwhile.",
    runs="PROGRAM ARGUMENTS",
)
def run(c: Context, at: str = "") -> None:
    """Run the program behind -- with its MTurk calls led to a marketplace, whatever address it names."""
    words = marketplace.programs.words(c.remainder)
    if c.config.run.dry:
        raise UsageError("what a program does cannot be tried without being done; leave --dry out")
    code = marketplace.programs.run(words, options.url("--at", at))
    if code:
        raise Exit(code=code)


@task(called="requester-add", bare="name", **_NAME, **_DATABASE, **_KEY_FILE, **JSON)
def requester_add(c: Context, name: str, database: str = "", key_file: str = "", json: bool = False) -> None:
    """Enter a requester, and show its access key this once."""
    _refuse_dry(c)
    summary = marketplace.accounts.add_requester(database, key_file, name)
    conclude(Console(quiet=json), "requester-add", summary)


@task(called="requester-list", **_DATABASE, **JSON)
def requester_list(c: Context, database: str = "", json: bool = False) -> None:
    """List the requesters, their money and the IDs of their access keys."""
    summary = marketplace.accounts.list_requesters(database, dry=bool(c.config.run.dry))
    conclude(Console(quiet=json), "requester-list", summary)


@task(
    called="requester-rotate",
    bare="name",
    keep_hours="For how many hours the old keys go on. Default: they end at once.",
    **_NAME,
    **_DATABASE,
    **_KEY_FILE,
    **JSON,
)
def requester_rotate(
    c: Context, name: str, database: str = "", keep_hours: str = "", key_file: str = "", json: bool = False
) -> None:
    """Give a requester a new access key in place of the old ones, and show it this once."""
    hours = options.whole("--keep-hours", keep_hours, lowest=0, highest=24 * 365, default=0) or 0
    _refuse_dry(c)
    summary = marketplace.accounts.rotate_keys(database, key_file, name, hours)
    conclude(Console(quiet=json), "requester-rotate", summary)


@task(
    called="requester-disable",
    bare="name",
    enable="Allow it to call again.",
    **_NAME,
    **_DATABASE,
    **JSON,
)
def requester_disable(
    c: Context, name: str, database: str = "", enable: bool = False, json: bool = False
) -> None:
    """Keep a requester from calling; its HITs and the work on them stay as they are."""
    _refuse_dry(c)
    summary = marketplace.accounts.switch_requester(database, name, disabled=not enable)
    conclude(Console(quiet=json), "requester-disable", summary)


@task(
    called="requester-fund",
    bare="name",
    amount="Dollars, as 25.00.",
    **_NAME,
    **_DATABASE,
    **JSON,
)
def requester_fund(c: Context, name: str, amount: str = "", database: str = "", json: bool = False) -> None:
    """Add to what a requester has to spend."""
    options.need(amount=amount)
    dollars = options.amount("--amount", amount)
    _refuse_dry(c)
    conclude(
        Console(quiet=json), "requester-fund", marketplace.accounts.fund_requester(database, name, dollars)
    )


@task(
    called="worker-add",
    bare="name",
    test="Make a test worker, who tries a requester's HITs out: meets every requirement, and is marked.",
    requester="For whom a test worker tries HITs out. Default: the only requester there is.",
    **_WORKER,
    **_DATABASE,
    **JSON,
)
def worker_add(
    c: Context,
    name: str,
    test: bool = False,
    requester: str = "",
    database: str = "",
    json: bool = False,
) -> None:
    """Make an account for a worker, and show its password this once."""
    options.beside("--requester", requester, "--test", test)
    _refuse_dry(c)
    summary = marketplace.accounts.add_worker(database, name, tests_for=requester if test else None)
    conclude(Console(quiet=json), "worker-add", summary)


@task(
    called="worker-invite",
    workerid="The worker ID of somebody who is known, such as a panel's member. Default: a new one.",
    days="For how many days the invitation is good. Default: 14.",
    url="The address of the worker site. Default: where it was served last.",
    **_DATABASE,
    **JSON,
)
def worker_invite(
    c: Context, workerid: str = "", days: str = "", url: str = "", database: str = "", json: bool = False
) -> None:
    """Make a link with which one person can sign up, and show it this once."""
    number = options.required_whole("--days", days, lowest=1, default=14)
    site = options.url("--url", url)
    _refuse_dry(c)
    summary = marketplace.accounts.invite_worker(database, workerid.strip(), number, site)
    conclude(Console(quiet=json), "worker-invite", summary)


@task(
    called="worker-password",
    bare="name",
    url="The address of the worker site. Default: where it was served last.",
    **_WORKER,
    **_DATABASE,
    **JSON,
)
def worker_password(c: Context, name: str, url: str = "", database: str = "", json: bool = False) -> None:
    """Make a link with which a worker sets a new password, and show it this once."""
    site = options.url("--url", url)
    _refuse_dry(c)
    conclude(
        Console(quiet=json), "worker-password", marketplace.accounts.make_password_link(database, name, site)
    )


@task(called="worker-list", **_DATABASE, **JSON)
def worker_list(c: Context, database: str = "", json: bool = False) -> None:
    """List the accounts of workers."""
    summary = marketplace.accounts.list_workers(database, dry=bool(c.config.run.dry))
    conclude(Console(quiet=json), "worker-list", summary)


@task(
    called="worker-disable",
    bare="name",
    enable="Allow it to sign in again.",
    **_WORKER,
    **_DATABASE,
    **JSON,
)
def worker_disable(
    c: Context, name: str, database: str = "", enable: bool = False, json: bool = False
) -> None:
    """Keep a worker from signing in; work that was submitted stays as it is."""
    _refuse_dry(c)
    summary = marketplace.accounts.switch_worker(database, name, disabled=not enable)
    conclude(Console(quiet=json), "worker-disable", summary)


def _refuse_dry(c: Context) -> None:
    if c.config.run.dry:
        raise UsageError("what this does cannot be tried without being done; leave --dry out")
