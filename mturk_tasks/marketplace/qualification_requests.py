"""Workers' requests for qualifications, as far as they wait for the requester."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Row, select, update

from mturk_tasks.marketplace import faults, messages, qualification_types, qualifications, workers
from mturk_tasks.marketplace.context import Context
from mturk_tasks.marketplace.pages import page
from mturk_tasks.marketplace.qualification_rules import DEFAULT_SCORE
from mturk_tasks.marketplace.storage.locks import lock_type_of
from mturk_tasks.marketplace.storage.schema import (
    ANSWERED,
    PENDING,
    TESTING,
    WAITING,
    qualification_request,
    qualification_type,
    question,
)

_WHOLE: Final = (
    select(
        qualification_request,
        qualification_type.c.qualification_type_id,
        qualification_type.c.name,
        question.c.text.label("test_text"),
    )
    .join(qualification_type, qualification_request.c.qualification_type == qualification_type.c.id)
    .outerjoin(question, qualification_request.c.test == question.c.digest)
)


def list_requests(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer ListQualificationRequests: those that wait for a decision, the first submitted first."""
    query = _WHOLE.where(WAITING, qualification_type.c.requester == context.requester)
    if "QualificationTypeId" in parameters:
        kind = qualification_types.fetch_own(context, parameters["QualificationTypeId"])
        query = query.where(qualification_request.c.qualification_type == kind.id)
    order = (qualification_request.c.submitted, qualification_request.c.id)
    items, answer = page(context, "ListQualificationRequests", query, order, parameters, _describe)
    return {**answer, "QualificationRequests": items}


def accept(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer AcceptQualificationRequest: the worker holds the qualification from now on."""
    row = _waiting(context, parameters["QualificationRequestId"])
    workers.check_grant(context, row.worker_id)
    score = parameters.get("IntegerValue", DEFAULT_SCORE)
    qualifications.grant(context, row.qualification_type, row.worker_id, score)
    messages.send(context, row.worker_id, *messages.granted(row.name, score))
    return _answered(context, row)


def reject(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer RejectQualificationRequest; the worker is told the reason if there is one."""
    row = _waiting(context, parameters["QualificationRequestId"])
    messages.send(context, row.worker_id, *messages.turned_down(row.name, parameters.get("Reason", "")))
    return _answered(context, row)


def _waiting(context: Context, request_id: str) -> Row[Any]:
    lock_type_of(context, request_id)
    own = qualification_type.c.requester == context.requester
    query = _WHOLE.where(qualification_request.c.request_id == request_id, own)
    row = context.db.execute(query).one_or_none()
    if row is None or row.status == TESTING:
        raise faults.missing("QualificationRequest", request_id)
    if row.status != PENDING:
        raise faults.wrong_request_state(PENDING)
    return row


def _answered(context: Context, row: Row[Any]) -> dict[str, Any]:
    same = qualification_request.c.id == row.id
    context.db.execute(update(qualification_request).where(same).values(status=ANSWERED))
    return {}


def _describe(row: Row[Any]) -> dict[str, Any]:
    return {
        "QualificationRequestId": row.request_id,
        "QualificationTypeId": row.qualification_type_id,
        "WorkerId": row.worker_id,
        "Test": row.test_text,
        "Answer": row.answer,
        "SubmitTime": row.submitted,
    }
