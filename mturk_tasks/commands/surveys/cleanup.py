"""Delete HITs that are done (deleteHITs), or only take them off the market: look, decide, act, look again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from mturk_tasks.client import assignments, hits
from mturk_tasks.client.records import Assignment
from mturk_tasks.commands import batches
from mturk_tasks.commands.batches import ActionJournal, Work, fetch_work
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.runner import Outcome
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
    """Return the fate of one HIT as it stands."""
    hit = work.hit
    if hit is None:
        return HitAction(work, stays=UNKNOWN if work.unknown else "")
    waiting = tuple(one for one in work.assignments if one.status == statuses.SUBMITTED)
    approved = waiting if approve else ()
    if hit.live and not expire and hit.available:
        return HitAction(work, approve=approved, stays=OPEN)
    if hit.live and hit.pending:
        assignable = hit.status == statuses.ASSIGNABLE
        return HitAction(work, expire=expire and assignable, approve=approved, stays=AT_WORK)
    if waiting and not approve:
        return HitAction(work, expire=hit.live and expire, stays=UNDECIDED)
    return HitAction(work, expire=hit.live and expire, approve=approved, delete=True)


def describe(fates: Sequence[HitAction], fee: FeeTable, deletes: str = "") -> str:
    """Return a plan in a few words, with the money, and with what cannot be undone afterwards.

    Where HITs are deleted it begins with the sentence of the old commands, or with what `deletes` says.
    """
    ending = [fate for fate in fates if fate.delete]
    expired = sum(fate.expire for fate in fates)
    approved = sum(len(fate.approve) for fate in fates)
    cost = format_usd(sum((fate.cost(fee) for fate in fates), Decimal(0)))
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
    rejected = sum(one.status == statuses.REJECTED for fate in ending for one in fate.work.assignments)
    final = f" {count(rejected, 'rejection')} cannot be taken back once the HIT is deleted."
    return f"{plan}{final if rejected else ''}"


def carry_out(book: ActionJournal, fates: Sequence[HitAction], what: str) -> list[Outcome[HitAction, None]]:
    """Act on each HIT, say what came of it, and return that."""
    context = book.context
    outcomes = []
    with context.console.progress(len(fates), what) as step:
        for outcome in context.each(fates, lambda fate: _act(book, fate)):
            outcomes.append(outcome)
            tell = step if outcome.ok else context.console.note
            tell(_line(outcome, f"({len(outcomes)}/{len(fates)})"))
    return outcomes


def action_item(outcome: Outcome[HitAction, None]) -> dict[str, str]:
    """Return what a program wants to know of one HIT."""
    fate = outcome.item
    status = "deleted" if fate.delete else "expired" if fate.expire else "kept"
    return outcome.told(fate.work.hit_id, status)


def unknown_item(hit_id: str) -> dict[str, str]:
    """Return the same of a HIT that this marketplace does not know."""
    return {"id": hit_id, "status": "unknown"}


def unseen_item(hit_id: str) -> dict[str, str]:
    """Return the same of a HIT that could not be looked at."""
    return {"id": hit_id, "status": "failed", "error": "could not be retrieved"}


def _act(book: ActionJournal, fate: HitAction) -> None:
    client, hit_id = book.context.client, fate.work.hit_id
    if fate.expire:
        book.perform(batches.EXPIRE, hit_id, lambda: hits.expire(client, hit_id))
    for one in fate.approve:
        _approve(book, fate, one)
    if fate.delete:
        book.perform(batches.DELETE, hit_id, lambda: hits.delete(client, hit_id), **_outcome(book, fate))


def _outcome(book: ActionJournal, fate: HitAction) -> dict[str, Any]:
    """Return what came of the work on a HIT: nobody can ask for it once the HIT is deleted."""
    approved = [one for one in fate.work.assignments if one.status == statuses.APPROVED]
    rejected = [one for one in fate.work.assignments if one.status == statuses.REJECTED]
    price = fate.work.hit.price(book.context.fee) if fate.work.hit else Decimal(0)
    return {
        "approved": [one.assignment_id for one in (*approved, *fate.approve)],
        "rejected": [one.assignment_id for one in rejected],
        "price": str(price),
    }


def _approve(book: ActionJournal, fate: HitAction, one: Assignment) -> None:
    book.perform(
        batches.APPROVE,
        one.assignment_id,
        lambda: assignments.approve(book.context.client, one.assignment_id),
        hit_id=one.hit_id,
        worker=book.worker(one.worker_id),
        cost=str(fate.cost(book.context.fee) / len(fate.approve)),
    )


def _line(outcome: Outcome[HitAction, None], place: str) -> str:
    fate, hit_id = outcome.item, outcome.item.work.hit_id
    if not outcome.ok:
        what = "FAILURE Deleting HIT" if fate.delete else "FAILURE"
        return f"[{hit_id}] {what}: {outcome.error} {place}"
    if fate.delete:
        return f"[{hit_id}] Successfully deleted HIT {place}"
    return f"[{hit_id}] {'Taken off the market' if fate.expire else 'Approved what was submitted'} {place}"


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
    found = batches.find(context, label, success)
    work, failed = fetch_work(context, found.hit_ids, deleted=found.deleted)
    decided = [decide(item, approve=approve, expire=expire) for item in work]
    plan = describe(decided, context.fee)
    if context.dry:
        planned = sum(fate.delete for fate in decided)
        return Summary((f"Dry run: {plan}", *_kept(decided)), {"planned": planned})
    busy = [fate for fate in decided if fate.busy]
    if not busy:
        context.console.say(_STARTING)
    else:
        context.confirm(plan, _STARTING)
        with batches.open_journal(context, found, "cleanup") as book:
            carry_out(book, busy, "Cleaning up")
    return _summary(context, decided, failed)


def stop(context: CommandContext, label: str = "", *, success: Path | None = None) -> Summary:
    """Take every HIT of a survey off the market at once; nothing is deleted or decided.

    Who has accepted an assignment may still submit it.
    """
    found = batches.find(context, label, success)
    work, failed = fetch_work(context, found.hit_ids, deleted=found.deleted)
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
        return Summary((f"Dry run: {plan}",), {"planned": len(open_)})
    context.console.note(plan)
    with batches.open_journal(context, found, "stop") as book:
        outcomes = carry_out(book, open_, "Stopping")
    done = sum(outcome.ok for outcome in outcomes)
    lines = (f"  {done} HITs were taken off the market.", f"  {len(open_) - done} errors occurred.", *unknown)
    counts = {"expired": done, "failed": len(open_) - done}
    items = (*map(action_item, outcomes), *map(unseen_item, failed), *map(unknown_item, strange))
    return Summary(lines, counts, items, exit_code=int(done < len(open_) or bool(failed or strange)))


def _summary(context: CommandContext, decided: Sequence[HitAction], failed: Sequence[str]) -> Summary:
    """Look again: what counts is what is left, whatever the calls said."""
    unknown = [fate.work.hit_id for fate in decided if fate.work.unknown]
    after, unseen = fetch_work(context, [fate.work.hit_id for fate in decided if fate.work.hit])
    left = {item.hit_id for item in after if item.hit}
    kept = [fate for fate in decided if fate.work.hit_id in left]
    errors = len(failed) + len(unseen) + sum(fate.delete for fate in kept)
    gone = len(decided) - len(kept) - len(unseen) - len(unknown)
    lines = (
        "--- Finished to delete HITs ---",
        f"  {gone} HITs have been deleted or were deleted previously.",
        f"  {errors} errors occurred.",
        *_kept(kept),
        *([f"  {count(len(unknown), 'HIT')} unknown here."] if unknown else []),
    )
    items = [
        {"id": fate.work.hit_id, "status": "kept", "error": _why(fate)}
        if fate.work.hit_id in left
        else {"id": fate.work.hit_id, "status": "deleted"}
        for fate in decided
        if not fate.work.unknown
    ]
    items += [*map(unseen_item, failed), *map(unknown_item, unknown)]
    counts = {"deleted": gone, "kept": len(kept), "errors": errors, "unknown": len(unknown)}
    return Summary(lines, counts, tuple(items), exit_code=1 if kept or errors or unknown else 0)


def _kept(decided: Sequence[HitAction]) -> list[str]:
    staying = [fate for fate in decided if not fate.gone and not fate.delete]
    return [f"[{fate.work.hit_id}] stays: {_why(fate)}" for fate in staying]


def _why(fate: HitAction) -> str:
    if fate.expire and fate.stays == AT_WORK:
        return f"{AT_WORK}; it was taken off the market"
    return fate.stays or "the service did not delete it"
