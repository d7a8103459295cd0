"""Lock the rows that a decision rests on, where several transactions write at once.

A HIT's row stands for all that belongs to the HIT: counters, assignments, what is held for it. A
qualification type's row stands for its requests and its holders, a requester's for the names and
blocks that one may have once. They are locked in this order: qualification type, HIT, requester.

The lock is a statement of its own: what is read after it is what the transaction before has left.
On SQLite, where one transaction writes at a time, there is nothing to do.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, Select, select, text

from mturk_tasks.marketplace.context import Context
from mturk_tasks.marketplace.storage.schema import (
    assignment,
    hit,
    qualification_request,
    qualification_type,
    requester,
)

_ALL_HITS: Final = text("LOCK TABLE hit IN EXCLUSIVE MODE")  # those who only read go on


def lock_hit(context: Context, same: ColumnElement[bool]) -> None:
    """Lock a HIT, and with it its assignments."""
    _lock(context, select(hit.c.id).where(same))


def lock_hit_of(context: Context, assignment_id: str) -> None:
    """Lock the HIT of an assignment."""
    of = select(assignment.c.hit).where(assignment.c.assignment_id == assignment_id)
    lock_hit(context, hit.c.id == of.scalar_subquery())


def lock_all_hits(context: Context) -> None:
    """Wait until no transaction holds a HIT, and keep every HIT until this one ends."""
    if context.locks:
        context.db.execute(_ALL_HITS)


def lock_type(context: Context, qualification_type_id: str) -> None:
    """Lock a qualification type, its requests and its holders."""
    same = qualification_type.c.qualification_type_id == qualification_type_id
    _lock(context, select(qualification_type.c.id).where(same))


def lock_type_of(context: Context, request_id: str) -> None:
    """Lock the qualification type of a request."""
    of = select(qualification_request.c.qualification_type)
    same = of.where(qualification_request.c.request_id == request_id)
    _lock(context, select(qualification_type.c.id).where(qualification_type.c.id == same.scalar_subquery()))


def lock_requester(context: Context) -> None:
    """Lock the requester who asks."""
    _lock(context, select(requester.c.id).where(requester.c.id == context.requester))


def _lock(context: Context, rows: Select[Any]) -> None:
    """Lock rows against others who decide on them, not against rows that refer to them."""
    if context.locks:
        context.db.execute(rows.with_for_update(key_share=True)).all()
