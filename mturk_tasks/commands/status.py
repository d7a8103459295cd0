"""Say how a survey stands: its HITs, the work on them, the money."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from mturk_tasks.batch import journal as records
from mturk_tasks.batch.journal import Entry
from mturk_tasks.commands import accounts, sets
from mturk_tasks.commands.accounts import Tally
from mturk_tasks.commands.desk import Desk
from mturk_tasks.commands.sets import HitSet
from mturk_tasks.commands.work import DELETED, UNKNOWN, Work, fetch
from mturk_tasks.files.dates import format_date
from mturk_tasks.report.summary import Summary, clock_time
from mturk_tasks.report.tables import table
from mturk_tasks.vocabulary import statuses
from mturk_tasks.vocabulary.money import fee_name, format_usd

_SOON = timedelta(days=1)
_WORDS = {UNKNOWN: "unknown here"}


def run(desk: Desk, label: str = "") -> Summary:
    """Return the state of a survey in one table, asked of the service now."""
    found = sets.find(desk, label)
    work, failed = fetch(desk, found.hit_ids, deleted=found.deleted)
    now = desk.clock()
    tally = accounts.of_set(desk, found, work)
    assignments = _assignments(work, tally)
    rows = [
        ("survey", found.files.label),
        *place(desk, now),
        *_last_load(found),
        ("HITs", _hits(work)),
        ("assignments", ", ".join(f"{number} {state}" for state, number in assignments.items())),
        ("paid, with fees", format_usd(tally.paid)),
        ("still to pay at most", format_usd(tally.owed)),
        ("auto-approved within a day", str(_soon(work, now))),
    ]
    counts = {state.lower(): number for state, number in _states(work).items()}
    counts |= {f"assignments_{state}": number for state, number in assignments.items()}
    counts |= {"hits": len(work), "rows_without_hit": _missing(found)}
    counts["auto_approved_within_a_day"] = _soon(work, now)
    facts = {
        "survey": found.files.label,
        "endpoint": desk.environment.endpoint,
        "marketplace": desk.marketplace.id,
        "fee": fee_name(desk.fee),
        "now": sets.stamp(now),
        "paid": str(tally.paid),
        "bonuses": str(tally.bonuses),
        "still_to_pay_at_most": str(tally.owed),
        **_load_facts(found),
    }
    items = [{"id": item.hit_id, "status": item.status} for item in work]
    items += [{"id": hit_id, "status": "failed", "error": "could not be retrieved"} for hit_id in failed]
    return Summary((table(rows),), counts, tuple(items), exit_code=1 if failed else 0, facts=facts)


def place(desk: Desk, now: datetime) -> list[tuple[str, str]]:
    """Return the rows about where a command acts and what time it is there."""
    where = "embedded" if desk.environment.embedded else desk.environment.endpoint
    rows = [("environment", f"{desk.environment.name} ({where})")]
    if desk.marketplace.id:
        rows.append(("marketplace", desk.marketplace.id))
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
    missing = _missing(found)
    rows = [("last load", f"{when}, {at_commit(last)}")]
    return [*rows, ("rows without a HIT", f"{missing}; inv load --resume")] if missing > 0 else rows


def _missing(found: HitSet) -> int:
    """Return how many rows of the last load have no HIT."""
    loads = records.matching(found.entries, event="load")
    return int(loads[-1]["total"]) - len(found.hit_ids) if loads else 0


def at_commit(entry: Entry) -> str:
    """Say from which commit a command was run, by its entry in a journal."""
    commit = entry["commit"] or ""
    dirty = ", with changes not committed" if entry["dirty"] else ""
    left_out = ", ".join(entry.get("not_compared", ()))
    unsure = f", {left_out} not compared" if left_out else ""
    return f"at commit {commit[:10]}{dirty}{unsure}" if commit else "not in git"


def _states(work: Sequence[Work]) -> Counter[str]:
    return Counter(item.status for item in work)


def _hits(work: Sequence[Work]) -> str:
    states = _states(work)
    order = [*statuses.HIT_STATUSES, DELETED, UNKNOWN]
    parts = [f"{states[state]} {_WORDS.get(state, state.lower())}" for state in order if states[state]]
    return f"{len(work)}: {', '.join(parts)}" if parts else "none"


def _assignments(work: Sequence[Work], tally: Tally) -> dict[str, int]:
    """Return how many assignments are in each state, those of deleted HITs as the journals have them."""
    alive = [item.hit for item in work if item.hit]
    decided = Counter(one.status for item in work for one in item.assignments)
    return {
        "available": sum(hit.available for hit in alive if hit.live),
        "pending": sum(hit.pending for hit in alive),
        "submitted": decided[statuses.SUBMITTED],
        "approved": decided[statuses.APPROVED] + tally.approved_before,
        "rejected": decided[statuses.REJECTED] + tally.rejected_before,
    }


def _load_facts(found: HitSet) -> dict[str, str]:
    loads = records.matching(found.entries, event="load")
    if not loads:
        return {}
    return {"last_load": loads[-1]["time"], "commit": loads[-1]["commit"] or ""}


def _soon(work: Sequence[Work], now: datetime) -> int:
    return sum(
        one.status == statuses.SUBMITTED
        and one.auto_approval is not None
        and one.auto_approval - now <= _SOON
        for item in work
        for one in item.assignments
    )
