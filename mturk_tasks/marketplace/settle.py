"""Let happen what time alone does: deadlines, expiry, review policies, automatic approval, disposal.

Nothing runs in the background. Every operation first settles what is due, each thing dated at its
own moment, so that nobody can see a state that time has already ended.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, exists, func, select, true, update

from mturk_tasks.marketplace import decisions, events, hits, places, reviews
from mturk_tasks.marketplace.context import Context
from mturk_tasks.marketplace.lifecycle import DISPOSED_AFTER
from mturk_tasks.marketplace.schema import (
    ABANDONED,
    FINISHED,
    HELD,
    UNDECIDED,
    UNEXPIRED,
    UNREVIEWED,
    assignment,
    hit,
    notification,
)
from mturk_tasks.marketplace.store import Store
from mturk_tasks.marketplace.stored import from_milliseconds, to_milliseconds


def _earliest(column: ColumnElement[Any], among: ColumnElement[bool]) -> Any:
    return select(func.min(column)).where(among).scalar_subquery()


_NEAREST: Final = select(
    _earliest(assignment.c.deadline, HELD),
    _earliest(hit.c.expiration, UNEXPIRED),
    _earliest(assignment.c.auto_approval, UNDECIDED),
    _earliest(hit.c.review_due, UNREVIEWED),
    _earliest(hit.c.changed, FINISHED),
    exists().where(notification.c.active.is_(true())).label("watched"),
)


@contextmanager
def acting(store: Store, now: datetime, requester: int | None = None) -> Iterator[Context]:
    """Open a writing transaction in which everything due by now has happened."""
    with store.writing() as db:
        nearest = db.execute(_NEAREST).one()
        context = Context(db, _whole(now), store.fees, nearest.watched, requester, store.play, store.address)
        _settle(context, nearest)
        yield context


@contextmanager
def looking(store: Store, now: datetime, requester: int | None = None) -> Iterator[Context]:
    """Open a transaction to read in, in which everything due by now has happened.

    It writes only if something is due.
    """
    with store.reading() as db:
        context = Context(
            db, _whole(now), store.fees, requester=requester, play=store.play, address=store.address
        )
        if not _is_due(context, db.execute(_NEAREST).one()):
            yield context
            return
    with acting(store, now, requester) as context:
        yield context


def settle(context: Context) -> None:
    """Apply what is due by the context's moment."""
    _settle(context, context.db.execute(_NEAREST).one())


def _settle(context: Context, nearest: Row[Any]) -> None:
    if _is_due(context, nearest):
        _expire(context)
        _abandon(context)
        while _review(context):  # what a policy extended may be over once more
            _expire(context)
        decisions.approve_due(context)
        _dispose(context)


def _whole(now: datetime) -> datetime:
    """Return the moment as it can be stored, so that comparisons in Python and in the store agree."""
    return from_milliseconds(to_milliseconds(now))


def _is_due(context: Context, nearest: Row[Any]) -> bool:
    """Say whether anything is due, by the ends of indexes that one query found."""
    *others, finished, _ = tuple(nearest)
    disposal = finished + DISPOSED_AFTER if finished else None
    return any(moment and moment <= context.now for moment in (*others, disposal))


def _expire(context: Context) -> None:
    """Close HITs whose lifetime is over; they keep the number of places nobody took."""
    due = select(hit).where(UNEXPIRED, hit.c.expiration <= context.now)
    for row in context.db.execute(due).all():
        places.reschedule(context.at(row.expiration), row)


def _abandon(context: Context) -> None:
    """End assignments that were not submitted in time; their places are free again."""
    due = select(assignment.c.id, assignment.c.assignment_id, assignment.c.hit, assignment.c.deadline)
    late = due.where(HELD, assignment.c.deadline <= context.now).order_by(assignment.c.deadline)
    for row in context.db.execute(late).all():
        ended = update(assignment).where(assignment.c.id == row.id)
        context.db.execute(ended.values(status=ABANDONED, ended=row.deadline))
        then = context.at(row.deadline)
        events.note(then, events.ABANDONED, row.hit, row.assignment_id)
        places.move(then, row.hit, available=1, pending=-1)


def _review(context: Context) -> bool:
    """Run the policies of HITs that became Reviewable; say whether there were any."""
    due = hits.whole().where(UNREVIEWED, hit.c.review_due <= context.now).order_by(hit.c.review_due)
    rows = context.db.execute(due).all()
    for row in rows:
        reviews.review_hit(context.at(row.review_due), row)
    return bool(rows)


def _dispose(context: Context) -> None:
    """Dispose of HITs that nothing has happened to for 120 days."""
    due = hits.whole().where(FINISHED, hit.c.changed <= context.now - DISPOSED_AFTER)
    for row in context.db.execute(due).all():
        places.dispose(context.at(row.changed + DISPOSED_AFTER), row)
