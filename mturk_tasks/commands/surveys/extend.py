"""Offer HITs to more workers, or for longer (extendHITs).

An extension costs money, so an interrupted one is gone on with when it is asked for again: what was
extended already is not extended twice.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

from mturk_tasks.analysis.labels import undecided
from mturk_tasks.client import hits
from mturk_tasks.client.records import Hit
from mturk_tasks.commands import batches, journal
from mturk_tasks.commands.batches import ActionJournal, Work, fetch_states
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.journal import Entry
from mturk_tasks.commands.runner import Outcome
from mturk_tasks.commands.surveys import answered
from mturk_tasks.commands.surveys.aggregate import votes_on
from mturk_tasks.console.summary import Summary, count
from mturk_tasks.errors import MTurkTasksError, ServiceError, UsageError
from mturk_tasks.lib.money import format_usd
from mturk_tasks.lib.time import format_date
from mturk_tasks.vocabulary.statuses import ASSIGNMENT_STATUSES

_LIMIT = "a HIT that was created with fewer than 10 assignments can have 9 at most; load it again instead"
_GONE = "is deleted by now"
_UNKNOWN = "is unknown here"
_UNSEEN = "could not be retrieved"
_TOO_MANY = "InvalidMaximumAssignmentsIncrease"


@dataclass(frozen=True)
class ExtendRequest:
    """By how much: more assignments for each HIT, more hours until it expires.

    `expired` says that HITs which nobody can take get assignments too, as the old command gave them.
    `disagreeing` assignments go to those HITs alone of which the answers have no label.
    """

    assignments: int = 0
    hours: int = 0
    expired: bool = False
    disagreeing: int = 0


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
    if request.disagreeing:
        request = _more_for_disagreeing(request)
    if not (request.assignments or request.hours):
        raise UsageError("Missing parameters: Please specify an option for either -assignments or -hours")
    batch = batches.find(context, label, success)
    work, unseen = fetch_states(context, batch.hit_ids, deleted=batch.deleted)
    expired = _expired(context, request, work)
    entries = journal.read(batches.journal_of(context, batch))
    run_id, before = _continued(entries, request, batch.hit_ids)
    meant = _disagreeing(context, label, work) if request.disagreeing else {item.hit_id for item in work}
    open_hits = [item.hit for item in work if item.hit and item.hit_id in meant - set(expired)]
    planned = [_plan(hit, request, before, context.clock()) for hit in open_hits]
    todo = [
        extension for extension in planned if extension.hit.hit_id not in journal.done(before, batches.EXTEND)
    ]
    plan = _describe(context, todo)
    if context.dry:
        return Summary.of_dry_run(plan, planned=len(todo))
    context.announce(plan)
    common = {"run": run_id, "assignments": request.assignments, "hours": request.hours}
    with batches.open_journal(context, batch, batches.EXTEND, **common) as actions:
        errors = _carry_out(actions, todo)
        actions.journal.note("finished", run=run_id)
    lost = {item.hit_id: _UNKNOWN if item.unknown else _GONE for item in work if item.hit is None}
    return _summary(request, planned, errors, {**lost, **expired, **dict.fromkeys(unseen, _UNSEEN)})


def _more_for_disagreeing(request: ExtendRequest) -> ExtendRequest:
    if request.assignments:
        raise UsageError("--assignments and --disagreeing exclude each other")
    return replace(request, assignments=request.disagreeing)


def _disagreeing(context: CommandContext, label: str, work: Sequence[Work]) -> set[str]:
    """Return the HITs of which all places are taken and no answer to a question has the bar.

    The results must have been fetched since: raise UsageError where they lack answers.
    """
    own = answered.read(context, label)
    bar = own.evaluation.bar
    meant = {hit_id for question in own.compared for hit_id in undecided(votes_on(own, question), bar)}
    full = [item for item in work if item.hit and not (item.hit.available or item.hit.pending)]
    known = Counter(response.hit_id for response in own.responses)
    if any(sum(map(item.count, ASSIGNMENT_STATUSES)) > known[item.hit_id] for item in full):
        raise UsageError(
            f"{own.files.results.name} lacks answers that are there by now; fetch them with inv results"
        )
    return meant & {item.hit_id for item in full}


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
    begun = journal.matching(entries, event="command", command=batches.EXTEND)
    finished = {entry["run"] for entry in journal.matching(entries, event="finished")}
    last = begun[-1] if begun else None
    asked = (request.assignments, request.hours)
    if last and last["run"] not in finished and (last["assignments"], last["hours"]) == asked:
        own = journal.matching(entries, run=last["run"])
        if {entry["item"] for entry in own if "item" in entry} <= set(hit_ids):
            return last["run"], own
    return secrets.token_hex(16), []


def _plan(hit: Hit, request: ExtendRequest, before: Sequence[Entry], now: datetime) -> Extension:
    """Return what a HIT gets; of one that was being extended when the last run ended, what is left of it."""
    intent = journal.open_intents(before, batches.EXTEND).get(hit.hit_id)
    more, until = request.assignments, None
    if request.hours:
        until = max(hit.expires, now) + timedelta(hours=request.hours)
    if intent:
        more = max(0, intent["maximum"] - hit.max_assignments)
        until = datetime.fromisoformat(intent["until"]) if intent["until"] else None
    return Extension(hit, more, until)


def _describe(context: CommandContext, todo: Sequence[Extension]) -> str:
    """Return the plan in a sentence; raise InsufficientFunds where the money does not cover it."""
    cost = sum((extension.places * extension.hit.price(context.fee) for extension in todo), Decimal(0))
    plan = f"You are about to extend {count(len(todo), 'HIT')} (at most {format_usd(cost)} with fees)."
    if cost:
        balance = format_usd(context.account.balance)
        context.require_funds(batches.EXTEND, cost, f"{plan} There is {balance}.")
    return plan


def _carry_out(actions: ActionJournal, todo: Sequence[Extension]) -> dict[str, MTurkTasksError]:
    """Extend HITs, and return the errors of those for which that failed."""

    def line(outcome: Outcome[Extension, None], number: int) -> str:
        hit_id, place = outcome.item.hit.hit_id, f"({number}/{len(todo)})"
        if outcome.error:
            return f"[{hit_id}] Failed to extend HIT: {_explained(outcome.error)} {place}"
        return f"[{hit_id}] Successfully extended HIT {place}"

    actions.context.console.say("--- Starting to extend HITs ---")
    outcomes = actions.context.perform(todo, partial(_extend, actions), line, progress="Extending HITs")
    return {outcome.item.hit.hit_id: outcome.error for outcome in outcomes if outcome.error}


def _extend(actions: ActionJournal, extension: Extension) -> None:
    client, hit_id = actions.context.client, extension.hit.hit_id
    maximum = extension.hit.max_assignments + extension.more
    token = hashlib.sha256(f"{actions.common['run']}:{hit_id}:{maximum}".encode()).hexdigest()

    def act() -> None:
        if extension.more:
            hits.add_assignments(client, hit_id, extension.more, token)
        if extension.until:
            hits.extend(client, hit_id, extension.until)

    until = extension.until.isoformat() if extension.until else ""
    actions.perform(batches.EXTEND, hit_id, act, maximum=maximum, until=until)


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
        {"id": extension.hit.hit_id, "status": "failed", "error": str(errors[extension.hit.hit_id])}
        if extension.hit.hit_id in errors
        else {"id": extension.hit.hit_id, "status": "extended"}
        for extension in planned
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
