"""The worker's side of qualifications: ask for one, take its test, give it up.

No part of the Requester API. Each function is one transaction; what it returns is on the disk.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, exists, insert, select, update

from mturk_tasks.lib.ids import new_id
from mturk_tasks.marketplace.due import read_current, write_current
from mturk_tasks.marketplace.protocol import faults
from mturk_tasks.marketplace.qualifications import grants, participation
from mturk_tasks.marketplace.qualifications.requirements import fetch_qualification_type
from mturk_tasks.marketplace.records import workers
from mturk_tasks.marketplace.storage import rows
from mturk_tasks.marketplace.storage.rows import QualificationRequestRow, QualificationTypeRow
from mturk_tasks.marketplace.storage.schema import (
    ANSWERED,
    PENDING,
    TESTING,
    WITHDRAWN,
    qualification,
    qualification_request,
    qualification_type,
    question,
    test_draft,
)
from mturk_tasks.marketplace.storage.store import Store, retried
from mturk_tasks.marketplace.storage.transactions import (
    Transaction,
    lock_type,
    write_transaction,
)
from mturk_tasks.marketplace.worker import answering
from mturk_tasks.marketplace.worker.answering import Refused, must_fit
from mturk_tasks.markup.answer_key import grade, read_answer_key
from mturk_tasks.markup.answers import parse
from mturk_tasks.vocabulary.statuses import ACTIVE, GRANTED

_OPEN = (TESTING, PENDING)


@dataclass(frozen=True)
class Requested:
    """What became of a request: granted with a score, or pending, or a test to take until the deadline."""

    request_id: str
    score: int | None = None
    test: str | None = None
    deadline: datetime | None = None


@dataclass(frozen=True)
class Held:
    """A qualification that a worker holds."""

    qualification_type_id: str
    name: str
    score: int
    granted: datetime


def held(transaction: Transaction, worker_id: str) -> list[Held]:
    """Return what a worker holds, the last granted first."""
    columns = (qualification_type.c.qualification_type_id, qualification_type.c.name)
    query = select(*columns, qualification.c.score, qualification.c.granted).join_from(
        qualification, qualification_type
    )
    mine = query.where(qualification.c.worker_id == worker_id, qualification.c.status == GRANTED)
    return [Held(*row) for row in transaction.db.execute(mine.order_by(qualification.c.granted.desc()))]


@retried
def request(store: Store, worker_id: str, qualification_type_id: str, now: datetime) -> Requested:
    """Ask for a qualification; asking again while its test is being taken returns the same test.

    Raise Refused when the type cannot be asked for, or this worker may not, or not yet.
    """
    with write_current(store, now) as transaction:
        kind = requestable(transaction, qualification_type_id)
        if workers.is_blocked(transaction, worker_id, kind.requester):
            raise Refused("blocked", f"the requester has blocked worker {worker_id}")
        last = _last(transaction, kind.id, worker_id)
        if last is not None and last.status == TESTING and last.deadline and last.deadline > transaction.now:
            return Requested(last.request_id, test=last.test_text, deadline=last.deadline)
        if last is not None:
            _must_be_allowed_again(kind, last, transaction.now)
            if last.test != kind.test:  # what was typed there answers other questions
                _forget_draft(transaction, last)
        workers.ensure_worker(transaction, worker_id)
        return _begin(transaction, kind, worker_id)


@retried
def answer_test(store: Store, request_id: str, worker_id: str, answer: str, now: datetime) -> Requested:
    """Hand in the answers to a test, a QuestionFormAnswers document; with a key they are graded at once.

    Raise Refused unless the worker is taking the test, its time is not over, and the answers are ones that
    it asks for.
    """
    with read_current(store, now) as reading:
        test = test_of(reading, request_id, worker_id)
    if test:  # before anything is locked: a form's expressions may take their time
        must_fit(test, answer, {})
    with write_transaction(store, now) as transaction:
        row = answering.taken(transaction, request_id, worker_id)
        values = {
            "status": ANSWERED if row.answer_key else PENDING,
            "submitted": transaction.now,
            "answer": answer,
        }
        _change(transaction, row.id, **values)
        _forget_draft(transaction, row)
        if row.answer_key is None:
            return Requested(request_id)
        score = grade(read_answer_key(row.answer_key), parse(answer))
        grants.grant(transaction, row.qualification_type, worker_id, score)
        return Requested(request_id, score=score)


@retried
def give_up(store: Store, worker_id: str, qualification_type_id: str, now: datetime) -> None:
    """Withdraw an open request, and end the qualification where it is held.

    Raise Refused when there is neither.
    """
    with write_current(store, now) as transaction:
        kind = _known(transaction, qualification_type_id)
        last = _last(transaction, kind.id, worker_id)
        mine = grants.find(transaction, kind.id, worker_id)
        asked = last is not None and last.status in _OPEN
        if last is not None and asked:
            _change(transaction, last.id, status=WITHDRAWN)
        if mine is not None and mine.status == GRANTED:
            grants.end(transaction, mine.id)
        elif not asked:
            raise Refused("not held", f"worker {worker_id} does not have the qualification {kind.name}")


def _known(transaction: Transaction, qualification_type_id: str) -> QualificationTypeRow:
    lock_type(transaction, qualification_type_id)
    try:
        return fetch_qualification_type(transaction, qualification_type_id)
    except faults.RequestError as fault:
        raise Refused("unknown", fault.text) from None


def requestable(transaction: Transaction, qualification_type_id: str) -> QualificationTypeRow:
    """Return a type that workers can ask for; raise Refused where it is unknown or nobody can."""
    kind = _known(transaction, qualification_type_id)
    if kind.system or kind.status != ACTIVE or participation.is_counted(transaction, kind.id):
        raise Refused("inactive", f"the qualification {kind.name} cannot be requested")
    return kind


def _last(transaction: Transaction, type_key: int, worker_id: str) -> QualificationRequestRow | None:
    """Return the worker's last request for a type."""
    mine = rows.QUALIFICATION_REQUESTS.where(
        qualification_request.c.worker_id == worker_id,
        qualification_request.c.qualification_type == type_key,
    )
    last = mine.order_by(qualification_request.c.id.desc()).limit(1)
    return transaction.fetch_one(QualificationRequestRow, last)


