"""HIT types: what HITs that workers see as one group have in common."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Row, bindparam, insert, select

from mturk_tasks.marketplace import faults, limits
from mturk_tasks.marketplace.context import Context
from mturk_tasks.marketplace.ids import new_id
from mturk_tasks.marketplace.limits import MONTH
from mturk_tasks.marketplace.schema import hit_type

_DEFAULT_DELAY: Final = MONTH
_BY_ID: Final = select(hit_type).where(hit_type.c.hit_type_id == bindparam("wanted"))


def create_hit_type(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer CreateHITType: equal values have the ID they had before."""
    limits.check(parameters)
    return {"HITTypeId": registered(context, parameters).hit_type_id}


def registered(context: Context, parameters: Mapping[str, Any]) -> Row[Any]:
    """Return the HIT type with these properties, made now if there was none.

    Two are equal when every property is, the default delay filled in; texts are compared and kept
    exactly as sent. Requirements are refused rather than accepted and ignored.
    """
    if parameters.get("QualificationRequirements"):
        raise faults.not_offered("HIT types with qualification requirements")
    values = {
        "title": parameters["Title"],
        "description": parameters["Description"],
        "keywords": parameters.get("Keywords"),
        "reward": parameters["Reward"],
        "assignment_duration": parameters["AssignmentDurationInSeconds"],
        "auto_approval_delay": parameters.get("AutoApprovalDelayInSeconds", _DEFAULT_DELAY),
    }
    digest = hashlib.sha256(json.dumps(values, default=str).encode()).hexdigest()
    same = select(hit_type).where(hit_type.c.digest == digest)
    found = context.db.execute(same).one_or_none()
    if found is not None:
        return found
    ids = {"hit_type_id": new_id(), "hit_group_id": new_id(), "digest": digest}
    context.db.execute(insert(hit_type), {**ids, **values})
    return context.db.execute(same).one()


def fetch(context: Context, hit_type_id: str) -> Row[Any]:
    """Return the HIT type of that ID, or raise ParameterValidationError."""
    found = context.db.execute(_BY_ID, {"wanted": hit_type_id}).one_or_none()
    if found is None:
        raise faults.invalid_value("HITTypeId", hit_type_id)
    return found
