"""What a requester does with qualification types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mturk_tasks.requester.records import Hit, hit
from mturk_tasks.service.calls import call, every
from mturk_tasks.service.session import Client


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
