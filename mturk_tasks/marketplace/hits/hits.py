"""HITs as the API shows them: one, or a list."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import bindparam, insert, select, update

from mturk_tasks.lib.ids import new_id
from mturk_tasks.marketplace.protocol import faults, limits
from mturk_tasks.marketplace.protocol.limits import MONTH
from mturk_tasks.marketplace.protocol.paging import page
from mturk_tasks.marketplace.qualifications import requirements
from mturk_tasks.marketplace.qualifications.requirements import fetch_qualification_type
from mturk_tasks.marketplace.storage import rows
from mturk_tasks.marketplace.storage.rows import HITRow, HITTypeRow
from mturk_tasks.marketplace.storage.schema import (
    FINISHED,
    LISTED,
    SANDBOX,
    hit,
    hit_type,
    requirement,
)
from mturk_tasks.marketplace.storage.transactions import Transaction, lock_hit
from mturk_tasks.vocabulary.statuses import DISPOSED, HIT_STATUSES, NOT_REVIEWED, REVIEWABLE

# HIT types: what HITs that workers see as one group have in common.


_DEFAULT_DELAY: Final = MONTH
_COMPARED: Final = (
    "title",
    "description",
    "keywords",
    "reward",
    "assignment_duration",
    "auto_approval_delay",
)
_A_MINUTE: Final = timedelta(minutes=1)
_TYPE_BY_ID: Final = rows.HIT_TYPES.where(  # these two made once: to make a query takes longer than to ask it
    hit_type.c.hit_type_id == bindparam("wanted"), hit_type.c.requester == bindparam("of")
)
_BY_ID: Final = rows.HITS.where(hit.c.hit_id == bindparam("wanted"), hit.c.requester == bindparam("of"))


def create_hit_type(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer CreateHITType: equal values have the ID they had before."""
    limits.check(parameters)
    return {"HITTypeId": registered(transaction, parameters).hit_type_id}


def registered(transaction: Transaction, parameters: Mapping[str, Any]) -> HITTypeRow:
    """Return the HIT type with these properties, made now if there was none.

    Two are equal when every property is, the default delay filled in; texts are compared and kept
    exactly as sent. The order of requirements does not matter.
    """
    asked = requirements.read(transaction, parameters.get("QualificationRequirements", ()))
    values = {
        "title": parameters["Title"],
        "description": parameters["Description"],
        "keywords": parameters.get("Keywords"),
        "reward": parameters["Reward"],
        "assignment_duration": parameters["AssignmentDurationInSeconds"],
        "auto_approval_delay": parameters.get("AutoApprovalDelayInSeconds", _DEFAULT_DELAY),
    }
    digest = _digest(transaction.requester, values, asked)
    same = rows.HIT_TYPES.where(hit_type.c.digest == digest)
    found = transaction.fetch_one(HITTypeRow, same)
    if found is not None:
        return found
    ids = {"hit_type_id": new_id(), "hit_group_id": new_id(), "digest": digest}
    kept = {"requester": transaction.requester, "requirements": requirements.write(asked)}
    transaction.db.execute(insert(hit_type), {**ids, **values, **kept})
    made = transaction.fetch(HITTypeRow, same)
    requirements.link(transaction, made.id, asked)
    return made


def note_newest(transaction: Transaction, kind: HITTypeRow) -> None:
    """Note that a type has got a HIT now, to a minute: who make HITs at once do not wait for each other."""
    if transaction.now - kind.newest >= _A_MINUTE:
        same = update(hit_type).where(hit_type.c.id == kind.id)
        transaction.db.execute(same.values(newest=transaction.now))


def digest_of(requester: int | None, kept: Mapping[str, Any]) -> str:
    """Return the mark of a HIT type that is stored, or would be, with these values for a requester."""
    return _digest(
        requester, {name: kept[name] for name in _COMPARED}, requirements.parse(kept["requirements"])
    )


def _digest(
    requester: int | None, values: Mapping[str, Any], asked: Sequence[requirements.Requirement]
) -> str:
    """Return the mark of a HIT type; the first requester's without requirements is that of every version."""
    ordered = sorted(json.dumps(one, sort_keys=True) for one in asked)
    whole = {**values, "requirements": ordered} if ordered else values
    if requester != SANDBOX:
        whole = {**whole, "requester": requester}
    return hashlib.sha256(json.dumps(whole, default=str).encode()).hexdigest()


