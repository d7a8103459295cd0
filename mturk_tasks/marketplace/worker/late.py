"""Answers sent after the deadline: kept, shown to the requester, and accepted if the requester likes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Row, Select, and_, delete, exists, insert, select, update

from mturk_tasks.marketplace.due import process_due_of
from mturk_tasks.marketplace.hits import counters, hits
from mturk_tasks.marketplace.protocol import faults
from mturk_tasks.marketplace.protocol.paging import page
from mturk_tasks.marketplace.reviews import runs
from mturk_tasks.marketplace.storage import events
from mturk_tasks.marketplace.storage.schema import (
    ABANDONED,
    STANDING,
    assignment,
    draft,
    hit,
    late_answer,
)
from mturk_tasks.marketplace.storage.transactions import Transaction, lock_hit_of
from mturk_tasks.vocabulary.statuses import SUBMITTED

POSSIBLE: Final = and_(  # of an assignment: the deadline took it, and nothing came late yet
    assignment.c.status == ABANDONED,
    ~exists().where(late_answer.c.assignment == assignment.c.id).correlate(assignment),
)


def keep(transaction: Transaction, assignment_id: str, worker_id: str, answer: str) -> bool:
    """Keep an answer to an assignment that the deadline took from the worker; say whether it is one.

    The first answer stays: a second one is not kept.
    """
    mine = (assignment.c.assignment_id == assignment_id, assignment.c.worker == worker_id)
    key = transaction.db.execute(select(assignment.c.id).where(*mine, POSSIBLE)).scalar_one_or_none()
    if key is None:
        return False
    values = {"assignment": key, "answer": answer, "received": transaction.now}
    transaction.db.execute(insert(late_answer), values)
    return True


def list_late_answers(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer ListLateAnswers: those not accepted, of one HIT or of all the requester's, the oldest first."""
    query = _own(transaction).where(late_answer.c.accepted.is_(None))
    if "HITId" in parameters:
        query = query.where(hit.c.id == hits.fetch(transaction, parameters["HITId"]).id)
    order = (late_answer.c.received, assignment.c.id)
    items, answer = page(transaction, "ListLateAnswers", query, order, parameters, _describe)
    return {**answer, "LateAnswers": items}


def accept_late_answer(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer AcceptLateAnswer: the assignment is submitted, as of when its answer came.

    It takes a place that is free, else one is added and paid for. The time until it approves itself
    counts from now.
    """
    lock_hit_of(transaction, parameters["AssignmentId"])
    row = _fetch(transaction, parameters["AssignmentId"])
    of = hits.fetch_live(transaction, row.hit_id)
    _must_be_acceptable(transaction, row)
    _occupy(transaction, of)
    _submit(transaction, row, of)
    if of.review_policies:
        runs.review_assignment(transaction, row.id)
    process_due_of(transaction, of.id)
    return {}


def _own(transaction: Transaction) -> Select[Any]:
    columns = (assignment, late_answer.c.answer.label("late"), late_answer.c.received)
    query = select(*columns, late_answer.c.accepted.label("late_accepted"), hit.c.hit_id)
    joined = query.join_from(late_answer, assignment).join(hit, assignment.c.hit == hit.c.id)
    return joined.where(hit.c.requester == transaction.requester)


def _describe(row: Row[Any]) -> dict[str, Any]:
    return {
        "AssignmentId": row.assignment_id,
        "HITId": row.hit_id,
        "WorkerId": row.worker,
        "Deadline": row.deadline,
        "ReceiveTime": row.received,
        "Answer": row.late,
    }


def _fetch(transaction: Transaction, assignment_id: str) -> Row[Any]:
    query = _own(transaction).where(assignment.c.assignment_id == assignment_id)
    row = transaction.db.execute(query).one_or_none()
    if row is None:
        raise faults.missing("LateAnswer", assignment_id)
    return row


def _must_be_acceptable(transaction: Transaction, row: Row[Any]) -> None:
    if row.late_accepted is not None:
        raise faults.wrong_assignment_state(ABANDONED)
    again = exists().where(assignment.c.hit == row.hit, assignment.c.worker == row.worker, STANDING)
    if transaction.db.execute(select(again)).scalar_one():
        raise faults.RequestError(
            f"Worker {row.worker} has accepted HIT {row.hit_id} once more; a HIT has one assignment of a "
            "worker, so the late answer cannot be accepted.",
            faults.INVALID_ASSIGNMENT_STATE,
        )


def _occupy(transaction: Transaction, of: Row[Any]) -> None:
    """Take a place of the HIT, or add one; the money is held either way."""
    place = counters.late_place(of.available, of.created_with, of.max_assignments)
    if place == counters.FREE:
        counters.move(transaction, of.id, available=-1)
    else:
        counters.add_taken(transaction, of)  # refuses where there is none


def _submit(transaction: Transaction, row: Row[Any], of: Row[Any]) -> None:
    values = {
        "status": SUBMITTED,
        "ended": None,
        "submitted": row.received,
        "auto_approval": transaction.now + timedelta(seconds=of.auto_approval_delay),
        "answer": row.late,
    }
    transaction.db.execute(update(assignment).where(assignment.c.id == row.id).values(**values))
    same = late_answer.c.assignment == row.id
    transaction.db.execute(update(late_answer).where(same).values(accepted=transaction.now))
    typed = (draft.c.hit == row.hit, draft.c.worker == row.worker, draft.c.assignment == row.id)
    transaction.db.execute(delete(draft).where(*typed))
    events.note(transaction, events.SUBMITTED, row.hit, row.assignment_id)
