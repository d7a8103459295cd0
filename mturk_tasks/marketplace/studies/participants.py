"""Participants of a study: a place is taken, HITs are done one after the other, the end has a code.

No part of the Requester API. A place is free again when somebody leaves, or for so many minutes has given
no answer at all.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, func, insert, or_, select, update

from mturk_tasks.errors import MTurkTasksError
from mturk_tasks.marketplace.due import write_current
from mturk_tasks.marketplace.qualifications import eligibility
from mturk_tasks.marketplace.qualifications.eligibility import Asked
from mturk_tasks.marketplace.qualifications.requirements import ACCEPT
from mturk_tasks.marketplace.records import workers
from mturk_tasks.marketplace.storage.schema import (
    assignment,
    hit,
    hit_type,
    panel_member,
    participant,
    study,
    study_hit,
)
from mturk_tasks.marketplace.storage.store import Store, retried
from mturk_tasks.marketplace.storage.transactions import Transaction
from mturk_tasks.marketplace.studies import links, progress
from mturk_tasks.marketplace.studies.progress import Participant
from mturk_tasks.marketplace.studies.studies import (
    DECLINED,
    FINISHED,
    LEFT,
    WORKING,
    StudyRow,
    known_worker,
    scope_of,
)
from mturk_tasks.marketplace.worker import answering, work
from mturk_tasks.vocabulary.recruitment import SOURCES
from mturk_tasks.vocabulary.statuses import ASSIGNMENT_STATUSES

Refusal = Literal["closed", "late", "full", "blocked", "excluded", "revoked", "needs_resume"]
_TRIES: Final = 8  # at HITs that others take at the same moment
_CHOICE: Final = 20


class Refused(MTurkTasksError):
    """Say why somebody cannot take part; `reason` is a key of the site's texts."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(f"the study refuses: {reason}")
        self.reason = reason


class Arrival(NamedTuple):
    """Who somebody is by the link that they came by; empty where it does not tell."""

    external_id: str = ""
    study: str = ""
    session: str = ""


_HITS_OF: Final = select(study_hit.c.hit).where(study_hit.c.study == bindparam("of"))


def refusal(transaction: Transaction, own: StudyRow) -> Refusal | None:
    """Return why nobody new can take part now, None where one can."""
    if not own.open:
        return "closed"
    if own.until is not None and transaction.now > own.until:
        return "late"
    return None if _has_place(transaction, own) else "full"


def is_excluded(transaction: Transaction, own: StudyRow, worker_id: str) -> bool:
    """Say whether what the HITs of a study ask of workers leaves none of them to this one."""
    types = select(hit.c.hit_type).where(hit.c.id.in_(_HITS_OF), hit.c.hit_type == hit_type.c.id)
    query = select(hit_type.c.id, hit_type.c.requester, hit_type.c.requirements).where(types.exists())
    asked = [Asked(*row) for row in transaction.db.execute(query, {"of": own.id})]
    closed = eligibility.closed_among(transaction, worker_id, ACCEPT, asked)
    return bool(asked) and len(closed) == len(asked)


@retried
def enter(
    store: Store,
    study_id: str,
    arrival: Arrival,
    now: datetime,
    *,
    resume: str,
    make_worker: Callable[[Transaction], str],
) -> tuple[str, str]:
    """Let somebody take part, and return their worker ID and what lets another browser go on.

    Who has come before needs what their first page showed, `resume`, unless their link is signed; the code is
    not told again then. Raise Refused where somebody cannot take part.
    """
    with write_current(store, now) as transaction:
        own = _locked(transaction, study_id)
        signed = SOURCES[own.source].signed
        if signed and not links.is_good(transaction, own, arrival.external_id):
            raise Refused("revoked")
        worker_id = _worker_of(transaction, own, arrival)
        before = progress.find(transaction, own, worker_id) if worker_id else None
        if before is not None:
            if not signed and (not resume or _digest(resume) != before.resume):
                raise Refused("needs_resume")
            _keep_place(transaction, own, before)
            return before.worker, ""
        if why := refusal(transaction, own):
            raise Refused(why)
        if worker_id is None:
            worker_id = make_worker(transaction)
            _remember(transaction, own, arrival, worker_id)
        if workers.is_blocked(transaction, worker_id, own.requester):
            raise Refused("blocked")
        if is_excluded(transaction, own, worker_id):
            raise Refused("excluded")
        return worker_id, _admit(transaction, own, arrival, worker_id)


@retried
def keep_place(store: Store, study_id: str, worker_id: str, now: datetime) -> None:
    """Take a place again for somebody whose own is free by now; raise Refused where none is."""
    with write_current(store, now) as transaction:
        own = _locked(transaction, study_id)
        mine = progress.find(transaction, own, worker_id)
        if mine is not None:
            _keep_place(transaction, own, mine)


@retried
def agree(store: Store, study_id: str, worker_id: str, digest: str, now: datetime) -> None:
    """Note that a participant agrees to the consent of that digest."""
    with write_current(store, now) as transaction:
        _change(transaction, study_id, worker_id, consented=transaction.now, consent=digest)


@retried
def decline(store: Store, study_id: str, worker_id: str, now: datetime) -> None:
    """Note that a participant does not agree; their place is free."""
    with write_current(store, now) as transaction:
        _change(transaction, study_id, worker_id, state=DECLINED, ended=transaction.now)


