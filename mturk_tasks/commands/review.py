"""Decide work by the marks in the results file (reviewResults): any mark rejects, none approves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from mturk_tasks.commands import sets
from mturk_tasks.commands.decisions import Decision, carry_out, describe, failure, item, with_reasons
from mturk_tasks.commands.desk import Desk
from mturk_tasks.commands.download import compare_marks
from mturk_tasks.commands.work import Work, fetch
from mturk_tasks.errors import FileError, Problem
from mturk_tasks.files import results
from mturk_tasks.files.results import Mark
from mturk_tasks.report.summary import Summary, count, percent
from mturk_tasks.vocabulary import statuses


@dataclass(frozen=True)
class Verdicts:
    """The file's rows sorted by what the service says of them now; `not_here` are of HITs unknown here."""

    decisions: tuple[Decision, ...]
    decided: int
    contradicted: tuple[str, ...]
    unknown: Mapping[str, str]
    not_here: int = 0


def run(desk: Desk, label: str = "", *, resultsfile: Path | None = None, comment: str = "") -> Summary:
    """Approve and reject what the results file of a set, or the file named, lists.

    What is decided already is set aside and counted. Raise FileError without a results file,
    UsageError where a rejection has no reason.
    """
    file = results.read(resultsfile or sets.find(desk, label).files.results)
    found = sets.of_results(desk, file) if resultsfile else sets.find(desk, label)
    marks = file.marks()
    if not marks:
        raise FileError(Problem(file.path, None, "lists no submitted work; fetch it with inv results"))
    compare_marks(found, marks)
    work, _ = fetch(desk, found.hit_ids, deleted=found.deleted)
    verdicts = sort(marks, work)
    decisions = with_reasons(desk, verdicts.decisions, comment)
    for name in (*verdicts.unknown.values(), *verdicts.contradicted):
        desk.console.note(name)
    plan = describe(decisions, desk.fee)
    if desk.dry:
        return Summary((f"Dry run: {plan}",), {"planned": len(decisions)})
    if decisions:
        if not file.can_reject:
            desk.confirm(f"{file.path.name} has no column to mark rejections in. {plan}")
        else:
            desk.announce(plan)
    outcomes = carry_out(desk, found, decisions, work, brief=True)
    done = {
        action: sum(one.ok for one in outcomes if one.item.action == action)
        for action in (sets.APPROVE, sets.REJECT)
    }
    failed = sum(not one.ok for one in outcomes) + len(verdicts.unknown)
    summary = _summary(len(outcomes) + len(verdicts.unknown), done, failed, verdicts)
    items = (*map(item, outcomes), *map(failure, verdicts.unknown.items()))
    return replace(summary, items=items)


def sort(marks: Mapping[str, Mark], work: list[Work]) -> Verdicts:
    """Return what the marks ask for, as far as the service still waits for it."""
    known = {one.assignment_id: (item.hit, one) for item in work if item.hit for one in item.assignments}
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
        hit, one = known[assignment_id]
        if one.status == statuses.SUBMITTED:
            action = sets.REJECT if mark.reject else sets.APPROVE
            decisions.append(Decision(action, one, hit, mark.feedback))
            continue
        decided += 1
        if bool(mark.reject) != (one.status == statuses.REJECTED):
            wanted = "is marked for rejection" if mark.reject else "has no mark"
            contradicted.append(
                f"[{assignment_id}] {wanted}, but was {one.status.lower()} before; it stays so"
            )
    return Verdicts(tuple(decisions), decided, tuple(contradicted), unknown, not_here)


def _summary(total: int, done: Mapping[str, int], failed: int, verdicts: Verdicts) -> Summary:
    def line(what: str, number: int) -> str:
        return f"Assignments {what}: {number}/{total} ({percent(number, total)})"

    decided, not_here = verdicts.decided, verdicts.not_here
    lines = [
        "",
        line("approved", done[sets.APPROVE]),
        line("rejected", done[sets.REJECT]),
        line("failed", failed),
        *([f"{count(decided, 'assignment')} decided before; left as they are."] if decided else []),
        *(
            [f"{count(not_here, 'assignment')} of HITs that are not here; left as they are."]
            if not_here
            else []
        ),
    ]
    counts = {
        "approved": done[sets.APPROVE],
        "rejected": done[sets.REJECT],
        "failed": failed,
        "decided": decided,
        "not_here": not_here,
    }
    return Summary(tuple(lines), counts, exit_code=1 if failed or not_here else 0)
