"""What a requester does with the qualifications that workers hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mturk_tasks.service.calls import call, every
from mturk_tasks.service.session import Client


@dataclass(frozen=True)
class Holder:
    """A worker who holds a qualification, with the score and the time of the last grant."""

    worker_id: str
    score: int
    granted: datetime


def grant(client: Client, type_id: str, worker_id: str, score: int | None, *, notify: bool = True) -> None:
    """Let a worker hold a qualification, or change the score; without a score it is 1."""
    call(
        client,
        "associate_qualification_with_worker",
        QualificationTypeId=type_id,
        WorkerId=worker_id,
        IntegerValue=score,
        SendNotification=notify,
    )


def revoke(client: Client, type_id: str, worker_id: str, reason: str = "") -> None:
    """Take a qualification back; the worker is told where there is a reason."""
    call(
        client,
        "disassociate_qualification_from_worker",
        QualificationTypeId=type_id,
        WorkerId=worker_id,
        Reason=reason or None,
    )


def holders(client: Client, type_id: str) -> list[Holder]:
    """Return who holds a qualification, the first granted first."""
    found = every(
        client, "list_workers_with_qualification_type", "Qualifications", QualificationTypeId=type_id
    )
    return [Holder(one["WorkerId"], one["IntegerValue"], one["GrantTime"]) for one in found]
