"""Approve and reject submitted work (approveWork, rejectWork).

What the service says of an assignment counts, not what a file fetched earlier says.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from mturk_tasks.batch import journal as records
from mturk_tasks.batch.runner import Outcome
from mturk_tasks.batch.runner import run as run_batch
from mturk_tasks.commands import sets
from mturk_tasks.commands.desk import Desk
from mturk_tasks.commands.results import Work, fetch, marked
from mturk_tasks.commands.sets import Book, HitSet
from mturk_tasks.errors import UsageError
from mturk_tasks.files import results
from mturk_tasks.report.summary import Summary, count
from mturk_tasks.requester import assignments
from mturk_tasks.requester.records import Assignment, Hit
from mturk_tasks.vocabulary import statuses
from mturk_tasks.vocabulary.money import FeeTable, format_usd

FEEDBACK_LIMIT = 1024
_COMMENT = (
    "If you would like to supply a comment to the worker(s), please type it below then press ENTER. "
    "If not, just hit ENTER:\n"
)


@dataclass(frozen=True)
class Decision:
    """What is to happen to one assignment: `action` is approve or reject."""

    action: str
    assignment: Assignment
    hit: Hit
    feedback: str = ""

    def cost(self, fee: FeeTable) -> Decimal:
        """Return what the decision costs the requester."""
        if self.action == sets.REJECT:
            return Decimal(0)
        return self.hit.reward + fee.on_reward(self.hit.reward, self.hit.max_assignments)


def approve(desk: Desk, label: str = "", *, only: Collection[str] = (), comment: str = "") -> Summary:
    """Approve what is submitted, or of that `only` some assignments.

    Work marked for rejection in the results file is left out, unless it is named in `only`.
    """
    found = sets.find(desk, label)
    marks = {} if only else marked(results.read_if_there(found.files.results))
    work, failed = fetch(desk, found.hit_ids)
    wanted = _named(submitted(work), work, only)
    chosen = [
        Decision(sets.APPROVE, assignment, hit, comment)
        for hit, assignment in wanted
        if assignment.assignment_id not in marks
    ]
    left = len(wanted) - len(chosen)
    notes = (
        [f"{count(left, 'assignment')} marked for rejection left out; inv reject does those."] if left else []
    )
    return _decide(desk, found, chosen, work, notes, incomplete=bool(failed))


def reject(desk: Desk, label: str = "", *, only: Collection[str] = (), comment: str = "") -> Summary:
    """Reject the submitted work that is marked in the results file, or named in `only`.

    The reason is the row's feedback, else the comment. Raise UsageError where there is neither.
    """
    found = sets.find(desk, label)
    marks = marked(results.read_if_there(found.files.results))
    work, failed = fetch(desk, found.hit_ids)
    named = only or set(marks)
    wanted = [] if not named else _named(submitted(work), work, only)
    wanted = [(hit, assignment) for hit, assignment in wanted if assignment.assignment_id in named]
    feedback = {key: mark.feedback for key, mark in marks.items()}
    chosen = [Decision(sets.REJECT, one, hit, feedback.get(one.assignment_id, "")) for hit, one in wanted]
    chosen = with_reasons(desk, chosen, comment)
    notes = [] if named else ["Nothing is marked for rejection in the results file."]
    return _decide(desk, found, chosen, work, notes, incomplete=bool(failed))


def submitted(work: Sequence[Work]) -> list[tuple[Hit, Assignment]]:
    """Return the work that waits for a decision."""
    return [
        (item.hit, assignment)
        for item in work
        if item.hit
        for assignment in item.assignments
        if assignment.status == statuses.SUBMITTED
    ]


def with_reasons(desk: Desk, decisions: Sequence[Decision], comment: str) -> list[Decision]:
    """Return the decisions, each rejection with a reason: the API refuses one without.

    Where a row has none, it is the comment given, the configured one, or what is typed when asked.
    Raise UsageError where there is nobody to ask, or where a reason is too long.
    """
    if any(one.action == sets.REJECT and not one.feedback for one in decisions):
        comment = comment or desk.settings.comment or _typed_comment(desk)
    told = [
        _with_feedback(one, one.feedback or comment) if one.action == sets.REJECT else one
        for one in decisions
    ]
    long = next((one for one in told if len(one.feedback) > FEEDBACK_LIMIT), None)
    if long:
        raise UsageError(
            f"the feedback for {long.assignment.assignment_id} has {len(long.feedback)} characters; "
            f"the service takes at most {FEEDBACK_LIMIT}"
        )
    return told


def carry_out(
    desk: Desk, found: HitSet, decisions: Sequence[Decision], work: Sequence[Work]
) -> list[Outcome[Decision, None]]:
    """Send the decisions, each between intent and outcome in the journal; return what came of them."""
    outcomes: list[Outcome[Decision, None]] = []
    if not decisions and not found.entries:
        return outcomes
    with (
        sets.open_book(desk, found, "decide") as book,
        desk.console.progress(len(decisions), "Deciding") as step,
    ):
        _reconcile(book, work)
        for outcome in run_batch(decisions, lambda one: _send(book, one), workers=desk.workers):
            outcomes.append(outcome)
            tell = step if outcome.ok else desk.console.note
            tell(_line(outcome))
    return outcomes


def describe(decisions: Sequence[Decision], fee: FeeTable) -> str:
    """Return a plan in a sentence: how many, and how much money."""
    counts = {
        action: sum(one.action == action for one in decisions) for action in (sets.APPROVE, sets.REJECT)
    }
    money = format_usd(sum((one.cost(fee) for one in decisions), Decimal(0)))
    parts = [f"{action} {count(number, 'assignment')}" for action, number in counts.items() if number]
    cost = f" (at most {money} with fees)" if counts[sets.APPROVE] else ""
    return f"You are about to {' and '.join(parts)}{cost}." if parts else "Nothing waits for a decision."


def _named(
    waiting: list[tuple[Hit, Assignment]], work: Sequence[Work], only: Collection[str]
) -> list[tuple[Hit, Assignment]]:
    """Return what waits, or of that the named; raise UsageError for a name that this survey does not know."""
    if not only:
        return waiting
    known = {one.assignment_id for item in work for one in item.assignments}
    strangers = [name for name in only if name not in known]
    if strangers:
        raise UsageError(f"no submitted work of this survey: {', '.join(strangers)}")
    return [(hit, one) for hit, one in waiting if one.assignment_id in only]


def _decide(
    desk: Desk,
    found: HitSet,
    chosen: Sequence[Decision],
    work: Sequence[Work],
    notes: Sequence[str],
    *,
    incomplete: bool,
) -> Summary:
    plan = describe(chosen, desk.settings.fee)
    for note in notes:
        desk.console.note(note)
    if desk.dry:
        return Summary((f"Dry run: {plan}",), {"planned": len(chosen)})
    if not chosen:
        carry_out(desk, found, chosen, work)
        return Summary((plan,), exit_code=int(incomplete))
    desk.confirm(plan)
    verb, name = ("approved", "approval") if chosen[0].action == sets.APPROVE else ("rejected", "rejection")
    desk.console.say(f"--- Starting {name} ---")
    outcomes = carry_out(desk, found, chosen, work)
    done = sum(outcome.ok for outcome in outcomes)
    failed = len(outcomes) - done
    lines = (
        f"--- Finished {name} ---",
        f"  {done} assignments {verb}.",
        f"  {failed} assignments failed to be {verb}.",
    )
    return Summary(lines, {verb: done, "failed": failed}, exit_code=int(bool(failed) or incomplete))


def _send(book: Book, decision: Decision) -> None:
    one = decision.assignment
    send = assignments.approve if decision.action == sets.APPROVE else assignments.reject
    book.perform(
        decision.action,
        one.assignment_id,
        lambda: send(book.desk.client, one.assignment_id, decision.feedback),
        hit_id=one.hit_id,
        worker=book.worker(one.worker_id),
        cost=str(decision.cost(book.desk.settings.fee)),
    )


def _line(outcome: Outcome[Decision, None]) -> str:
    one = outcome.item.assignment
    if not outcome.ok:
        return f"Error: could not {outcome.item.action} assignment {one.assignment_id}: {outcome.error}"
    if outcome.item.action == sets.REJECT:
        return (
            f"[{one.assignment_id}] Assignment successfully rejected  with comment ({outcome.item.feedback})"
        )
    comment = (
        f" with comment '{outcome.item.feedback}'" if outcome.item.feedback else f" for HIT {one.hit_id}"
    )
    return f"[{one.assignment_id}] Assignment successfully approved{comment}"


def _typed_comment(desk: Desk) -> str:
    if desk.console.attended:
        typed = desk.console.ask(_COMMENT).strip()
        if typed:
            return typed
    raise UsageError(
        "a rejection needs a reason that the worker can read; write it into the feedback column, "
        "or give --comment, or set mturk: comment: in invoke.yaml"
    )


def _with_feedback(decision: Decision, feedback: str) -> Decision:
    return Decision(decision.action, decision.assignment, decision.hit, feedback)


def _reconcile(book: Book, work: Sequence[Work]) -> None:
    """Note, of decisions whose fate was not known, that they stand as the service now says."""
    said: Mapping[str, str] = {one.assignment_id: one.status for item in work for one in item.assignments}
    entries = records.read(book.journal.path)
    for action, status in ((sets.APPROVE, statuses.APPROVED), (sets.REJECT, statuses.REJECTED)):
        for item in records.open_intents(entries, action):
            if said.get(item) == status:
                book.journal.conclude(
                    action, item, records.DONE, found=True, time=sets.stamp(book.desk.clock())
                )
