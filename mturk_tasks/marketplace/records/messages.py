"""What workers are told: kept here for them to read, sent nowhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, func, insert, literal_column, select, union

from mturk_tasks.marketplace.protocol import limits
from mturk_tasks.marketplace.storage.schema import (
    assignment,
    block,
    hit,
    invitation,
    message,
    qualification,
    qualification_type,
    requester,
)
from mturk_tasks.marketplace.storage.transactions import Transaction
from mturk_tasks.vocabulary.statuses import APPROVED, GRANTED, REJECTED

PAGE: Final = 20
_NO_REASON: Final = "No reason was given."
_SENDER: Final = func.coalesce(message.c.requester, literal_column("0"))
_STRANGER: Final = "Cannot send a notification to a worker who has not done any work for you"


@dataclass(frozen=True)
class Message:
    """One message to a worker; `sender` names its requester, empty where that was not kept."""

    subject: str
    text: str
    sent: datetime
    sender: str


@dataclass(frozen=True)
class Sender:
    """Who has written to a worker, and how often; the key is 0 and the name empty where it was not kept."""

    key: int
    name: str
    number: int


def send(transaction: Transaction, worker_id: str, subject: str, text: str) -> None:
    """Keep a message of the requester who acts for a worker; one who signs up later finds it too."""
    values = {"worker_id": worker_id, "subject": subject, "text": text, "sent": transaction.now}
    transaction.db.execute(insert(message), {**values, "requester": transaction.requester})


def read(
    transaction: Transaction, worker_id: str, *, sender: int | None = None, page: int = 0
) -> list[Message]:
    """Return a page of a worker's messages, of one sender or of all, the newest first."""
    query = _to(worker_id).offset(page * PAGE).limit(PAGE)
    if sender is not None:
        query = query.where(message.c.requester == sender if sender else message.c.requester.is_(None))
    return _messages(transaction, query)


def newest(transaction: Transaction, worker_id: str, most: int) -> list[Message]:
    """Return the newest message of each sender: who writes often hides nobody else's."""
    last = select(func.max(message.c.id)).where(message.c.worker_id == worker_id).group_by(_SENDER)
    return _messages(transaction, _to(worker_id).where(message.c.id.in_(last)).limit(most))


def senders(transaction: Transaction, worker_id: str) -> list[Sender]:
    """Return who has written to a worker, by name."""
    query = (
        select(_SENDER.label("key"), requester.c.name, func.count().label("number"))
        .select_from(message)
        .outerjoin(requester, message.c.requester == requester.c.id)
        .where(message.c.worker_id == worker_id)
        .group_by(_SENDER, requester.c.name)
        .order_by(requester.c.name.nulls_last())
    )
    return [Sender(row.key, row.name or "", row.number) for row in transaction.db.execute(query)]


def _to(worker_id: str) -> Select[Any]:
    columns = (message, requester.c.name.label("sender"))
    query = select(*columns).outerjoin_from(message, requester, message.c.requester == requester.c.id)
    return query.where(message.c.worker_id == worker_id).order_by(message.c.id.desc())


def _messages(transaction: Transaction, query: Select[Any]) -> list[Message]:
    rows = transaction.db.execute(query).all()
    return [Message(row.subject, row.text, row.sent, row.sender or "") for row in rows]


def granted(name: str, score: int) -> tuple[str, str]:
    """Return subject and text for a worker who was given a qualification."""
    return f"You have the qualification {name}", f"Your score is {score}."


def revoked(name: str, reason: str) -> tuple[str, str]:
    """Return subject and text for a worker whose qualification was taken back."""
    return f"You no longer have the qualification {name}", reason


def turned_down(name: str, reason: str) -> tuple[str, str]:
    """Return subject and text for a worker whose request was rejected."""
    return f"Your request for the qualification {name} was rejected", reason or _NO_REASON


def notify_workers(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer NotifyWorkers: a worker who cannot be written to is listed, and no reason to fail.

    A message to somebody who signs up later waits, like a grant or a block.
    """
    limits.check_message(parameters)
    wanted = list(dict.fromkeys(parameters["WorkerIds"]))
    acquainted = _acquainted(transaction, wanted)
    for worker_id in wanted:
        if worker_id in acquainted:
            send(transaction, worker_id, parameters["Subject"], parameters["MessageText"])
    strangers = [worker_id for worker_id in wanted if worker_id not in acquainted]
    return {"NotifyWorkersFailureStatuses": [_failure(worker_id) for worker_id in strangers]}


def _acquainted(transaction: Transaction, wanted: Sequence[str]) -> set[str]:
    """Return those with decided work, a qualification or a block of the requester's, or an invitation.

    Whether somebody has signed up as one of them makes no difference, so that nobody learns it.
    """
    decided = assignment.c.status.in_((APPROVED, REJECTED))
    worked = select(assignment.c.worker).join(hit).where(hit.c.requester == transaction.requester, decided)
    granted = select(qualification.c.worker_id).join(qualification_type)
    granted = granted.where(
        qualification_type.c.requester == transaction.requester, qualification.c.status == GRANTED
    )
    blocked = select(block.c.worker_id).where(block.c.requester == transaction.requester)
    found = union(
        worked.where(assignment.c.worker.in_(wanted)),
        granted.where(qualification.c.worker_id.in_(wanted)),
        blocked.where(block.c.worker_id.in_(wanted)),
        select(invitation.c.worker_id).where(invitation.c.worker_id.in_(wanted)),
    )
    return set(transaction.db.execute(found).scalars())


def _failure(worker_id: str) -> dict[str, str]:
    return {
        "NotifyWorkersFailureCode": "HardFailure",
        "NotifyWorkersFailureMessage": _STRANGER,
        "WorkerId": worker_id,
    }
