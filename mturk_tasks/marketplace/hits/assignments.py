"""Assignments as the API shows them, and the requester's decisions about them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, insert, select

from mturk_tasks.marketplace.hits import counters, decisions, hits
from mturk_tasks.marketplace.protocol import faults, limits
from mturk_tasks.marketplace.protocol.paging import page
from mturk_tasks.marketplace.records import documents, ledger
from mturk_tasks.marketplace.storage import rows
from mturk_tasks.marketplace.storage.rows import AssignmentRow
from mturk_tasks.marketplace.storage.schema import ACCEPTED, assignment, bonus, hit
from mturk_tasks.marketplace.storage.transactions import Transaction, lock_hit_of
from mturk_tasks.vocabulary.statuses import (
    ASSIGNMENT_STATUSES,
    DISPOSED,
    REJECTED,
    REVIEWABLE,
    REVIEWING,
    SUBMITTED,
)

_READABLE: Final = "Reviewable,Approved,Rejected"  # the service's own word for Submitted here
_NOTHING: Final = "null"

_OWN: Final = rows.ASSIGNMENTS.where(  # statements are made once: making one takes longer than running it
    assignment.c.assignment_id == bindparam("wanted"), hit.c.requester == bindparam("of")
)
_OF_HIT: Final = rows.ASSIGNMENTS.where(
    assignment.c.hit == bindparam("of"), assignment.c.status.in_(bindparam("statuses", expanding=True))
)


def fetch(transaction: Transaction, assignment_id: str) -> AssignmentRow:
    """Return the assignment of that ID on a HIT of the requester, or raise RequestError.

    One given back is gone.
    """
    lock_hit_of(transaction, assignment_id)
    found = transaction.fetch_one(AssignmentRow, _OWN, wanted=assignment_id, of=transaction.requester)
    if found is None or found.ended is not None:
        raise faults.missing("Assignment", assignment_id)
    return found


def fetch_submitted(transaction: Transaction, assignment_id: str) -> AssignmentRow:
    """Return an assignment whose work was submitted; before that it does not exist for requesters."""
    found = fetch(transaction, assignment_id)
    if found.status == ACCEPTED:
        raise faults.missing("Assignment", assignment_id)
    return found


def describe(row: AssignmentRow) -> dict[str, Any]:
    """Return an assignment as the API writes it; members without a value are left out later."""
    return {
        "AssignmentId": row.assignment_id,
        "WorkerId": row.worker,
        "HITId": row.hit_id,
        "AssignmentStatus": row.status,
        "AutoApprovalTime": row.auto_approval,
        "AcceptTime": row.accepted,
        "SubmitTime": row.submitted,
        "ApprovalTime": row.approved,
        "RejectionTime": row.rejected,
        "Deadline": row.deadline,
        "Answer": row.answer,
        "RequesterFeedback": row.feedback,
        "Simulated": row.simulated or None,
    }


def list_assignments(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer ListAssignmentsForHIT: submitted work, the first submitted first."""
    of = hits.fetch_live(transaction, parameters["HITId"])
    statuses = parameters.get("AssignmentStatuses") or ASSIGNMENT_STATUSES
    order = (assignment.c.submitted, assignment.c.id)
    items, answer = page(
        transaction,
        "ListAssignmentsForHIT",
        _OF_HIT,
        order,
        parameters,
        AssignmentRow,
        describe,
        bound={"of": of.id, "statuses": list(statuses)},
    )
    return {**answer, "Assignments": items}


def get_assignment(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer GetAssignment, once the work was submitted and while the HIT is there."""
    row = fetch(transaction, parameters["AssignmentId"])
    if row.status == ACCEPTED:
        raise faults.wrong_assignment_state(_READABLE)
    return {"Assignment": describe(row), "HIT": hits.describe(hits.fetch_live(transaction, row.hit_id))}


def approve_assignment(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer ApproveAssignment; `OverrideRejection` also turns a rejection, for 30 days."""
    feedback = parameters.get("RequesterFeedback")
    limits.check_feedback(feedback)
    row = fetch(transaction, parameters["AssignmentId"])
    if row.status == REJECTED and parameters.get("OverrideRejection"):
        _must_be_reversible(transaction, row)
        decisions.reverse(transaction, row, feedback)
    else:
        _must_be_submitted(row)
        decisions.approve(transaction, row, feedback)
    return {}


def reject_assignment(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer RejectAssignment."""
    feedback = parameters["RequesterFeedback"]
    limits.check_feedback(feedback)
    row = fetch(transaction, parameters["AssignmentId"])
    _must_be_submitted(row)
    decisions.reject(transaction, row, feedback)
    return {}


def _must_be_submitted(row: AssignmentRow) -> None:
    if row.status != SUBMITTED:
        raise faults.wrong_assignment_state(_NOTHING if row.status == ACCEPTED else SUBMITTED)


def _must_be_reversible(transaction: Transaction, row: AssignmentRow) -> None:
    if row.hit_status == DISPOSED:
        raise faults.wrong_hit_state(DISPOSED, REVIEWING, REVIEWABLE)
    if not counters.may_be_reversed(row.submitted or transaction.now, transaction.now):
        raise faults.RequestError(
            f"Assignment {row.assignment_id} was submitted more than {counters.REVERSIBLE_FOR.days} days "
            "ago; its rejection can no longer be reversed.",
            faults.INVALID_ASSIGNMENT_STATE,
        )


# Bonuses: paid on top, for an assignment, to the worker who did it.


def send_bonus(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer SendBonus, for work that was submitted; without a token every call pays."""
    limits.check(parameters)
    work = fetch_submitted(transaction, parameters["AssignmentId"])
    if work.worker != parameters["WorkerId"]:
        another = "The assignment is another worker's."
        raise faults.invalid_value("WorkerId", parameters["WorkerId"], another)
    documents.spend(transaction, "SendBonus", parameters.get("UniqueRequestToken"))
    amount = parameters["BonusAmount"]
    transaction.db.execute(
        insert(bonus).values(
            assignment=work.id,
            hit=work.hit,
            amount=amount,
            reason=parameters["Reason"],
            granted=transaction.now,
        )
    )
    ledger.pay_bonus(transaction, work, amount)
    return {}


def list_bonus_payments(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer ListBonusPayments of a HIT or of an assignment; given both, the assignment counts."""
    query = select(*rows.columns(BonusRow, bonus, assignment)).join(
        assignment, bonus.c.assignment == assignment.c.id
    )
    if "AssignmentId" in parameters:
        query = query.where(bonus.c.assignment == fetch(transaction, parameters["AssignmentId"]).id)
    elif "HITId" in parameters:
        query = query.where(bonus.c.hit == hits.fetch(transaction, parameters["HITId"]).id)
    else:
        raise faults.one_of("HITId", "AssignmentId")
    items, answer = page(
        transaction, "ListBonusPayments", query, (bonus.c.id,), parameters, BonusRow, _describe
    )
    return {**answer, "BonusPayments": items}


class BonusRow(NamedTuple):
    """A bonus, and the assignment and the worker that it was paid for and to."""

    amount: Decimal
    reason: str
    granted: datetime
    assignment_id: str
    worker: str


def _describe(row: BonusRow) -> dict[str, Any]:
    return {
        "WorkerId": row.worker,
        "BonusAmount": row.amount,
        "AssignmentId": row.assignment_id,
        "Reason": row.reason,
        "GrantTime": row.granted,
    }
