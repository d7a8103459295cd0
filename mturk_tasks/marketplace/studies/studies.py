"""Studies as their requesters see them: operations of our own."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Select, bindparam, func, insert, select, update

from mturk_tasks.marketplace.protocol import faults
from mturk_tasks.marketplace.protocol.paging import page
from mturk_tasks.marketplace.records import documents
from mturk_tasks.marketplace.storage.schema import (
    assignment,
    hit,
    hit_type,
    panel_member,
    participant,
    question,
    requester,
    study,
    study_hit,
)
from mturk_tasks.marketplace.storage.transactions import Transaction
from mturk_tasks.vocabulary import recruitment
from mturk_tasks.vocabulary.recruitment import DONE, ENDINGS, SOURCES
from mturk_tasks.vocabulary.statuses import ASSIGNMENT_STATUSES

WORKING: Final = "Working"  # states of a participant
FINISHED: Final = "Finished"
LEFT: Final = "Left"
SCREENED_OUT: Final = "ScreenedOut"
DECLINED: Final = "Declined"  # the consent
_LONGEST_CONSENT: Final = 50_000  # characters


class StudyRow(NamedTuple):
    """A study with its terms; `codes` and `screenout` are JSON, `consent` is the digest of its text."""

    id: int
    requester: int
    study_id: str
    source: str
    title: str
    description: str
    codes: str
    screenout: str
    back: str
    hits: int
    participants: int | None
    estimate: int | None
    minutes: int
    until: datetime | None
    consent: str | None
    open: bool
    created: datetime

    def code(self, ending: str) -> str:
        """Return the code of a way in which the study can end, empty where it has none."""
        code: str = json.loads(self.codes).get(ending, "")
        return code


COLUMNS: Final = [study.c[name] for name in StudyRow._fields]
_OWN: Final = select(*COLUMNS).where(
    study.c.study_id == bindparam("wanted"), study.c.requester == bindparam("of")
)
_HITS: Final = select(hit.c.id, hit.c.hit_id, hit_type.c.title, hit_type.c.description).join(
    hit_type, hit.c.hit_type == hit_type.c.id
)


def create_study(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer CreateStudy: open a study over HITs of the requester's, which are in no other one."""
    found = _hits(transaction, parameters["HITIds"])
    consent = parameters.get("Consent")
    if consent is not None and not 1 <= len(consent) <= _LONGEST_CONSENT:
        raise _refused(f"Consent may have 1 to {_LONGEST_CONSENT} characters.")
    values = {
        "requester": transaction.requester,
        "study_id": secrets.token_urlsafe(24),
        "secret": secrets.token_urlsafe(32),
        "source": _known_source(parameters["Source"]),
        "title": found[0].title,
        "description": found[0].description,
        "codes": json.dumps(_codes(parameters)),
        "screenout": json.dumps(
            [[entry["QuestionIdentifier"], entry["Answer"]] for entry in parameters.get("Screenout", ())]
        ),
        "back": parameters.get("ReturnURL", ""),
        "hits": parameters["HITsPerParticipant"],
        "participants": parameters.get("MaxParticipants"),
        "estimate": parameters.get("EstimatedMinutes"),
        "minutes": parameters["Minutes"],
        "until": parameters.get("Until"),
        "consent": None if consent is None else documents.keep(transaction, consent),
        "open": True,
        "created": transaction.now,
    }
    (key,) = transaction.db.execute(insert(study).values(values)).inserted_primary_key or (0,)
    _join(transaction, key, [row.id for row in found])
    return {"Study": _described(transaction, fetch(transaction, values["study_id"]))}


