"""The states of a HIT, and what each allows: pure rules, given counters and time.

The sources are the service's developer guide and what its clients saw it do.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal

from mturk_tasks.vocabulary.statuses import (
    ASSIGNABLE,
    REVIEWABLE,
    REVIEWING,
    UNASSIGNABLE,
    HITStatus,
)

LatePlace = Literal["free", "added"]
FREE: Final = "free"
ADDED: Final = "added"

DISPOSED_AFTER: Final = timedelta(days=120)
REVERSIBLE_FOR: Final = timedelta(days=30)
SMALL: Final = 10
DELETABLE: Final = (REVIEWING, REVIEWABLE)


def status(available: int, pending: int, *, expired: bool, reviewing: bool) -> HITStatus:
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
