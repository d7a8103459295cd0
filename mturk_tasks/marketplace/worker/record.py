"""A worker's own record: what they hold, have submitted, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import Select, and_, bindparam, exists, func, literal, select, union_all

from mturk_tasks.marketplace.storage import rows
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


class RecordRow(NamedTuple):
    """An assignment with what its page shows of its HIT, of its requester and of a late answer."""

    id: int
    assignment_id: str
    status: str
    accepted: datetime
    deadline: datetime
    submitted: datetime | None
    approved: datetime | None
    rejected: datetime | None
    feedback: str | None
    hit_id: str
    hit_type_id: str
    title: str
    description: str
    reward: Decimal
    requester: str | None
    received: datetime | None
    taken: datetime | None
    waits: bool


_RECORDS: Final = (
    select(
        *rows.columns(
            RecordRow,
            *(assignment, hit, hit_type, late_answer),
            requester=requester.c.name,
            taken=late_answer.c.accepted,
            waits=and_(*_WAITING),
        )
    )
    .select_from(assignment)
    .join(hit, assignment.c.hit == hit.c.id)
    .join(hit_type, hit.c.hit_type == hit_type.c.id)
    .outerjoin(requester, hit.c.requester == requester.c.id)
    .outerjoin(late_answer, late_answer.c.assignment == assignment.c.id)
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


_OWN: Final = _RECORDS.where(  # statements are made once: making one takes longer than running it
    assignment.c.assignment_id == bindparam("assignment"), assignment.c.worker == bindparam("worker")
)
_TEXTS: Final = (
    select(question.c.text, assignment.c.answer)
    .select_from(assignment)
    .join(hit)
    .join(question)
    .where(assignment.c.id == bindparam("wanted"))
)
_BONUSES: Final = (
    select(bonus.c.assignment, bonus.c.amount, bonus.c.reason)
    .where(bonus.c.assignment.in_(bindparam("wanted", expanding=True)))
    .order_by(bonus.c.id)
)


def find(transaction: Transaction, worker_id: str, assignment_id: str) -> Assignment | None:
    """Return a worker's own assignment; None for one that is unknown or another's."""
    row = transaction.fetch_one(RecordRow, _OWN, assignment=assignment_id, worker=worker_id)
    if row is None:
        return None
    (found,) = _assignments(transaction, [row])
    asked, answer = transaction.db.execute(_TEXTS, {"wanted": row.id}).one()
    return replace(found, question=asked, answer=answer or "")


def listed(
    transaction: Transaction, worker_id: str, statuses: Collection[str], page: int = 0
) -> list[Assignment]:
    """Return a page of a worker's assignments in these states, the last accepted first."""
    return _page(transaction, _in(worker_id, statuses), page)


def late_ones(transaction: Transaction, worker_id: str, page: int = 0) -> list[Assignment]:
    """Return a page of what a worker sent late and no requester has accepted, likewise."""
    return _page(transaction, _sent_late(worker_id), page)


def overview(
    transaction: Transaction, worker_id: str, sections: Mapping[str, Collection[str]]
) -> dict[str, list[Assignment]]:
    """Return the first page of each list of a worker's assignments, by its name.

    `sections` names lists by the states in them; beside them there are `late`, what came late and no
    requester has accepted, and `unsent`, what the worker began to fill in and the deadline took.
    """
    begun = exists().where(draft.c.assignment == assignment.c.id)
    wanted = {name: _in(worker_id, statuses) for name, statuses in sections.items()}
    wanted["late"] = _sent_late(worker_id)
    wanted["unsent"] = _RECORDS.where(assignment.c.worker == worker_id, POSSIBLY_LATE, begun)
    pages = [
        select(query.order_by(assignment.c.id.desc()).limit(PAGE).subquery(), literal(name))
        for name, query in wanted.items()
    ]
    found = transaction.db.execute(union_all(*pages)).all()
    ordered = sorted(found, key=lambda row: row[0], reverse=True)
    shown = _assignments(transaction, [RecordRow(*row[:-1]) for row in ordered])
    lists: dict[str, list[Assignment]] = {name: [] for name in wanted}
    for row, item in zip(ordered, shown, strict=True):
        lists[row[-1]].append(item)
    return lists


def count_late(transaction: Transaction, worker_id: str) -> int:
    """Return how many late answers of a worker no requester has accepted."""
    query = select(func.count()).select_from(late_answer).join(assignment)
    mine = query.where(assignment.c.worker == worker_id, *_UNTAKEN)
    return int(transaction.db.execute(mine).scalar_one())


