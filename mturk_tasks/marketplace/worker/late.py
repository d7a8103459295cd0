"""Answers sent after the deadline: shown to the requester, and accepted if the requester likes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, delete, exists, select, update

from mturk_tasks.marketplace.due import process_due_of
from mturk_tasks.marketplace.hits import counters, hits
from mturk_tasks.marketplace.protocol import faults
from mturk_tasks.marketplace.protocol.paging import page
from mturk_tasks.marketplace.records import events
from mturk_tasks.marketplace.reviews import runs
from mturk_tasks.marketplace.storage import rows
from mturk_tasks.marketplace.storage.rows import HITRow
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


def list_late_answers(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer ListLateAnswers: those not accepted, of one HIT or of all the requester's, the oldest first."""
    query = _own(transaction).where(late_answer.c.accepted.is_(None))
    if "HITId" in parameters:
        query = query.where(hit.c.id == hits.fetch(transaction, parameters["HITId"]).id)
    order = (late_answer.c.received, assignment.c.id)
    items, answer = page(transaction, "ListLateAnswers", query, order, parameters, LateRow, _describe)
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


class LateRow(NamedTuple):
    """An answer that came after the deadline, when, and when its requester accepted it."""

    id: int
    assignment_id: str
    hit: int
    hit_id: str
    worker: str
    deadline: datetime
    answer: str
    received: datetime
    accepted: datetime | None


def _own(transaction: Transaction) -> Select[Any]:
    accepted = late_answer.c.accepted
    query = select(
        *rows.columns(
            LateRow,
            late_answer,
            hit,
            id=assignment.c.id,
            hit=assignment.c.hit,
            assignment_id=assignment.c.assignment_id,
            worker=assignment.c.worker,
            deadline=assignment.c.deadline,
            accepted=accepted,
        )
    )
    joined = query.join_from(late_answer, assignment).join(hit, assignment.c.hit == hit.c.id)
    return joined.where(hit.c.requester == transaction.requester)


def _describe(row: LateRow) -> dict[str, Any]:
    return {
        "AssignmentId": row.assignment_id,
        "HITId": row.hit_id,
        "WorkerId": row.worker,
        "Deadline": row.deadline,
        "ReceiveTime": row.received,
        "Answer": row.answer,
    }


def _fetch(transaction: Transaction, assignment_id: str) -> LateRow:
    query = _own(transaction).where(assignment.c.assignment_id == assignment_id)
    row = transaction.fetch_one(LateRow, query)
    if row is None:
        raise faults.missing("LateAnswer", assignment_id)
    return row


def _must_be_acceptable(transaction: Transaction, row: LateRow) -> None:
    if row.accepted is not None:
        raise faults.wrong_assignment_state(ABANDONED)
    again = exists().where(assignment.c.hit == row.hit, assignment.c.worker == row.worker, STANDING)
    if transaction.db.execute(select(again)).scalar_one():
        raise faults.RequestError(
            f"Worker {row.worker} has accepted HIT {row.hit_id} once more; a HIT has one assignment of a "
            "worker, so the late answer cannot be accepted.",
            faults.INVALID_ASSIGNMENT_STATE,
        )


def _occupy(transaction: Transaction, of: HITRow) -> None:
    """Take a place of the HIT, or add one; the money is held either way."""
    place = counters.late_place(of.available, of.created_with, of.max_assignments)
    if place == counters.FREE:
        counters.move(transaction, of, available=-1)
    else:
        counters.add_taken(transaction, of)  # refuses where there is none


def _submit(transaction: Transaction, row: LateRow, of: HITRow) -> None:
    values = {
        "status": SUBMITTED,
        "ended": None,
        "submitted": row.received,
        "auto_approval": transaction.now + timedelta(seconds=of.auto_approval_delay),
        "answer": row.answer,
    }
    transaction.db.execute(update(assignment).where(assignment.c.id == row.id).values(**values))
    same = late_answer.c.assignment == row.id
    transaction.db.execute(update(late_answer).where(same).values(accepted=transaction.now))
    typed = (draft.c.hit == row.hit, draft.c.worker == row.worker, draft.c.assignment == row.id)
    transaction.db.execute(delete(draft).where(*typed))
    events.note(transaction, events.SUBMITTED, row.hit, row.assignment_id)
