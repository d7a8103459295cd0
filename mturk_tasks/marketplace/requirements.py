"""The qualification requirements of a HIT type: what is sent, what is kept, what is answered."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Row, insert, select

from mturk_tasks.marketplace import faults, qualification_types
from mturk_tasks.marketplace.comparators import DOES_NOT_EXIST, misfit
from mturk_tasks.marketplace.context import Context
from mturk_tasks.marketplace.storage.schema import DISPOSING, qualification_type, requirement
from mturk_tasks.marketplace.system_types import LOCALE
from mturk_tasks.vocabulary.requirements import MASTERS
from mturk_tasks.vocabulary.statuses import ACTIVE

ACCEPT: Final = "Accept"
PREVIEW: Final = "PreviewAndAccept"
DISCOVER: Final = "DiscoverPreviewAndAccept"

_MOST: Final = 10
_NAME: Final = "QualificationRequirements"

Requirement = Mapping[str, Any]


def read(context: Context, given: Sequence[Requirement]) -> list[Requirement]:
    """Return the requirements of a request as they are kept, each with both words for what it guards.

    Raise ParameterValidationError for values that do not fit, RequestError for a type that is
    unknown or cannot be used.
    """
    if len(given) > _MOST:
        raise _refused(f"there are {len(given)} requirements, at most {_MOST} are allowed")
    return [_read(context, one) for one in given]


def _read(context: Context, given: Requirement) -> Requirement:
    kind = qualification_types.fetch(context, given["QualificationTypeId"])
    if kind.status != ACTIVE:
        raise faults.wrong_type_state(ACTIVE)
    wrong = misfit(given, of_locales=kind.qualification_type_id == LOCALE)
    if wrong:
        raise _refused(f"{kind.name} ({kind.qualification_type_id}): {wrong}")
    values = {name: given[name] for name in ("IntegerValues", "LocaleValues") if given.get(name)}
    guarded = _guarded(given)
    return {
        "QualificationTypeId": given["QualificationTypeId"],
        "Comparator": given["Comparator"],
        **values,
        "RequiredToPreview": guarded != ACCEPT,
        "ActionsGuarded": guarded,
    }


def _guarded(given: Requirement) -> str:
    """Return which actions are guarded; `RequiredToPreview` is the older word for two of them."""
    required = given.get("RequiredToPreview", False)
    guarded: str = given.get("ActionsGuarded", PREVIEW if required else ACCEPT)
    if required and guarded == ACCEPT:
        raise _refused("RequiredToPreview and ActionsGuarded contradict each other")
    return guarded


def write(requirements: Sequence[Requirement]) -> str | None:
    """Return the requirements as text, None for none."""
    return json.dumps(requirements) if requirements else None


def parse(text: str | None) -> list[dict[str, Any]]:
    """Return the requirements that `write` made a text of, as the API writes them."""
    loaded: list[dict[str, Any]] = json.loads(text) if text else []
    return loaded


def are_for_masters(text: str | None) -> bool:
    """Say whether a HIT type asks for Masters, which costs more."""
    asked = {one["QualificationTypeId"] for one in parse(text) if one["Comparator"] != DOES_NOT_EXIST}
    return not asked.isdisjoint(MASTERS)


def link(context: Context, hit_type_key: int, requirements: Sequence[Requirement]) -> None:
    """Note which qualification types a new HIT type names."""
    wanted = {one["QualificationTypeId"] for one in requirements}
    for type_id in sorted(wanted):
        key = qualification_types.fetch(context, type_id).id
        context.db.execute(insert(requirement), {"hit_type": hit_type_key, "qualification_type": key})


def check_use(context: Context, kind: Row[Any]) -> None:
    """Raise a fault unless new HITs may be of this HIT type.

    A HIT type whose qualification type was deleted is gone with it; one whose type is inactive waits.
    """
    if kind.requirements is None:
        return
    statuses = select(qualification_type.c.status).join(requirement)
    found = set(context.db.execute(statuses.where(requirement.c.hit_type == kind.id)).scalars())
    if DISPOSING in found:
        gone = "It asks for a qualification type that was deleted."
        raise faults.invalid_value("HITTypeId", kind.hit_type_id, gone)
    if found != {ACTIVE}:
        raise faults.wrong_type_state(ACTIVE)


def _refused(text: str) -> faults.ParameterValidationError:
    return faults.ParameterValidationError(f"{_NAME}: {text}.", faults.INVALID_VALUE, Parameter=_NAME)
