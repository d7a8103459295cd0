"""Decisions about submitted work: what each costs, why a rejection, and sending them safely."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial

from mturk_tasks.client import assignments, hits
from mturk_tasks.client.records import Assignment, Hit
from mturk_tasks.commands import batches, journal
from mturk_tasks.commands.batches import ActionJournal, Batch, Work
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.runner import Outcome, Outcomes
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

    def explained(self, comment: str) -> Decision:
        """Return the decision with the comment as its feedback, unless it has its own."""
        return replace(self, feedback=self.feedback or comment)

    def cost(self, fee: FeeTable) -> Decimal:
        """Return what the decision costs the requester; a place offered again costs as much as any."""
        if not (self.approves or self.again):
            return Decimal(0)
        return self.hit.price(fee)


DecisionOutcome = Outcome[Decision, None]


def describe(decisions: Sequence[Decision], fee: FeeTable) -> str:
    """Return a plan in a sentence: how many, and how much money."""
    if not decisions:
        return "Nothing waits for a decision."
    counts = {
        action: sum(decision.action == action for decision in decisions)
        for action in (batches.APPROVE, batches.REJECT)
    }
    money = sum((decision.cost(fee) for decision in decisions), Decimal(0))
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
    explained = _explained(decisions, comment)
    if too_long := _too_long(explained):
        raise UsageError(too_long[0])
    return explained


def _explained(decisions: Sequence[Decision], comment: str) -> list[Decision]:
    """Return the decisions, rejections with the comment where they have no reason of their own."""
    return [decision if decision.approves else decision.explained(comment) for decision in decisions]


def unexplained(decisions: Sequence[Decision], comment: str) -> list[Decision]:
    """Return the rejections that have no reason of their own, where no comment stands in for one."""
    bare = [decision for decision in decisions if not decision.approves and not decision.feedback]
    return [] if comment else bare


def rehearsed(context: CommandContext, decisions: Sequence[Decision], comment: str, *asks: str) -> Summary:
    """Return what a dry run says: the plan, and what the real run would ask or stop at."""
    comment = comment or context.settings.comment or context.settings.last_comment
    bare = unexplained(decisions, comment)
    explained = _explained(decisions, comment)
    reasons = [f"{_without_feedback(bare)}; {_REASON}"] if bare else []
    plan = describe(decisions, context.fee)
    return Summary.of_dry_run(plan, *asks, *reasons, *_too_long(explained), planned=len(decisions))


def _without_feedback(bare: Sequence[Decision]) -> str:
    named = ", ".join(decision.assignment.assignment_id for decision in bare[:_NAMED])
    more = f" and {len(bare) - _NAMED} more" if len(bare) > _NAMED else ""
    return f"{count(len(bare), 'rejection')} without feedback: {named}{more}"


def _too_long(decisions: Sequence[Decision]) -> list[str]:
    return [
        f"the feedback for {decision.assignment.assignment_id} has {len(decision.feedback)} characters; "
        f"the service takes at most {FEEDBACK_LIMIT}"
        for decision in decisions
        if len(decision.feedback) > FEEDBACK_LIMIT
    ]


def decide(
    context: CommandContext,
    batch: Batch,
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
        carry_out(context, batch, decisions, work)
        undecided = tuple(map(failure, problems.items()))
        return Summary((plan,), {"failed": len(problems)}, undecided, exit_code=int(bool(problems)))
    starting = "--- Starting approval ---" if decisions[0].approves else ""
    if asks:
        context.confirm(plan, starting)
    elif starting:
        context.console.say(starting)
    if invites and not context.force:
        comment = comment or context.ask_comment()
    return _send_all(context, batch, _with_comments(context, decisions, comment), work, problems)


def _send_all(
    context: CommandContext,
    batch: Batch,
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
    outcomes = carry_out(context, batch, decisions, work)
    done, failed = len(outcomes.done), len(outcomes.failed) + len(problems)
    tell(f"--- Finished {name} ---")
    tell(f"  {done} assignments {verb}.")
    tell(f"  {failed} assignments failed to be {verb}.")
    items = (*map(item, outcomes), *map(failure, problems.items()))
    return Summary((), {verb: done, "failed": failed}, items, exit_code=int(failed > 0))


def _with_comments(context: CommandContext, decisions: Sequence[Decision], comment: str) -> list[Decision]:
    """Return the decisions with the comment where they have none: approvals may stay without."""
    approvals = [decision.explained(comment) for decision in decisions if decision.approves]
    rejections = [decision for decision in decisions if not decision.approves]
    return approvals + with_reasons(context, rejections, comment)


def carry_out(
    context: CommandContext,
    batch: Batch,
    decisions: Sequence[Decision],
    work: Sequence[Work],
    *,
    brief: bool = False,
) -> Outcomes[Decision, None]:
    """Send the decisions, each between intent and outcome in the journal; return what came of them.

    The lines of a `brief` one have no comment and no HIT, as those of the old reviewResults.
    """
    if not decisions and not batch.entries:
        return Outcomes()

    def line(outcome: DecisionOutcome, _number: int) -> str:
        return _line(outcome, context.settings.last_comment, brief=brief)

    with batches.open_journal(context, batch, "decide") as actions:
        _conclude_interrupted(actions, work)
        return context.perform(decisions, partial(_send, actions), line, progress="Deciding")


def item(outcome: DecisionOutcome) -> dict[str, str]:
    """Return what a program wants to know of one assignment."""
    decision = outcome.item
    done = "approved" if decision.approves else "rejected"
    return outcome.as_item(decision.assignment.assignment_id, done)


def failure(problem: tuple[str, str]) -> dict[str, str]:
    """Return the same of what could not be decided: its ID, and why."""
    return {"id": problem[0], "status": "failed", "error": problem[1]}


def _send(actions: ActionJournal, decision: Decision) -> None:
    assignment, client = decision.assignment, actions.context.client
    details = {
        "hit_id": assignment.hit_id,
        "worker": actions.worker(assignment.worker_id),
        "cost": str(decision.cost(actions.context.fee)),
    }
    if decision.approves:
        actions.perform(
            batches.APPROVE,
            assignment.assignment_id,
            lambda: assignments.approve(
                client, assignment.assignment_id, decision.feedback, override=decision.override
            ),
            **details,
        )
        return
    actions.perform(
        batches.REJECT,
        assignment.assignment_id,
        lambda: assignments.reject(client, assignment.assignment_id, decision.feedback),
        **details,
    )
    if decision.again:
        _offer_again(actions, assignment)


def _offer_again(actions: ActionJournal, assignment: Assignment) -> None:
    """Add one place to the HIT; a token made of the assignment's ID adds it once, however often asked."""
    token = hashlib.sha256(f"again:{assignment.assignment_id}".encode()).hexdigest()
    actions.perform(
        batches.EXTEND,
        assignment.assignment_id,
        lambda: hits.add_assignments(actions.context.client, assignment.hit_id, 1, token),
        hit_id=assignment.hit_id,
    )


