"""The tasks that serve a marketplace, and those about its requesters and workers."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from invoke import Context, Exit

from mturk_tasks.commands.marketplace import programs
from mturk_tasks.commands.marketplace.operator import Counter
from mturk_tasks.console.console import Console
from mturk_tasks.console.summary import Summary
from mturk_tasks.errors import UsageError
from mturk_tasks.lib.money import format_usd
from mturk_tasks.tasks import options
from mturk_tasks.tasks.bootstrap import conclude
from mturk_tasks.tasks.decorators import JSON, task
from mturk_tasks.vocabulary.environments import PORT

if TYPE_CHECKING:
    from mturk_tasks.marketplace.operator.requesters import Requester
    from mturk_tasks.marketplace.serve import Ready
    from mturk_tasks.marketplace.server.keys import Known, Pair
    from mturk_tasks.marketplace.web.accounts.accounts import Account

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
    Counter(database, key_file, dry=bool(c.config.run.dry)).serve(
        _tell_ready,
        options.fee("--fee", fee),
        host=host,
        port=PORT if number is None else number,
        public_url=options.url("--public-url", public_url),
        trusted_proxy=options.ip("--trusted-proxy", trusted_proxy),
        sign_up=options.one_of("--sign-up", sign_up, ("", "open", "invitation", "closed")),
        site_name=site_name.strip(),
        about=about,
    )


@task(
    at="The address of a marketplace that is served. Default: your sandbox, served meanwhile.",
    runs="PROGRAM ARGUMENTS",
)
def run(c: Context, at: str = "") -> None:
    """Run the program behind -- with its MTurk calls led to a marketplace, whatever address it names."""
    words = programs.words(c.remainder)
    if c.config.run.dry:
        raise UsageError("what a program does cannot be tried without being done; leave --dry out")
    programs.must_be_there(words[0])
    address = options.url("--at", at)
    if address:
        code = _run(words, programs.goal_at(address))
    else:
        with _counter(c, "").served() as ready:
            code = _run(words, programs.Goal(ready.url, ready.any_key))
    if code:
        raise Exit(code=code)


@task(called="requester-add", bare="name", **_NAME, **_DATABASE, **_KEY_FILE, **JSON)
def requester_add(c: Context, name: str, database: str = "", key_file: str = "", json: bool = False) -> None:
    """Enter a requester, and show its access key this once."""
    added, pair = _counter(c, database, key_file).add(name)
    conclude(Console(quiet=json), "requester-add", _of_pair(added, pair, f"{name} is a requester now"))


@task(called="requester-list", **_DATABASE, **JSON)
def requester_list(c: Context, database: str = "", json: bool = False) -> None:
    """List the requesters, their money and the IDs of their access keys."""
    conclude(Console(quiet=json), "requester-list", _listing(_counter(c, database).listed()))


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
    found, pair = _counter(c, database, key_file).rotate(name, timedelta(hours=hours))
    old = f"go on for {hours} h" if hours else "have ended"
    summary = _of_pair(found, pair, f"{name} has a new access key; the old ones {old}")
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
    found = _counter(c, database).switch(name, disabled=not enable)
    line = f"{name} may call again" if enable else f"{name} may not call any more"
    conclude(Console(quiet=json), "requester-disable", Summary((line,), items=(_item(found, ()),)))


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
    found = _counter(c, database).fund(name, dollars)
    line = f"{name} got {format_usd(dollars)} and has {format_usd(found.balance)} to spend"
    conclude(Console(quiet=json), "requester-fund", Summary((line,), items=(_item(found, ()),)))


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
    added, password = _counter(c, database).add_worker(name, tests_for=requester if test else None)
    kind = f"a test worker of {added.tests_for}" if test else "a worker"
    lines = (f"{added.name} is {kind} now, {added.worker_id}. The password, shown this once:", password)
    summary = Summary(lines, items=(_worker(added),), facts={"password": password})
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
    link = _counter(c, database).invite(workerid.strip(), timedelta(days=number), options.url("--url", url))
    lines = (f"Good for one person and {number} days:", link.line)
    conclude(Console(quiet=json), "worker-invite", Summary(lines, facts={"link": link.url}))


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
    link = _counter(c, database).password_link(name, options.url("--url", url))
    lines = (
        f"Good once and for an hour, for {name} to set a new password; earlier links have ended:",
        link.line,
    )
    conclude(Console(quiet=json), "worker-password", Summary(lines, facts={"link": link.url}))


@task(called="worker-list", **_DATABASE, **JSON)
def worker_list(c: Context, database: str = "", json: bool = False) -> None:
    """List the accounts of workers."""
    from mturk_tasks.console.summary import table

    items = tuple(_worker(one) for one in _counter(c, database).workers())
    lines = (table([list(item.values()) for item in items], ("name", "worker ID", "since", "state", "kind")),)
    conclude(Console(quiet=json), "worker-list", Summary(lines, counts={"workers": len(items)}, items=items))


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
    found = _counter(c, database).switch_worker(name, disabled=not enable)
    line = f"{found.name} may sign in again" if enable else f"{found.name} may not sign in any more"
    conclude(Console(quiet=json), "worker-disable", Summary((line,), items=(_worker(found),)))


def _run(words: list[str], goal: programs.Goal) -> int:
    console = Console()
    console.note(f"MTurk calls of {words[0]} go to {goal.url}; workers take part there, in a browser")
    if not goal.any_key:
        console.note("note: only real keys are taken there; the program has those of your environment")
    return programs.run(words, programs.surroundings(os.environ, goal))


def _counter(c: Context, database: str, key_file: str = "") -> Counter:
    return Counter(database, key_file, dry=bool(c.config.run.dry))


def _tell_ready(ready: Ready) -> None:
    console = Console()
    if ready.any_key:
        console.note(
            "note: any access key is taken for the sandbox's one requester; add a requester with "
            "marketplace.requester-add to take real keys only"
        )
    if ready.untold_proxy:
        console.note(
            "note: a proxy must bring people here, and without --trusted-proxy all of them count as one "
            "address: wrong passwords of some can lock out others"
        )
    console.note(f"workers open {ready.url} in a browser")
    console.say(f"the marketplace is ready at {ready.url}; now: export AWS_ENDPOINT_URL_MTURK={ready.url}")


def _of_pair(owner: Requester, pair: Pair, line: str) -> Summary:
    lines = (
        f"{line}. Its access key is shown this once; put it where boto3 looks:",
        f"export AWS_ACCESS_KEY_ID={pair.access_key_id}",
        f"export AWS_SECRET_ACCESS_KEY={pair.secret}",
    )
    facts = {"access_key_id": pair.access_key_id, "secret_access_key": pair.secret}
    return Summary(lines, items=(_item(owner, ()),), facts=facts)


def _listing(found: list[tuple[Requester, list[Known]]]) -> Summary:
    from mturk_tasks.console.summary import table

    items = tuple(_item(one, keys) for one, keys in found)
    header = ("name", "id", "since", "state", "to spend", "access keys")
    rows = [[item[name] for name in ("name", "id", "since", "state", "balance", "keys")] for item in items]
    return Summary((table(rows, header),), counts={"requesters": len(items)}, items=items)


def _item(one: Requester, keys: list[Known] | tuple[()]) -> dict[str, str]:
    return {
        "name": one.name,
        "id": one.requester_id,
        "since": one.registered.strftime("%Y-%m-%d"),
        "state": "disabled" if one.disabled else "active",
        "balance": format_usd(one.balance),
        "keys": ", ".join(key.access_key_id for key in keys),
    }


def _worker(one: Account) -> dict[str, str]:
    return {
        "name": one.name,
        "id": one.worker_id,
        "since": one.created.strftime("%Y-%m-%d"),
        "state": "disabled" if one.disabled else "active",
        "kind": f"tests for {one.tests_for}" if one.tests_for else "",
    }
