"""Why a worker may or may not take a HIT: each requirement, what they have of it, and what would help."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, or_, select

from mturk_tasks.marketplace import eligibility, requirements, system_types, workers
from mturk_tasks.marketplace.comparators import Value, holds, wanted
from mturk_tasks.marketplace.context import Context, read_transaction
from mturk_tasks.marketplace.requirements import DISCOVER
from mturk_tasks.marketplace.storage.schema import (
    PENDING,
    hit_type,
    qualification_request,
    qualification_type,
)
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.vocabulary.requirements import DOES_NOT_EXIST
from mturk_tasks.vocabulary.statuses import ACTIVE

Help = Literal["none", "test", "request", "wait", "give_up", "country", "adult", "work", "masters", "closed"]
_SYSTEM: dict[str, Help] = {
    system_types.LOCALE: "country",
    system_types.ADULT: "adult",
    system_types.NUMBER_APPROVED: "work",
    system_types.PERCENT_APPROVED: "work",
}


@dataclass(frozen=True)
class Reason:
    """One requirement; `have` is empty where the worker has no value, `help` says what would help."""

    qualification_type_id: str
    name: str
    description: str
    comparator: str
    wanted: tuple[str, ...]
    have: str
    met: bool
    help: Help


@dataclass(frozen=True)
class Verdict:
    """What stands between a worker and the HITs of a type.

    `secret` says that the type shows itself only to those who meet its requirements, and this one does not.
    """

    blocked: bool
    secret: bool
    reasons: tuple[Reason, ...]

    @property
    def qualified(self) -> bool:
        """Say whether nothing does."""
        return not self.blocked and all(one.met for one in self.reasons)


def judge(store: Store, worker_id: str, public_id: str, now: datetime) -> Verdict | None:
    """Return the verdict about the HIT type or group of that ID, None where there is none."""
    either = or_(hit_type.c.hit_type_id == public_id, hit_type.c.hit_group_id == public_id)
    with read_transaction(store, now) as context:
        row = context.db.execute(select(hit_type).where(either)).first()
        if row is None:
            return None
        blocked = workers.is_blocked(context, worker_id, row.requester)
        asked = requirements.parse(row.requirements)
        held = eligibility.values(context, worker_id, {one["QualificationTypeId"] for one in asked})
        free = eligibility.tests_for(context, worker_id) == row.requester
        secret = eligibility.unmet(context, worker_id, row.requester, row.requirements, DISCOVER) is not None
        reasons = (_reason(context, worker_id, one, held, free=free) for one in asked)
        return Verdict(blocked, secret, tuple(reasons))


def _reason(
    context: Context, worker_id: str, one: dict[str, Any], held: dict[str, Value], *, free: bool
) -> Reason:
    type_id = one["QualificationTypeId"]
    named = qualification_type.c.qualification_type_id == type_id
    kind = context.db.execute(select(qualification_type).where(named)).one()
    value = held.get(type_id)
    met = free or holds(one["Comparator"], value, wanted(one))
    return Reason(
        type_id,
        kind.name,
        kind.description,
        one["Comparator"],
        tuple(str(each) for each in wanted(one)),
        "" if value is None else str(value),
        met,
        "none" if met else _help(kind, one["Comparator"], waits=_waits(context, worker_id, kind.id)),
    )


def _waits(context: Context, worker_id: str, key: int) -> bool:
    mine = (
        qualification_request.c.worker_id == worker_id,
        qualification_request.c.qualification_type == key,
        qualification_request.c.status == PENDING,
    )
    return context.db.execute(select(qualification_request.c.id).where(*mine)).first() is not None


def _help(kind: Row[Any], comparator: str, *, waits: bool) -> Help:
    if kind.system:
        return _SYSTEM.get(kind.qualification_type_id, "masters")
    if comparator == DOES_NOT_EXIST:
        return "give_up"
    if waits:
        return "wait"
    if kind.status != ACTIVE:
        return "closed"
    return "request" if kind.test is None else "test"