@retried
def leave(store: Store, study_id: str, worker_id: str, now: datetime) -> None:
    """Let a participant go: what they hold is given back, and their place is free."""
    with write_current(store, now) as transaction:
        own = _locked(transaction, study_id)
        held = progress.read(transaction, own, worker_id).held
        if held is not None:
            answering.give_back(transaction, answering.held(transaction, held, worker_id))
        _change(transaction, study_id, worker_id, state=LEFT, ended=transaction.now)


@retried
def finish(store: Store, study_id: str, worker_id: str, now: datetime, *, state: str = FINISHED) -> None:
    """Note that a participant has done what there was to do, or, by another state, was screened out."""
    with write_current(store, now) as transaction:
        _change(transaction, study_id, worker_id, state=state, ended=transaction.now)


def next_assignment(store: Store, study_id: str, worker_id: str, now: datetime) -> str | None:
    """Accept a HIT of the study for a participant and return the assignment; None where none is left.

    HITs with most places left come first, so that all get about as many answers.
    """
    for _ in range(_TRIES):
        with write_current(store, now) as transaction:
            own = _locked(transaction, study_id)
            mine = progress.read(transaction, own, worker_id)
            found = _offered(transaction, own, worker_id)
        if mine.held is not None or mine.done >= own.hits:
            return mine.held
        if not found:
            return None
        try:
            return work.accept(store, worker_id, secrets.choice(found), now).assignment_id
        except work.Refused:
            continue
    return None


def _offered(transaction: Transaction, own: StudyRow, worker_id: str) -> list[str]:
    closed = eligibility.closed_types(transaction, worker_id, ACCEPT)
    offers = eligibility.offered(worker_id, closed, workers.blocking_requesters(transaction, worker_id))
    of_study = select(study_hit.c.hit).where(study_hit.c.study == own.id)
    query = offers.query.where(hit.c.id.in_(of_study)).order_by(hit.c.available.desc(), hit.c.shuffle)
    return list(transaction.db.execute(query.limit(_CHOICE), offers.bound).scalars())


def _locked(transaction: Transaction, study_id: str) -> StudyRow:
    """Return a study whose places nobody else gives away meanwhile."""
    if transaction.locks:
        lock = select(study.c.id).where(study.c.study_id == study_id).with_for_update(key_share=True)
        transaction.db.execute(lock).all()
    own = progress.find_study(transaction, study_id)
    if own is None:
        raise Refused("closed")
    return own


def _has_place(transaction: Transaction, own: StudyRow) -> bool:
    if own.participants is None:
        return True
    taken = select(func.count()).select_from(participant).where(participant.c.study == own.id)
    number: int = transaction.db.execute(taken.where(_takes_place(own, transaction.now))).scalar_one()
    return number < own.participants


def _takes_place(own: StudyRow, now: datetime) -> ColumnElement[bool]:
    answered = (
        select(assignment.c.id)
        .join(study_hit, study_hit.c.hit == assignment.c.hit)
        .where(
            study_hit.c.study == own.id,
            assignment.c.worker == participant.c.worker,
            assignment.c.status.in_(ASSIGNMENT_STATUSES),
        )
        .correlate(participant)
        .exists()
    )
    recent = participant.c.active > now - timedelta(minutes=own.minutes)
    working = and_(participant.c.state == WORKING, or_(recent, answered))
    return or_(participant.c.state == FINISHED, working)


def _keep_place(transaction: Transaction, own: StudyRow, mine: Participant) -> None:
    """See to it that somebody who goes on has a place; raise Refused where theirs went to another."""
    if mine.state != WORKING:
        return
    standing = select(participant.c.id).where(participant.c.id == mine.id, _takes_place(own, transaction.now))
    if transaction.db.execute(standing).first() is None and not _has_place(transaction, own):
        raise Refused("full")
    same = participant.c.id == mine.id
    transaction.db.execute(update(participant).where(same).values(active=transaction.now))


def _worker_of(transaction: Transaction, own: StudyRow, arrival: Arrival) -> str | None:
    if not SOURCES[own.source].identifies:
        return None
    return known_worker(transaction, own, arrival.external_id)


def _remember(transaction: Transaction, own: StudyRow, arrival: Arrival, worker_id: str) -> None:
    if SOURCES[own.source].identifies:
        member = {"scope": scope_of(own), "external_id": arrival.external_id, "worker": worker_id}
        transaction.db.execute(insert(panel_member), member)


def _admit(transaction: Transaction, own: StudyRow, arrival: Arrival, worker_id: str) -> str:
    """Enter a participant and return what lets another browser go on."""
    resume = secrets.token_hex(4).upper()
    values = {
        "study": own.id,
        "worker": worker_id,
        "external_id": arrival.external_id,
        "external_study": arrival.study,
        "external_session": arrival.session,
        "state": WORKING,
        "entered": transaction.now,
        "active": transaction.now,
        "resume": _digest(resume),
    }
    transaction.db.execute(insert(participant), values)
    return resume


def _change(transaction: Transaction, study_id: str, worker_id: str, **values: object) -> None:
    of = select(study.c.id).where(study.c.study_id == study_id).scalar_subquery()
    same = (participant.c.study == of, participant.c.worker == worker_id)
    changes = update(participant).where(*same, participant.c.state == WORKING)
    transaction.db.execute(changes.values(**values))


def _digest(resume: str) -> str:
    return hashlib.sha256(resume.strip().upper().encode(errors="replace")).hexdigest()
