"""Let happen what time alone does: deadlines, expiry, review policies, automatic approval, disposal.

Every operation first settles what is due, each thing dated at its own moment, so that nobody can see
a state that time has already ended; a server does so without operations too. That is a transaction of
its own: what it locks is free again before the operation locks anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, exists, func, select, true, update

from mturk_tasks.marketplace import about, decisions, events, hits, places
from mturk_tasks.marketplace.context import Context
from mturk_tasks.marketplace.lifecycle import DISPOSED_AFTER
from mturk_tasks.marketplace.reviews import runs
from mturk_tasks.marketplace.storage.collisions import retried
from mturk_tasks.marketplace.storage.locks import lock_all_hits
from mturk_tasks.marketplace.storage.schema import (
    ABANDONED,
    FINISHED,
    HELD,
    UNDECIDED,
    UNEXPIRED,
    UNREVIEWED,
    assignment,
    hit,
    meta,
    notification,
)
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.marketplace.storage.stored import from_milliseconds, to_milliseconds


def _earliest(column: ColumnElement[Any], among: ColumnElement[bool]) -> Any:
    return select(func.min(column)).where(among).scalar_subquery()


_NEAREST: Final = select(
    _earliest(assignment.c.deadline, HELD),
    _earliest(hit.c.expiration, UNEXPIRED),
    _earliest(assignment.c.auto_approval, UNDECIDED),
    _earliest(hit.c.review_due, UNREVIEWED),
    _earliest(hit.c.changed, FINISHED),
    exists().where(notification.c.active.is_(true())).label("watched"),
    select(meta.c.fee).scalar_subquery().label("fee"),
)


@contextmanager
def acting(store: Store, now: datetime, requester: int | None = None) -> Iterator[Context]:
    """Open a writing transaction after everything due by now has happened."""
    with store.writing() as db:
        context, due = _begun(store, db, now, requester)
        if not due:
            yield context
            return
    settle(store, now)
    with store.writing() as db:
        yield _begun(store, db, now, requester)[0]


@contextmanager
def looking(store: Store, now: datetime, requester: int | None = None) -> Iterator[Context]:
    """Open a transaction to read in after everything due by now has happened.

    It writes only if something is due.
    """
    with store.reading() as db:
        context, due = _begun(store, db, now, requester)
        if not due:
            yield replace(context, locks=False)
            return
    settle(store, now)
    with store.reading() as db:
        yield replace(_begun(store, db, now, requester)[0], locks=False)


def settle_due(store: Store, now: datetime) -> None:
    """Let happen what is due by now, unless another process is at it; it writes only if something is."""
    with store.settling() as mine:
        if mine:
            with looking(store, now):
                pass


@retried
def settle(store: Store, now: datetime) -> None:
    """Let everything due by now happen, in a transaction of its own; one process at a time does.

    What is due at one moment happens in the order in which it was made, on every database.
    """
    with store.writing() as db:
        context, due = _begun(store, db, now)
        if due:
            lock_all_hits(context)
            _settle(context)


def settle_hit(context: Context, key: int) -> None:
    """Let happen what is due of one HIT, which this transaction has locked."""
    _settle(context, key)


def _begun(store: Store, db: Connection, now: datetime, requester: int | None = None) -> tuple[Context, bool]:
    """Return what an operation works with, and whether anything is due before it."""
    nearest = db.execute(_NEAREST).one()
    moment = from_milliseconds(to_milliseconds(now))  # as stored, so that comparisons anywhere agree
    watched, play, fees = nearest.watched, store.play, about.fee_table(nearest.fee)
    context = Context(db, moment, fees, watched, requester, play, store.locks, store.address)
    return context, _is_due(context, nearest)


def _settle(context: Context, key: int | None = None) -> None:
    """Apply what is due by the context's moment, of one HIT or of all."""
    of_hit = () if key is None else (hit.c.id == key,)
    of_work = () if key is None else (assignment.c.hit == key,)
    _expire(context, *of_hit)
    _abandon(context, *of_work)
    while _review(context, *of_hit):  # what a policy extended may be over once more
        _expire(context, *of_hit)
    decisions.approve_due(context, *of_work)
    _dispose(context, *of_hit)


def _is_due(context: Context, nearest: Row[Any]) -> bool:
    """Say whether anything is due, by the ends of indexes that one query found."""
    *others, finished, _, _ = tuple(nearest)
    disposal = finished + DISPOSED_AFTER if finished else None
    return any(moment and moment <= context.now for moment in (*others, disposal))


def _expire(context: Context, *among: ColumnElement[bool]) -> None:
    """Close HITs whose lifetime is over; they keep the number of places nobody took."""
    due = select(hit).where(UNEXPIRED, hit.c.expiration <= context.now, *among)
    for row in context.db.execute(due.order_by(hit.c.expiration, hit.c.id)).all():
        places.reschedule(context.at(row.expiration), row)


def _abandon(context: Context, *among: ColumnElement[bool]) -> None:
    """End assignments that were not submitted in time; their places are free again."""
    due = select(assignment.c.id, assignment.c.assignment_id, assignment.c.hit, assignment.c.deadline)
    late = due.where(HELD, assignment.c.deadline <= context.now, *among).order_by(
        assignment.c.deadline, assignment.c.id
    )
    for row in context.db.execute(late).all():
        ended = update(assignment).where(assignment.c.id == row.id)
        context.db.execute(ended.values(status=ABANDONED, ended=row.deadline))
        then = context.at(row.deadline)
        events.note(then, events.ABANDONED, row.hit, row.assignment_id)
        places.move(then, row.hit, available=1, pending=-1)


def _review(context: Context, *among: ColumnElement[bool]) -> bool:
    """Run the policies of HITs that became Reviewable; say whether there were any."""
    due = hits.whole().where(UNREVIEWED, hit.c.review_due <= context.now, *among)
    rows = context.db.execute(due.order_by(hit.c.review_due, hit.c.id)).all()
    for row in rows:
        runs.review_hit(context.at(row.review_due), row)
    return bool(rows)


def _dispose(context: Context, *among: ColumnElement[bool]) -> None:
    """Dispose of HITs that nothing has happened to for 120 days."""
    due = hits.whole().where(FINISHED, hit.c.changed <= context.now - DISPOSED_AFTER, *among)
    for row in context.db.execute(due.order_by(hit.c.changed, hit.c.id)).all():
        places.dispose(context.at(row.changed + DISPOSED_AFTER), row)