def held_of(transaction: Transaction, worker_id: str, hit_id: str) -> str | None:
    """Return the ID of the assignment of a HIT that the worker has accepted and not ended."""
    held: str | None = transaction.db.execute(
        _held(worker_id).where(hit.c.hit_id == hit_id)
    ).scalar_one_or_none()
    return held


class HeldRow(NamedTuple):
    """An assignment that a worker has accepted and not ended."""

    assignment_id: str
    hit_id: str


def held_of_type(transaction: Transaction, worker_id: str, hit_type_id: str) -> HeldRow | None:
    """Return the assignment of a type that the worker accepted last and has not ended."""
    mine = (assignment.c.worker == worker_id, assignment.c.status == ACCEPTED)
    query = select(*rows.columns(HeldRow, assignment, hit)).select_from(assignment)
    of_type = query.join(hit, assignment.c.hit == hit.c.id).join(hit_type, hit.c.hit_type == hit_type.c.id)
    last = of_type.where(*mine, hit_type.c.hit_type_id == hit_type_id).order_by(assignment.c.id.desc())
    return transaction.fetch_one(HeldRow, last.limit(1))


def held_of_kind(transaction: Transaction, worker_id: str, hit_type_id: str) -> str | None:
    """Return the ID of the assignment of a type that the worker accepted first and has not ended."""
    of_type = _held(worker_id).join(hit_type, hit.c.hit_type == hit_type.c.id)
    first = of_type.where(hit_type.c.hit_type_id == hit_type_id).order_by(assignment.c.id).limit(1)
    held: str | None = transaction.db.execute(first).scalar_one_or_none()
    return held


def totals(transaction: Transaction, worker_id: str) -> Totals:
    """Return the numbers over a worker's assignments; `late` counts those that may still be accepted."""
    mine = assignment.c.worker == worker_id
    counting = select(assignment.c.status, func.count(), func.sum(hit_type.c.reward))
    counted = counting.select_from(assignment).join(hit, assignment.c.hit == hit.c.id).join(hit_type)
    by_status = transaction.db.execute(counted.where(mine).group_by(assignment.c.status)).all()
    extra = select(func.sum(bonus.c.amount)).join(assignment, bonus.c.assignment == assignment.c.id)
    late_now = select(func.count()).select_from(late_answer).join(assignment).join(hit)
    bonuses, waiting = transaction.db.execute(
        select(extra.where(mine).scalar_subquery(), late_now.where(mine, *_WAITING).scalar_subquery())
    ).one()
    earned = sum((row[2] for row in by_status if row[0] == APPROVED), bonuses or Decimal("0.00"))
    return Totals({row[0]: row[1] for row in by_status}, waiting, earned)


def _in(worker_id: str, statuses: Collection[str]) -> Select[Any]:
    return _RECORDS.where(assignment.c.worker == worker_id, assignment.c.status.in_(statuses))


def _sent_late(worker_id: str) -> Select[Any]:
    return _RECORDS.where(assignment.c.worker == worker_id, *_UNTAKEN)


def _held(worker_id: str) -> Select[Any]:
    mine = (assignment.c.worker == worker_id, assignment.c.status == ACCEPTED)
    return select(assignment.c.assignment_id).join(hit, assignment.c.hit == hit.c.id).where(*mine)


def _page(transaction: Transaction, query: Select[Any], page: int) -> list[Assignment]:
    ordered = query.order_by(assignment.c.id.desc()).offset(page * PAGE).limit(PAGE)
    return _assignments(transaction, transaction.fetch_all(RecordRow, ordered))


def _assignments(transaction: Transaction, found: Sequence[RecordRow]) -> list[Assignment]:
    paid: dict[int, list[Bonus]] = {}
    for row in transaction.db.execute(_BONUSES, {"wanted": [item.id for item in found]}):
        paid.setdefault(row.assignment, []).append(Bonus(row.amount, row.reason))
    return [_assignment(item, tuple(paid.get(item.id, ()))) for item in found]


def _assignment(row: RecordRow, bonuses: tuple[Bonus, ...]) -> Assignment:
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


def _late(row: RecordRow) -> Late:
    if row.received is None:
        return ""
    if row.taken is not None:
        return "accepted"
    return "waiting" if row.waits else "closed"
