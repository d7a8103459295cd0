"""Say how a survey stands: its HITs, the work on them, the money."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from mturk_tasks.analysis.figures import hourly, middle
from mturk_tasks.analysis.responses import read_responses
from mturk_tasks.commands import batches, journal, origins
from mturk_tasks.commands.batches import DELETED, UNKNOWN, Batch, Work, fetch_states
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.journal import Entry
from mturk_tasks.commands.surveys import participation
from mturk_tasks.commands.surveys.bonus import BONUS
from mturk_tasks.commands.surveys.plan import read_properties
from mturk_tasks.console.summary import Summary, share, table
from mturk_tasks.errors import MTurkTasksError
from mturk_tasks.files import results
from mturk_tasks.lib.money import FeeTable, fee_name, format_usd
from mturk_tasks.lib.time import format_date
from mturk_tasks.vocabulary import statuses

# What the work on a set has cost and can still cost, and what became of the work on deleted
# HITs.
#
# The service tells of HITs that are there. Of deleted ones the journals do: the set's own, and
# the one in MTURK_HOME as far as it speaks of this set's HITs.


@dataclass(frozen=True)
class Tally:
    """The money of a set in dollars, fees and bonuses in `paid`; what was decided on HITs that are gone."""

    paid: Decimal
    bonuses: Decimal
    owed: Decimal
    approved_before: int
    rejected_before: int


@dataclass(frozen=True)
class _Before:
    """The work on HITs that are gone: which assignments were approved, each at a price, and rejected."""

    approved: dict[str, Decimal]
    rejected: set[str]


def of_set(context: CommandContext, batch: Batch, work: Sequence[Work]) -> Tally:
    """Return what a set has cost and can cost."""
    entries = [*batch.entries, *journal.read(batches.journal_of(context, batches.NO_BATCH))]
    before = _decided(entries, {item.hit_id for item in work if item.hit is None})
    told = [item.state.bonuses for item in work if item.state is not None]
    if len(told) == len(work):
        bonuses = sum(told, Decimal(0))
    else:
        own = {assignment.assignment_id for item in work for assignment in item.assignments}
        bonuses = _bonuses(entries, {*own, *before.approved, *before.rejected}, context.fee)
    paid, owed = bonuses + sum(before.approved.values(), Decimal(0)), Decimal(0)
    for item in work:
        if item.hit is None:
            continue
        price = item.hit.price(context.fee)
        coming = item.hit.pending + (item.hit.available if item.hit.live else 0)
        paid += item.count(statuses.APPROVED) * price
        owed += (item.count(statuses.SUBMITTED) + coming) * price
    return Tally(paid, bonuses, owed, len(before.approved), len(before.rejected))


def _decided(entries: Sequence[Entry], gone: Collection[str]) -> _Before:
    """Return what the journals say of the work on HITs that are gone: when each was deleted, and before.

    What was approved by itself, or by another program, only the deletion tells.
    """
    approved: dict[str, Decimal] = {}
    rejected: set[str] = set()
    for entry in journal.done_intents(entries, batches.REJECT):
        if entry["hit_id"] in gone:
            rejected.add(entry["item"])
    for entry in journal.done_intents(entries, batches.APPROVE):
        if entry["hit_id"] in gone:
            approved[entry["item"]] = Decimal(entry["cost"])
    for entry in journal.done_intents(entries, batches.DELETE):
        if entry["item"] in gone and "approved" in entry:
            approved |= dict.fromkeys(entry["approved"], Decimal(entry["price"]))
            rejected |= set(entry["rejected"])
    return _Before(approved, rejected - set(approved))


def _bonuses(entries: Sequence[Entry], own: Collection[str], fee: FeeTable) -> Decimal:
    """Return the bonuses that the journals say were paid for some assignments, with their fees."""
    amounts = [
        Decimal(entry["amount"])
        for entry in journal.done_intents(entries, BONUS)
        if entry["assignment"] in own
    ]
    return sum((amount + fee.on_bonus(amount) for amount in amounts), Decimal(0))


_SOON = timedelta(days=1)
_BAR = 20  # characters
_WORDS = {UNKNOWN: "unknown here"}


def run(context: CommandContext, label: str = "") -> Summary:
    """Return the state of a survey in one table, asked of the service now."""
    batch = batches.find(context, label)
    work, failed = fetch_states(context, batch.hit_ids, deleted=batch.deleted)
    now = context.clock()
    tally = of_set(context, batch, work)
    assignments = _assignments(work, tally)
    rows = [
        ("survey", batch.files.label),
        *origins.place(context, now),
        *_last_load(batch),
        ("HITs", _hits(work)),
        ("assignments", ", ".join(f"{number} {state}" for state, number in assignments.items())),
        ("answers", _bar(*progress(work, tally))),
        *_hourly(context, batch),
        *_shut_out(context, batch),
        ("paid, with fees", format_usd(tally.paid)),
        ("still to pay at most", format_usd(tally.owed)),
        ("auto-approved within a day", str(_soon(work, now))),
    ]
    counts = {state.lower(): number for state, number in _states(work).items()}
    counts |= {f"assignments_{state}": number for state, number in assignments.items()}
    counts |= {"hits": len(work), "rows_without_hit": _missing(batch)}
    counts["auto_approved_within_a_day"] = _soon(work, now)
    facts = {
        "survey": batch.files.label,
        "endpoint": context.environment.endpoint,
        "marketplace": context.marketplace.id,
        "fee": fee_name(context.fee),
        "now": batches.stamp(now),
        "paid": str(tally.paid),
        "bonuses": str(tally.bonuses),
        "still_to_pay_at_most": str(tally.owed),
        **_load_facts(batch),
    }
    items = [{"id": item.hit_id, "status": item.status} for item in work]
    items += [{"id": hit_id, "status": "failed", "error": "could not be retrieved"} for hit_id in failed]
    return Summary((table(rows),), counts, tuple(items), exit_code=1 if failed else 0, facts=facts)


def progress(work: Sequence[Work], tally: Tally) -> tuple[int, int]:
    """Return how many answers there are, of how many that are there or can still come."""
    numbers = _assignments(work, tally)
    done = sum(numbers[state.lower()] for state in statuses.ASSIGNMENT_STATUSES)
    return done, done + numbers["available"] + numbers["pending"]


def _bar(done: int, wanted: int) -> str:
    filled = _BAR * done // wanted if wanted else 0
    return f"[{'#' * filled}{'-' * (_BAR - filled)}] {share(done, wanted)}"


def _hourly(context: CommandContext, batch: Batch) -> list[tuple[str, str]]:
    """Say what an hour came to, where the properties say what it should, by the results as fetched last."""
    try:
        goal = read_properties(context.survey.properties)[0].evaluation.hourly
        if goal is None or not batch.files.results.exists():
            return []
        responses = read_responses(results.read(batch.files.results))
    except MTurkTasksError:  # a file that other commands refuse with all that is wrong
        return []
    rates = [
        rate for response in responses if (rate := hourly(response.reward, response.seconds)) is not None
    ]
    median = middle(rates)
    if median is None:
        return []
    return [("an hour came to", f"${median:.2f} (median of {len(rates)}), wanted: {format_usd(goal)}")]


def _shut_out(context: CommandContext, batch: Batch) -> list[tuple[str, str]]:
    """Say whom earlier work keeps out, or lets in, where the properties can be read."""
    try:
        path = context.survey.properties
        asked = read_properties(path)[0].participation
        rules = participation.read(replace(context, dry=True), asked, path) if asked else []
        return [("participants", line) for line in participation.shut_out(context, rules)]
    except MTurkTasksError:  # likewise
        return []


def _last_load(batch: Batch) -> list[tuple[str, str]]:
    loads = journal.matching(batch.entries, event="load")
    if not loads:
        return [("last load", "by the old tools")]
    last = loads[-1]
    when = format_date(datetime.fromisoformat(last["time"]))
    missing = _missing(batch)
    rows = [("last load", f"{when}, {origins.at_commit(last)}")]
    return [*rows, ("rows without a HIT", f"{missing}; inv load --resume")] if missing > 0 else rows


def _missing(batch: Batch) -> int:
    """Return how many rows of the last load have no HIT."""
    loads = journal.matching(batch.entries, event="load")
    return int(loads[-1]["total"]) - len(batch.hit_ids) if loads else 0


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
    decided = {status: sum(item.count(status) for item in work) for status in statuses.ASSIGNMENT_STATUSES}
    return {
        "available": sum(hit.available for hit in alive if hit.live),
        "pending": sum(hit.pending for hit in alive),
        "submitted": decided[statuses.SUBMITTED],
        "approved": decided[statuses.APPROVED] + tally.approved_before,
        "rejected": decided[statuses.REJECTED] + tally.rejected_before,
    }


def _load_facts(batch: Batch) -> dict[str, str]:
    loads = journal.matching(batch.entries, event="load")
    if not loads:
        return {}
    return {"last_load": loads[-1]["time"], "commit": loads[-1]["commit"] or ""}


def _soon(work: Sequence[Work], now: datetime) -> int:
    """Return how many assignments are approved by themselves within a day."""
    return sum(_soon_of(item, now) for item in work if item.hit)


def _soon_of(item: Work, now: datetime) -> int:
    if item.state is not None:
        return item.state.approved_soon
    return sum(
        assignment.status == statuses.SUBMITTED
        and assignment.auto_approval is not None
        and assignment.auto_approval - now <= _SOON
        for assignment in item.assignments
    )
