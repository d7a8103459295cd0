"""What a requester does with workers' requests for qualifications."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mturk_tasks.service.calls import call, every
from mturk_tasks.service.session import Client


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
