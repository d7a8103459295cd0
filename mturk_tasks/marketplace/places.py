"""The places of a HIT: each is available, pending, submitted or completed, and their sum is fixed."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Row, bindparam, select, update

from mturk_tasks.marketplace import events, ledger, lifecycle
from mturk_tasks.marketplace.context import Context
from mturk_tasks.marketplace.storage.schema import hit
from mturk_tasks.vocabulary.statuses import DISPOSED, REVIEWABLE, REVIEWING

_BY_KEY: Final = select(hit).where(hit.c.id == bindparam("wanted"))


def move(context: Context, key: int, *, available: int = 0, pending: int = 0) -> None:
    """Add to a HIT's counters, and let its state follow from them."""
    row = context.db.execute(_BY_KEY, {"wanted": key}).one()
    counters = {"available": row.available + available, "pending": row.pending + pending}
    state = _state(context, row, counters)
    context.db.execute(update(hit).where(hit.c.id == key).values(**counters, **state))
    _announce(context, row, state)


def reschedule(context: Context, row: Row[Any], **values: Any) -> None:
    """Change a HIT's expiration or size, and let its state follow.

    Whether the HIT has expired is judged by the context's moment.
    """
    row_after = {**row._mapping, **values}
    values["expired"] = row_after["expiration"] <= context.now
    state = _state(context, row, {**row_after, **values})
    context.db.execute(update(hit).where(hit.c.id == row.id).values(**values, **state))
    if values["expired"] and not row.expired and row_after["available"] + row.pending:
        events.note(context, events.HIT_EXPIRED, row.id)
    _announce(context, row, state)


def complete(context: Context, key: int) -> None:
    """Count one more assignment that was approved or rejected; the HIT's state does not change."""
    context.db.execute(update(hit).where(hit.c.id == key).values(completed=hit.c.completed + 1))


def unreviewed(row: Row[Any]) -> int:
    """Return how many assignments of a HIT are submitted and not decided."""
    count: int = row.max_assignments - row.available - row.pending - row.completed
    return count


def dispose(context: Context, row: Row[Any]) -> None:
    """End a HIT for good and give back what is held for its unclaimed assignments."""
    ledger.release(context, row.requester, row.id, row.available * (row.reward + row.fee))
    gone = {"status": DISPOSED, "changed": context.now, "expired": True, "review_due": None}
    context.db.execute(update(hit).where(hit.c.id == row.id).values(**gone))
    events.note(context, events.HIT_DISPOSED, row.id)


def _announce(context: Context, row: Row[Any], state: dict[str, Any]) -> None:
    """Note that a HIT became ready for review, where that is what its state says now."""
    if state.get("status") == REVIEWABLE and row.status != REVIEWING:
        events.note(context, events.HIT_REVIEWABLE, row.id)


def _state(context: Context, row: Row[Any], after: dict[str, Any]) -> dict[str, Any]:
    """Return the columns that say the HIT's state, none where it stays as it is."""
    status = lifecycle.status(
        after["available"],
        after["pending"],
        expired=after.get("expired", row.expired),
        reviewing=row.status == REVIEWING,
    )
    if status == row.status:
        return {}
    # What is settled late is settled in groups; a later change must not be dated before an earlier one.
    moment = max(context.now, row.changed)
    if status != REVIEWABLE:
        return {"status": status, "changed": moment}
    if after["available"]:
        moment = max(moment, after.get("expiration", row.expiration))
    due = {"review_due": moment} if row.review_policies else {}
    return {"status": status, "changed": moment, **due}
