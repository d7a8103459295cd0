"""What a requester does with HITs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from mturk_tasks.client.records import Hit, HitState, hit, hit_state
from mturk_tasks.client.session import Client, call, every
from mturk_tasks.errors import AlreadyExists, DoesNotExist
from mturk_tasks.vocabulary.evaluation import Plurality
from mturk_tasks.vocabulary.properties import HitProperties
from mturk_tasks.vocabulary.requirements import QualificationRequirement

_LEAST_EXTENSION = 60  # seconds; API
_LONG_AGO = datetime(2015, 1, 1, tzinfo=timezone.utc)
_HIT_ID = re.compile(r"\b[A-Z0-9]{20,64}\b")


@dataclass(frozen=True)
class NewHit:
    """A HIT to be created. `token` makes sure that asking twice within a day creates one.

    With a `plurality` the marketplace itself offers it on where workers do not agree.
    """

    hit_type_id: str
    question: str
    annotation: str
    assignments: int
    lifetime: int
    token: str
    plurality: Plurality | None = None


def register_type(
    client: Client, properties: HitProperties, requirements: Sequence[QualificationRequirement] = ()
) -> str:
    """Return the HIT type of these properties; the same values give the same type."""
    answer = call(
        client,
        "create_hit_type",
        Title=properties.title,
        Description=properties.description,
        Keywords=properties.keywords or None,
        Reward=str(properties.reward),
        AssignmentDurationInSeconds=properties.assignmentduration,
        AutoApprovalDelayInSeconds=properties.autoapprovaldelay,
        QualificationRequirements=[_structure(requirement) for requirement in requirements] or None,
    )
    return str(answer["HITTypeId"])


def _structure(requirement: QualificationRequirement) -> dict[str, Any]:
    """Return a requirement as the API has it (QualificationRequirement)."""
    structure: dict[str, Any] = {
        "QualificationTypeId": requirement.type_id,
        "Comparator": requirement.comparator,
        "ActionsGuarded": requirement.guarded,
    }
    if requirement.integers:
        structure["IntegerValues"] = list(requirement.integers)
    if requirement.locales:
        structure["LocaleValues"] = [
            {"Country": locale.country, **({"Subdivision": locale.subdivision} if locale.subdivision else {})}
            for locale in requirement.locales
        ]
    return structure


def create(client: Client, new: NewHit) -> str:
    """Create a HIT and return its ID, also when an earlier call with its token has made it already.

    The error for a token used before carries the HIT's ID in its message (API, CreateHITWithHITType).
    """
    try:
        answer = call(
            client,
            "create_hit_with_hit_type",
            HITTypeId=new.hit_type_id,
            Question=new.question,
            RequesterAnnotation=new.annotation or None,
            MaxAssignments=new.assignments,
            LifetimeInSeconds=new.lifetime,
            UniqueRequestToken=new.token,
            HITReviewPolicy=_policy(new.plurality, new.lifetime) if new.plurality else None,
        )
    except AlreadyExists as error:
        found = _HIT_ID.search(error.message)
        if not found:
            raise
        return found[0]
    return str(answer["HIT"]["HITId"])


def _policy(plurality: Plurality, lifetime: int) -> dict[str, Any]:
    """Return a review policy as the API has it; what is added is open as long as the HIT was."""
    settings = {
        "QuestionIds": plurality.questions,
        "QuestionAgreementThreshold": (plurality.bar,),
        "DisregardAssignmentIfRejected": ("T",),
        "ExtendIfHITAgreementScoreIsLessThan": (100,),
        "ExtendMaximumAssignments": (plurality.most,),
        "ExtendMinimumTimeInSeconds": (max(lifetime, _LEAST_EXTENSION),),
    }
    parameters = [{"Key": key, "Values": list(map(str, values))} for key, values in settings.items()]
    return {"PolicyName": "SimplePlurality/2011-09-01", "Parameters": parameters}


def get_states(client: Client, hit_ids: Sequence[str]) -> dict[str, HitState]:
    """Return by ID how up to 100 HITs stand, without their questions; those that are unknown are left out.

    Raise ServiceError where the marketplace does not offer the operation.
    """
    answer = call(client, "get_hit_states", HITIds=list(hit_ids))
    states = map(hit_state, answer["HITStates"])
    return {state.hit.hit_id: state for state in states}


def get(client: Client, hit_id: str) -> Hit:
    """Return a HIT; raise DoesNotExist where there is none."""
    return hit(call(client, "get_hit", HITId=hit_id)["HIT"])


def find(client: Client, hit_id: str) -> Hit | None:
    """Return a HIT, one that is deleted too, or None where the service does not know it."""
    try:
        return get(client, hit_id)
    except DoesNotExist:
        return None


def every_hit(client: Client) -> Iterator[Hit]:
    """Yield every HIT of the requester that is not deleted."""
    return (hit(answer) for answer in every(client, "list_hits", "HITs"))


def expire(client: Client, hit_id: str) -> None:
    """Take a HIT off the market at once; who has accepted it may still submit.

    A time long past is sent: one that is just now may lie ahead of the service's clock.
    """
    call(client, "update_expiration_for_hit", HITId=hit_id, ExpireAt=_LONG_AGO)


def add_assignments(client: Client, hit_id: str, number: int, token: str) -> None:
    """Offer a HIT to more workers; the same token within a day adds once."""
    try:
        call(
            client,
            "create_additional_assignments_for_hit",
            HITId=hit_id,
            NumberOfAdditionalAssignments=number,
            UniqueRequestToken=token,
        )
    except AlreadyExists:
        return


def extend(client: Client, hit_id: str, until: datetime) -> None:
    """Let a HIT expire later; a repetition with the same moment is fine."""
    try:
        call(client, "update_expiration_for_hit", HITId=hit_id, ExpireAt=until)
    except AlreadyExists:
        return


def change_type(client: Client, hit_id: str, hit_type_id: str) -> None:
    """Give a HIT another type; the service refuses another reward once the HIT was accepted."""
    call(client, "update_hit_type_of_hit", HITId=hit_id, HITTypeId=hit_type_id)


def delete(client: Client, hit_id: str) -> None:
    """Delete a HIT all of whose work is decided; raise InvalidState for any other."""
    call(client, "delete_hit", HITId=hit_id)
