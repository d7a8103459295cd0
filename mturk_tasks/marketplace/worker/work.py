"""The worker's side: find a HIT, accept it, submit the answer or give it back.

No part of the Requester API. Each function is one transaction; what it returns is on the disk.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import Integer, Select, bindparam, delete, exists, func, insert, select

from mturk_tasks.lib.ids import new_id
from mturk_tasks.marketplace.due import process_due_of, read_current, write_current
from mturk_tasks.marketplace.hits import counters
from mturk_tasks.marketplace.qualifications import eligibility
from mturk_tasks.marketplace.qualifications.eligibility import Offers
from mturk_tasks.marketplace.qualifications.requirements import ACCEPT, DISCOVER
from mturk_tasks.marketplace.records import events, workers
from mturk_tasks.marketplace.reviews import runs
from mturk_tasks.marketplace.storage import rows
from mturk_tasks.marketplace.storage.rows import HITRow
from mturk_tasks.marketplace.storage.schema import (
    ACCEPTED,
    HELD,
    STANDING,
    assignment,
    draft,
    hit,
    late_answer,
    worker,
)
from mturk_tasks.marketplace.storage.store import Store, retried
from mturk_tasks.marketplace.storage.transactions import (
    Transaction,
    lock_hit,
    lock_hit_of,
    lock_worker,
)
from mturk_tasks.marketplace.worker import answering
from mturk_tasks.marketplace.worker.answering import Reason, must_fit_assignment
from mturk_tasks.marketplace.worker.answering import Refused as Refused  # as whoever calls this finds it
from mturk_tasks.vocabulary.statuses import ASSIGNABLE, SUBMITTED

MOST_HELD: Final = 25  # HITs that a worker may hold at once, as on the old site
_LAST: Final = 2**31 - 1  # of the places that HITs are offered at


@dataclass(frozen=True)
class Accepted:
    """Hold what a worker needs to do an accepted assignment, which ends at the deadline."""

    assignment_id: str
    hit_id: str
    deadline: datetime
    question: str


@dataclass(frozen=True)
class Receipt:
    """Say that an answer is kept since that moment; a `late` one waits for the requester to accept it."""

    assignment_id: str
    time: datetime
    late: bool = False


@retried
def register(store: Store, worker_id: str, simulated: bool, now: datetime) -> None:
    """Make a worker known; accepting does the same for a person nobody has registered."""
    with write_current(store, now) as transaction:
        workers.enrol(transaction, worker_id, simulated=simulated)


def available(
    transaction: Transaction,
    worker_id: str,
    limit: int = 100,
    *,
    qualified: bool = False,
    hit_type_id: str | None = None,
) -> list[str]:
    """Return IDs of HITs this worker may find, beginning at a random place among them.

    Random, so that many workers do not all reach for the same HIT. Requirements may hide HITs from
    who does not meet them; `qualified` leaves out all that this worker could not accept either, and
    `hit_type_id` all of other types.
    """
    offers = _offers(transaction, worker_id, ACCEPT if qualified else DISCOVER, hit_type_id)
    bound = {**offers.bound, "start": secrets.randbelow(_LAST), "limit": limit}
    later = list(transaction.db.execute(_part(offers.query, later=True), bound).scalars())
    if len(later) == limit:
        return later
    bound["limit"] -= len(later)
    return later + list(transaction.db.execute(_part(offers.query, later=False), bound).scalars())


def _offers(transaction: Transaction, worker_id: str, action: str, hit_type_id: str | None) -> Offers:
    """Return the HITs that the worker may do this with, of one type or of all."""
    closed = eligibility.closed_types(transaction, worker_id, action, hit_type_id)
    unwelcome = workers.blocking_requesters(transaction, worker_id)
    return eligibility.offered(worker_id, closed, unwelcome, hit_type_id)


@cache
def _part(offers: Select[Any], *, later: bool) -> Select[Any]:
    """Return the query for the HITs on offer from a place on, or for those before it."""
    start, place = bindparam("start", type_=Integer), hit.c.shuffle
    part = (place >= start, place <= _LAST) if later else (place >= 0, place < start)
    return offers.where(*part).order_by(place).limit(bindparam("limit", type_=Integer))


@cache
def _locked(part: Select[Any], *, skip: bool) -> Select[Any]:
    """Return the query that locks the HITs, where others write; `skip` leaves those that others lock."""
    return part.with_for_update(key_share=True, skip_locked=skip, of=hit)


@retried
def accept(store: Store, worker_id: str, hit_id: str, now: datetime) -> Accepted:
    """Give the worker an assignment of the HIT; of two who want the last one, one is refused.

    Raise Refused when the HIT is unknown, over or full, or the worker is blocked, has had it, lacks a
    qualification or holds as many HITs as one may.
    """
    with write_current(store, now) as transaction:
        lock_worker(transaction, worker_id)
        row = _known(transaction, hit_id)
        _may_accept(transaction, row, worker_id)
        return _give(transaction, row, worker_id)


def _give(transaction: Transaction, row: HITRow, worker_id: str) -> Accepted:
    """Enter an assignment of a HIT that the worker may accept."""
    workers.ensure_worker(transaction, worker_id)
    accepted = Accepted(
        assignment_id=new_id(),
        hit_id=row.hit_id,
        deadline=transaction.now + timedelta(seconds=row.assignment_duration),
        question=row.question_text,
    )
    transaction.db.execute(
        insert(assignment),
        {
            "assignment_id": accepted.assignment_id,
            "hit": row.id,
            "worker": worker_id,
            "status": ACCEPTED,
            "accepted": transaction.now,
            "deadline": accepted.deadline,
        },
    )
    events.note(transaction, events.ACCEPTED, row.id, accepted.assignment_id)
    counters.move(transaction, row, available=-1, pending=1)
    return accepted


@retried
def accept_any(store: Store, worker_id: str, hit_type_id: str | None, now: datetime) -> Accepted | None:
    """Accept some HIT of a type, or of any where none is named; None where none is left for this worker.

    HITs that others are about to accept are left to them; only where there is no other, this waits for one.
    Raise Refused where the worker holds as many HITs as one may.
    """
    with write_current(store, now) as transaction:
        lock_worker(transaction, worker_id)
        hit_id = _take(transaction, _offers(transaction, worker_id, ACCEPT, hit_type_id))
        if hit_id is None:
            return None
        _must_hold_fewer(transaction, worker_id)
        return _give(transaction, _known(transaction, hit_id), worker_id)


def _take(transaction: Transaction, offers: Offers) -> str | None:
    """Return the ID of one of the HITs on offer, which is locked, from a random place on."""
    bound = {**offers.bound, "start": secrets.randbelow(_LAST), "limit": 1}
    for skip in (True, False) if transaction.locks else (False,):
        for later in (True, False):
            first = _locked(_part(offers.query, later=later), skip=skip)
            hit_id: str | None = transaction.db.execute(first, bound).scalar_one_or_none()
            if hit_id is not None:
                return hit_id
    return None


_HIT: Final = rows.HITS.where(hit.c.hit_id == bindparam("wanted"))  # statements are made once, as others are
_STANDING: Final = select(
    exists().where(assignment.c.hit == bindparam("hit"), assignment.c.worker == bindparam("worker"), STANDING)
)
_HELD_BY_PERSON: Final = (
    select(func.count())
    .select_from(assignment.join(worker))
    .where(HELD, worker.c.simulated.is_(False), assignment.c.deadline > bindparam("now"))
)
_HELD_BY: Final = _HELD_BY_PERSON.where(assignment.c.worker == bindparam("worker"))
_FORGET_DRAFT: Final = delete(draft).where(
    draft.c.hit == bindparam("hit"), draft.c.worker == bindparam("worker")
)


def _known(transaction: Transaction, hit_id: str) -> HITRow:
    lock_hit(transaction, hit.c.hit_id == hit_id)
    row = transaction.fetch_one(HITRow, _HIT, wanted=hit_id)
    if row is None:
        raise Refused("unknown", f"HIT {hit_id} does not exist")
    return row


def _must_qualify(transaction: Transaction, row: HITRow, worker_id: str, action: str) -> None:
    missing = eligibility.unmet(transaction, worker_id, row.requester, row.requirements, action)
    if missing is not None:
        raise Refused("unqualified", f"HIT {row.hit_id} asks for a qualification: {missing}")


def _may_accept(transaction: Transaction, row: HITRow, worker_id: str) -> None:
    if workers.is_blocked(transaction, worker_id, row.requester):
        raise Refused("blocked", f"the requester has blocked worker {worker_id}")
    if transaction.db.execute(_STANDING, {"hit": row.id, "worker": worker_id}).scalar_one():
        raise Refused("repeated", f"worker {worker_id} holds or has done HIT {row.hit_id} already")
    if row.status != ASSIGNABLE:
        reason: Reason = "expired" if row.expired else "full"
        raise Refused(reason, f"HIT {row.hit_id} is {'over' if row.expired else 'full'}")
    _must_qualify(transaction, row, worker_id, ACCEPT)
    _must_hold_fewer(transaction, worker_id)


def _must_hold_fewer(transaction: Transaction, worker_id: str) -> None:
    """Raise Refused for a person who holds as many HITs as one may; simulated workers have no limit."""
    mine = {"worker": worker_id, "now": transaction.now}
    if transaction.db.execute(_HELD_BY, mine).scalar_one() >= MOST_HELD:
        raise Refused("too many", f"worker {worker_id} holds {MOST_HELD} HITs already")


@retried
def submit(store: Store, assignment_id: str, worker_id: str, answer: str, now: datetime) -> Receipt:
    """Hand in the answer, a QuestionFormAnswers document, or nothing for a form without fields.

    After the deadline it is kept as late. Raise Refused unless the worker holds the assignment, or held
    it until the deadline, and the answer is one that its question asks for; the first answer stays, a
    second one is refused.
    """
    must_fit_assignment(store, assignment_id, worker_id, answer, now)  # before anything is locked
    with write_current(store, now) as transaction:
        lock_hit_of(transaction, assignment_id)
        row = answering.find_held(transaction, assignment_id, worker_id)
        if row is None and answering.keep_late(transaction, assignment_id, worker_id, answer):
            return Receipt(assignment_id, transaction.now, late=True)
        row = row or answering.held(transaction, assignment_id, worker_id)
        delay = timedelta(seconds=row.auto_approval_delay)
        values = {"status": SUBMITTED, "submitted": transaction.now, "auto_approval": transaction.now + delay}
        answering.end(transaction, row, answer=answer, **values)
        events.note(transaction, events.SUBMITTED, row.hit, assignment_id)
        if row.review_policies:
            runs.review_assignment(transaction, row.id)  # before the HIT may be Reviewable: it may grow
        counters.move(transaction, counters.state_of(transaction, row.hit), pending=-1)
        transaction.db.execute(_FORGET_DRAFT, {"hit": row.hit, "worker": worker_id})
        if row.review_policies or not delay:  # a delay of 0 approves at once
            process_due_of(transaction, row.hit)
        return Receipt(assignment_id, transaction.now)


def receipt(transaction: Transaction, assignment_id: str, worker_id: str) -> Receipt | None:
    """Return the receipt of an answer handed in before, late or in time; None where there is none."""
    columns = (assignment.c.submitted, late_answer.c.received)
    mine = (assignment.c.assignment_id == assignment_id, assignment.c.worker == worker_id)
    query = select(*columns).select_from(assignment).outerjoin(late_answer).where(*mine)
    row = transaction.db.execute(query).one_or_none()
    moment = row and (row.submitted or row.received)
    return Receipt(assignment_id, moment, late=row.submitted is None) if row and moment else None


@retried
def give_back(store: Store, assignment_id: str, worker_id: str, now: datetime) -> None:
    """Return an assignment undone; its place is free for anybody, this worker too.

    Raise Refused unless the worker holds the assignment.
    """
    with write_current(store, now) as transaction:
        answering.give_back(transaction, answering.held(transaction, assignment_id, worker_id))


def open_by_people(store: Store, now: datetime) -> int:
    """Return how many accepted assignments are held by workers who are not simulated."""
    with read_current(store, now) as transaction:
        return transaction.db.execute(_HELD_BY_PERSON, {"now": transaction.now}).scalar_one()
