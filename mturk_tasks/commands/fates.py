"""What becomes of HITs that are done with: taken off the market, paid for, deleted, or kept and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mturk_tasks.batch.runner import Outcome
from mturk_tasks.commands import sets
from mturk_tasks.commands.sets import Book
from mturk_tasks.commands.work import Work
from mturk_tasks.report.summary import count
from mturk_tasks.requester import assignments, hits
from mturk_tasks.requester.records import Assignment
from mturk_tasks.vocabulary import statuses
from mturk_tasks.vocabulary.money import FeeTable, format_usd

OPEN = "still open to workers; --expire takes it off the market"
AT_WORK = "someone is working on it"
UNKNOWN = "it is unknown here"
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
        return self.work.hit is None and not self.work.unknown

    @property
    def busy(self) -> bool:
        """Say whether there is anything to do."""
        return self.expire or self.delete or bool(self.approve)

    def cost(self, fee: FeeTable) -> Decimal:
        """Return what its approvals cost."""
        hit = self.work.hit
        return len(self.approve) * hit.price(fee) if hit else Decimal(0)


def decide(work: Work, *, approve: bool, expire: bool) -> Fate:
    """Return the fate of one HIT as it stands."""
    hit = work.hit
    if hit is None:
        return Fate(work, stays=UNKNOWN if work.unknown else "")
    waiting = tuple(one for one in work.assignments if one.status == statuses.SUBMITTED)
    approved = waiting if approve else ()
    if hit.live and not expire and hit.available:
        return Fate(work, approve=approved, stays=OPEN)
    if hit.live and hit.pending:
        assignable = hit.status == statuses.ASSIGNABLE
        return Fate(work, expire=expire and assignable, approve=approved, stays=AT_WORK)
    if waiting and not approve:
        return Fate(work, expire=hit.live and expire, stays=UNDECIDED)
    return Fate(work, expire=hit.live and expire, approve=approved, delete=True)


def describe(fates: Sequence[Fate], fee: FeeTable, deletes: str = "") -> str:
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


def carry_out(book: Book, fates: Sequence[Fate], what: str) -> list[Outcome[Fate, None]]:
    """Act on each HIT, say what came of it, and return that."""
    desk = book.desk
    outcomes = []
    with desk.console.progress(len(fates), what) as step:
        for outcome in desk.each(fates, lambda fate: _act(book, fate)):
            outcomes.append(outcome)
            tell = step if outcome.ok else desk.console.note
            tell(_line(outcome, f"({len(outcomes)}/{len(fates)})"))
    return outcomes


def item(outcome: Outcome[Fate, None]) -> dict[str, str]:
    """Return what a program wants to know of one HIT."""
    fate = outcome.item
    status = "deleted" if fate.delete else "expired" if fate.expire else "kept"
    return outcome.told(fate.work.hit_id, status)


def unknown(hit_id: str) -> dict[str, str]:
    """Return the same of a HIT that this marketplace does not know."""
    return {"id": hit_id, "status": "unknown"}


def unseen(hit_id: str) -> dict[str, str]:
    """Return the same of a HIT that could not be looked at."""
    return {"id": hit_id, "status": "failed", "error": "could not be retrieved"}


def _act(book: Book, fate: Fate) -> None:
    client, hit_id = book.desk.client, fate.work.hit_id
    if fate.expire:
        book.perform(sets.EXPIRE, hit_id, lambda: hits.expire(client, hit_id))
    for one in fate.approve:
        _approve(book, fate, one)
    if fate.delete:
        book.perform(sets.DELETE, hit_id, lambda: hits.delete(client, hit_id), **_outcome(book, fate))


def _outcome(book: Book, fate: Fate) -> dict[str, Any]:
    """Return what came of the work on a HIT: nobody can ask for it once the HIT is deleted."""
    approved = [one for one in fate.work.assignments if one.status == statuses.APPROVED]
    rejected = [one for one in fate.work.assignments if one.status == statuses.REJECTED]
    price = fate.work.hit.price(book.desk.fee) if fate.work.hit else Decimal(0)
    return {
        "approved": [one.assignment_id for one in (*approved, *fate.approve)],
        "rejected": [one.assignment_id for one in rejected],
        "price": str(price),
    }


def _approve(book: Book, fate: Fate, one: Assignment) -> None:
    book.perform(
        sets.APPROVE,
        one.assignment_id,
        lambda: assignments.approve(book.desk.client, one.assignment_id),
        hit_id=one.hit_id,
        worker=book.worker(one.worker_id),
        cost=str(fate.cost(book.desk.fee) / len(fate.approve)),
    )


def _line(outcome: Outcome[Fate, None], place: str) -> str:
    fate, hit_id = outcome.item, outcome.item.work.hit_id
    if not outcome.ok:
        what = "FAILURE Deleting HIT" if fate.delete else "FAILURE"
        return f"[{hit_id}] {what}: {outcome.error} {place}"
    if fate.delete:
        return f"[{hit_id}] Successfully deleted HIT {place}"
    return f"[{hit_id}] {'Taken off the market' if fate.expire else 'Approved what was submitted'} {place}"
