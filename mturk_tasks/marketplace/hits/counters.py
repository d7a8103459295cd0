"""The places of a HIT: each is available, pending, submitted or completed, and their sum is fixed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import bindparam, update

from mturk_tasks.marketplace.protocol import faults, limits
from mturk_tasks.marketplace.records import events, ledger
from mturk_tasks.marketplace.storage import rows
from mturk_tasks.marketplace.storage.rows import HITRow, HITStateRow
from mturk_tasks.marketplace.storage.schema import hit
from mturk_tasks.marketplace.storage.transactions import Transaction
from mturk_tasks.vocabulary.statuses import (
    ASSIGNABLE,
    DISPOSED,
    REVIEWABLE,
    REVIEWING,
    UNASSIGNABLE,
    HITStatus,
)

# The states of a HIT, and what each allows: pure rules, given counters and time.
#
# The sources are the service's developer guide and what its clients saw it do.


LatePlace = Literal["free", "added"]
FREE: Final = "free"
ADDED: Final = "added"

DISPOSED_AFTER: Final = timedelta(days=120)
REVERSIBLE_FOR: Final = timedelta(days=30)
SMALL: Final = 10
DELETABLE: Final = (REVIEWING, REVIEWABLE)


def hit_status(available: int, pending: int, *, expired: bool, reviewing: bool) -> HITStatus:
    """Return the state of a HIT that is not disposed.

    Reviewable is a HIT of which every assignment was submitted, or one that has expired while
    nobody works on it; `reviewing` is the requester's label on such a HIT. An expired HIT with
    pending work is Unassignable, and keeps its unclaimed assignments in `available`.
    """
    if available > 0 and not expired:
        return ASSIGNABLE
    if pending > 0:
        return UNASSIGNABLE
    return REVIEWING if reviewing else REVIEWABLE


def may_be_deleted(current: str, unreviewed: int) -> bool:
    """Say whether DeleteHIT is allowed: nobody works on it, and all submitted work is decided."""
    return current in DELETABLE and unreviewed == 0


def may_grow(created_with: int, maximum: int) -> bool:
    """Say whether a HIT may come to have `maximum` assignments.

    One created with fewer than 10 can never reach 10: its fee would be the lower one.
    """
    return created_with >= SMALL or maximum < SMALL


def late_place(available: int, created_with: int, maximum: int) -> LatePlace | None:
    """Return where a late answer finds its place on a HIT, None where it finds none.

    A place that nobody took is free, on an expired HIT too; else one is added, where the HIT may grow.
    """
    if available > 0:
        return FREE
    return ADDED if may_grow(created_with, maximum + 1) else None


def extension(expiration: datetime, asked: datetime, now: datetime) -> int:
    """Return by how many seconds a new expiration lies after the present one, or after now if later."""
    return int((asked - max(expiration, now)).total_seconds())


def may_be_reversed(submitted: datetime, now: datetime) -> bool:
    """Say whether a rejection may still be turned into an approval: 30 days from the submission."""
    return now <= submitted + REVERSIBLE_FOR


_STATE_BY_KEY: Final = rows.HIT_STATES.where(hit.c.id == bindparam("wanted"))  # made once
_CHANGE: Final = update(hit).where(hit.c.id == bindparam("wanted"))


def state_of(transaction: Transaction, key: int) -> HITStateRow:
    """Return the counters and the state of a HIT as they are now."""
    return transaction.fetch(HITStateRow, _STATE_BY_KEY, wanted=key)


def move(
    transaction: Transaction, row: HITRow | HITStateRow, *, available: int = 0, pending: int = 0
) -> None:
    """Add to a HIT's counters, and let its state follow from them; `row` is the HIT as it is now."""
    counters = {"available": row.available + available, "pending": row.pending + pending}
    state = _state(transaction, row, counters)
    transaction.db.execute(_CHANGE, {"wanted": row.id, **counters, **state})
    _announce(transaction, row, state)