def _must_be_allowed_again(kind: QualificationTypeRow, last: QualificationRequestRow, now: datetime) -> None:
    """Refuse a further request; a delay counts from the one before, whatever became of it."""
    if last.status == PENDING:
        raise Refused("pending", f"a request for the qualification {kind.name} is waiting for a decision")
    if kind.retry_delay is None:
        raise Refused("no retake", f"the qualification {kind.name} can be requested only once")
    waits = timedelta(seconds=kind.retry_delay)
    if now < last.requested + waits:
        again = f"{last.requested + waits:%Y-%m-%d %H:%M:%S} UTC"
        raise Refused("too soon", f"the qualification {kind.name} can be requested again at {again}")


def _begin(transaction: Transaction, kind: QualificationTypeRow, worker_id: str) -> Requested:
    """Enter a request, and grant it where the type does so by itself."""
    values: dict[str, Any] = {
        "request_id": new_id(),
        "qualification_type": kind.id,
        "worker_id": worker_id,
        "requested": transaction.now,
    }
    begun = Requested(values["request_id"])
    if kind.auto_granted:
        score = kind.auto_granted_value or 0
        grants.grant(transaction, kind.id, worker_id, score)
        values.update(status=ANSWERED, submitted=transaction.now)
        begun = Requested(begun.request_id, score=score)
    elif kind.test is None:
        values.update(status=PENDING, submitted=transaction.now)
    else:
        deadline = transaction.now + timedelta(seconds=kind.test_duration or 0)
        values.update(status=TESTING, deadline=deadline, test=kind.test, answer_key=kind.answer_key)
        begun = Requested(begun.request_id, test=kind.test_text, deadline=deadline)
    transaction.db.execute(insert(qualification_request), values)
    return begun


def test_of(transaction: Transaction, request_id: str, worker_id: str) -> str:
    """Return the test that the worker is taking under a request; empty where there is none."""
    mine = select(question.c.text).join_from(qualification_request, question)
    text: str | None = transaction.db.execute(
        mine.where(
            qualification_request.c.request_id == request_id,
            qualification_request.c.worker_id == worker_id,
            qualification_request.c.status == TESTING,
            qualification_request.c.deadline > transaction.now,
        )
    ).scalar_one_or_none()
    return text or ""


def is_answered(transaction: Transaction, request_id: str, worker_id: str) -> bool:
    """Say whether the worker has handed in the test of a request."""
    mine = (
        qualification_request.c.request_id == request_id,
        qualification_request.c.worker_id == worker_id,
        qualification_request.c.submitted.is_not(None),
    )
    return bool(transaction.db.execute(select(exists().where(*mine))).scalar_one())


def _forget_draft(transaction: Transaction, row: QualificationRequestRow) -> None:
    """Take away what a worker had typed in the test of a type: the answer is there now."""
    mine = (
        test_draft.c.qualification_type == row.qualification_type,
        test_draft.c.worker_id == row.worker_id,
    )
    transaction.db.execute(delete(test_draft).where(*mine))


def _change(transaction: Transaction, key: int, **values: Any) -> None:
    same = qualification_request.c.id == key
    transaction.db.execute(update(qualification_request).where(same).values(**values))
