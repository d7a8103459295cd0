"""What a requester does with studies: operations of this project's marketplaces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mturk_tasks.client.session import PAGE, Client, call, every
from mturk_tasks.vocabulary.recruitment import Recruitment


@dataclass(frozen=True)
class Study:
    """A study as its requester sees it; `code` is what whoever has finished is shown."""

    study_id: str
    source: str
    is_open: bool
    code: str
    hits: int
    participants: int
    working: int
    finished: int
    most: int | None
    consent_digest: str | None


@dataclass(frozen=True)
class Participant:
    """Somebody who came to a study: who the source says that they are, and how far they got."""

    worker_id: str
    external_id: str
    external_study: str
    external_session: str
    state: str
    entered: datetime
    consented: datetime | None
    consent_digest: str
    ended: datetime | None
    done: int
    code: str


def create(
    client: Client, hit_ids: Sequence[str], terms: Recruitment, *, until: datetime | None, consent: str | None
) -> Study:
    """Open a study over some HITs; raise ServiceError where the marketplace has none, or refuses."""
    first, rest = hit_ids[:PAGE], hit_ids[PAGE:]
    answer = call(
        client,
        "create_study",
        HITIds=list(first),
        Source=terms.source,
        Codes=[{"Ending": ending, "Code": code} for ending, code in terms.codes.items()],
        Screenout=[{"QuestionIdentifier": name, "Answer": value} for name, value in terms.screenout] or None,
        ReturnURL=terms.back or None,
        HITsPerParticipant=terms.hits,
        MaxParticipants=terms.participants,
        EstimatedMinutes=terms.estimate,
        Minutes=terms.minutes,
        Until=until,
        Consent=consent,
    )
    made = study(answer["Study"])
    return add_hits(client, made.study_id, rest) if rest else made


def add_hits(client: Client, study_id: str, hit_ids: Sequence[str]) -> Study:
    """Add HITs to a study; those that are in it already are fine."""
    found = get(client, study_id) if not hit_ids else None
    for begin in range(0, len(hit_ids), PAGE):
        answer = call(client, "add_study_hits", StudyId=study_id, HITIds=list(hit_ids[begin : begin + PAGE]))
        found = study(answer["Study"])
    assert found is not None  # noqa: S101  # for the type checker
    return found


def get(client: Client, study_id: str) -> Study:
    """Return a study; raise DoesNotExist where there is none."""
    return study(call(client, "get_study", StudyId=study_id)["Study"])


def switch(client: Client, study_id: str, *, is_open: bool) -> Study:
    """Open a study or close it."""
    return study(call(client, "update_study", StudyId=study_id, Open=is_open)["Study"])


def participants(client: Client, study_id: str) -> list[Participant]:
    """Return everybody who came to a study, the first first."""
    listed = every(client, "list_study_participants", "Participants", StudyId=study_id)
    return [_participant(answer) for answer in listed]


@dataclass(frozen=True)
class PersonalLink:
    """What makes a study's address one person's, until it ends."""

    external_id: str
    token: str
    ends: datetime


def personal_links(client: Client, study_id: str, external_ids: Sequence[str]) -> list[PersonalLink]:
    """Return a link for each person, the same as before for who has one."""
    pages = (external_ids[begin : begin + PAGE] for begin in range(0, len(external_ids), PAGE))
    return [
        PersonalLink(link["ExternalId"], link["Token"], link["Ends"])
        for page in pages
        for link in call(client, "put_study_links", StudyId=study_id, ExternalIds=list(page))["Links"]
    ]


def revoke_link(client: Client, study_id: str, external_id: str) -> None:
    """Take one person's link back; raise DoesNotExist where they have none."""
    call(client, "revoke_study_link", StudyId=study_id, ExternalId=external_id)


def study(answer: Mapping[str, Any]) -> Study:
    """Return a study from the API's structure."""
    return Study(
        study_id=answer["StudyId"],
        source=answer["Source"],
        is_open=answer["Open"],
        code=answer["Code"],
        hits=answer["NumberOfHITs"],
        participants=answer["NumberOfParticipants"],
        working=answer["NumberWorking"],
        finished=answer["NumberFinished"],
        most=answer.get("MaxParticipants"),
        consent_digest=answer.get("ConsentDigest"),
    )


def _participant(answer: Mapping[str, Any]) -> Participant:
    return Participant(
        worker_id=answer["WorkerId"],
        external_id=answer.get("ExternalId", ""),
        external_study=answer.get("ExternalStudy", ""),
        external_session=answer.get("ExternalSession", ""),
        state=answer["State"],
        entered=answer["Entered"],
        consented=answer.get("Consented"),
        consent_digest=answer.get("ConsentDigest", ""),
        ended=answer.get("Ended"),
        done=answer["NumberOfHITsDone"],
        code=answer.get("Code", ""),
    )