def reschedule(transaction: Transaction, row: HITRow | HITStateRow, **values: Any) -> None:
    """Change a HIT's expiration or size, and let its state follow.

    Whether the HIT has expired is judged by the transaction's moment.
    """
    row_after = {**row._asdict(), **values}
    values["expired"] = row_after["expiration"] <= transaction.now
    state = _state(transaction, row, {**row_after, **values})
    transaction.db.execute(_CHANGE, {"wanted": row.id, **values, **state})
    if values["expired"] and not row.expired and row_after["available"] + row.pending:
        events.note(transaction, events.HIT_EXPIRED, row.id)
    _announce(transaction, row, state)


_COMPLETE: Final = _CHANGE.values(completed=hit.c.completed + 1)


def complete(transaction: Transaction, key: int) -> None:
    """Count one more assignment that was approved or rejected; the HIT's state does not change."""
    transaction.db.execute(_COMPLETE, {"wanted": key})


def unreviewed(row: HITRow) -> int:
    """Return how many assignments of a HIT are submitted and not decided."""
    return row.max_assignments - row.available - row.pending - row.completed


def dispose(transaction: Transaction, row: HITRow) -> None:
    """End a HIT for good and give back what is held for its unclaimed assignments."""
    ledger.release(transaction, row.requester, row.id, row.available * (row.reward + row.fee))
    gone = {"status": DISPOSED, "changed": transaction.now, "expired": True, "review_due": None}
    transaction.db.execute(_CHANGE, {"wanted": row.id, **gone})
    events.note(transaction, events.HIT_DISPOSED, row.id)


def _announce(transaction: Transaction, row: HITRow | HITStateRow, state: dict[str, Any]) -> None:
    """Note that a HIT became ready for review, where that is what its state says now."""
    if state.get("status") == REVIEWABLE and row.status != REVIEWING:
        events.note(transaction, events.HIT_REVIEWABLE, row.id)


def _state(transaction: Transaction, row: HITRow | HITStateRow, after: dict[str, Any]) -> dict[str, Any]:
    """Return the columns that say the HIT's state, none where it stays as it is."""
    status = hit_status(
        after["available"],
        after["pending"],
        expired=after.get("expired", row.expired),
        reviewing=row.status == REVIEWING,
    )
    if status == row.status:
        return {}
    # What is settled late is settled in groups; a later change must not be dated before an earlier one.
    moment = max(transaction.now, row.changed)
    if status != REVIEWABLE:
        return {"status": status, "changed": moment}
    if after["available"]:
        moment = max(moment, after.get("expiration", row.expiration))
    due = {"review_due": moment} if row.review_policies else {}
    return {"status": status, "changed": moment, **due}


# Give a HIT more assignments, for the requester or for a review policy.


def grow(transaction: Transaction, row: HITRow, added: int, **values: Any) -> None:
    """Add assignments to a HIT and hold the money for them; `values` may bring a later expiration.

    Raise RequestError, with nothing changed, where the HIT cannot have so many.
    """
    maximum = _paid_for(transaction, row, added)
    reschedule(transaction, row, max_assignments=maximum, available=row.available + added, **values)
    events.note(transaction, events.HIT_EXTENDED, row.id)


def add_taken(transaction: Transaction, row: HITRow) -> None:
    """Add one assignment for work that is there already: nobody can accept it.

    Raise RequestError, with nothing changed, where the HIT cannot have one more.
    """
    reschedule(transaction, row, max_assignments=_paid_for(transaction, row, 1))
    events.note(transaction, events.HIT_EXTENDED, row.id)


def _paid_for(transaction: Transaction, row: HITRow, added: int) -> int:
    """Hold the money for more assignments and return how many there are then."""
    maximum = row.max_assignments + added
    if not may_grow(row.created_with, maximum) or maximum > limits.MOST_ASSIGNMENTS:
        raise faults.RequestError(
            f"HIT {row.hit_id} was created with {row.created_with} assignments and cannot come to {maximum}.",
            faults.INVALID_INCREASE,
        )
    ledger.hold(transaction, row.requester, row.id, added * (row.reward + row.fee))
    return maximum
