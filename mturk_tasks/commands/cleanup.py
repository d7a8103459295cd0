"""Delete HITs that are done (deleteHITs): look, decide, act, look again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from mturk_tasks.batch.runner import Outcome
from mturk_tasks.batch.runner import run as run_batch
from mturk_tasks.commands import sets
from mturk_tasks.commands.desk import Desk
from mturk_tasks.commands.results import Work, fetch
from mturk_tasks.commands.sets import Book
from mturk_tasks.report.summary import Summary, count
from mturk_tasks.requester import assignments, hits
from mturk_tasks.requester.records import Assignment
from mturk_tasks.vocabulary import statuses
from mturk_tasks.vocabulary.money import FeeTable, format_usd

OPEN = "still open to workers; --expire takes it off the market"
AT_WORK = "someone is working on it"
UNDECIDED = "has submitted work that is not decided; inv review decides it, --approve approves it"


@dataclass(frozen=True)
class Fate:
    """What is to happen to one HIT, in this order; `stays` says why it is not deleted."""

    work: Work
    expire: bool = False
    approve: tuple[Assignment, ...] = ()
    delete: bool = False
    stays: str = ""

    @property
    def gone(self) -> bool:
        """Say whether it was deleted before."""
        return self.work.hit is None

    def cost(self, fee: FeeTable) -> Decimal:
        """Return what its approvals cost."""
        hit = self.work.hit
        each = hit.reward + fee.on_reward(hit.reward, hit.max_assignments) if hit else Decimal(0)
        return len(self.approve) * each


def run(desk: Desk, label: str = "", *, approve: bool = False, expire: bool = False) -> Summary:
    """Delete what is reviewable and decided; list what stays and why.

    With `approve` submitted work is approved first, with `expire` live HITs are taken off the market
    first. A HIT that somebody works on is kept.
    """
    found = sets.find(desk, label)
    work, failed = fetch(desk, found.hit_ids)
    fates = [decide(item, approve=approve, expire=expire) for item in work]
    plan = _plan(desk, fates)
    if desk.dry:
        return Summary((f"Dry run: {plan}", *_kept(fates)), {"planned": sum(fate.delete for fate in fates)})
    busy = [fate for fate in fates if fate.delete or fate.approve or fate.expire]
    if busy:
        desk.confirm(plan)
    desk.console.say("--- Starting to delete HITs ---")
    if busy:
        with sets.open_book(desk, found, "cleanup") as book:
            _carry_out(book, busy)
    return _summary(desk, fates, failed)


def decide(work: Work, *, approve: bool, expire: bool) -> Fate:
    """Return the fate of one HIT as it stands."""
    hit = work.hit
    if hit is None:
        return Fate(work)
    waiting = tuple(one for one in work.assignments if one.status == statuses.SUBMITTED)
    approved = waiting if approve else ()
    if hit.live and not expire and hit.available:
        return Fate(work, approve=approved, stays=OPEN)
    if hit.live and hit.pending:
        return Fate(
            work, expire=expire and hit.status == statuses.ASSIGNABLE, approve=approved, stays=AT_WORK
        )
    if waiting and not approve:
        return Fate(work, expire=hit.live and expire, stays=UNDECIDED)
    return Fate(work, expire=hit.live and expire, approve=approved, delete=True)


def _plan(desk: Desk, fates: Sequence[Fate]) -> str:
    deleted = sum(fate.delete for fate in fates)
    expired = sum(fate.expire for fate in fates)
    approved = sum(len(fate.approve) for fate in fates)
    cost = sum((fate.cost(desk.settings.fee) for fate in fates), Decimal(0))
    parts = [
        f"take {count(expired, 'HIT')} off the market" if expired else "",
        f"approve {count(approved, 'assignment')} (at most {format_usd(cost)} with fees)" if approved else "",
        f"delete {count(deleted, 'HIT')}",
    ]
    rejected = sum(
        one.status == statuses.REJECTED for fate in fates if fate.delete for one in fate.work.assignments
    )
    final = (
        f" {count(rejected, 'rejection')} cannot be taken back once the HIT is deleted." if rejected else ""
    )
    return f"You are about to {', '.join(part for part in parts if part)}.{final}"


def _carry_out(book: Book, fates: Sequence[Fate]) -> None:
    desk = book.desk
    with desk.console.progress(len(fates), "Cleaning up") as step:
        for number, outcome in enumerate(
            run_batch(fates, lambda fate: _act(book, fate), workers=desk.workers), 1
        ):
            line = _line(outcome, f"({number}/{len(fates)})")
            if line and outcome.ok:
                step(line)
            elif line:
                desk.console.note(line)


def _act(book: Book, fate: Fate) -> None:
    client, hit_id = book.desk.client, fate.work.hit_id
    if fate.expire:
        book.perform(sets.EXPIRE, hit_id, lambda: hits.expire(client, hit_id))
    for one in fate.approve:
        _approve(book, fate, one)
    if fate.delete:
        book.perform(sets.DELETE, hit_id, lambda: hits.delete(client, hit_id))


def _approve(book: Book, fate: Fate, one: Assignment) -> None:
    book.perform(
        sets.APPROVE,
        one.assignment_id,
        lambda: assignments.approve(book.desk.client, one.assignment_id),
        hit_id=one.hit_id,
        worker=book.worker(one.worker_id),
        cost=str(fate.cost(book.desk.settings.fee) / len(fate.approve)),
    )


def _line(outcome: Outcome[Fate, None], place: str) -> str:
    hit_id = outcome.item.work.hit_id
    if not outcome.ok:
        return f"[{hit_id}] FAILURE Deleting HIT: {outcome.error} {place}"
    return f"[{hit_id}] Successfully deleted HIT {place}" if outcome.item.delete else ""


def _summary(desk: Desk, fates: Sequence[Fate], failed: int) -> Summary:
    """Look again: what counts is what is left, whatever the calls said."""
    after, unseen = fetch(desk, [fate.work.hit_id for fate in fates if not fate.gone])
    left = {item.hit_id for item in after if item.hit}
    kept = [fate for fate in fates if fate.work.hit_id in left]
    errors = failed + unseen + sum(fate.delete for fate in kept)
    lines = [
        "--- Finished to delete HITs ---",
        f"  {len(fates) - len(kept) - unseen} HITs have been deleted or were deleted previously.",
        f"  {errors} errors occurred.",
        *_kept(kept),
    ]
    counts = {"deleted": len(fates) - len(kept) - unseen, "kept": len(kept), "errors": errors}
    return Summary(tuple(lines), counts, exit_code=1 if kept or errors else 0)


def _kept(fates: Sequence[Fate]) -> list[str]:
    return [
        f"[{fate.work.hit_id}] stays: {_why(fate)}" for fate in fates if not fate.gone and not fate.delete
    ]


def _why(fate: Fate) -> str:
    return (
        f"{fate.stays}; it was taken off the market" if fate.expire and fate.stays == AT_WORK else fate.stays
    )
