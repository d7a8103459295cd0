"""Who holds which qualification, with what score, as the requester sees and decides it.

A grant to a well-formed worker ID that nobody has yet waits for the person who signs up with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Row, insert, select, update

from mturk_tasks.marketplace import faults, messages, qualification_types, workers
from mturk_tasks.marketplace.context import Context
from mturk_tasks.marketplace.pages import page
from mturk_tasks.marketplace.qualification_rules import DEFAULT_SCORE
from mturk_tasks.marketplace.storage.locks import lock_type
from mturk_tasks.marketplace.storage.schema import qualification, qualification_type
from mturk_tasks.vocabulary.statuses import GRANTED, REVOKED

_WHOLE: Final = select(qualification, qualification_type.c.qualification_type_id, qualification_type.c.name)


def grant(context: Context, type_key: int, worker_id: str, score: int) -> None:
    """Let a worker hold a qualification with this score, whatever was before."""
    same = (qualification.c.qualification_type == type_key, qualification.c.worker_id == worker_id)
    values = {"score": score, "status": GRANTED, "granted": context.now}
    if context.db.execute(select(qualification.c.id).where(*same)).one_or_none() is None:
        new = {"qualification_type": type_key, "worker_id": worker_id, **values}
        context.db.execute(insert(qualification), new)
    else:
        context.db.execute(update(qualification).where(*same).values(**values))


def find(context: Context, type_key: int, worker_id: str) -> Row[Any] | None:
    """Return what a worker holds or held of a type, None if it was never granted."""
    query = _WHOLE.join(qualification_type).where(
        qualification.c.qualification_type == type_key, qualification.c.worker_id == worker_id
    )
    return context.db.execute(query).one_or_none()


def end(context: Context, key: int) -> None:
    """Take a qualification back."""
    context.db.execute(update(qualification).where(qualification.c.id == key).values(status=REVOKED))


def associate(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer AssociateQualificationWithWorker: grant, grant again, or change the score.

    The worker is told what is new to them.
    """
    lock_type(context, parameters["QualificationTypeId"])
    kind = qualification_types.fetch_live(context, parameters["QualificationTypeId"])
    worker_id = parameters["WorkerId"]
    workers.check_grant(context, worker_id)
    score = parameters.get("IntegerValue", DEFAULT_SCORE)
    before = find(context, kind.id, worker_id)
    changed = before is None or (before.status, before.score) != (GRANTED, score)
    grant(context, kind.id, worker_id, score)
    if changed and parameters.get("SendNotification", True):
        messages.send(context, worker_id, *messages.granted(kind.name, score))
    return {}


def disassociate(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer DisassociateQualificationFromWorker; the worker is told the reason if there is one."""
    lock_type(context, parameters["QualificationTypeId"])
    row = _held(context, parameters)
    end(context, row.id)
    if parameters.get("Reason"):
        messages.send(context, row.worker_id, *messages.revoked(row.name, parameters["Reason"]))
    return {}


def get_qualification_score(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer GetQualificationScore, for what is held now."""
    return {"Qualification": _describe(_held(context, parameters))}


def list_workers(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer ListWorkersWithQualificationType, the first granted first."""
    kind = qualification_types.fetch_own(context, parameters["QualificationTypeId"])
    query = _WHOLE.join(qualification_type).where(
        qualification.c.qualification_type == kind.id,
        qualification.c.status == parameters.get("Status", GRANTED),
    )
    order = (qualification.c.granted, qualification.c.id)
    items, answer = page(context, "ListWorkersWithQualificationType", query, order, parameters, _describe)
    return {**answer, "Qualifications": items}


def _held(context: Context, parameters: Mapping[str, Any]) -> Row[Any]:
    kind = qualification_types.fetch_own(context, parameters["QualificationTypeId"])
    row = find(context, kind.id, parameters["WorkerId"])
    if row is None:
        raise faults.no_qualification()
    if row.status != GRANTED:
        raise faults.wrong_qualification_state(GRANTED)
    return row


def _describe(row: Row[Any]) -> dict[str, Any]:
    return {
        "QualificationTypeId": row.qualification_type_id,
        "WorkerId": row.worker_id,
        "GrantTime": row.granted,
        "IntegerValue": row.score,
        "Status": row.status,
    }
