"""A worker's own record: what they hold, have submitted, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, Literal

from sqlalchemy import Row, Select, and_, exists, func, select

from mturk_tasks.marketplace.storage.schema import (
    ACCEPTED,
    POSSIBLY_LATE,
    assignment,
    bonus,
    draft,
    hit,
    hit_type,
    late_answer,
    question,
    requester,
)
from mturk_tasks.marketplace.storage.transactions import Transaction
from mturk_tasks.vocabulary.statuses import APPROVED, DISPOSED

PAGE: Final = 20
Late = Literal["", "waiting", "accepted", "closed"]
_ANOTHER: Final = assignment.alias()
_DONE_AGAIN: Final = exists().where(  # by the worker: a HIT has one assignment of each
    _ANOTHER.c.hit == assignment.c.hit, _ANOTHER.c.worker == assignment.c.worker, _ANOTHER.c.ended.is_(None)
)
_UNTAKEN: Final = (late_answer.c.received.is_not(None), late_answer.c.accepted.is_(None))
_WAITING: Final = (*_UNTAKEN, hit.c.status != DISPOSED, ~_DONE_AGAIN)
_COLUMNS: Final = (
    *(assignment.c[name] for name in ("assignment_id", "status", "accepted", "deadline", "submitted")),
    *(assignment.c[name] for name in ("approved", "rejected", "feedback")),
    *(hit.c.hit_id, hit_type.c.hit_type_id, hit_type.c.title, hit_type.c.description, hit_type.c.reward),
    *(assignment.c.id, requester.c.name.label("requester")),
    *(late_answer.c.received, late_answer.c.accepted.label("taken"), and_(*_WAITING).label("waits")),
)


@dataclass(frozen=True)
class Bonus:
    """What was paid beyond the reward, and why."""

    amount: Decimal
    reason: str


@dataclass(frozen=True)
class Assignment:
    """One assignment as its worker sees it; `question` and `answer` only where one is looked at.

    `arrived` is when an answer came late, `late` what has become of that.
    """

    assignment_id: str
    hit_id: str
    hit_type_id: str
    title: str
    description: str
    requester: str
    reward: Decimal
    bonuses: tuple[Bonus, ...]
    status: str
    accepted: datetime
    deadline: datetime
    submitted: datetime | None
    decided: datetime | None
    feedback: str
    arrived: datetime | None
    late: Late
    question: str = ""
    answer: str = ""


@dataclass(frozen=True)
class Totals:
    """How many assignments are in which status, how many late answers wait, and what was earned."""

    counts: dict[str, int]
    late: int
    earned: Decimal


def find(transaction: Transaction, worker_id: str, assignment_id: str) -> Assignment | None:
    """Return a worker's own assignment; None for one that is unknown or another's."""
    columns = (question.c.text.label("question_text"), assignment.c.answer)
    query = _whole(*columns).join(question, hit.c.question == question.c.digest)
    mine = (assignment.c.assignment_id == assignment_id, assignment.c.worker == worker_id)
    row = transaction.db.execute(query.where(*mine)).one_or_none()
    if row is None:
        return None
    (one,) = _assignments(transaction, [row])
    return replace(one, question=row.question_text, answer=row.answer or "")


def listed(
    transaction: Transaction, worker_id: str, statuses: Collection[str], page: int = 0
) -> list[Assignment]:
    """Return a page of a worker's assignments in these states, the last accepted first."""
    mine = (assignment.c.worker == worker_id, assignment.c.status.in_(statuses))
    return _page(transaction, _whole().where(*mine), page)


def late_ones(transaction: Transaction, worker_id: str, page: int = 0) -> list[Assignment]:
    """Return a page of what a worker sent late and no requester has accepted, likewise."""
    return _page(transaction, _whole().where(assignment.c.worker == worker_id, *_UNTAKEN), page)


def count_late(transaction: Transaction, worker_id: str) -> int:
    """Return how many those are in all."""
    query = select(func.count()).select_from(late_answer).join(assignment)
    mine = query.where(assignment.c.worker == worker_id, *_UNTAKEN)
    return int(transaction.db.execute(mine).scalar_one())


