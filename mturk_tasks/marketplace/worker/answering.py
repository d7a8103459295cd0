"""The gate for answers: what is stored as one has passed here, whichever way it came.

What may pass is decided by `markup.answer_rules`. Nothing is locked meanwhile: the expressions of a form
may take their time.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, insert, or_, select, update

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
    late_answer,
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


_OF_WORKER: Final = and_(  # statements are made once: making one takes longer than running it
    assignment.c.assignment_id == bindparam("assignment"), assignment.c.worker == bindparam("worker")
)
_ASKED: Final = select(question.c.text, hit.c.id).join_from(assignment, hit).join(question).where(_OF_WORKER)
_SENT: Final = select(uploaded_file.c.question, uploaded_file.c.file_id, uploaded_file.c.name).where(
    uploaded_file.c.hit == bindparam("hit"), uploaded_file.c.worker == bindparam("worker")
)


def must_fit_assignment(store: Store, assignment_id: str, worker_id: str, answer: str, now: datetime) -> None:
    """Raise Refused for an answer that the question of a worker's assignment does not ask for.

    An assignment that is unknown, or another's, is not judged here.
    """
    with read_transaction(store, now) as transaction:
        row = transaction.db.execute(_ASKED, {"assignment": assignment_id, "worker": worker_id}).one_or_none()
        if row is None:
            return
        files: dict[str, frozenset[str]] = {}
        for asked, file_id, name in transaction.db.execute(_SENT, {"hit": row.id, "worker": worker_id}):
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

_HELD: Final = _HOLDINGS.where(_OF_WORKER, HELD)
_UNANSWERED: Final = _HOLDINGS.where(_OF_WORKER, or_(HELD, POSSIBLY_LATE))


def holdings(transaction: Transaction, *conditions: ColumnElement[bool]) -> list[Holding]:
    """Return the assignments that meet the conditions."""
    return [Holding._make(row) for row in transaction.db.execute(_HOLDINGS.where(*conditions))]


def held(transaction: Transaction, assignment_id: str, worker_id: str) -> Holding:
    """Return an assignment that the worker holds; raise Refused where there is none."""
    return _locked(transaction, assignment_id, worker_id, _HELD)


def unanswered(transaction: Transaction, assignment_id: str, worker_id: str) -> Holding:
    """Return an assignment that the worker may still answer, late if need be; raise Refused for others."""
    return _locked(transaction, assignment_id, worker_id, _UNANSWERED)


def find_held(transaction: Transaction, assignment_id: str, worker_id: str) -> Holding | None:
    """Return an assignment that the worker holds, None where there is none."""
    return _find(transaction, assignment_id, worker_id, _HELD)


def _locked(transaction: Transaction, assignment_id: str, worker_id: str, query: Select[Any]) -> Holding:
    lock_hit_of(transaction, assignment_id)
    holding = _find(transaction, assignment_id, worker_id, query)
    if holding is None:
        raise Refused("not held", f"worker {worker_id} does not hold assignment {assignment_id}")
    return holding


def _find(transaction: Transaction, assignment_id: str, worker_id: str, query: Select[Any]) -> Holding | None:
    return transaction.fetch_one(Holding, query, assignment=assignment_id, worker=worker_id)


def keep_late(transaction: Transaction, assignment_id: str, worker_id: str, answer: str) -> bool:
    """Keep an answer to an assignment that the deadline took from the worker; say whether it is one.

    The first answer stays: a second one is not kept.
    """
    mine = (assignment.c.assignment_id == assignment_id, assignment.c.worker == worker_id)
    key = transaction.db.execute(select(assignment.c.id).where(*mine, POSSIBLY_LATE)).scalar_one_or_none()
    if key is None:
        return False
    values = {"assignment": key, "answer": answer, "received": transaction.now}
    transaction.db.execute(insert(late_answer), values)
    return True


def give_back_all(transaction: Transaction, worker_id: str) -> None:
    """Return every assignment that a worker holds."""
    for row in holdings(transaction, assignment.c.worker == worker_id, HELD):
        give_back(transaction, row)


def give_back(transaction: Transaction, row: Holding) -> None:
    """Return an assignment: its place is free again."""
    lock_hit(transaction, hit.c.id == row.hit)
    end(transaction, row, status=RETURNED, ended=transaction.now)
    events.note(transaction, events.RETURNED, row.hit, row.assignment_id)
    counters.move(transaction, counters.state_of(transaction, row.hit), available=1, pending=-1)


_END: Final = update(assignment).where(assignment.c.id == bindparam("wanted"))


def end(transaction: Transaction, row: Holding, **values: Any) -> None:
    """Change how an assignment that was held has ended."""
    transaction.db.execute(_END, {"wanted": row.id, **values})


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
