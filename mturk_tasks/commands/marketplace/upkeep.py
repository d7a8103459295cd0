"""Look after the data of a marketplace: back it up, move it, check it, and show what it holds."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Final

from mturk_tasks.commands.marketplace.databases import existing_file, file_of, name_of, now, opened
from mturk_tasks.console.console import Console
from mturk_tasks.console.summary import Summary, count, table
from mturk_tasks.lib.money import format_usd
from mturk_tasks.marketplace.operator import backup, checks, coverage, exports, imports, overview
from mturk_tasks.marketplace.operator.overview import Overview
from mturk_tasks.marketplace.storage import snapshots

_MOMENT: Final = "%Y-%m-%d %H:%M:%S UTC"
_DRY: Final = "Not now: nothing was written."


def back_up(database: str, to: Path | None, *, dry: bool) -> Summary:
    """Write a backup of a marketplace, beside it and dated unless a path is given."""
    if dry:
        return Summary((f"{name_of(database)} is backed up. {_DRY}",))
    file = existing_file(database)
    beside = file.absolute().parent if file else Path()
    with opened(database) as store:
        written = backup.backup(store, to or beside, datetime.now(timezone.utc))
    return Summary((f"{written} is written and verified",), files=(written,))


def restore(database: str, source: Path, console: Console, *, force: bool, dry: bool) -> Summary:
    """Put a backup in the place of a marketplace, which is moved aside first; ask unless `force` is given."""
    file, rows = file_of(database), sum(snapshots.verify(source).values())
    plan = f"{name_of(database)} makes way for {source} ({count(rows, 'row')})."
    if dry:
        return Summary((f"{plan} {_DRY}",))
    _confirm(console, plan, force=force)
    line = f"{name_of(database)} is restored"
    if file is None:
        with opened(database) as store:
            backup.restore_rows(source, store)
        return Summary((line,))
    earlier = backup.restore(source, file, datetime.now(timezone.utc))
    if earlier is None:
        return Summary((line,))
    return Summary((line, f"what was there is {earlier} now"), files=(earlier,))


def export(database: str, requester: str, to: Path, *, dry: bool) -> Summary:
    """Write everything of a requester into a new file."""
    if dry:
        return Summary((f"{requester} is written to {to}. {_DRY}",))
    existing_file(database)
    with opened(database) as store, exports.new_file(to) as file:
        counts = exports.export(store, requester, file, now(store))
    line = f"{to} has {count(sum(counts.values()), 'row')} of {requester}"
    return Summary((line,), counts=counts, files=(to,))


def import_(database: str, source: Path, console: Console, *, force: bool, dry: bool) -> Summary:
    """Enter a requester with everything that an export holds; ask unless `force` is given."""
    file_of(database)  # before anything is asked
    with exports.opened(source) as file:
        manifest = exports.verified(file)
        rows = sum(manifest.counts.values())
        plan = f"Requester {manifest.requester} comes to {name_of(database)} with {count(rows, 'row')}."
        if dry:
            return Summary((f"{plan} {_DRY}",))
        _confirm(console, plan, force=force)
        with opened(database, new=True) as store:
            counts = imports.import_(store, file, now(store))
    return Summary((f"{manifest.requester} is in {name_of(database)} now",), counts=counts)


def check(database: str, *, dry: bool) -> Summary:
    """Hold what a marketplace has stored against its rules."""
    existing_file(database)
    with opened(database, dry=dry) as store:
        findings = checks.check(store)
    last = count(len(findings), "finding") if findings else "nothing is wrong"
    return Summary(
        lines=(*findings, f"{name_of(database)}: {last}"),
        counts={"findings": len(findings)},
        items=tuple({"finding": sentence} for sentence in findings),
        exit_code=1 if findings else 0,
    )


def status(database: str, *, dry: bool) -> Summary:
    """Return what a marketplace holds, and what time will do next."""
    existing_file(database)
    with opened(database, dry=dry) as store:
        holds = overview.status(store, now(store))
    return Summary(_status_lines(name_of(database), holds), counts=_counts(holds), facts=_facts(holds))


def show_coverage() -> Summary:
    """Return which operations of the API answer here as Amazon's service did, and what differs."""
    rows = [(covered.operation, covered.state, covered.remark) for covered in coverage.coverage()]
    items = tuple({"id": name, "status": state, "remark": remark} for name, state, remark in rows)
    lines = (table(rows, ("operation", "", "what differs")),)
    return Summary(lines, {"operations": len(rows)}, items)


def _confirm(console: Console, plan: str, *, force: bool) -> None:
    if force:
        console.note(plan)
    else:
        console.confirm(plan)


def _status_lines(name: str, holds: Overview) -> tuple[str, ...]:
    money = "play money" if holds.play else "real money"
    oldest = f"{holds.oldest:{_MOMENT}}" if holds.oldest else "none"
    coming = f"{holds.next_event}, {holds.next_time:{_MOMENT}}" if holds.next_event else "nothing"
    return (
        f"{name}: {holds.database}, version {holds.version}, {holds.size:,} bytes, {money}, "
        f"{holds.time:{_MOMENT}}",
        f"  marketplace {holds.marketplace_id}, fee {holds.fee}",
        f"  {count(holds.requesters, 'requester')}, {count(holds.workers, 'worker')}",
        f"  HITs: {_states(holds.hits)}",
        f"  assignments: {_states(holds.assignments)}",
        f"  money: {_money(holds)}",
        f"  oldest undecided work: {oldest}",
        f"  next: {coming}",
    )


def _states(counted: dict[str, int]) -> str:
    return ", ".join(f"{number} {state}" for state, number in counted.items()) or "none"


def _money(holds: Overview) -> str:
    amounts = {"held": holds.held, "paid": holds.paid, "fees": holds.earned}
    if not holds.play:
        amounts = {"to spend": holds.balance, **amounts}
    return ", ".join(f"{format_usd(amount)} {word}" for word, amount in amounts.items())


def _counts(holds: Overview) -> dict[str, int]:
    return {
        "version": holds.version,
        "bytes": holds.size,
        "requesters": holds.requesters,
        "workers": holds.workers,
        **{f"hits {state}": number for state, number in holds.hits.items()},
        **{f"assignments {state}": number for state, number in holds.assignments.items()},
    }


def _facts(holds: Overview) -> dict[str, str]:
    """Return moments, money and names as text, without those that are empty."""
    facts = {
        "database": holds.database,
        "marketplace": holds.marketplace_id,
        "fee": holds.fee,
        "money": "play" if holds.play else "real",
        "time": holds.time.isoformat(),
        "balance": str(holds.balance),
        "held": str(holds.held),
        "paid": str(holds.paid),
        "fees": str(holds.earned),
        "oldest": holds.oldest.isoformat() if holds.oldest else "",
        "next": holds.next_event or "",
        "next_time": holds.next_time.isoformat() if holds.next_time else "",
    }
    return {name: value for name, value in facts.items() if value}
