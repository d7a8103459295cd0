"""What happens to HITs and assignments, for requesters who asked to be told.

Only what somebody asked for is kept, and nothing is delivered: the rows are there to be read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, insert, select, true

from mturk_tasks.marketplace.storage.column_types import Moment
from mturk_tasks.marketplace.storage.schema import event, hit, hit_type, notification
from mturk_tasks.marketplace.storage.transactions import Transaction

ACCEPTED: Final = "AssignmentAccepted"
ABANDONED: Final = "AssignmentAbandoned"
RETURNED: Final = "AssignmentReturned"
SUBMITTED: Final = "AssignmentSubmitted"
HIT_CREATED: Final = "HITCreated"
HIT_EXTENDED: Final = "HITExtended"
HIT_DISPOSED: Final = "HITDisposed"
HIT_REVIEWABLE: Final = "HITReviewable"
HIT_EXPIRED: Final = "HITExpired"

_NOTE: Final = insert(event).from_select(
    ["requester", "kind", "time", "destination", "hit_type_id", "hit_id", "assignment_id"],
    select(
        hit.c.requester,
        bindparam("what"),
        bindparam("moment", type_=Moment),
        notification.c.destination,
        hit_type.c.hit_type_id,
        hit.c.hit_id,
        bindparam("assignment"),
    )
    .select_from(hit)
    .join(hit_type, hit.c.hit_type == hit_type.c.id)
    .join(notification, notification.c.hit_type == hit_type.c.id)
    .where(
        hit.c.id == bindparam("of"),
        notification.c.active.is_(true()),
        notification.c.event_types.like(bindparam("listed")),
    ),
)


@dataclass(frozen=True)
class Event:
    """One thing that happened and would have been sent to `destination`."""

    kind: str
    time: datetime
    destination: str
    hit_type_id: str | None
    hit_id: str | None
    assignment_id: str | None


def note(transaction: Transaction, kind: str, hit_key: int, assignment_id: str | None = None) -> None:
    """Keep an event of a HIT if its type's notification asks for that kind."""
    if not transaction.watched:
        return
    values = {"what": kind, "listed": f"% {kind} %", "moment": transaction.now}
    transaction.db.execute(_NOTE, {**values, "of": hit_key, "assignment": assignment_id})


def write_kinds(kinds: list[str]) -> str:
    """Return kinds of events as they are kept: with a blank on both sides of each."""
    return f" {' '.join(kinds)} "


def recorded_events(transaction: Transaction) -> list[Event]:
    """Return all events, the first first."""
    columns = (event.c.kind, event.c.time, event.c.destination)
    ids = (event.c.hit_type_id, event.c.hit_id, event.c.assignment_id)
    return [Event(*row) for row in transaction.db.execute(select(*columns, *ids).order_by(event.c.id))]
