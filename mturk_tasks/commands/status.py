"""Say how a survey stands: its HITs, the work on them, the money."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from mturk_tasks.batch import journal as records
from mturk_tasks.batch.journal import Entry
from mturk_tasks.commands import sets
from mturk_tasks.commands.bonus import BONUS
from mturk_tasks.commands.desk import Desk
from mturk_tasks.commands.sets import HitSet
from mturk_tasks.commands.work import Work, fetch
from mturk_tasks.files.dates import format_date
from mturk_tasks.report.summary import Summary, clock_time
from mturk_tasks.report.tables import table
from mturk_tasks.vocabulary import statuses
from mturk_tasks.vocabulary.money import FeeTable, format_usd

_SOON = timedelta(days=1)


def run(desk: Desk, label: str = "") -> Summary:
    """Return the state of a survey in one table, asked of the service now."""
    found = sets.find(desk, label)
    work, failed = fetch(desk, found.hit_ids)
    now = desk.clock()
    paid, owed = _money(desk, found, work)
    rows = [
        ("survey", found.files.label),
        *place(desk, now),
        *_last_load(found),
        ("HITs", _hits(work)),
        ("assignments", _assignments(work)),
        ("paid, with fees", format_usd(paid)),
        ("still to pay at most", format_usd(owed)),
        ("auto-approved within a day", str(_soon(work, now))),
    ]
    counts = {state.lower(): number for state, number in _states(work).items()}
    counts["auto_approved_within_a_day"] = _soon(work, now)
    facts = {
        "now": sets.stamp(now),
        "paid": str(paid),
        "still_to_pay_at_most": str(owed),
        **_load_facts(found),
    }
    items = [{"id": item.hit_id, "status": item.hit.status if item.hit else "Deleted"} for item in work]
    items += [{"id": hit_id, "status": "failed", "error": "could not be retrieved"} for hit_id in failed]
    return Summary((table(rows),), counts, tuple(items), exit_code=1 if failed else 0, facts=facts)


def place(desk: Desk, now: datetime) -> list[tuple[str, str]]:
    """Return the rows about where a command acts and what time it is there."""
    where = "embedded" if desk.environment.embedded else desk.environment.endpoint
    rows = [("environment", f"{desk.environment.name} ({where})")]
    if desk.market is not None:
        ahead = desk.market().ahead()
        moved = f", {clock_time(ahead)} ahead" if ahead >= 1 else ""
        rows.append(("the sandbox's clock", f"{format_date(now)}{moved}"))
    return rows


def _last_load(found: HitSet) -> list[tuple[str, str]]:
    loads = records.matching(found.entries, event="load")
    if not loads:
        return [("last load", "by the old tools")]
    last = loads[-1]
    when = format_date(datetime.fromisoformat(last["time"]))
    missing = last["total"] - len(found.hit_ids)
    rows = [("last load", f"{when}, {at_commit(last)}")]
    return [*rows, ("rows without a HIT", f"{missing}; inv load --resume")] if missing > 0 else rows


def at_commit(entry: Entry) -> str:
    """Say from which commit a command was run, by its entry in a journal."""
    commit = entry["commit"] or ""
    dirty = ", with changes not committed" if entry["dirty"] else ""
    left_out = ", ".join(entry.get("not_compared", ()))
    unsure = f", {left_out} not compared" if left_out else ""
    return f"at commit {commit[:10]}{dirty}{unsure}" if commit else "not in git"


def _states(work: Sequence[Work]) -> Counter[str]:
    return Counter(item.hit.status if item.hit else "Deleted" for item in work)


def _hits(work: Sequence[Work]) -> str:
    states = _states(work)
    order = [*statuses.HIT_STATUSES, "Deleted"]
    parts = [f"{states[state]} {state.lower()}" for state in order if states[state]]
    return f"{len(work)}: {', '.join(parts)}" if parts else "none"


def _assignments(work: Sequence[Work]) -> str:
    alive = [item.hit for item in work if item.hit]
    decided = Counter(one.status for item in work for one in item.assignments)
    return (
        f"{sum(hit.available for hit in alive if hit.live)} available, "
        f"{sum(hit.pending for hit in alive)} pending, "
        f"{decided[statuses.SUBMITTED]} submitted, {decided[statuses.APPROVED]} approved, "
        f"{decided[statuses.REJECTED]} rejected"
    )


def _load_facts(found: HitSet) -> dict[str, str]:
    loads = records.matching(found.entries, event="load")
    if not loads:
        return {}
    return {"last_load": loads[-1]["time"], "commit": loads[-1]["commit"] or ""}


def _money(desk: Desk, found: HitSet, work: Sequence[Work]) -> tuple[Decimal, Decimal]:
    """Return what was paid and what can still become due, fees in both."""
    fee = desk.settings.fee
    entries = [*found.entries, *records.read(sets.journal_of(desk, sets.NO_SET))]
    paid, owed = _paid_before(entries, work) + _bonuses(entries, work, fee), Decimal(0)
    for item in work:
        if item.hit is None:
            continue
        each = item.hit.reward + fee.on_reward(item.hit.reward, item.hit.max_assignments)
        done = Counter(one.status for one in item.assignments)
        coming = item.hit.pending + (item.hit.available if item.hit.live else 0)
        paid += done[statuses.APPROVED] * each
        owed += (done[statuses.SUBMITTED] + coming) * each
    return paid, owed


def _paid_before(entries: Sequence[Entry], work: Sequence[Work]) -> Decimal:
    """Return what the journals say was paid for HITs that the service no longer knows."""
    gone = {item.hit_id for item in work if item.hit is None}
    approved = _intents(entries, sets.APPROVE)
    return sum((Decimal(one["cost"]) for one in approved if one["hit_id"] in gone), Decimal(0))


def _bonuses(entries: Sequence[Entry], work: Sequence[Work], fee: FeeTable) -> Decimal:
    """Return the bonuses that the journals say were paid for work of this survey."""
    own = {one.assignment_id for item in work for one in item.assignments}
    own |= {one["item"] for one in _intents(entries, sets.APPROVE)}
    amounts = [Decimal(one["amount"]) for one in _intents(entries, BONUS) if one["assignment"] in own]
    return sum((amount + fee.on_bonus(amount) for amount in amounts), Decimal(0))


def _intents(entries: Sequence[Entry], action: str) -> list[Entry]:
    """Return the intents of an action whose outcome says that it was done, one for each item."""
    done = records.done(entries, action)
    told = {one["item"]: one for one in records.matching(entries, event="intent", action=action)}
    return [one for item, one in told.items() if item in done]


def _soon(work: Sequence[Work], now: datetime) -> int:
    return sum(
        one.status == statuses.SUBMITTED
        and one.auto_approval is not None
        and one.auto_approval - now <= _SOON
        for item in work
        for one in item.assignments
    )
