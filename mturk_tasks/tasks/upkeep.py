"""The tasks that keep a marketplace's data safe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from invoke import Context

from mturk_tasks.commands.marketplace import operator
from mturk_tasks.console.console import Console
from mturk_tasks.console.summary import Summary, count, table
from mturk_tasks.lib.money import format_usd
from mturk_tasks.tasks import options
from mturk_tasks.tasks.bootstrap import conclude
from mturk_tasks.tasks.decorators import FORCE, JSON, task

if TYPE_CHECKING:
    from mturk_tasks.marketplace.operator.overview import Overview

DATABASE: Final = {"database": "The marketplace: a file or a URL. Default: the embedded sandbox."}
_MOMENT: Final = "%Y-%m-%d %H:%M:%S UTC"
_DRY: Final = "Not now: nothing was written."


@task(to="A new file, or a folder. Default: dated, beside the marketplace.", **DATABASE, **JSON)
def backup(c: Context, to: str = "", database: str = "", json: bool = False) -> None:
    """Write a backup of a marketplace, also while it is used."""
    console, target = Console(quiet=json), options.file(to)
    if c.config.run.dry:
        summary = Summary((f"{operator.name_of(database)} is backed up. {_DRY}",))
    else:
        written = operator.upkeep(database).backup(target)
        summary = Summary((f"{written} is written and verified",), files=(written,))
    conclude(console, "backup", summary)


@task(from_="The backup.", **DATABASE, **FORCE, **JSON)
def restore(c: Context, from_: str = "", database: str = "", force: bool = False, json: bool = False) -> None:
    """Put a backup in the place of a marketplace, which is moved aside first."""
    options.need(**{"from": from_})
    console, market, source = Console(quiet=json), operator.upkeep(database), options.path(from_)
    plan = f"{operator.name_of(database)} makes way for {source} ({count(market.examine(source), 'row')})."
    if c.config.run.dry:
        summary = Summary((f"{plan} {_DRY}",))
    else:
        _confirm(console, plan, force=force)
        aside = market.restore(source)
        before = (f"what was there is {aside} now",) if aside else ()
        files = (aside,) if aside else ()
        summary = Summary((f"{operator.name_of(database)} is restored", *before), files=files)
    conclude(console, "restore", summary)


@task(requester="The requester's name.", to="A new file.", **DATABASE, **JSON)
def export(c: Context, requester: str = "", to: str = "", database: str = "", json: bool = False) -> None:
    """Write everything of one requester as JSON lines, to be read or to be moved."""
    options.need(requester=requester, to=to)
    console, target = Console(quiet=json), options.path(to)
    if c.config.run.dry:
        summary = Summary((f"{requester} is written to {target}. {_DRY}",))
    else:
        counts = operator.upkeep(database).export(requester, target)
        said = f"{target} has {count(sum(counts.values()), 'row')} of {requester}"
        summary = Summary((said,), counts=counts, files=(target,))
    conclude(console, "export", summary)


@task(called="import", from_="The export.", **DATABASE, **FORCE, **JSON)
def import_(c: Context, from_: str = "", database: str = "", force: bool = False, json: bool = False) -> None:
    """Enter a requester with everything that an export holds."""
    options.need(**{"from": from_})
    console, market, source = Console(quiet=json), operator.upkeep(database, new=True), options.path(from_)
    name, rows = market.peek(source)
    plan = f"Requester {name} comes to {operator.name_of(database)} with {count(rows, 'row')}."
    if c.config.run.dry:
        summary = Summary((f"{plan} {_DRY}",))
    else:
        _confirm(console, plan, force=force)
        summary = Summary((f"{name} is in {operator.name_of(database)} now",), counts=market.enter(source))
    conclude(console, "import", summary)


@task(**DATABASE, **JSON)
def check(c: Context, database: str = "", json: bool = False) -> None:
    """Hold a marketplace's ledger, counters, states and references against its rules."""
    found = operator.upkeep(database, dry=bool(c.config.run.dry)).check()
    last = count(len(found), "finding") if found else "nothing is wrong"
    summary = Summary(
        lines=(*found, f"{operator.name_of(database)}: {last}"),
        counts={"findings": len(found)},
        items=tuple({"finding": sentence} for sentence in found),
        exit_code=1 if found else 0,
    )
    conclude(Console(quiet=json), "check", summary)


@task(**DATABASE, **JSON)
def status(c: Context, database: str = "", json: bool = False) -> None:
    """Show what a marketplace holds, and what time will do next."""
    now = operator.upkeep(database, dry=bool(c.config.run.dry)).status()
    summary = Summary(_lines(operator.name_of(database), now), counts=_counts(now), facts=_facts(now))
    conclude(Console(quiet=json), "status", summary)


@task(**JSON)
def coverage(c: Context, json: bool = False) -> None:
    """Show which operations of the API answer here as Amazon's service did, and what differs."""
    rows = operator.coverage()
    shown = table([(one.operation, one.state, one.remark) for one in rows], ("operation", "", "what differs"))
    items = tuple({"id": one.operation, "status": one.state, "remark": one.remark} for one in rows)
    conclude(Console(quiet=json), "coverage", Summary((shown,), {"operations": len(rows)}, items))


def _confirm(console: Console, plan: str, *, force: bool) -> None:
    if force:
        console.note(plan)
    else:
        console.confirm(plan)


def _lines(name: str, now: Overview) -> tuple[str, ...]:
    money = "play money" if now.play else "real money"
    oldest = f"{now.oldest:{_MOMENT}}" if now.oldest else "none"
    coming = f"{now.next_event}, {now.next_time:{_MOMENT}}" if now.next_event else "nothing"
    return (
        f"{name}: {now.database}, version {now.version}, {now.size:,} bytes, {money}, {now.time:{_MOMENT}}",
        f"  marketplace {now.marketplace_id}, fee {now.fee}",
        f"  {count(now.requesters, 'requester')}, {count(now.workers, 'worker')}",
        f"  HITs: {_states(now.hits)}",
        f"  assignments: {_states(now.assignments)}",
        f"  money: {_money(now)}",
        f"  oldest undecided work: {oldest}",
        f"  next: {coming}",
    )


def _states(counted: dict[str, int]) -> str:
    return ", ".join(f"{number} {state}" for state, number in counted.items()) or "none"


def _money(now: Overview) -> str:
    amounts = {"held": now.held, "paid": now.paid, "fees": now.earned}
    if not now.play:
        amounts = {"to spend": now.balance, **amounts}
    return ", ".join(f"{format_usd(amount)} {word}" for word, amount in amounts.items())


def _counts(now: Overview) -> dict[str, int]:
    return {
        "version": now.version,
        "bytes": now.size,
        "requesters": now.requesters,
        "workers": now.workers,
        **{f"hits {state}": number for state, number in now.hits.items()},
        **{f"assignments {state}": number for state, number in now.assignments.items()},
    }


def _facts(now: Overview) -> dict[str, str]:
    """Return moments, money and names, as text; without what there is not."""
    found = {
        "database": now.database,
        "marketplace": now.marketplace_id,
        "fee": now.fee,
        "money": "play" if now.play else "real",
        "time": now.time.isoformat(),
        "balance": str(now.balance),
        "held": str(now.held),
        "paid": str(now.paid),
        "fees": str(now.earned),
        "oldest": now.oldest.isoformat() if now.oldest else "",
        "next": now.next_event or "",
        "next_time": now.next_time.isoformat() if now.next_time else "",
    }
    return {name: value for name, value in found.items() if value}
