"""HIT types: what HITs that workers see as one group have in common."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Row, bindparam, insert, select

from mturk_tasks.marketplace import faults, limits, requirements
from mturk_tasks.marketplace.context import Context
from mturk_tasks.marketplace.ids import new_id
from mturk_tasks.marketplace.limits import MONTH
from mturk_tasks.marketplace.storage.schema import SANDBOX, hit_type

_DEFAULT_DELAY: Final = MONTH
_COMPARED: Final = (
    "title",
    "description",
    "keywords",
    "reward",
    "assignment_duration",
    "auto_approval_delay",
)
_BY_ID: Final = select(hit_type).where(
    hit_type.c.hit_type_id == bindparam("wanted"), hit_type.c.requester == bindparam("of")
)


def create_hit_type(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer CreateHITType: equal values have the ID they had before."""
    limits.check(parameters)
    return {"HITTypeId": registered(context, parameters).hit_type_id}


def registered(context: Context, parameters: Mapping[str, Any]) -> Row[Any]:
    """Return the HIT type with these properties, made now if there was none.

    Two are equal when every property is, the default delay filled in; texts are compared and kept
    exactly as sent. The order of requirements does not matter.
    """
    asked = requirements.read(context, parameters.get("QualificationRequirements", ()))
    values = {
        "title": parameters["Title"],
        "description": parameters["Description"],
        "keywords": parameters.get("Keywords"),
        "reward": parameters["Reward"],
        "assignment_duration": parameters["AssignmentDurationInSeconds"],
        "auto_approval_delay": parameters.get("AutoApprovalDelayInSeconds", _DEFAULT_DELAY),
    }
    digest = _digest(context.requester, values, asked)
    same = select(hit_type).where(hit_type.c.digest == digest)
    found = context.db.execute(same).one_or_none()
    if found is not None:
        return found
    ids = {"hit_type_id": new_id(), "hit_group_id": new_id(), "digest": digest}
    kept = {"requester": context.requester, "requirements": requirements.write(asked)}
    context.db.execute(insert(hit_type), {**ids, **values, **kept})
    made = context.db.execute(same).one()
    requirements.link(context, made.id, asked)
    return made


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


def fee(context: Context, kind: Row[Any], assignments: int) -> Decimal:
    """Return the fee for each of that many assignments of a HIT of this type."""
    masters = requirements.are_for_masters(kind.requirements)
    return context.fees.on_reward(kind.reward, assignments, masters=masters)


def fetch(context: Context, hit_type_id: str) -> Row[Any]:
    """Return the requester's HIT type of that ID, or raise ParameterValidationError."""
    found = context.db.execute(_BY_ID, {"wanted": hit_type_id, "of": context.requester}).one_or_none()
    if found is None:
        raise faults.invalid_value("HITTypeId", hit_type_id, "No HIT type of yours has this ID.")
    return found
