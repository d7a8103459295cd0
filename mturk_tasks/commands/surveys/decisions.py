"""Decisions about submitted work: what each costs, why a rejection, and sending them safely."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from mturk_tasks.client import assignments, hits
from mturk_tasks.client.records import Assignment, Hit
from mturk_tasks.commands import batches
from mturk_tasks.commands import journal as records
from mturk_tasks.commands.batches import ActionJournal, Batch, Work
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.runner import Outcome
from mturk_tasks.console.summary import Summary, count
from mturk_tasks.errors import UsageError
from mturk_tasks.lib.money import FeeTable, format_usd
from mturk_tasks.vocabulary import statuses

FEEDBACK_LIMIT = 1024
_REASON = (
    "a rejection needs a reason that the worker can read; write it into the feedback column, "
    "or give --comment, or set mturk: comment: in invoke.yaml"
)
_NAMED = 5  # assignments, where a sentence names some


@dataclass(frozen=True)
class Decision:
    """What is to happen to one assignment: `action` is approve or reject.

    `override` takes a rejection back, `again` offers the place of rejected work to another worker.
    """

    action: str
    assignment: Assignment
    hit: Hit
    feedback: str = ""
    override: bool = False
    again: bool = False

    @property
    def approves(self) -> bool:
        """Say whether the work is approved."""
        return self.action == batches.APPROVE

    def cost(self, fee: FeeTable) -> Decimal:
        """Return what the decision costs the requester; a place offered again costs as much as any."""
        if not (self.approves or self.again):
            return Decimal(0)
        return self.hit.price(fee)


def describe(decisions: Sequence[Decision], fee: FeeTable) -> str:
    """Return a plan in a sentence: how many, and how much money."""
    if not decisions:
        return "Nothing waits for a decision."
    counts = {
        action: sum(one.action == action for one in decisions) for action in (batches.APPROVE, batches.REJECT)
    }
    money = sum((one.cost(fee) for one in decisions), Decimal(0))
    parts = [f"{action} {number} assignment(s)" for action, number in counts.items() if number]
    cost = f" At most {format_usd(money)} with fees." if money or counts[batches.APPROVE] else ""
    return f"You are about to {' and '.join(parts)}.{cost}"


def with_reasons(context: CommandContext, decisions: Sequence[Decision], comment: str) -> list[Decision]:
    """Return the decisions, each rejection with a reason: the API refuses one without.

    Where a row has none, it is the comment given, the configured one, what is typed when asked, or
    what the command says in the end. Raise UsageError where there is none at all, or one is too long.
    """
    comment = comment or context.settings.comment
    bare = unexplained(decisions, comment)
    if bare:
        context.console.note(_without_feedback(bare))
        comment = context.ask_comment(needed=not context.settings.last_comment) or _last_comment(
            context, bare
        )
    told = [one if one.approves else replace(one, feedback=one.feedback or comment) for one in decisions]
    long = _too_long(told)
    if long:
        raise UsageError(long[0])
    return told


def unexplained(decisions: Sequence[Decision], comment: str) -> list[Decision]:
    """Return the rejections that have no reason of their own, where no comment stands in for one."""
    return [] if comment else [one for one in decisions if not one.approves and not one.feedback]


def rehearsed(context: CommandContext, decisions: Sequence[Decision], comment: str, *asks: str) -> Summary:
    """Return what a dry run says: the plan, and what the real run would ask or stop at."""
    comment = comment or context.settings.comment or context.settings.last_comment
    bare = unexplained(decisions, comment)
    told = [one if one.approves else replace(one, feedback=one.feedback or comment) for one in decisions]
    lines = [
        f"Dry run: {describe(decisions, context.fee)}",
        *asks,
        *([f"{_without_feedback(bare)}; {_REASON}"] if bare else []),
        *_too_long(told),
    ]
    return Summary(tuple(lines), {"planned": len(decisions)})


def _without_feedback(bare: Sequence[Decision]) -> str:
    named = ", ".join(one.assignment.assignment_id for one in bare[:_NAMED])
    more = f" and {len(bare) - _NAMED} more" if len(bare) > _NAMED else ""
    return f"{count(len(bare), 'rejection')} without feedback: {named}{more}"


def _too_long(told: Sequence[Decision]) -> list[str]:
    return [
        f"the feedback for {one.assignment.assignment_id} has {len(one.feedback)} characters; "
        f"the service takes at most {FEEDBACK_LIMIT}"
        for one in told
        if len(one.feedback) > FEEDBACK_LIMIT
    ]


def decide(
    context: CommandContext,
    found: Batch,
    decisions: Sequence[Decision],
    work: Sequence[Work] = (),
    *,
    comment: str = "",
    problems: Mapping[str, str] | None = None,
    asks: bool = True,
    invites: bool = False,
) -> Summary:
    """Show the plan, ask, and send decisions that are all of one kind, each with the comment if it has none.

    `problems` says of assignments that cannot be decided why not; they count as failed. `asks` is
    whether a confirmation is wanted, `invites` whether a comment is asked for that need not be given.
    """
    problems = problems or {}
    plan = describe(decisions, context.fee)
    for problem in problems.values():
        context.console.note(problem)
    if context.dry:
        return rehearsed(context, decisions, comment)
    if not decisions:
        carry_out(context, found, decisions, work)
        undecided = tuple(map(failure, problems.items()))
        return Summary((plan,), {"failed": len(problems)}, undecided, exit_code=int(bool(problems)))
    starting = "--- Starting approval ---" if decisions[0].approves else ""
    if asks:
        context.confirm(plan, starting)
    elif starting:
        context.console.say(starting)
    if invites and not context.force:
        comment = comment or context.ask_comment()
    return _send_all(context, found, _with_comments(context, decisions, comment), work, problems)


def _send_all(
    context: CommandContext,
    found: Batch,
    decisions: Sequence[Decision],
    work: Sequence[Work],
    problems: Mapping[str, str],
) -> Summary:
    """Send decisions that are all of one kind, and say how many went well."""
    approves = decisions[0].approves
    verb, name = ("approved", "approval") if approves else ("rejected", "rejection")
    tell = context.console.say if approves else context.console.note  # rejectWork never said how many
    if not approves:
        tell("--- Starting rejection ---")
    outcomes = carry_out(context, found, decisions, work)
    done = sum(outcome.ok for outcome in outcomes)
    failed = len(outcomes) - done + len(problems)
    tell(f"--- Finished {name} ---")
    tell(f"  {done} assignments {verb}.")
    tell(f"  {failed} assignments failed to be {verb}.")
    items = (*map(item, outcomes), *map(failure, problems.items()))
    return Summary((), {verb: done, "failed": failed}, items, exit_code=int(failed > 0))


def _with_comments(context: CommandContext, decisions: Sequence[Decision], comment: str) -> list[Decision]:
    """Return the decisions with the comment where they have none: approvals may stay without."""
    told = [replace(one, feedback=one.feedback or comment) for one in decisions if one.approves]
    return told + with_reasons(context, [one for one in decisions if not one.approves], comment)


def carry_out(
    context: CommandContext,
    found: Batch,
    decisions: Sequence[Decision],
    work: Sequence[Work],
    *,
    brief: bool = False,
) -> list[Outcome[Decision, None]]:
    """Send the decisions, each between intent and outcome in the journal; return what came of them.

    The lines of a `brief` one have no comment and no HIT, as those of the old reviewResults.
    """
    outcomes: list[Outcome[Decision, None]] = []
    if not decisions and not found.entries:
        return outcomes
    with (
        batches.open_journal(context, found, "decide") as book,
        context.console.progress(len(decisions), "Deciding") as step,
    ):
        _reconcile(book, work)
        for outcome in context.each(decisions, lambda one: _send(book, one)):
            outcomes.append(outcome)
            tell = step if outcome.ok else context.console.note
            tell(_line(outcome, context.settings.last_comment, brief=brief))
    return outcomes


def item(outcome: Outcome[Decision, None]) -> dict[str, str]:
    """Return what a program wants to know of one assignment."""
    one = outcome.item
    done = "approved" if one.approves else "rejected"
    return outcome.told(one.assignment.assignment_id, done)


def failure(problem: tuple[str, str]) -> dict[str, str]:
    """Return the same of what could not be decided: its ID, and why."""
    return {"id": problem[0], "status": "failed", "error": problem[1]}


def _send(book: ActionJournal, decision: Decision) -> None:
    one, client = decision.assignment, book.context.client
    details = {
        "hit_id": one.hit_id,
        "worker": book.worker(one.worker_id),
        "cost": str(decision.cost(book.context.fee)),
    }
    if decision.approves:
        book.perform(
            batches.APPROVE,
            one.assignment_id,
            lambda: assignments.approve(
                client, one.assignment_id, decision.feedback, override=decision.override
            ),
            **details,
        )
        return
    book.perform(
        batches.REJECT,
        one.assignment_id,
        lambda: assignments.reject(client, one.assignment_id, decision.feedback),
        **details,
    )
    if decision.again:
        _offer_again(book, one)


def _offer_again(book: ActionJournal, one: Assignment) -> None:
    """Add one place to the HIT; a token made of the assignment's ID adds it once, however often asked."""
    token = hashlib.sha256(f"again:{one.assignment_id}".encode()).hexdigest()
    book.perform(
        batches.EXTEND,
        one.assignment_id,
        lambda: hits.add_assignments(book.context.client, one.hit_id, 1, token),
        hit_id=one.hit_id,
    )


