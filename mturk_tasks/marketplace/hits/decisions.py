"""Approve and reject submitted work: the requester's decision, or that of time."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, update

from mturk_tasks.marketplace.hits import counters
from mturk_tasks.marketplace.records import events, ledger
from mturk_tasks.marketplace.storage import rows
from mturk_tasks.marketplace.storage.rows import AssignmentRow
from mturk_tasks.marketplace.storage.schema import UNDECIDED, assignment
from mturk_tasks.marketplace.storage.transactions import Transaction
from mturk_tasks.vocabulary.statuses import APPROVED, REJECTED

_DECIDE: Final = update(assignment).where(assignment.c.id == bindparam("wanted"))


def approve(transaction: Transaction, work: AssignmentRow, feedback: str | None = None) -> None:
    """Approve a submitted assignment and pay for it from what is held."""
    counters.complete(transaction, work.hit)
    _pay(transaction, work, feedback)


def approve_due(transaction: Transaction, *among: ColumnElement[bool]) -> None:
    """Approve and pay what the requester left undecided until now, each at its own moment."""
    due = rows.ASSIGNMENTS.where(UNDECIDED, assignment.c.auto_approval <= transaction.now, *among)
    ordered = due.order_by(assignment.c.auto_approval, assignment.c.id)
    for work in transaction.fetch_all(AssignmentRow, ordered):
        approve(transaction.at(work.auto_approval or transaction.now), work)


def reverse(transaction: Transaction, work: AssignmentRow, feedback: str | None = None) -> None:
    """Approve a rejected assignment: the money given back at the rejection is held again, and paid."""
    ledger.hold(transaction, work.requester, work.hit, work.reward + work.fee)
    _pay(transaction, work, feedback)


def reject(transaction: Transaction, work: AssignmentRow, feedback: str) -> None:
    """Reject a submitted assignment and give back what is held for it."""
    counters.complete(transaction, work.hit)
    ledger.release(transaction, work.requester, work.hit, work.reward + work.fee, work.id)
    _decide(transaction, work, status=REJECTED, rejected=transaction.now, feedback=feedback)


def _pay(transaction: Transaction, work: AssignmentRow, feedback: str | None) -> None:
    ledger.pay(transaction, work)
    said = {} if feedback is None else {"feedback": feedback}  # the last text given stays
    _decide(transaction, work, status=APPROVED, approved=transaction.now, **said)


def _decide(transaction: Transaction, work: AssignmentRow, **values: Any) -> None:
    transaction.db.execute(_DECIDE, {"wanted": work.id, **values})
    events.note(transaction, f"Assignment{values['status']}", work.hit, work.assignment_id)
