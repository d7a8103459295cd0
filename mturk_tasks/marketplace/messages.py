"""What workers are told: kept here for them to read, sent nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import exists, insert, select

from mturk_tasks.marketplace import limits
from mturk_tasks.marketplace.context import Context
from mturk_tasks.marketplace.settle import looking
from mturk_tasks.marketplace.storage.schema import assignment, hit, message, worker
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.vocabulary.statuses import APPROVED, REJECTED

_NO_REASON: Final = "No reason was given."
_STRANGER: Final = "Cannot send a notification to a worker who has not done any work for you"


@dataclass(frozen=True)
class Message:
    """One message to a worker."""

    subject: str
    text: str
    sent: datetime


def send(context: Context, worker_id: str, subject: str, text: str) -> None:
    """Keep a message for a worker; one who signs up later finds it too."""
    values = {"worker_id": worker_id, "subject": subject, "text": text, "sent": context.now}
    context.db.execute(insert(message), values)


def read(store: Store, worker_id: str, now: datetime) -> list[Message]:
    """Return a worker's messages, the newest first."""
    query = select(message).where(message.c.worker_id == worker_id).order_by(message.c.id.desc())
    with looking(store, now) as context:
        return [Message(row.subject, row.text, row.sent) for row in context.db.execute(query)]


def granted(name: str, score: int) -> tuple[str, str]:
    """Return subject and text for a worker who was given a qualification."""
    return f"You have the qualification {name}", f"Your score is {score}."


def revoked(name: str, reason: str) -> tuple[str, str]:
    """Return subject and text for a worker whose qualification was taken back."""
    return f"You no longer have the qualification {name}", reason


def turned_down(name: str, reason: str) -> tuple[str, str]:
    """Return subject and text for a worker whose request was rejected."""
    return f"Your request for the qualification {name} was rejected", reason or _NO_REASON


def notify_workers(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer NotifyWorkers: a worker who cannot be written to is listed, and no reason to fail.

    Those are workers who are known and have no approved or rejected work. An ID that nobody has yet
    is written to, like one that is granted a qualification.
    """
    limits.check_message(parameters)
    strangers = []
    for worker_id in dict.fromkeys(parameters["WorkerIds"]):
        if _is_stranger(context, worker_id):
            strangers.append(worker_id)
        else:
            send(context, worker_id, parameters["Subject"], parameters["MessageText"])
    return {"NotifyWorkersFailureStatuses": [_failure(worker_id) for worker_id in strangers]}


def _is_stranger(context: Context, worker_id: str) -> bool:
    known = exists().where(worker.c.worker_id == worker_id)
    decided = assignment.c.status.in_((APPROVED, REJECTED))
    own = (assignment.c.hit == hit.c.id, hit.c.requester == context.requester)
    worked = exists().where(assignment.c.worker == worker_id, decided, *own)
    return bool(context.db.execute(select(known & ~worked)).scalar_one())


def _failure(worker_id: str) -> dict[str, str]:
    return {
        "NotifyWorkersFailureCode": "HardFailure",
        "NotifyWorkersFailureMessage": _STRANGER,
        "WorkerId": worker_id,
    }
