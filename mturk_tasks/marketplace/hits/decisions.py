"""Approve and reject submitted work: the requester's decision, or that of time."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select, update

from mturk_tasks.marketplace.hits import counters
from mturk_tasks.marketplace.storage import events, ledger
from mturk_tasks.marketplace.storage.schema import UNDECIDED, assignment, hit, hit_type
from mturk_tasks.marketplace.storage.transactions import Transaction
from mturk_tasks.vocabulary.statuses import APPROVED, REJECTED


def works() -> Select[Any]:
    """Return the query for assignments with what their HIT pays for them."""
    of_hit = (hit.c.hit_id, hit.c.requester, hit.c.fee, hit.c.status.label("hit_status"), hit_type.c.reward)
    return select(assignment, *of_hit).join(hit, assignment.c.hit == hit.c.id).join(hit_type)


def approve(transaction: Transaction, work: Row[Any], feedback: str | None = None) -> None:
    """Approve a submitted assignment and pay for it from what is held."""
    counters.complete(transaction, work.hit)
    _pay(transaction, work, feedback)


def approve_due(transaction: Transaction, *among: ColumnElement[bool]) -> None:
    """Approve and pay what the requester left undecided until now, each at its own moment."""
    due = works().where(UNDECIDED, assignment.c.auto_approval <= transaction.now, *among)
    for work in transaction.db.execute(due.order_by(assignment.c.auto_approval, assignment.c.id)).all():
        approve(transaction.at(work.auto_approval), work)


def reverse(transaction: Transaction, work: Row[Any], feedback: str | None = None) -> None:
    """Approve a rejected assignment: the money given back at the rejection is held again, and paid."""
    ledger.hold(transaction, work.requester, work.hit, work.reward + work.fee)
    _pay(transaction, work, feedback)


def reject(transaction: Transaction, work: Row[Any], feedback: str) -> None:
    """Reject a submitted assignment and give back what is held for it."""
    counters.complete(transaction, work.hit)
    ledger.release(transaction, work.requester, work.hit, work.reward + work.fee, work.id)
    _decide(transaction, work, status=REJECTED, rejected=transaction.now, feedback=feedback)


def _pay(transaction: Transaction, work: Row[Any], feedback: str | None) -> None:
    ledger.pay(transaction, work)
    said = {} if feedback is None else {"feedback": feedback}  # the last text given stays
    _decide(transaction, work, status=APPROVED, approved=transaction.now, **said)


def _decide(transaction: Transaction, work: Row[Any], **values: Any) -> None:
    transaction.db.execute(update(assignment).where(assignment.c.id == work.id).values(**values))
    events.note(transaction, f"Assignment{values['status']}", work.hit, work.assignment_id)