def fee(transaction: Transaction, kind: HITTypeRow, assignments: int) -> Decimal:
    """Return the fee for each of that many assignments of a HIT of this type."""
    masters = requirements.are_for_masters(kind.requirements)
    return transaction.fees.on_reward(kind.reward, assignments, masters=masters)


def fetch_type(transaction: Transaction, hit_type_id: str) -> HITTypeRow:
    """Return the requester's HIT type of that ID, or raise ParameterValidationError."""
    found = transaction.fetch_one(HITTypeRow, _TYPE_BY_ID, wanted=hit_type_id, of=transaction.requester)
    if found is None:
        raise faults.invalid_value("HITTypeId", hit_type_id, "No HIT type of yours has this ID.")
    return found


_LIVE: Final = tuple(status for status in HIT_STATUSES if status != DISPOSED)

_LISTED_OF: Final = rows.HITS.where(LISTED, hit.c.requester == bindparam("of"))


def fetch(transaction: Transaction, hit_id: str) -> HITRow:
    """Return the requester's HIT of that ID, disposed ones too, or raise RequestError."""
    lock_hit(transaction, hit.c.hit_id == hit_id)
    found = transaction.fetch_one(HITRow, _BY_ID, wanted=hit_id, of=transaction.requester)
    if found is None:
        raise faults.missing("Hit", hit_id)
    return found


def fetch_live(transaction: Transaction, hit_id: str) -> HITRow:
    """Return the HIT of that ID; one that does not exist or is disposed raises RequestError."""
    found = fetch(transaction, hit_id)
    if found.status == DISPOSED:
        raise faults.wrong_hit_state(DISPOSED, *_LIVE)
    return found


def made(key: int, kind: HITTypeRow, text: str, values: Mapping[str, Any]) -> HITRow:
    """Return the HIT that was inserted with these values, as `fetch` would; `text` is its question."""
    known = {**kind._asdict(), **values, "id": key, "question_text": text, "review_due": None}
    return HITRow(**{name: known[name] for name in HITRow._fields})


def describe(row: HITRow) -> dict[str, Any]:
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


def get_hit(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer GetHIT, also for a disposed HIT."""
    return {"HIT": describe(fetch(transaction, parameters["HITId"]))}


def list_hits(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer ListHITs: all but the disposed, the oldest first."""
    order, bound = (hit.c.created, hit.c.id), {"of": transaction.requester}
    items, answer = page(
        transaction, "ListHITs", _LISTED_OF, order, parameters, HITRow, describe, bound=bound
    )
    return {**answer, "HITs": items}


def list_reviewable_hits(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer ListReviewableHITs: HITs in one of the two states of review, the last to expire first."""
    own = hit.c.requester == transaction.requester
    query = rows.HITS.where(FINISHED, own, hit.c.status == parameters.get("Status", REVIEWABLE))
    if "HITTypeId" in parameters:
        query = query.where(hit.c.hit_type == fetch_type(transaction, parameters["HITTypeId"]).id)
    order = (hit.c.expiration, hit.c.id)
    items, answer = page(
        transaction, "ListReviewableHITs", query, order, parameters, HITRow, describe, descending=True
    )
    return {**answer, "HITs": items}


def list_hits_for_qualification_type(
    transaction: Transaction, parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """Answer ListHITsForQualificationType: HITs whose type asks for it, the oldest first."""
    kind = fetch_qualification_type(transaction, parameters["QualificationTypeId"])
    asking = select(requirement.c.hit_type).where(requirement.c.qualification_type == kind.id)
    own = hit.c.requester == transaction.requester  # a type of the system may be asked for by others
    query = rows.HITS.where(LISTED, own, hit.c.hit_type.in_(asking))
    order = (hit.c.created, hit.c.id)
    items, answer = page(
        transaction, "ListHITsForQualificationType", query, order, parameters, HITRow, describe
    )
    return {**answer, "HITs": items}