def _line(outcome: DecisionOutcome, last_comment: str, *, brief: bool) -> str:
    """Say what came of a decision; a comment that nobody gave is none, as it was to the old rejectWork."""
    decision = outcome.item
    assignment, feedback = decision.assignment, decision.feedback
    if not outcome.ok:
        verb, comment = (
            ("approving", "") if decision.approves else ("rejecting", f" with comment [{feedback}]")
        )
        return f"Error {verb} assignment {assignment.assignment_id}{comment}: {outcome.error}"
    if brief:
        done = "approved" if decision.approves else "rejected"
        return f"[{assignment.assignment_id}] Assignment successfully {done}"
    if not decision.approves:
        given = "" if feedback == last_comment else feedback
        return f"[{assignment.assignment_id}] Assignment successfully rejected with comment ({given})"
    what = f" with comment '{feedback}'" if feedback else f" for HIT {assignment.hit_id}"
    return f"[{assignment.assignment_id}] Assignment successfully approved{what}"


def _last_comment(context: CommandContext, bare: Sequence[Decision]) -> str:
    if context.settings.last_comment:
        context.console.note(f"note: rejections without feedback say: {context.settings.last_comment}")
        return context.settings.last_comment
    raise UsageError(f"{_without_feedback(bare)}; {_REASON}")


def _conclude_interrupted(actions: ActionJournal, work: Sequence[Work]) -> None:
    """Note the decisions that were made by a call which was interrupted before its outcome."""
    current = {
        assignment.assignment_id: assignment.status for item in work for assignment in item.assignments
    }
    entries = journal.read(actions.journal.path)
    for action, status in ((batches.APPROVE, statuses.APPROVED), (batches.REJECT, statuses.REJECTED)):
        for key in journal.open_intents(entries, action):
            if current.get(key) == status:
                actions.conclude_interrupted(action, key)
