"""Decide work by the marks in the results file (reviewResults): any mark rejects, none approves."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mturk_tasks.commands import batches
from mturk_tasks.commands.batches import Work, fetch_work, submitted
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.surveys import answered, quality
from mturk_tasks.commands.surveys.decisions import (
    Decision,
    carry_out,
    describe,
    failure,
    item,
    rehearsed,
    unexplained,
    with_reasons,
)
from mturk_tasks.commands.surveys.download import compare_marks
from mturk_tasks.commands.surveys.result_rows import refuse_swallowed
from mturk_tasks.console.summary import Summary, count, shares
from mturk_tasks.errors import FileError, Problem, UsageError
from mturk_tasks.files import results
from mturk_tasks.files.results import Mark, Results
from mturk_tasks.vocabulary import columns, statuses


@dataclass(frozen=True)
class Verdicts:
    """The file's rows sorted by what the service says of them now.

    `not_here` are of HITs unknown here, `left_out` is how much submitted work has no row.
    """

    decisions: tuple[Decision, ...]
    decided: int
    contradicted: tuple[str, ...]
    unknown: Mapping[str, str]
    not_here: int = 0
    left_out: int = 0

    @property
    def by_people(self) -> bool:
        """Say whether a person did any of the work that is to be decided."""
        return any(not decision.assignment.simulated for decision in self.decisions)


def run(
    context: CommandContext,
    label: str = "",
    *,
    resultsfile: Path | None = None,
    comment: str = "",
    asks: bool = True,
) -> Summary:
    """Approve and reject what the results file of a set, or the file named, lists.

    What is decided already is set aside and counted. Where people did the work, or money is real, it
    `asks` first. Raise FileError without a results file, UsageError where a rejection has no reason.
    """
    file = results.read(resultsfile or batches.find(context, label).files.results)
    batch = batches.of_results(context, file) if resultsfile else batches.find(context, label)
    marks = file.marks()
    if not marks:
        raise FileError(Problem(file.path, None, "lists no submitted work; fetch it with inv results"))
    compare_marks(batch, marks)
    work, _ = fetch_work(context, batch.hit_ids, deleted=batch.deleted)
    refuse_swallowed(file, work)
    verdicts = sort(marks, work)
    _remark(context, file, verdicts)
    if verdicts.decisions:
        _name_doubts(context, file)
    unsure = _unsure(file) if verdicts.decisions else ""
    confirms = asks and bool(unsure or verdicts.by_people or (verdicts.decisions and context.on_production))
    if context.dry:
        asking = ["The real run asks whether to go on."] if confirms else []
        return rehearsed(context, verdicts.decisions, comment, *filter(None, [unsure]), *asking)
    if unsure and not asks:
        raise UsageError(f"{unsure} Name the column of marks {columns.REJECT}; it may be empty.")
    decisions = _agreed(context, verdicts.decisions, comment, unsure, confirms=confirms)
    outcomes = carry_out(context, batch, decisions, work, brief=True)
    done = {
        action: sum(outcome.ok for outcome in outcomes if outcome.item.action == action)
        for action in (batches.APPROVE, batches.REJECT)
    }
    failed = sum(not outcome.ok for outcome in outcomes) + len(verdicts.unknown)
    summary = _summary(done, failed, verdicts)
    items = (*map(item, outcomes), *map(failure, verdicts.unknown.items()))
    return replace(summary, items=items)


def _remark(context: CommandContext, file: Results, verdicts: Verdicts) -> None:
    """Say what is odd about the file, before anything is decided by it."""
    for name in (*verdicts.unknown.values(), *verdicts.contradicted):
        context.console.note(name)
    context.warn(file.doubtful_marks({decision.assignment.assignment_id for decision in verdicts.decisions}))
    if verdicts.decided:
        context.console.note(f"{count(verdicts.decided, 'assignment')} decided before; left as they are.")
    if verdicts.not_here:
        here = count(verdicts.not_here, "assignment")
        context.console.note(f"{here} of HITs that are not here; left as they are.")
    if verdicts.left_out:
        left = count(verdicts.left_out, "submitted assignment is", "submitted assignments are")
        context.console.note(
            f"{left} not in {file.path.name}: undecided until inv results has fetched it anew."
        )


def _name_doubts(context: CommandContext, file: Results) -> None:
    """Say how much of the work is worth a look first."""
    from mturk_tasks.analysis.quality import doubts

    own = answered.read(context, resultsfile=file.path)
    if said := quality.remark(own, doubts(own.material(context.settings.quality))):
        context.console.note(said)


def _unsure(file: Results) -> str:
    """Say that a file has no column of marks, and which may have been meant; nothing where it has one."""
    if file.can_reject:
        return ""
    like = difflib.get_close_matches(columns.REJECT, file.columns, 1)
    hint = f"; {like[0]!r} is none" if like else ""
    return f"{file.path.name} has no column to mark rejections in{hint}."


def _agreed(
    context: CommandContext, decisions: Sequence[Decision], comment: str, unsure: str, *, confirms: bool
) -> list[Decision]:
    """Return the decisions, each rejection with its reason, once they are confirmed where that is needed."""
    plan = f"{unsure} {describe(decisions, context.fee)}".lstrip()
    if unexplained(decisions, comment or context.settings.comment):
        context.console.note(plan)  # before the question for reasons, which is about it
    explained = with_reasons(context, decisions, comment)
    if confirms:
        context.confirm(plan)
    elif decisions:
        context.console.note(plan)
    return explained


def sort(marks: Mapping[str, Mark], work: list[Work]) -> Verdicts:
    """Return what the marks ask for, as far as the service still waits for it."""
    known = {assignment.assignment_id: (hit, assignment) for hit, assignment in submitted(work)}
    decisions: list[Decision] = []
    contradicted: list[str] = []
    unknown: dict[str, str] = {}
    deleted = {item.hit_id for item in work if not item.hit}
    strange = {item.hit_id for item in work if item.unknown}
    not_here = sum(mark.hit_id in strange for mark in marks.values())
    decided = sum(mark.hit_id in deleted for mark in marks.values()) - not_here
    for assignment_id, mark in marks.items():
        if mark.hit_id in deleted:
            continue
        if assignment_id not in known:
            unknown[assignment_id] = f"[{assignment_id}] is no work on a HIT that is still there"
            continue
        hit, assignment = known[assignment_id]
        if assignment.status == statuses.SUBMITTED:
            action = batches.REJECT if mark.reject else batches.APPROVE
            decisions.append(Decision(action, assignment, hit, mark.feedback))
            continue
        decided += 1
        if bool(mark.reject) != (assignment.status == statuses.REJECTED):
            wanted = "is marked for rejection" if mark.reject else "has no mark"
            contradicted.append(
                f"[{assignment_id}] {wanted}, but was {assignment.status.lower()} before; it stays so"
            )
    left_out = sum(
        assignment.status == statuses.SUBMITTED for key, (_, assignment) in known.items() if key not in marks
    )
    return Verdicts(tuple(decisions), decided, tuple(contradicted), unknown, not_here, left_out)


def _summary(done: Mapping[str, int], failed: int, verdicts: Verdicts) -> Summary:
    parts = {"approved": done[batches.APPROVE], "rejected": done[batches.REJECT], "failed": failed}
    told = zip(parts, shares([*parts.values()]), strict=True)
    lines = ("", *(f"Assignments {what}: {share}" for what, share in told))
    counts = {
        **parts,
        "decided": verdicts.decided,
        "not_here": verdicts.not_here,
        **({"left_out": verdicts.left_out} if verdicts.left_out else {}),
    }
    return Summary(lines, counts, exit_code=1 if failed or verdicts.not_here else 0)
