"""Offer HITs to more workers, or for longer (extendHITs).

An extension costs money, so an interrupted one is gone on with when it is asked for again: what was
extended already is not extended twice.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from mturk_tasks.client import hits
from mturk_tasks.client.records import Hit
from mturk_tasks.commands import batches
from mturk_tasks.commands import journal as records
from mturk_tasks.commands.batches import ActionJournal, Work, fetch_work
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.journal import Entry
from mturk_tasks.console.summary import Summary, count
from mturk_tasks.errors import InsufficientFunds, MTurkTasksError, ServiceError, UsageError
from mturk_tasks.lib.money import format_usd
from mturk_tasks.lib.time import format_date

_LIMIT = "a HIT that was created with fewer than 10 assignments can have 9 at most; load it again instead"
_GONE = "is deleted by now"
_UNKNOWN = "is unknown here"
_UNSEEN = "could not be retrieved"
_TOO_MANY = "InvalidMaximumAssignmentsIncrease"


@dataclass(frozen=True)
class ExtendRequest:
    """By how much: more assignments for each HIT, more hours until it expires.

    `expired` says that HITs which nobody can take get assignments too, as the old command gave them.
    """

    assignments: int = 0
    hours: int = 0
    expired: bool = False


@dataclass(frozen=True)
class Extension:
    """What one HIT gets: `more` assignments, and the moment it will expire."""

    hit: Hit
    more: int
    until: datetime | None

    @property
    def places(self) -> int:
        """Return how many places workers can take anew: those added, and those that were closed."""
        return self.more + (0 if self.hit.live or not self.until else self.hit.available)


def run(
    context: CommandContext, request: ExtendRequest, label: str = "", *, success: Path | None = None
) -> Summary:
    """Extend every HIT of a set.

    The hours count from the present expiration, or from now if that has passed. Without hours, HITs that
    have expired are left as they are and count as failed: nobody could take what they get. Raise
    UsageError where nothing is asked for or all have expired, InsufficientFunds where the money does not
    cover it.
    """
    if not (request.assignments or request.hours):
        raise UsageError("Missing parameters: Please specify an option for either -assignments or -hours")
    found = batches.find(context, label, success)
    work, unseen = fetch_work(context, found.hit_ids, deleted=found.deleted)
    expired = _expired(context, request, work)
    entries = records.read(batches.journal_of(context, found))
    run_id, before = _continued(entries, request, found.hit_ids)
    open_hits = [item.hit for item in work if item.hit and item.hit_id not in expired]
    planned = [_plan(hit, request, before, context.clock()) for hit in open_hits]
    todo = [one for one in planned if one.hit.hit_id not in records.done(before, batches.EXTEND)]
    plan = _afford(context, todo)
    if context.dry:
        return Summary((f"Dry run: {plan}",), {"planned": len(todo)})
    context.announce(plan)
    common = {"run": run_id, "assignments": request.assignments, "hours": request.hours}
    with batches.open_journal(context, found, batches.EXTEND, **common) as book:
        errors = _carry_out(book, todo)
        book.journal.note("finished", run=run_id)
    lost = {item.hit_id: _UNKNOWN if item.unknown else _GONE for item in work if item.hit is None}
    return _summary(request, planned, errors, {**lost, **expired, **dict.fromkeys(unseen, _UNSEEN)})


def _expired(context: CommandContext, request: ExtendRequest, work: Sequence[Work]) -> dict[str, str]:
    """Return which HITs have expired and would stay so, with what to say; raise UsageError where all have.

    The old command gave them assignments and said no word; there it is said, and they get them.
    """
    now = context.clock()
    there = [item.hit for item in work if item.hit]
    over = [hit for hit in there if hit.expires <= now and not request.hours]
    if not over:
        return {}
    latest = format_date(max(hit.expires for hit in over))
    which = "all HITs" if len(over) == len(there) else f"{len(over)} of {len(there)} HITs"
    what = f"{which} expired (the last on {latest}), and nobody can take what they get: add --hours"
    if len(over) == len(there) and not request.expired:
        raise UsageError(what)
    context.console.note(f"warning: {what}")
    return {} if request.expired else {hit.hit_id: "has expired; add --hours" for hit in over}


def _continued(
    entries: Sequence[Entry], request: ExtendRequest, hit_ids: Sequence[str]
) -> tuple[str, list[Entry]]:
    """Return the run that is gone on with and its entries, or a new one with none."""
    begun = records.matching(entries, event="command", command=batches.EXTEND)
    finished = {entry["run"] for entry in records.matching(entries, event="finished")}
    last = begun[-1] if begun else None
    asked = (request.assignments, request.hours)
    if last and last["run"] not in finished and (last["assignments"], last["hours"]) == asked:
        own = records.matching(entries, run=last["run"])
        if {entry["item"] for entry in own if "item" in entry} <= set(hit_ids):
            return last["run"], own
    return secrets.token_hex(16), []


def _plan(hit: Hit, request: ExtendRequest, before: Sequence[Entry], now: datetime) -> Extension:
    """Return what a HIT gets; of one that was being extended when the last run ended, what is left of it."""
    intent = records.open_intents(before, batches.EXTEND).get(hit.hit_id)
    more, until = request.assignments, None
    if request.hours:
        until = max(hit.expires, now) + timedelta(hours=request.hours)
    if intent:
        more = max(0, intent["maximum"] - hit.max_assignments)
        until = datetime.fromisoformat(intent["until"]) if intent["until"] else None
    return Extension(hit, more, until)


def _afford(context: CommandContext, todo: Sequence[Extension]) -> str:
    cost = sum((one.places * one.hit.price(context.fee) for one in todo), Decimal(0))
    plan = f"You are about to extend {count(len(todo), 'HIT')} (at most {format_usd(cost)} with fees)."
    if cost and cost > (there := context.account.balance):
        raise InsufficientFunds(batches.EXTEND, "InsufficientFunds", f"{plan} There is {format_usd(there)}.")
    return plan


def _carry_out(book: ActionJournal, todo: Sequence[Extension]) -> dict[str, MTurkTasksError]:
    context = book.context
    context.console.say("--- Starting to extend HITs ---")
    errors: dict[str, MTurkTasksError] = {}
    with context.console.progress(len(todo), "Extending HITs") as step:
        outcomes = context.each(todo, lambda one: _extend(book, one))
        for number, outcome in enumerate(outcomes, 1):
            hit_id, place = outcome.item.hit.hit_id, f"({number}/{len(todo)})"
            if outcome.error is None:
                step(f"[{hit_id}] Successfully extended HIT {place}")
                continue
            errors[hit_id] = outcome.error
            context.console.note(f"[{hit_id}] Failed to extend HIT: {_explained(outcome.error)} {place}")
    return errors


def _extend(book: ActionJournal, one: Extension) -> None:
    client, hit_id = book.context.client, one.hit.hit_id
    maximum = one.hit.max_assignments + one.more
    token = hashlib.sha256(f"{book.common['run']}:{hit_id}:{maximum}".encode()).hexdigest()

    def act() -> None:
        if one.more:
            hits.add_assignments(client, hit_id, one.more, token)
        if one.until:
            hits.extend(client, hit_id, one.until)

    until = one.until.isoformat() if one.until else ""
    book.perform(batches.EXTEND, hit_id, act, maximum=maximum, until=until)


def _explained(error: MTurkTasksError) -> str:
    too_many = isinstance(error, ServiceError) and error.code.endswith(_TOO_MANY)
    return f"{error} ({_LIMIT})" if too_many else str(error)


def _summary(
    request: ExtendRequest,
    planned: Sequence[Extension],
    errors: dict[str, MTurkTasksError],
    left_out: Mapping[str, str],
) -> Summary:
    gone, unknown = (sum(why == lost for why in left_out.values()) for lost in (_GONE, _UNKNOWN))
    failed = len(errors) + len(left_out)
    done = len(planned) - len(errors)
    what = f"(added {request.assignments} assignment(s), {request.hours} hour(s))"
    items = [
        {"id": one.hit.hit_id, "status": "failed", "error": str(errors[one.hit.hit_id])}
        if one.hit.hit_id in errors
        else {"id": one.hit.hit_id, "status": "extended"}
        for one in planned
    ]
    items += [{"id": hit_id, "status": "failed", "error": why} for hit_id, why in left_out.items()]
    lines = (
        "--- Finished to extend HITs ---",
        f"  {done} HITs have been extended {what}",
        f"  {failed} HITs failed to be extended.",
        *([f"  {count(gone, 'HIT')} of them deleted by now."] if gone else []),
        *([f"  {count(unknown, 'HIT')} of them unknown here."] if unknown else []),
    )
    counts = {"extended": done, "failed": failed}
    return Summary(lines, counts, tuple(items), exit_code=int(failed > 0))
