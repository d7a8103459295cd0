"""Delete HITs that are done (deleteHITs), or only take them off the market: look, decide, act, look again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, Final

from mturk_tasks.client import assignments, hits
from mturk_tasks.client.records import Assignment
from mturk_tasks.commands import batches
from mturk_tasks.commands.batches import ActionJournal, Work, fetch_states, fetch_work
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.runner import Outcome, Outcomes
from mturk_tasks.console.summary import Summary, count
from mturk_tasks.lib.money import FeeTable, format_usd
from mturk_tasks.vocabulary import statuses

# What becomes of HITs that are done with: taken off the market, paid for, deleted, or kept and
# why.


OPEN = "still open to workers; --expire takes it off the market"
AT_WORK = "someone is working on it"
UNKNOWN = "it is unknown here"
UNDECIDED = "has submitted work that is not decided; inv review decides it, --approve approves it"


@dataclass(frozen=True)
class HitAction:
    """What is to happen to one HIT, in this order; `stays` says why it is not deleted."""

    work: Work
    expire: bool = False
    approve: tuple[Assignment, ...] = ()
    delete: bool = False
    stays: str = ""

    @property
    def gone(self) -> bool:
        """Say whether it was deleted before."""
        return self.work.hit is None and not self.work.unknown

    @property
    def busy(self) -> bool:
        """Say whether there is anything to do."""
        return self.expire or self.delete or bool(self.approve)

    def cost(self, fee: FeeTable) -> Decimal:
        """Return what its approvals cost."""
        hit = self.work.hit
        return len(self.approve) * hit.price(fee) if hit else Decimal(0)


def decide(work: Work, *, approve: bool, expire: bool) -> HitAction:
    """Return what is to happen to one HIT as it stands."""
    hit = work.hit
    if hit is None:
        return HitAction(work, stays=UNKNOWN if work.unknown else "")
    waiting = tuple(assignment for assignment in work.assignments if assignment.status == statuses.SUBMITTED)
    approved = waiting if approve else ()
    if hit.live and not expire and hit.available:
        return HitAction(work, approve=approved, stays=OPEN)
    if hit.live and hit.pending:
        assignable = hit.status == statuses.ASSIGNABLE
        return HitAction(work, expire=expire and assignable, approve=approved, stays=AT_WORK)
    if waiting and not approve:
        return HitAction(work, expire=hit.live and expire, stays=UNDECIDED)
    return HitAction(work, expire=hit.live and expire, approve=approved, delete=True)


def describe(planned: Sequence[HitAction], fee: FeeTable, deletes: str = "") -> str:
    """Return a plan in a few words, with the money, and with what cannot be undone afterwards.

    Where HITs are deleted it begins with the sentence of the old commands, or with what `deletes` says.
    """
    ending = [action for action in planned if action.delete]
    expired = sum(action.expire for action in planned)
    approved = sum(len(action.approve) for action in planned)
    cost = format_usd(sum((action.cost(fee) for action in planned), Decimal(0)))
    before = ", ".join(
        [
            *([f"take {count(expired, 'HIT')} off the market"] if expired else []),
            *([f"approve {count(approved, 'assignment')} (at most {cost} with fees)"] if approved else []),
        ]
    )
    if ending or not before:
        plan = deletes or f"You are about to delete {count(len(ending), 'HIT')}."
        plan += f"\nFirst: {before}." if before else ""
    else:
        plan = f"You are about to {before}."
    rejected = sum(
        assignment.status == statuses.REJECTED for action in ending for assignment in action.work.assignments
    )
    final = f" {count(rejected, 'rejection')} cannot be taken back once the HIT is deleted."
    return f"{plan}{final if rejected else ''}"


def carry_out(actions: ActionJournal, planned: Sequence[HitAction], what: str) -> Outcomes[HitAction, None]:
    """Act on each HIT, write a line about it, and return the outcomes."""

    def line(outcome: Outcome[HitAction, None], number: int) -> str:
        return _line(outcome, f"({number}/{len(planned)})")

    return actions.context.perform(planned, partial(_act, actions), line, progress=what)


def action_item(outcome: Outcome[HitAction, None]) -> dict[str, str]:
    """Return what a program wants to know of one HIT."""
    action = outcome.item
    status = "deleted" if action.delete else "expired" if action.expire else "kept"
    return outcome.as_item(action.work.hit_id, status)


def unknown_item(hit_id: str) -> dict[str, str]:
    """Return the same of a HIT that this marketplace does not know."""
    return {"id": hit_id, "status": "unknown"}


def unseen_item(hit_id: str) -> dict[str, str]:
    """Return the same of a HIT that could not be looked at."""
    return {"id": hit_id, "status": "failed", "error": "could not be retrieved"}


def _act(actions: ActionJournal, action: HitAction) -> None:
    client, hit_id = actions.context.client, action.work.hit_id
    if action.expire:
        actions.perform(batches.EXPIRE, hit_id, lambda: hits.expire(client, hit_id))
    for assignment in action.approve:
        _approve(actions, action, assignment)
    if action.delete:
        actions.perform(
            batches.DELETE, hit_id, lambda: hits.delete(client, hit_id), **_outcome(actions, action)
        )


def _outcome(actions: ActionJournal, action: HitAction) -> dict[str, Any]:
    """Return what came of the work on a HIT: nobody can ask for it once the HIT is deleted."""
    approved = [
        assignment for assignment in action.work.assignments if assignment.status == statuses.APPROVED
    ]
    rejected = [
        assignment for assignment in action.work.assignments if assignment.status == statuses.REJECTED
    ]
    price = action.work.hit.price(actions.context.fee) if action.work.hit else Decimal(0)
    return {
        "approved": [assignment.assignment_id for assignment in (*approved, *action.approve)],
        "rejected": [assignment.assignment_id for assignment in rejected],
        "price": str(price),
    }


def _approve(actions: ActionJournal, action: HitAction, assignment: Assignment) -> None:
    actions.perform(
        batches.APPROVE,
        assignment.assignment_id,
        lambda: assignments.approve(actions.context.client, assignment.assignment_id),
        hit_id=assignment.hit_id,
        worker=actions.worker(assignment.worker_id),
        cost=str(action.cost(actions.context.fee) / len(action.approve)),
    )


def _line(outcome: Outcome[HitAction, None], place: str) -> str:
    action, hit_id = outcome.item, outcome.item.work.hit_id
    if not outcome.ok:
        what = "FAILURE Deleting HIT" if action.delete else "FAILURE"
        return f"[{hit_id}] {what}: {outcome.error} {place}"
    if action.delete:
        return f"[{hit_id}] Successfully deleted HIT {place}"
    return f"[{hit_id}] {'Taken off the market' if action.expire else 'Approved what was submitted'} {place}"


_STARTING: Final = "--- Starting to delete HITs ---"


def run(
    context: CommandContext,
    label: str = "",
    *,
    success: Path | None = None,
    approve: bool = False,
    expire: bool = False,
) -> Summary:
    """Delete what is reviewable and decided; list what stays and why.

    With `approve` submitted work is approved first, with `expire` live HITs are taken off the market
    first. A HIT that somebody works on is kept.
    """
    batch = batches.find(context, label, success)
    work, failed = fetch_work(context, batch.hit_ids, deleted=batch.deleted)
    decided = [decide(item, approve=approve, expire=expire) for item in work]
    plan = describe(decided, context.fee)
    if context.dry:
        planned = sum(action.delete for action in decided)
        return Summary.of_dry_run(plan, *_kept(decided), planned=planned)
    busy = [action for action in decided if action.busy]
    if not busy:
        context.console.say(_STARTING)
    else:
        context.confirm(plan, _STARTING)
        with batches.open_journal(context, batch, "cleanup") as actions:
            carry_out(actions, busy, "Cleaning up")
    return _summary(context, decided, failed)


def stop(context: CommandContext, label: str = "", *, success: Path | None = None) -> Summary:
    """Take every HIT of a survey off the market at once; nothing is deleted or decided.

    Who has accepted an assignment may still submit it.
    """
    batch = batches.find(context, label, success)
    work, failed = fetch_states(context, batch.hit_ids, deleted=batch.deleted)
    open_ = [
        HitAction(item, expire=True) for item in work if item.hit and item.hit.status == statuses.ASSIGNABLE
    ]
    strange = [item.hit_id for item in work if item.unknown]
    unknown = [f"  {count(len(strange), 'HIT')} unknown here."] if strange else []
    if not open_:
        lines = ("No HIT is open to workers.", *unknown)
        return Summary(lines, {"expired": 0}, exit_code=int(bool(failed or strange)))
    plan = describe(open_, context.fee)
    if context.dry:
        return Summary.of_dry_run(plan, planned=len(open_))
    context.console.note(plan)
    with batches.open_journal(context, batch, "stop") as actions:
        outcomes = carry_out(actions, open_, "Stopping")
    done = len(outcomes.done)
    lines = (f"  {done} HITs were taken off the market.", f"  {len(open_) - done} errors occurred.", *unknown)
    counts = {"expired": done, "failed": len(open_) - done}
    items = (*map(action_item, outcomes), *map(unseen_item, failed), *map(unknown_item, strange))
    return Summary(lines, counts, items, exit_code=int(done < len(open_) or bool(failed or strange)))


def _summary(context: CommandContext, decided: Sequence[HitAction], failed: Sequence[str]) -> Summary:
    """Look again: what counts is what is left, whatever the calls said."""
    unknown = [action.work.hit_id for action in decided if action.work.unknown]
    after, unseen = fetch_states(context, [action.work.hit_id for action in decided if action.work.hit])
    left = {item.hit_id for item in after if item.hit}
    kept = [action for action in decided if action.work.hit_id in left]
    errors = len(failed) + len(unseen) + sum(action.delete for action in kept)
    gone = len(decided) - len(kept) - len(unseen) - len(unknown)
    lines = (
        "--- Finished to delete HITs ---",
        f"  {gone} HITs have been deleted or were deleted previously.",
        f"  {errors} errors occurred.",
        *_kept(kept),
        *([f"  {count(len(unknown), 'HIT')} unknown here."] if unknown else []),
    )
    items = [
        {"id": action.work.hit_id, "status": "kept", "error": _why(action)}
        if action.work.hit_id in left
        else {"id": action.work.hit_id, "status": "deleted"}
        for action in decided
        if not action.work.unknown
    ]
    items += [*map(unseen_item, failed), *map(unknown_item, unknown)]
    counts = {"deleted": gone, "kept": len(kept), "errors": errors, "unknown": len(unknown)}
    return Summary(lines, counts, tuple(items), exit_code=1 if kept or errors or unknown else 0)


def _kept(decided: Sequence[HitAction]) -> list[str]:
    staying = [action for action in decided if not action.gone and not action.delete]
    return [f"[{action.work.hit_id}] stays: {_why(action)}" for action in staying]


def _why(action: HitAction) -> str:
    if action.expire and action.stays == AT_WORK:
        return f"{AT_WORK}; it was taken off the market"
    return action.stays or "the service did not delete it"
