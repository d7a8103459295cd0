"""What the work on a set has cost and can still cost, and what became of the work on deleted HITs.

The service tells of HITs that are there. Of deleted ones the journals do: the set's own, and the one
in MTURK_HOME as far as it speaks of this set's HITs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from mturk_tasks.batch import journal as records
from mturk_tasks.batch.journal import Entry
from mturk_tasks.commands import sets
from mturk_tasks.commands.bonus import BONUS
from mturk_tasks.commands.desk import Desk
from mturk_tasks.commands.sets import HitSet
from mturk_tasks.commands.work import Work
from mturk_tasks.vocabulary import statuses
from mturk_tasks.vocabulary.money import FeeTable


@dataclass(frozen=True)
class Tally:
    """The money of a set in dollars, fees and bonuses in `paid`; what was decided on HITs that are gone."""

    paid: Decimal
    bonuses: Decimal
    owed: Decimal
    approved_before: int
    rejected_before: int


@dataclass(frozen=True)
class _Before:
    """The work on HITs that are gone: which assignments were approved, each at a price, and rejected."""

    approved: dict[str, Decimal]
    rejected: set[str]


def of_set(desk: Desk, found: HitSet, work: Sequence[Work]) -> Tally:
    """Return what a set has cost and can cost."""
    entries = [*found.entries, *records.read(sets.journal_of(desk, sets.NO_SET))]
    before = _decided(entries, {item.hit_id for item in work if item.hit is None})
    own = {one.assignment_id for item in work for one in item.assignments} | {
        *before.approved,
        *before.rejected,
    }
    bonuses = _bonuses(entries, own, desk.fee)
    paid, owed = bonuses + sum(before.approved.values(), Decimal(0)), Decimal(0)
    for item in work:
        if item.hit is None:
            continue
        done = Counter(one.status for one in item.assignments)
        coming = item.hit.pending + (item.hit.available if item.hit.live else 0)
        paid += done[statuses.APPROVED] * item.hit.price(desk.fee)
        owed += (done[statuses.SUBMITTED] + coming) * item.hit.price(desk.fee)
    return Tally(paid, bonuses, owed, len(before.approved), len(before.rejected))


def _decided(entries: Sequence[Entry], gone: Collection[str]) -> _Before:
    """Return what the journals say of the work on HITs that are gone: when each was deleted, and before.

    What was approved by itself, or by another program, only the deletion tells.
    """
    approved: dict[str, Decimal] = {}
    rejected: set[str] = set()
    for one in _intents(entries, sets.REJECT):
        if one["hit_id"] in gone:
            rejected.add(one["item"])
    for one in _intents(entries, sets.APPROVE):
        if one["hit_id"] in gone:
            approved[one["item"]] = Decimal(one["cost"])
    for one in _intents(entries, sets.DELETE):
        if one["item"] in gone and "approved" in one:
            approved |= dict.fromkeys(one["approved"], Decimal(one["price"]))
            rejected |= set(one["rejected"])
    return _Before(approved, rejected - set(approved))


def _bonuses(entries: Sequence[Entry], own: Collection[str], fee: FeeTable) -> Decimal:
    """Return the bonuses that the journals say were paid for some assignments, with their fees."""
    amounts = [Decimal(one["amount"]) for one in _intents(entries, BONUS) if one["assignment"] in own]
    return sum((amount + fee.on_bonus(amount) for amount in amounts), Decimal(0))


def _intents(entries: Sequence[Entry], action: str) -> list[Entry]:
    """Return the intents of an action whose outcome says that it was done, one for each item."""
    done = records.done(entries, action)
    told = {one["item"]: one for one in records.matching(entries, event="intent", action=action)}
    return [one for item, one in told.items() if item in done]
