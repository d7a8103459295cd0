"""What comes out of the tables, one typed shape for each question that several modules ask."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, FromClause, select

from mturk_tasks.marketplace.storage.schema import (
    assignment,
    hit,
    hit_type,
    qualification,
    qualification_request,
    qualification_type,
    question,
    worker,
)


class HITTypeRow(NamedTuple):
    """What HITs that workers see as one group have in common; `requirements` as the API writes them."""

    id: int
    requester: int
    hit_type_id: str
    hit_group_id: str
    digest: str
    title: str
    description: str
    keywords: str | None
    reward: Decimal
    assignment_duration: int
    auto_approval_delay: int
    requirements: str | None
    newest: datetime


class HITStateRow(NamedTuple):
    """What a HIT's state follows from, without its texts."""

    id: int
    status: str
    expired: bool
    changed: datetime
    expiration: datetime
    available: int
    pending: int
    max_assignments: int
    review_policies: str | None


class HITRow(NamedTuple):
    """A HIT with its type and its question; `fee` is for one assignment, times are in seconds."""

    id: int
    requester: int
    hit_id: str
    hit_type: int
    question: str
    annotation: str | None
    created: datetime
    expiration: datetime
    expired: bool
    status: str
    changed: datetime
    created_with: int
    max_assignments: int
    available: int
    pending: int
    completed: int
    fee: Decimal
    shuffle: int
    review_policies: str | None
    review_due: datetime | None
    hit_type_id: str
    hit_group_id: str
    title: str
    description: str
    keywords: str | None
    reward: Decimal
    assignment_duration: int
    auto_approval_delay: int
    requirements: str | None
    question_text: str


class AssignmentRow(NamedTuple):
    """An assignment, what its HIT pays for it, and whether a simulated worker did it."""

    id: int
    assignment_id: str
    hit: int
    worker: str
    status: str
    accepted: datetime
    deadline: datetime
    ended: datetime | None
    submitted: datetime | None
    auto_approval: datetime | None
    approved: datetime | None
    rejected: datetime | None
    answer: str | None
    feedback: str | None
    hit_id: str
    requester: int
    fee: Decimal
    hit_status: str
    reward: Decimal
    simulated: bool


class QualificationTypeRow(NamedTuple):
    """A qualification type and the text of its test; those of the system have no requester."""

    id: int
    requester: int | None
    qualification_type_id: str
    system: bool
    name: str
    description: str
    keywords: str | None
    status: str
    created: datetime | None
    retry_delay: int | None
    test: str | None
    test_duration: int | None
    answer_key: str | None
    auto_granted: bool
    auto_granted_value: int | None
    test_text: str | None


class QualificationRow(NamedTuple):
    """A worker's qualification, held or revoked, and the type that it is of."""

    id: int
    qualification_type: int
    worker_id: str
    score: int
    status: str
    granted: datetime
    qualification_type_id: str
    name: str


class QualificationRequestRow(NamedTuple):
    """A worker's request for a qualification, its type, and the test that it was made with."""

    id: int
    request_id: str
    qualification_type: int
    worker_id: str
    status: str
    requested: datetime
    deadline: datetime | None
    submitted: datetime | None
    test: str | None
    answer_key: str | None
    answer: str | None
    qualification_type_id: str
    name: str
    test_text: str | None


def columns(
    shape: type[NamedTuple], *tables: FromClause, **named: ColumnElement[Any]
) -> list[ColumnElement[Any]]:
    """Return the columns of a shape: those `named`, else of the first table that has one of that name."""
    return [
        named[field].label(field)
        if field in named
        else next(table.c[field] for table in tables if field in table.c)
        for field in shape._fields
    ]


HIT_TYPES: Final = select(*columns(HITTypeRow, hit_type))
HIT_STATES: Final = select(*columns(HITStateRow, hit))
HITS: Final = (
    select(*columns(HITRow, hit, hit_type, question_text=question.c.text))
    .join(hit_type, hit.c.hit_type == hit_type.c.id)
    .join(question, hit.c.question == question.c.digest)
)
ASSIGNMENTS: Final = (
    select(*columns(AssignmentRow, assignment, hit, hit_type, worker, hit_status=hit.c.status))
    .join(hit, assignment.c.hit == hit.c.id)
    .join(hit_type, hit.c.hit_type == hit_type.c.id)
    .join(worker, assignment.c.worker == worker.c.worker_id)
)
QUALIFICATION_TYPES: Final = select(
    *columns(QualificationTypeRow, qualification_type, test_text=question.c.text)
).outerjoin(question, qualification_type.c.test == question.c.digest)


QUALIFICATIONS: Final = select(*columns(QualificationRow, qualification, qualification_type)).join(
    qualification_type, qualification.c.qualification_type == qualification_type.c.id
)
QUALIFICATION_REQUESTS: Final = (
    select(
        *columns(
            QualificationRequestRow, qualification_request, qualification_type, test_text=question.c.text
        )
    )
    .join(qualification_type, qualification_request.c.qualification_type == qualification_type.c.id)
    .outerjoin(question, qualification_request.c.test == question.c.digest)
)
