"""Approve and reject the work of a survey, or assignments that are listed (approveWork, rejectWork).

What the service says of an assignment counts, not what a file fetched earlier says.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from mturk_tasks.client import assignments
from mturk_tasks.client.records import Assignment, Hit
from mturk_tasks.commands import batches
from mturk_tasks.commands.batches import Work, fetch_work, submitted
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.surveys.decisions import Decision, decide
from mturk_tasks.commands.surveys.download import compare_marks
from mturk_tasks.commands.surveys.result_rows import refuse_swallowed
from mturk_tasks.commands.surveys.results import marked
from mturk_tasks.console.summary import Summary, count
from mturk_tasks.errors import UsageError
from mturk_tasks.files import results
from mturk_tasks.files.decisions import Listing
from mturk_tasks.vocabulary import statuses

Waiting = list[tuple[Hit, Assignment]]


@dataclass(frozen=True)
class Choice:
    """Which of a survey's work is meant: all that waits, or that of some assignments or workers."""

    assignments: Collection[str] = ()
    workers: Collection[str] = ()

    @property
    def named(self) -> bool:
        """Say whether it is some of the work and not all."""
        return bool(self.assignments or self.workers)

    def holds(self, assignment: Assignment) -> bool:
        """Say whether an assignment is meant."""
        return (
            not self.named
            or assignment.assignment_id in self.assignments
            or assignment.worker_id in self.workers
        )


def approve(
    context: CommandContext,
    label: str = "",
    *,
    success: Path | None = None,
    choice: Choice | None = None,
    comment: str = "",
    override: bool = False,
    asks: bool = True,
) -> Summary:
    """Approve what is submitted, or of that what is chosen; with `override` also what was rejected.

    Work marked for rejection in the results file is left out, unless it is chosen by name. Raise
    UsageError for an override of everything.
    """
    choice = choice or Choice()
    if override and not choice.named:
        raise UsageError("taking rejections back needs names: --assignment or --workerid")
    batch = batches.find(context, label, success)
    file = None if choice.named else results.read_if_there(batch.files.results)
    marks = marked(file)
    if not choice.named:
        compare_marks(batch, marks)
    work, failed = fetch_work(context, batch.hit_ids, deleted=batch.deleted)
    refuse_swallowed(file, work)
    states = (statuses.SUBMITTED, statuses.REJECTED) if override else (statuses.SUBMITTED,)
    wanted = _chosen(work, choice, states)
    decisions = [
        Decision(batches.APPROVE, assignment, hit, override=assignment.status == statuses.REJECTED)
        for hit, assignment in wanted
        if assignment.assignment_id not in marks
    ]
    left = len(wanted) - len(decisions)
    if left:
        context.console.note(
            f"{count(left, 'assignment')} marked for rejection left out; inv reject does those."
        )
    return decide(context, batch, decisions, work, comment=comment, problems=_unseen(failed, work), asks=asks)


def reject(
    context: CommandContext,
    label: str = "",
    *,
    choice: Choice | None = None,
    comment: str = "",
    again: bool = False,
) -> Summary:
    """Reject the submitted work that is marked in the results file, or that is chosen by name.

    The reason is the row's feedback, else the comment. With `again` each place is offered anew. Raise
    UsageError where there is no reason.
    """
    batch = batches.find(context, label)
    file = results.read_if_there(batch.files.results)
    marks = marked(file)
    if not (choice and choice.named):
        compare_marks(batch, marks)
    work, failed = fetch_work(context, batch.hit_ids, deleted=batch.deleted)
    if not (choice and choice.named):
        refuse_swallowed(file, work)
        there = {assignment.assignment_id for item in work for assignment in item.assignments}
        choice = Choice(assignments=there & set(marks))
    if not choice.named:
        return Summary(("Nothing is marked for rejection in the results file.",), {"rejected": 0})
    feedback = {key: mark.feedback for key, mark in marks.items()}
    decisions = [
        Decision(batches.REJECT, assignment, hit, feedback.get(assignment.assignment_id, ""), again=again)
        for hit, assignment in _chosen(work, choice, (statuses.SUBMITTED,))
    ]
    if file:
        context.warn(file.doubtful_marks({decision.assignment.assignment_id for decision in decisions}))
    return decide(context, batch, decisions, work, comment=comment, problems=_unseen(failed, work))


def approve_listed(
    context: CommandContext,
    listing: Listing,
    *,
    comment: str = "",
    override: bool = False,
    invites: bool = False,
) -> Summary:
    """Approve the assignments that are listed, of whatever survey, each with its comment or the one given."""
    decisions, problems = _looked_up(context, listing, batches.APPROVE, override=override)
    return decide(context, batches.NO_BATCH, decisions, comment=comment, problems=problems, invites=invites)


def reject_listed(context: CommandContext, listing: Listing, *, comment: str = "") -> Summary:
    """Reject the assignments that are listed, of whatever survey."""
    decisions, problems = _looked_up(context, listing, batches.REJECT, override=False)
    return decide(context, batches.NO_BATCH, decisions, comment=comment, problems=problems)


def _looked_up(
    context: CommandContext, listing: Listing, action: str, *, override: bool
) -> tuple[list[Decision], dict[str, str]]:
    """Return the decisions about listed assignments, and of those that cannot be decided why not."""
    decisions: list[Decision] = []
    problems: dict[str, str] = {}
    done = statuses.APPROVED if action == batches.APPROVE else statuses.REJECTED
    comments = {row.assignment_id: row.comment for row in listing.listed}
    outcomes = context.each(list(comments), lambda key: assignments.get_assignment(context.client, key))
    for outcome in outcomes:
        key = outcome.item
        if not outcome.ok:
            problems[key] = f"Error: {key} cannot be decided: {outcome.error}"
            continue
        assignment, hit = outcome.value()
        reversed_ = override and assignment.status == statuses.REJECTED
        if assignment.status == statuses.SUBMITTED or reversed_:
            decisions.append(Decision(action, assignment, hit, comments[key], override=reversed_))
        elif assignment.status == done:
            context.console.note(f"[{key}] was {done.lower()} before")
        else:
            problems[key] = f"Error: {key} cannot be decided: it is {assignment.status.lower()}"
    if listing.left_out:
        context.console.note(
            f"{count(listing.left_out, 'row')} of the file left out because of the marks there"
        )
    return decisions, problems


def _chosen(work: Sequence[Work], choice: Choice, states: Collection[str]) -> Waiting:
    """Return the work in one of the states that is chosen; raise UsageError for an unknown name."""
    every = submitted(work)
    known = {assignment.assignment_id for _, assignment in every} | {
        assignment.worker_id for _, assignment in every
    }
    strangers = [name for name in (*choice.assignments, *choice.workers) if name not in known]
    if strangers:
        raise UsageError(f"no submitted work of this survey: {', '.join(sorted(strangers))}")
    return [
        (hit, assignment)
        for hit, assignment in every
        if assignment.status in states and choice.holds(assignment)
    ]


def _unseen(failed: Sequence[str], work: Sequence[Work]) -> dict[str, str]:
    """Return why nothing can be said of the work on some HITs."""
    return {
        **{hit_id: f"[{hit_id}] the work on this HIT could not be looked at" for hit_id in failed},
        **{item.hit_id: f"[{item.hit_id}] this HIT is unknown here" for item in work if item.unknown},
    }
