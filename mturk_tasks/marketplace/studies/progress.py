"""How far a participant of a study is: what they have done, what they hold, what their session may reach."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import bindparam, exists, select

from mturk_tasks.marketplace.storage.schema import ACCEPTED, assignment, participant, study, study_hit
from mturk_tasks.marketplace.storage.transactions import Transaction
from mturk_tasks.marketplace.studies.studies import COLUMNS, StudyRow
from mturk_tasks.markup import answers
from mturk_tasks.vocabulary.recruitment import SOURCES
from mturk_tasks.vocabulary.statuses import ASSIGNMENT_STATUSES


class Participant(NamedTuple):
    """Somebody who came to a study."""

    id: int
    study: int
    worker: str
    external_id: str
    state: str
    active: datetime
    consented: datetime | None
    consent: str | None
    resume: str


class Progress(NamedTuple):
    """How many HITs of a study somebody has done, and which assignment they hold."""

    done: int
    held: str | None


_BY_ID: Final = select(*COLUMNS).where(study.c.study_id == bindparam("wanted"))
_PARTICIPANT: Final = select(*[participant.c[name] for name in Participant._fields])


def find_study(transaction: Transaction, study_id: str) -> StudyRow | None:
    """Return a study by the ID in its link."""
    return transaction.fetch_one(StudyRow, _BY_ID, wanted=study_id)


def find(transaction: Transaction, own: StudyRow, worker_id: str) -> Participant | None:
    """Return a worker as a participant of a study, None where they are none."""
    same = (participant.c.study == own.id, participant.c.worker == worker_id)
    return transaction.fetch_one(Participant, _PARTICIPANT.where(*same))


def is_proven(transaction: Transaction, own: StudyRow, worker_id: str) -> bool:
    """Say whether a participant is who they seem: their link is signed, or they did no other study before.

    An unsigned link lets anybody begin a study as somebody who has done another one.
    """
    if SOURCES[own.source].signed:
        return True
    elsewhere = exists().where(participant.c.worker == worker_id, participant.c.study != own.id)
    return not transaction.db.execute(select(elsewhere)).scalar_one()


def read(transaction: Transaction, own: StudyRow, worker_id: str) -> Progress:
    """Return how far somebody is in a study."""
    mine = (study_hit.c.study == own.id, assignment.c.worker == worker_id)
    joined = assignment.join(study_hit, study_hit.c.hit == assignment.c.hit)
    columns = (assignment.c.status, assignment.c.assignment_id)
    found = transaction.db.execute(select(*columns).select_from(joined).where(*mine)).all()
    done = sum(row.status in ASSIGNMENT_STATUSES for row in found)
    return Progress(done, next((row.assignment_id for row in found if row.status == ACCEPTED), None))


def is_screened_out(transaction: Transaction, own: StudyRow, worker_id: str) -> bool:
    """Say whether a participant has given an answer that ends the study for them."""
    ending = {(name, value) for name, value in json.loads(own.screenout)}
    if not ending:
        return False
    mine = (study_hit.c.study == own.id, assignment.c.worker == worker_id)
    joined = assignment.join(study_hit, study_hit.c.hit == assignment.c.hit)
    done = select(assignment.c.answer).select_from(joined).where(*mine, assignment.c.answer.is_not(None))
    given = (answer for text in transaction.db.execute(done).scalars() for answer in answers.parse(text))
    return any((answer.question, value) in ending for answer in given for value in answer.values)


def is_in_study(transaction: Transaction, own: StudyRow, assignment_id: str) -> bool:
    """Say whether an assignment is of a HIT of the study."""
    joined = assignment.join(study_hit, study_hit.c.hit == assignment.c.hit)
    same = (study_hit.c.study == own.id, assignment.c.assignment_id == assignment_id)
    return (
        transaction.db.execute(select(assignment.c.id).select_from(joined).where(*same)).first() is not None
    )