def unsent(transaction: Transaction, worker_id: str) -> list[Assignment]:
    """Return what a worker began to fill in and the deadline took, the last accepted first."""
    begun = exists().where(draft.c.assignment == assignment.c.id)
    query = _whole().where(assignment.c.worker == worker_id, POSSIBLY_LATE, begun)
    rows = transaction.db.execute(query.order_by(assignment.c.id.desc()).limit(PAGE)).all()
    return _assignments(transaction, rows)


def held_of(transaction: Transaction, worker_id: str, hit_id: str) -> str | None:
    """Return the ID of the assignment of a HIT that the worker has accepted and not ended."""
    mine = (assignment.c.worker == worker_id, assignment.c.status == ACCEPTED, hit.c.hit_id == hit_id)
    query = select(assignment.c.assignment_id).join(hit).where(*mine)
    found: str | None = transaction.db.execute(query).scalar_one_or_none()
    return found


def held_of_kind(transaction: Transaction, worker_id: str, hit_type_id: str) -> str | None:
    """Return the ID of the assignment of a type that the worker accepted first and has not ended."""
    mine = (assignment.c.worker == worker_id, assignment.c.status == ACCEPTED)
    query = select(assignment.c.assignment_id).join(hit, assignment.c.hit == hit.c.id).join(hit_type)
    first = query.where(*mine, hit_type.c.hit_type_id == hit_type_id).order_by(assignment.c.id).limit(1)
    found: str | None = transaction.db.execute(first).scalar_one_or_none()
    return found


def totals(transaction: Transaction, worker_id: str) -> Totals:
    """Return the numbers over a worker's assignments; `late` counts those that may still be accepted."""
    mine = assignment.c.worker == worker_id
    counting = select(assignment.c.status, func.count(), func.sum(hit_type.c.reward))
    counted = counting.select_from(assignment).join(hit, assignment.c.hit == hit.c.id).join(hit_type)
    extra = select(func.sum(bonus.c.amount)).select_from(bonus)
    late_now = select(func.count()).select_from(late_answer).join(assignment).join(hit)
    rows = transaction.db.execute(counted.where(mine).group_by(assignment.c.status)).all()
    bonuses = transaction.db.execute(
        extra.join(assignment, bonus.c.assignment == assignment.c.id).where(mine)
    ).scalar_one()
    waiting = transaction.db.execute(late_now.where(mine, *_WAITING)).scalar_one()
    earned = sum((row[2] for row in rows if row[0] == APPROVED), bonuses or Decimal("0.00"))
    return Totals({row[0]: row[1] for row in rows}, waiting, earned)


def _page(transaction: Transaction, query: Select[Any], page: int) -> list[Assignment]:
    ordered = query.order_by(assignment.c.id.desc()).offset(page * PAGE).limit(PAGE)
    return _assignments(transaction, transaction.db.execute(ordered).all())


def _whole(*more: Any) -> Select[Any]:
    return (
        select(*_COLUMNS, *more)
        .select_from(assignment)
        .join(hit, assignment.c.hit == hit.c.id)
        .join(hit_type, hit.c.hit_type == hit_type.c.id)
        .outerjoin(requester, hit.c.requester == requester.c.id)
        .outerjoin(late_answer, late_answer.c.assignment == assignment.c.id)
    )


def _assignments(transaction: Transaction, rows: Sequence[Row[Any]]) -> list[Assignment]:
    paid: dict[int, list[Bonus]] = {}
    columns = (bonus.c.assignment, bonus.c.amount, bonus.c.reason)
    query = select(*columns).where(bonus.c.assignment.in_([row.id for row in rows])).order_by(bonus.c.id)
    for one in transaction.db.execute(query):
        paid.setdefault(one.assignment, []).append(Bonus(one.amount, one.reason))
    return [_assignment(row, tuple(paid.get(row.id, ()))) for row in rows]


def _assignment(row: Row[Any], bonuses: tuple[Bonus, ...]) -> Assignment:
    return Assignment(
        row.assignment_id,
        row.hit_id,
        row.hit_type_id,
        row.title,
        row.description,
        row.requester or "",
        row.reward,
        bonuses,
        row.status,
        row.accepted,
        row.deadline,
        row.submitted,
        row.approved or row.rejected,
        row.feedback or "",
        row.received,
        _late(row),
    )


def _late(row: Row[Any]) -> Late:
    if row.received is None:
        return ""
    if row.taken is not None:
        return "accepted"
    return "waiting" if row.waits else "closed"
