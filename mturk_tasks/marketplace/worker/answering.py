"""The gate for answers: what is stored as one has passed here, whichever way it came.

What may pass is decided by `markup.answer_rules`. Nothing is locked meanwhile: the expressions of a form
may take their time.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import ColumnElement, or_, select, update

from mturk_tasks.errors import MTurkTasksError
from mturk_tasks.marketplace.hits import counters
from mturk_tasks.marketplace.records import events
from mturk_tasks.marketplace.storage import rows
from mturk_tasks.marketplace.storage.rows import QualificationRequestRow
from mturk_tasks.marketplace.storage.schema import (
    HELD,
    POSSIBLY_LATE,
    RETURNED,
    TESTING,
    assignment,
    hit,
    hit_type,
    qualification_request,
    question,
    uploaded_file,
)
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.marketplace.storage.transactions import (
    Transaction,
    lock_hit,
    lock_hit_of,
    lock_type_of,
    read_transaction,
)
from mturk_tasks.markup.answer_rules import Files, objection

# What workers are not let do, and why.


Reason = Literal[
    "unknown", "blocked", "repeated", "full", "expired", "not held", "invalid",
    "unqualified", "inactive", "pending", "no retake", "too soon", "too many",
    "too many fields", "too large",
]  # fmt: skip


class Refused(MTurkTasksError):
    """Say why a worker may not do this; `reason` is the same in one word or two."""

    def __init__(self, reason: Reason, text: str) -> None:
        super().__init__(text)
        self.reason = reason


def must_fit_assignment(store: Store, assignment_id: str, worker_id: str, answer: str, now: datetime) -> None:
    """Raise Refused for an answer that the question of a worker's assignment does not ask for.

    An assignment that is unknown, or another's, is not judged here.
    """
    mine = (assignment.c.assignment_id == assignment_id, assignment.c.worker == worker_id)
    query = select(question.c.text, hit.c.id).join_from(assignment, hit).join(question).where(*mine)
    kept = uploaded_file.c
    with read_transaction(store, now) as transaction:
        row = transaction.db.execute(query).one_or_none()
        if row is None:
            return
        sent = select(kept.question, kept.file_id, kept.name).where(
            kept.hit == row.id, kept.worker == worker_id
        )
        files: dict[str, frozenset[str]] = {}
        for asked, file_id, name in transaction.db.execute(sent):
            files[asked] = files.get(asked, frozenset()) | {f"{file_id}/{name}"}
    must_fit(row.text, answer, files)


def must_fit(document: str, answer: str, files: Files) -> None:
    """Raise Refused for an answer that a question or test does not ask for; `files` came before it."""
    wrong = objection(document, answer, files)
    if wrong:
        raise Refused(wrong.reason, wrong.text)


# The assignments that a worker may answer.


class Holding(NamedTuple):
    """An assignment that a worker holds or held, and what submitting it needs of its HIT."""

    id: int
    assignment_id: str
    hit: int
    auto_approval_delay: int
    review_policies: str | None


_HOLDINGS: Final = (
    select(
        assignment.c.id,
        assignment.c.assignment_id,
        assignment.c.hit,
        hit_type.c.auto_approval_delay,
        hit.c.review_policies,
    )
    .join(hit, assignment.c.hit == hit.c.id)
    .join(hit_type)
)


def holdings(transaction: Transaction, *conditions: ColumnElement[bool]) -> list[Holding]:
    """Return the assignments that meet the conditions."""
    return [Holding._make(row) for row in transaction.db.execute(_HOLDINGS.where(*conditions))]


def held(transaction: Transaction, assignment_id: str, worker_id: str) -> Holding:
    """Return an assignment that the worker holds; raise Refused where there is none."""
    return _locked(transaction, assignment_id, worker_id, HELD)


def unanswered(transaction: Transaction, assignment_id: str, worker_id: str) -> Holding:
    """Return an assignment that the worker may still answer, late if need be; raise Refused for others."""
    return _locked(transaction, assignment_id, worker_id, or_(HELD, POSSIBLY_LATE))


def find_held(transaction: Transaction, assignment_id: str, worker_id: str) -> Holding | None:
    """Return an assignment that the worker holds, None where there is none."""
    return _find(transaction, assignment_id, worker_id, HELD)


def _locked(
    transaction: Transaction, assignment_id: str, worker_id: str, state: ColumnElement[bool]
) -> Holding:
    lock_hit_of(transaction, assignment_id)
    holding = _find(transaction, assignment_id, worker_id, state)
    if holding is None:
        raise Refused("not held", f"worker {worker_id} does not hold assignment {assignment_id}")
    return holding


def _find(
    transaction: Transaction, assignment_id: str, worker_id: str, state: ColumnElement[bool]
) -> Holding | None:
    mine = (assignment.c.assignment_id == assignment_id, assignment.c.worker == worker_id)
    return next(iter(holdings(transaction, *mine, state)), None)


def give_back_all(transaction: Transaction, worker_id: str) -> None:
    """Return every assignment that a worker holds."""
    for row in holdings(transaction, assignment.c.worker == worker_id, HELD):
        give_back(transaction, row)


def give_back(transaction: Transaction, row: Holding) -> None:
    """Return an assignment: its place is free again."""
    lock_hit(transaction, hit.c.id == row.hit)
    end(transaction, row, status=RETURNED, ended=transaction.now)
    events.note(transaction, events.RETURNED, row.hit, row.assignment_id)
    counters.move(transaction, row.hit, available=1, pending=-1)


def end(transaction: Transaction, row: Holding, **values: Any) -> None:
    """Change how an assignment that was held has ended."""
    transaction.db.execute(update(assignment).where(assignment.c.id == row.id).values(**values))


def taken(transaction: Transaction, request_id: str, worker_id: str) -> QualificationRequestRow:
    """Return the request whose test the worker is taking; raise Refused where it is not so."""
    lock_type_of(transaction, request_id)
    mine = rows.QUALIFICATION_REQUESTS.where(
        qualification_request.c.request_id == request_id,
        qualification_request.c.worker_id == worker_id,
        qualification_request.c.status == TESTING,
        qualification_request.c.deadline > transaction.now,
    )
    row = transaction.fetch_one(QualificationRequestRow, mine)
    if row is None:
        raise Refused("not held", f"worker {worker_id} is not taking a test under request {request_id}")
    return row