def add_study_hits(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer AddStudyHITs; HITs that are in it already are fine."""
    own = fetch(transaction, parameters["StudyId"])
    _join(transaction, own.id, [row.id for row in _hits(transaction, parameters["HITIds"])])
    return {"Study": _described(transaction, own)}


def update_study(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer UpdateStudy: open it or close it; who takes part already goes on."""
    own = fetch(transaction, parameters["StudyId"])
    transaction.db.execute(update(study).where(study.c.id == own.id).values(open=parameters["Open"]))
    return {"Study": _described(transaction, fetch(transaction, own.study_id))}


def get_study(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer GetStudy."""
    return {"Study": _described(transaction, fetch(transaction, parameters["StudyId"]))}


def list_study_participants(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer ListStudyParticipants, the first who came first."""
    own = fetch(transaction, parameters["StudyId"])
    items, answer = page(
        transaction,
        "ListStudyParticipants",
        _participants(own.id),
        (participant.c.id,),
        parameters,
        ParticipantRow,
        lambda row: _participant(own, row),
    )
    return {**answer, "Participants": items}


def fetch(transaction: Transaction, study_id: str) -> StudyRow:
    """Return a study of the requester who asks; raise RequestError where there is none."""
    own = transaction.fetch_one(StudyRow, _OWN, wanted=study_id, of=transaction.requester)
    if own is None:
        raise faults.missing("Study", study_id)
    return own


class ParticipantRow(NamedTuple):
    """Somebody who came to a study; `done` is how many HITs of it they have submitted."""

    worker: str
    external_id: str
    external_study: str
    external_session: str
    state: str
    entered: datetime
    consented: datetime | None
    consent: str | None
    ended: datetime | None
    done: int


def _participants(key: int) -> Select[Any]:
    done = (
        select(func.count())
        .select_from(assignment.join(study_hit, study_hit.c.hit == assignment.c.hit))
        .where(
            study_hit.c.study == key,
            assignment.c.worker == participant.c.worker,
            assignment.c.status.in_(ASSIGNMENT_STATUSES),
        )
        .correlate(participant)
        .scalar_subquery()
    )
    named = [participant.c[name] for name in ParticipantRow._fields[:-1]]
    return select(*named, done.label("done")).where(participant.c.study == key)


def _participant(own: StudyRow, row: ParticipantRow) -> dict[str, Any]:
    ending = {FINISHED: DONE, DECLINED: "noconsent", SCREENED_OUT: "screenout"}.get(row.state)
    return {
        "WorkerId": row.worker,
        "ExternalId": row.external_id,
        "ExternalStudy": row.external_study,
        "ExternalSession": row.external_session,
        "State": row.state,
        "Entered": row.entered,
        "Consented": row.consented,
        "ConsentDigest": row.consent,
        "Ended": row.ended,
        "NumberOfHITsDone": row.done,
        "Code": own.code(ending) if ending else None,
    }


def _described(transaction: Transaction, row: StudyRow) -> dict[str, Any]:
    counted = select(participant.c.state, func.count()).where(participant.c.study == row.id)
    found = transaction.db.execute(counted.group_by(participant.c.state))
    states: dict[str, int] = {row[0]: row[1] for row in found}
    of_study = select(func.count()).select_from(study_hit).where(study_hit.c.study == row.id)
    return {
        "StudyId": row.study_id,
        "Source": row.source,
        "Open": row.open,
        "Code": row.code(DONE),
        "HITsPerParticipant": row.hits,
        "MaxParticipants": row.participants,
        "Minutes": row.minutes,
        "Until": row.until,
        "ConsentDigest": row.consent,
        "NumberOfHITs": transaction.db.execute(of_study).scalar_one(),
        "NumberOfParticipants": sum(states.values()),
        "NumberWorking": states.get(WORKING, 0),
        "NumberFinished": states.get(FINISHED, 0),
    }


class HITOfStudy(NamedTuple):
    """A HIT with what its type says of it."""

    id: int
    hit_id: str
    title: str
    description: str


def _hits(transaction: Transaction, hit_ids: Sequence[str]) -> list[HITOfStudy]:
    """Return HITs of the requester's in the order of their IDs; raise RequestError where one is not."""
    wanted = list(dict.fromkeys(hit_ids))
    own = _HITS.where(hit.c.hit_id.in_(wanted), hit.c.requester == transaction.requester)
    found = {row.hit_id: row for row in transaction.fetch_all(HITOfStudy, own)}
    for hit_id in wanted:
        if hit_id not in found:
            raise faults.missing("Hit", hit_id)
    return [found[hit_id] for hit_id in wanted]


def _join(transaction: Transaction, key: int, hits: Sequence[int]) -> None:
    taken = select(study_hit.c.hit, study_hit.c.study).where(study_hit.c.hit.in_(hits))
    before = {row.hit: row.study for row in transaction.db.execute(taken)}
    if any(other != key for other in before.values()):
        raise _refused("A HIT can be in one study only.")
    new = [{"hit": own, "study": key} for own in hits if own not in before]
    if new:
        transaction.db.execute(insert(study_hit), new)


def _known_source(name: str) -> str:
    if name not in SOURCES:
        raise _refused(f"There is no source {name}; there are {', '.join(SOURCES)}.")
    return name


def _codes(parameters: Mapping[str, Any]) -> dict[str, str]:
    codes = {entry["Ending"]: entry["Code"] for entry in parameters.get("Codes", ())}
    for ending in codes:
        if ending not in ENDINGS:
            raise _refused(f"No study ends by {ending}; the ways are {', '.join(ENDINGS)}.")
    return {**codes, DONE: codes.get(DONE) or recruitment.new_code()}


def _refused(text: str) -> faults.RequestError:
    return faults.RequestError(text)


def consent_text(transaction: Transaction, digest: str) -> str:
    """Return the text that participants agree to."""
    text: str = transaction.db.execute(
        select(question.c.text).where(question.c.digest == digest)
    ).scalar_one()
    return text


def requester_name(transaction: Transaction, own: StudyRow) -> str:
    """Return who asks."""
    same = select(requester.c.name).where(requester.c.id == own.requester)
    name: str = transaction.db.execute(same).scalar_one()
    return name


def scope_of(row: StudyRow) -> str:
    """Return where an ID of a study's source names one person: everywhere, or at the requester's."""
    return row.source if SOURCES[row.source].worldwide else f"{row.source}:{row.requester}"


def known_worker(transaction: Transaction, own: StudyRow, external_id: str) -> str | None:
    """Return the worker whom a study's source knows by an ID, None where nobody has come with it.

    Participants of studies that were imported from another marketplace are known by these.
    """
    same = (panel_member.c.scope == scope_of(own), panel_member.c.external_id == external_id)
    member = select(panel_member.c.worker).where(*same)
    came = select(participant.c.worker).join(study, participant.c.study == study.c.id)
    came = came.where(participant.c.external_id == external_id, study.c.source == own.source)
    if not SOURCES[own.source].worldwide:
        came = came.where(study.c.requester == own.requester)
    for query in (member, came.order_by(participant.c.id).limit(1)):
        found: str | None = transaction.db.execute(query).scalar_one_or_none()
        if found is not None:
            return found
    return None
