"""What a requester does with the qualifications that workers hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mturk_tasks.client.records import Hit, hit
from mturk_tasks.client.session import Client, call, every


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


# What a requester does with qualification types.


@dataclass(frozen=True)
class QualificationType:
    """One qualification type; durations in seconds, None where there is no retry, test or key."""

    type_id: str
    name: str
    description: str
    keywords: str
    status: str
    created: datetime | None
    retry_delay: int | None
    test: str | None
    test_duration: int | None
    answer_key: str | None
    auto_granted: bool
    auto_granted_value: int | None


def create(client: Client, settings: Mapping[str, Any]) -> str:
    """Create a type of these settings (CreateQualificationType) and return its ID.

    Raise AlreadyExists where a type of the requester has the name.
    """
    answer = call(client, "create_qualification_type", **settings)
    return str(answer["QualificationType"]["QualificationTypeId"])


def update(client: Client, type_id: str, settings: Mapping[str, Any]) -> None:
    """Change these settings of a type (UpdateQualificationType)."""
    call(client, "update_qualification_type", QualificationTypeId=type_id, **settings)


def get(client: Client, type_id: str) -> QualificationType:
    """Return a type; raise DoesNotExist where there is none, InvalidState where it is deleted."""
    return _type(call(client, "get_qualification_type", QualificationTypeId=type_id)["QualificationType"])


def named(client: Client, name: str) -> QualificationType | None:
    """Return the requester's own type of exactly this name, or None."""
    found = every(
        client,
        "list_qualification_types",
        "QualificationTypes",
        MustBeRequestable=False,
        MustBeOwnedByCaller=True,
        Query=name,
    )
    return next((_type(one) for one in found if one["Name"] == name), None)


def delete(client: Client, type_id: str) -> None:
    """Delete a type; its open requests are rejected, HITs that ask for it go on asking."""
    call(client, "delete_qualification_type", QualificationTypeId=type_id)


def hits_requiring(client: Client, type_id: str) -> list[Hit]:
    """Return the HITs that ask for a type and are not deleted."""
    found = every(client, "list_hits_for_qualification_type", "HITs", QualificationTypeId=type_id)
    return [hit(answer) for answer in found]


def _type(answer: Mapping[str, Any]) -> QualificationType:
    return QualificationType(
        type_id=answer["QualificationTypeId"],
        name=answer["Name"],
        description=answer["Description"],
        keywords=answer.get("Keywords", ""),
        status=answer["QualificationTypeStatus"],
        created=answer.get("CreationTime"),
        retry_delay=answer.get("RetryDelayInSeconds"),
        test=answer.get("Test"),
        test_duration=answer.get("TestDurationInSeconds"),
        answer_key=answer.get("AnswerKey"),
        auto_granted=answer.get("AutoGranted", False),
        auto_granted_value=answer.get("AutoGrantedValue"),
    )


# What a requester does with workers' requests for qualifications.


@dataclass(frozen=True)
class QualificationRequest:
    """One request that waits for the requester; `answer` is a QuestionFormAnswers document, or empty."""

    request_id: str
    type_id: str
    worker_id: str
    submitted: datetime
    test: str
    answer: str


def waiting(client: Client, type_id: str | None = None) -> Iterator[QualificationRequest]:
    """Yield the requests that wait for a decision, of one type or of all, the first submitted first."""
    found = every(client, "list_qualification_requests", "QualificationRequests", QualificationTypeId=type_id)
    return (_request(answer) for answer in found)


def accept(client: Client, request_id: str, score: int | None = None) -> None:
    """Grant what is asked for; without a score it is 1. Raise InvalidState where it is decided already."""
    call(client, "accept_qualification_request", QualificationRequestId=request_id, IntegerValue=score)


def reject(client: Client, request_id: str, reason: str = "") -> None:
    """Refuse what is asked for; the worker reads the reason."""
    call(client, "reject_qualification_request", QualificationRequestId=request_id, Reason=reason or None)


def _request(answer: Mapping[str, Any]) -> QualificationRequest:
    return QualificationRequest(
        request_id=answer["QualificationRequestId"],
        type_id=answer["QualificationTypeId"],
        worker_id=answer["WorkerId"],
        submitted=answer["SubmitTime"],
        test=answer.get("Test", ""),
        answer=answer.get("Answer", ""),
    )
