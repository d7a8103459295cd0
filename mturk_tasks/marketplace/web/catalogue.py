"""Qualifications as a worker sees them: those there are, those they hold, those they asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import Row, Select, func, or_, select

from mturk_tasks.marketplace.context import Context, read_transaction
from mturk_tasks.marketplace.storage.schema import (
    PENDING,
    TESTING,
    qualification,
    qualification_request,
    qualification_type,
    requester,
)
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.vocabulary.statuses import ACTIVE, GRANTED

MOST: Final = 100  # of a list; a search finds the others
State = Literal["held", "testing", "pending", "free", "later", "never", "closed"]


@dataclass(frozen=True)
class Entry:
    """One type and how a worker stands to it.

    `again` is when it can next be asked for, `deadline` the end of a test that is being taken;
    `may_ask` also of a qualification that is held, for another score.
    """

    qualification_type_id: str
    name: str
    description: str
    requester: str
    tested: bool
    test_seconds: int
    state: State
    score: int | None
    request_id: str
    again: datetime | None
    deadline: datetime | None
    may_ask: bool


def listed(store: Store, worker_id: str, words: Sequence[str], now: datetime) -> list[Entry]:
    """Return the types that can be asked for or are held, those with all the words, by name."""
    with read_transaction(store, now) as context:
        query = _types(worker_id).where(
            qualification_type.c.system.is_(False),
            or_(qualification_type.c.status == ACTIVE, qualification.c.status == GRANTED),
        )
        searched = (
            qualification_type.c.name,
            qualification_type.c.keywords,
            qualification_type.c.description,
        )
        for word in words:
            query = query.where(or_(*(column.icontains(word, autoescape=True) for column in searched)))
        rows = context.db.execute(query.order_by(qualification_type.c.name).limit(MOST)).all()
        asked = _last_requests(context, worker_id)
        return [_entry(row, asked.get(row.id), context.now) for row in rows]


def find(store: Store, worker_id: str, qualification_type_id: str, now: datetime) -> Entry | None:
    """Return one type; None where there is none that workers can ask for or hold."""
    named = qualification_type.c.qualification_type_id == qualification_type_id
    with read_transaction(store, now) as context:
        query = _types(worker_id).where(named, qualification_type.c.system.is_(False))
        row = context.db.execute(query).one_or_none()
        asked = _last_requests(context, worker_id)
        return None if row is None else _entry(row, asked.get(row.id), context.now)


def _types(worker_id: str) -> Select[Any]:
    mine = (qualification.c.qualification_type == qualification_type.c.id) & (
        qualification.c.worker_id == worker_id
    )
    held = (qualification.c.score, qualification.c.status.label("held"))
    return (
        select(qualification_type, *held, requester.c.name.label("requester_name"))
        .select_from(qualification_type)
        .outerjoin(qualification, mine)
        .outerjoin(requester, qualification_type.c.requester == requester.c.id)
    )


def _last_requests(context: Context, worker_id: str) -> dict[int, Row[Any]]:
    """Return the last request that a worker made for each type, by the type's key."""
    mine = qualification_request.c.worker_id == worker_id
    newest = select(func.max(qualification_request.c.id)).where(mine)
    each = newest.group_by(qualification_request.c.qualification_type)
    query = select(qualification_request).where(qualification_request.c.id.in_(each))
    return {row.qualification_type: row for row in context.db.execute(query)}


def _entry(row: Row[Any], last: Row[Any] | None, now: datetime) -> Entry:
    state, again = _standing(row, last, now)
    holds = row.held == GRANTED
    return Entry(
        row.qualification_type_id,
        row.name,
        row.description,
        row.requester_name or "",
        row.test is not None,
        row.test_duration or 0,
        "held" if holds and state != "testing" else state,
        row.score if holds else None,
        last.request_id if last is not None else "",
        again,
        last.deadline if last is not None and state == "testing" else None,
        state == "free",
    )


def _standing(kind: Row[Any], last: Row[Any] | None, now: datetime) -> tuple[State, datetime | None]:
    """Return what the last request leaves open, and from when on another is possible."""
    if last is not None and last.status == TESTING and last.deadline > now:
        return "testing", None
    if last is not None and last.status == PENDING:
        return "pending", None
    if kind.status != ACTIVE:
        return "closed", None
    if last is None:
        return "free", None
    if kind.retry_delay is None:
        return "never", None
    again = last.requested + timedelta(seconds=kind.retry_delay)
    return ("later", again) if now < again else ("free", None)
