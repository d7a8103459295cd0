"""HITs as the API shows them: one, or a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Row, Select, bindparam, select

from mturk_tasks.marketplace import faults, hit_types, qualification_types, requirements
from mturk_tasks.marketplace.context import Context
from mturk_tasks.marketplace.pages import page
from mturk_tasks.marketplace.storage.locks import lock_hit
from mturk_tasks.marketplace.storage.schema import FINISHED, LISTED, hit, hit_type, question, requirement
from mturk_tasks.vocabulary.statuses import DISPOSED, HIT_STATUSES, NOT_REVIEWED, REVIEWABLE

_LIVE: Final = tuple(status for status in HIT_STATUSES if status != DISPOSED)
_TYPE: Final = (
    hit_type.c.hit_type_id,
    hit_type.c.hit_group_id,
    hit_type.c.title,
    hit_type.c.description,
    hit_type.c.keywords,
    hit_type.c.reward,
    hit_type.c.assignment_duration,
    hit_type.c.auto_approval_delay,
    hit_type.c.requirements,
)


def whole() -> Select[Any]:
    """Return the query for HITs with their types and questions."""
    columns = (hit, *_TYPE, question.c.text.label("question_text"))
    return select(*columns).join(hit_type, hit.c.hit_type == hit_type.c.id).join(question)


_BY_ID: Final = whole().where(  # made once: every operation asks it
    hit.c.hit_id == bindparam("wanted"), hit.c.requester == bindparam("of")
)


def fetch(context: Context, hit_id: str) -> Row[Any]:
    """Return the requester's HIT of that ID, disposed ones too, or raise RequestError."""
    lock_hit(context, hit.c.hit_id == hit_id)
    found = context.db.execute(_BY_ID, {"wanted": hit_id, "of": context.requester}).one_or_none()
    if found is None:
        raise faults.missing("Hit", hit_id)
    return found


def fetch_live(context: Context, hit_id: str) -> Row[Any]:
    """Return the HIT of that ID; one that does not exist or is disposed raises RequestError."""
    found = fetch(context, hit_id)
    if found.status == DISPOSED:
        raise faults.wrong_hit_state(DISPOSED, *_LIVE)
    return found


def describe(row: Row[Any]) -> dict[str, Any]:
    """Return a HIT as the API writes it, with its fee; members without a value are left out later."""
    return {
        "HITId": row.hit_id,
        "HITTypeId": row.hit_type_id,
        "HITGroupId": row.hit_group_id,
        "CreationTime": row.created,
        "Title": row.title,
        "Description": row.description,
        "Question": row.question_text,
        "Keywords": row.keywords,
        "HITStatus": row.status,
        "MaxAssignments": row.max_assignments,
        "Reward": row.reward,
        "AutoApprovalDelayInSeconds": row.auto_approval_delay,
        "Expiration": row.expiration,
        "AssignmentDurationInSeconds": row.assignment_duration,
        "RequesterAnnotation": row.annotation,
        "QualificationRequirements": requirements.parse(row.requirements),
        "HITReviewStatus": NOT_REVIEWED,
        "NumberOfAssignmentsPending": row.pending,
        "NumberOfAssignmentsAvailable": row.available,
        "NumberOfAssignmentsCompleted": row.completed,
        "Fee": row.fee,
    }


def get_hit(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer GetHIT, also for a disposed HIT."""
    return {"HIT": describe(fetch(context, parameters["HITId"]))}


def list_hits(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer ListHITs: all but the disposed, the oldest first."""
    query = whole().where(LISTED, hit.c.requester == context.requester)
    items, answer = page(context, "ListHITs", query, (hit.c.created, hit.c.id), parameters, describe)
    return {**answer, "HITs": items}


def list_reviewable_hits(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer ListReviewableHITs: HITs in one of the two states of review, the last to expire first."""
    own = hit.c.requester == context.requester
    query = whole().where(FINISHED, own, hit.c.status == parameters.get("Status", REVIEWABLE))
    if "HITTypeId" in parameters:
        query = query.where(hit.c.hit_type == hit_types.fetch(context, parameters["HITTypeId"]).id)
    order = (hit.c.expiration, hit.c.id)
    items, answer = page(context, "ListReviewableHITs", query, order, parameters, describe, descending=True)
    return {**answer, "HITs": items}


def list_hits_for_qualification_type(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer ListHITsForQualificationType: HITs whose type asks for it, the oldest first."""
    kind = qualification_types.fetch(context, parameters["QualificationTypeId"])
    asking = select(requirement.c.hit_type).where(requirement.c.qualification_type == kind.id)
    own = hit.c.requester == context.requester  # a type of the system may be asked for by others
    query = whole().where(LISTED, own, hit.c.hit_type.in_(asking))
    order = (hit.c.created, hit.c.id)
    items, answer = page(context, "ListHITsForQualificationType", query, order, parameters, describe)
    return {**answer, "HITs": items}
