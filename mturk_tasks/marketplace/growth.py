"""Give a HIT more assignments, for the requester or for a review policy."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from mturk_tasks.marketplace import events, faults, ledger, lifecycle, limits, places
from mturk_tasks.marketplace.context import Context


def grow(context: Context, row: Row[Any], added: int, **values: Any) -> None:
    """Add assignments to a HIT and hold the money for them; `values` may bring a later expiration.

    Raise RequestError, with nothing changed, where the HIT cannot have so many.
    """
    maximum = _paid_for(context, row, added)
    places.reschedule(context, row, max_assignments=maximum, available=row.available + added, **values)
    events.note(context, events.HIT_EXTENDED, row.id)


def add_taken(context: Context, row: Row[Any]) -> None:
    """Add one assignment for work that is there already: nobody can accept it.

    Raise RequestError, with nothing changed, where the HIT cannot have one more.
    """
    places.reschedule(context, row, max_assignments=_paid_for(context, row, 1))
    events.note(context, events.HIT_EXTENDED, row.id)


def _paid_for(context: Context, row: Row[Any], added: int) -> int:
    """Hold the money for more assignments and return how many there are then."""
    maximum: int = row.max_assignments + added
    if not lifecycle.may_grow(row.created_with, maximum) or maximum > limits.MOST_ASSIGNMENTS:
        raise faults.RequestError(
            f"HIT {row.hit_id} was created with {row.created_with} assignments and cannot come to {maximum}.",
            faults.INVALID_INCREASE,
        )
    ledger.hold(context, row.requester, row.id, added * (row.reward + row.fee))
    return maximum
