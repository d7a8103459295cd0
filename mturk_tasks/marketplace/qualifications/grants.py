"""Who holds which qualification, with what score, as the requester sees and decides it.

A grant to a well-formed worker ID that nobody has yet waits for the person who signs up with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select, update

from mturk_tasks.marketplace.protocol import faults
from mturk_tasks.marketplace.protocol.paging import page
from mturk_tasks.marketplace.qualifications import participation, types
from mturk_tasks.marketplace.qualifications.types import DEFAULT_SCORE
from mturk_tasks.marketplace.records import messages, workers
from mturk_tasks.marketplace.storage import rows
from mturk_tasks.marketplace.storage.rows import QualificationRequestRow, QualificationRow
from mturk_tasks.marketplace.storage.schema import (
    ANSWERED,
    PENDING,
    TESTING,
    WAITING,
    qualification,
    qualification_request,
    qualification_type,
)
from mturk_tasks.marketplace.storage.transactions import Transaction, lock_type, lock_type_of
from mturk_tasks.vocabulary.statuses import GRANTED, REVOKED


def grant(transaction: Transaction, type_key: int, worker_id: str, score: int) -> None:
    """Let a worker hold a qualification with this score, whatever was before."""
    same = (qualification.c.qualification_type == type_key, qualification.c.worker_id == worker_id)
    values = {"score": score, "status": GRANTED, "granted": transaction.now}
    if transaction.db.execute(select(qualification.c.id).where(*same)).one_or_none() is None:
        new = {"qualification_type": type_key, "worker_id": worker_id, **values}
        transaction.db.execute(insert(qualification), new)
    else:
        transaction.db.execute(update(qualification).where(*same).values(**values))


def find(transaction: Transaction, type_key: int, worker_id: str) -> QualificationRow | None:
    """Return what a worker holds or held of a type, None if it was never granted."""
    query = rows.QUALIFICATIONS.where(
        qualification.c.qualification_type == type_key, qualification.c.worker_id == worker_id
    )
    return transaction.fetch_one(QualificationRow, query)


def end(transaction: Transaction, key: int) -> None:
    """Take a qualification back."""
    transaction.db.execute(update(qualification).where(qualification.c.id == key).values(status=REVOKED))


def associate(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer AssociateQualificationWithWorker: grant, grant again, or change the score.

    The worker is told what is new to them.
    """
    lock_type(transaction, parameters["QualificationTypeId"])
    kind = types.fetch_live(transaction, parameters["QualificationTypeId"])
    participation.must_be_granted(transaction, kind.id, kind.qualification_type_id)
    worker_id = parameters["WorkerId"]
    workers.check_grant(transaction, worker_id)
    score = parameters.get("IntegerValue", DEFAULT_SCORE)
    before = find(transaction, kind.id, worker_id)
    changed = before is None or (before.status, before.score) != (GRANTED, score)
    grant(transaction, kind.id, worker_id, score)
    if changed and parameters.get("SendNotification", True):
        messages.send(transaction, worker_id, *messages.granted(kind.name, score))
    return {}


def disassociate(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer DisassociateQualificationFromWorker; the worker is told the reason if there is one."""
    lock_type(transaction, parameters["QualificationTypeId"])
    row = _held(transaction, parameters)
    end(transaction, row.id)
    if parameters.get("Reason"):
        messages.send(transaction, row.worker_id, *messages.revoked(row.name, parameters["Reason"]))
    return {}


def get_qualification_score(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer GetQualificationScore, for what is held now."""
    return {"Qualification": _describe(_held(transaction, parameters))}


def list_workers(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer ListWorkersWithQualificationType, the first granted first."""
    kind = types.fetch_own(transaction, parameters["QualificationTypeId"])
    query = rows.QUALIFICATIONS.where(
        qualification.c.qualification_type == kind.id,
        qualification.c.status == parameters.get("Status", GRANTED),
    )
    order = (qualification.c.granted, qualification.c.id)
    items, answer = page(
        transaction, "ListWorkersWithQualificationType", query, order, parameters, QualificationRow, _describe
    )
    return {**answer, "Qualifications": items}


def _held(transaction: Transaction, parameters: Mapping[str, Any]) -> QualificationRow:
    kind = types.fetch_own(transaction, parameters["QualificationTypeId"])
    row = find(transaction, kind.id, parameters["WorkerId"])
    if row is None:
        raise faults.no_qualification()
    if row.status != GRANTED:
        raise faults.wrong_qualification_state(GRANTED)
    return row


def _describe(row: QualificationRow) -> dict[str, Any]:
    return {
        "QualificationTypeId": row.qualification_type_id,
        "WorkerId": row.worker_id,
        "GrantTime": row.granted,
        "IntegerValue": row.score,
        "Status": row.status,
    }


# Workers' requests for qualifications, as far as they wait for the requester.


def list_requests(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer ListQualificationRequests: those that wait for a decision, the first submitted first."""
    query = rows.QUALIFICATION_REQUESTS.where(
        WAITING, qualification_type.c.requester == transaction.requester
    )
    if "QualificationTypeId" in parameters:
        kind = types.fetch_own(transaction, parameters["QualificationTypeId"])
        query = query.where(qualification_request.c.qualification_type == kind.id)
    order = (qualification_request.c.submitted, qualification_request.c.id)
    items, answer = page(
        transaction,
        "ListQualificationRequests",
        query,
        order,
        parameters,
        QualificationRequestRow,
        _describe_request,
    )
    return {**answer, "QualificationRequests": items}


def accept(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer AcceptQualificationRequest: the worker holds the qualification from now on."""
    row = _waiting(transaction, parameters["QualificationRequestId"])
    workers.check_grant(transaction, row.worker_id)
    score = parameters.get("IntegerValue", DEFAULT_SCORE)
    grant(transaction, row.qualification_type, row.worker_id, score)
    messages.send(transaction, row.worker_id, *messages.granted(row.name, score))
    return _answered(transaction, row)


def reject(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer RejectQualificationRequest; the worker is told the reason if there is one."""
    row = _waiting(transaction, parameters["QualificationRequestId"])
    messages.send(transaction, row.worker_id, *messages.turned_down(row.name, parameters.get("Reason", "")))
    return _answered(transaction, row)


def _waiting(transaction: Transaction, request_id: str) -> QualificationRequestRow:
    lock_type_of(transaction, request_id)
    own = qualification_type.c.requester == transaction.requester
    query = rows.QUALIFICATION_REQUESTS.where(qualification_request.c.request_id == request_id, own)
    row = transaction.fetch_one(QualificationRequestRow, query)
    if row is None or row.status == TESTING:
        raise faults.missing("QualificationRequest", request_id)
    if row.status != PENDING:
        raise faults.wrong_request_state(PENDING)
    return row


def _answered(transaction: Transaction, row: QualificationRequestRow) -> dict[str, Any]:
    same = qualification_request.c.id == row.id
    transaction.db.execute(update(qualification_request).where(same).values(status=ANSWERED))
    return {}


def _describe_request(row: QualificationRequestRow) -> dict[str, Any]:
    return {
        "QualificationRequestId": row.request_id,
        "QualificationTypeId": row.qualification_type_id,
        "WorkerId": row.worker_id,
        "Test": row.test_text,
        "Answer": row.answer,
        "SubmitTime": row.submitted,
    }