def _line(outcome: Outcome[Decision, None], last_comment: str, *, brief: bool) -> str:
    """Say what came of a decision; a comment that nobody gave is none, as it was to the old rejectWork."""
    decision = outcome.item
    one, feedback = decision.assignment, decision.feedback
    if not outcome.ok:
        verb, comment = (
            ("approving", "") if decision.approves else ("rejecting", f" with comment [{feedback}]")
        )
        return f"Error {verb} assignment {one.assignment_id}{comment}: {outcome.error}"
    if brief:
        done = "approved" if decision.approves else "rejected"
        return f"[{one.assignment_id}] Assignment successfully {done}"
    if not decision.approves:
        given = "" if feedback == last_comment else feedback
        return f"[{one.assignment_id}] Assignment successfully rejected with comment ({given})"
    what = f" with comment '{feedback}'" if feedback else f" for HIT {one.hit_id}"
    return f"[{one.assignment_id}] Assignment successfully approved{what}"


def _last_comment(context: CommandContext, bare: Sequence[Decision]) -> str:
    if context.settings.last_comment:
        context.console.note(f"note: rejections without feedback say: {context.settings.last_comment}")
        return context.settings.last_comment
    raise UsageError(f"{_without_feedback(bare)}; {_REASON}")


def _reconcile(book: ActionJournal, work: Sequence[Work]) -> None:
    """Note, of decisions whose fate was not known, that they stand as the service now says."""
    said: Mapping[str, str] = {one.assignment_id: one.status for item in work for one in item.assignments}
    entries = records.read(book.journal.path)
    for action, status in ((batches.APPROVE, statuses.APPROVED), (batches.REJECT, statuses.REJECTED)):
        for key in records.open_intents(entries, action):
            if said.get(key) == status:
                book.journal.conclude(
                    action, key, records.DONE, found=True, time=batches.stamp(book.context.clock())
                )
