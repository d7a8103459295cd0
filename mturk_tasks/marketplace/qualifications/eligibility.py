"""Who may find, preview and accept which HITs, by the requirements of their types."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import Select, bindparam, func, select

from mturk_tasks.marketplace.qualifications import participation, requirements
from mturk_tasks.marketplace.qualifications.requirements import (
    ACCEPT,
    DISCOVER,
    PREVIEW,
    Place,
    Requirement,
    Value,
    holds,
    wanted,
)
from mturk_tasks.marketplace.storage import system_types
from mturk_tasks.marketplace.storage.schema import (
    OFFERED,
    STANDING,
    assignment,
    hit,
    hit_type,
    qualification,
    qualification_type,
    requirement,
    worker,
)
from mturk_tasks.marketplace.storage.transactions import Transaction
from mturk_tasks.vocabulary.statuses import APPROVED, ASSIGNMENT_STATUSES, GRANTED

_ACTIONS: Final = (ACCEPT, PREVIEW, DISCOVER)  # each guards what the ones before it guard, and more
_MEANINGFUL: Final = 100  # submitted assignments from which on a percentage is computed
_ASKED: Final = select(hit_type.c.id, hit_type.c.requester, hit_type.c.requirements)
_OFFERED_ONE: Final = (  # in the order of its index, or PostgreSQL may read the table until it finds one
    select(hit.c.id).where(hit.c.hit_type == hit_type.c.id, OFFERED).order_by(hit.c.shuffle).limit(1)
)
_OPEN: Final = _ASKED.where(
    hit_type.c.id.in_(select(requirement.c.hit_type)),
    _OFFERED_ONE.correlate(hit_type).scalar_subquery().is_not(None),
)
_OF_TYPE: Final = _ASKED.where(hit_type.c.hit_type_id == bindparam("wanted"))


class Asked(NamedTuple):
    """A HIT type by its key, the key of its requester, and its requirements in JSON."""

    key: int
    owner: int
    requirements: str | None


def unmet(transaction: Transaction, worker_id: str, owner: int, text: str | None, action: str) -> str | None:
    """Return the first of a HIT type's requirements that keeps the worker from the action, in words.

    `owner` is the key of the type's requester, `action` the least guard that stands in its way. None
    says that nothing does.
    """
    guarding = _guarding(requirements.parse(text), action)
    if not guarding or tests_for(transaction, worker_id) == owner:
        return None
    held = values(transaction, worker_id, _types(guarding))
    missing = _first_unmet(guarding, held)
    return None if missing is None else _words(transaction, missing)


def closed_types(
    transaction: Transaction, worker_id: str, action: str, hit_type_id: str | None = None
) -> list[int]:
    """Return the keys of HIT types with open HITs that the worker cannot do this with.

    Of one type where its ID is given: the others are not looked at.
    """
    bound = {} if hit_type_id is None else {"wanted": hit_type_id}
    asked = (Asked(*row) for row in transaction.db.execute(_OF_TYPE if bound else _OPEN, bound))
    return closed_among(transaction, worker_id, action, asked)


def closed_among(transaction: Transaction, worker_id: str, action: str, asked: Iterable[Asked]) -> list[int]:
    """Return the keys of those HIT types that are closed to the worker."""
    asking = [one for one in asked if one.requirements]
    if not asking:
        return []
    free = tests_for(transaction, worker_id)
    guarding = {
        one.key: _guarding(requirements.parse(one.requirements), action)
        for one in asking
        if one.owner != free
    }
    named = _types(one for some in guarding.values() for one in some)
    held = values(transaction, worker_id, named)
    return [key for key, some in guarding.items() if _first_unmet(some, held) is not None]


def tests_for(transaction: Transaction, worker_id: str) -> int | None:
    """Return the key of the requester whose surveys a worker only tries out, None for all others.

    Such a worker meets every requirement of that requester's HITs.
    """
    found = transaction.db.execute(select(worker.c.tests_for).where(worker.c.worker_id == worker_id))
    key: int | None = found.scalar_one_or_none()
    return key


def values(transaction: Transaction, worker_id: str, types: Collection[str]) -> dict[str, Value]:
    """Return the worker's value for each of the types that they have one for."""
    named = set(types)
    found: dict[str, Value] = {}
    if named - set(system_types.IDS):
        found.update(_granted(transaction, worker_id))
        found.update(participation.values(transaction, worker_id, named - set(system_types.IDS)))
    if named & set(system_types.IDS):
        found.update(_computed(transaction, worker_id))
    return found


def _granted(transaction: Transaction, worker_id: str) -> Iterable[tuple[str, int]]:
    query = select(qualification_type.c.qualification_type_id, qualification.c.score)
    mine = (qualification.c.worker_id == worker_id, qualification.c.status == GRANTED)
    return [(row[0], row[1]) for row in transaction.db.execute(query.join(qualification_type).where(*mine))]


def _computed(transaction: Transaction, worker_id: str) -> dict[str, Value]:
    """Return the values of the system's types, from the worker's profile and work."""
    profile = transaction.db.execute(select(worker).where(worker.c.worker_id == worker_id)).one_or_none()
    submitted, approved = _work(transaction, worker_id)
    if profile is not None:
        submitted, approved = submitted + profile.submitted_before, approved + profile.approved_before
    found: dict[str, Value] = {
        system_types.NUMBER_APPROVED: approved,
        system_types.PERCENT_APPROVED: percent(approved, submitted),
        system_types.ADULT: int(profile is not None and profile.adult),
    }
    if profile is not None and profile.country:
        found[system_types.LOCALE] = Place(profile.country, profile.subdivision)
    if profile is not None and profile.master:
        found.update(dict.fromkeys(system_types.MASTERS, 1))
    return found


def percent(approved: int, submitted: int) -> int:
    """Return the approved share of submitted work; 100 until it means something."""
    return 100 if submitted < _MEANINGFUL else 100 * approved // submitted


def _work(transaction: Transaction, worker_id: str) -> tuple[int, int]:
    """Return how many assignments a worker has submitted, and how many of them were approved."""
    query = select(assignment.c.status, func.count()).where(
        assignment.c.worker == worker_id, assignment.c.status.in_(ASSIGNMENT_STATUSES)
    )
    counts = {row[0]: row[1] for row in transaction.db.execute(query.group_by(assignment.c.status))}
    return sum(counts.values()), counts.get(APPROVED, 0)


def _guarding(all_of_type: Iterable[Requirement], action: str) -> list[Requirement]:
    guards = _ACTIONS[_ACTIONS.index(action) :]
    return [one for one in all_of_type if one["ActionsGuarded"] in guards]


def _types(guarding: Iterable[Requirement]) -> set[str]:
    return {one["QualificationTypeId"] for one in guarding}


def _first_unmet(guarding: Iterable[Requirement], held: Mapping[str, Value]) -> Requirement | None:
    return next(
        (
            one
            for one in guarding
            if not holds(one["Comparator"], held.get(one["QualificationTypeId"]), wanted(one))
        ),
        None,
    )


def _words(transaction: Transaction, missing: Requirement) -> str:
    type_id = missing["QualificationTypeId"]
    named = qualification_type.c.qualification_type_id == type_id
    name: Any = transaction.db.execute(select(qualification_type.c.name).where(named)).scalar_one()
    asked = ", ".join(str(value) for value in wanted(missing))
    return f"{name} ({type_id}) {missing['Comparator']} {asked}".rstrip()


class Offers(NamedTuple):
    """The query for the IDs of HITs that have a place for a worker, and its parameters.

    The query is the same object for all workers, so that what is made of it can be kept.
    """

    query: Select[Any]
    bound: dict[str, Any]


def offered(
    worker_id: str, closed: Sequence[int], unwelcome: Sequence[int], hit_type_id: str | None = None
) -> Offers:
    """Return the HITs that have a place for this worker, of one type where it is named.

    `closed` are keys of HIT types, `unwelcome` of requesters.
    """
    lists = {"closed": list(closed), "unwelcome": list(unwelcome)}
    bound = {"worker": worker_id, **{name: keys for name, keys in lists.items() if keys}}
    if hit_type_id is not None:
        bound["hit_type_id"] = hit_type_id
    return Offers(_offers(bool(closed), bool(unwelcome), hit_type_id is not None), bound)


@cache
def _offers(closed: bool, unwelcome: bool, of_type: bool) -> Select[Any]:
    # Not as `exists`, which PostgreSQL turns into a join: before it has counted what the tables hold, it
    # compares each HIT with each assignment of the worker.
    of_mine = (assignment.c.hit == hit.c.id, assignment.c.worker == bindparam("worker"), STANDING)
    mine = select(assignment.c.hit).where(*of_mine).scalar_subquery()
    offers = select(hit.c.hit_id).where(OFFERED, mine.is_(None))
    if unwelcome:
        offers = offers.where(hit.c.requester.not_in(bindparam("unwelcome", expanding=True)))
    if closed:
        offers = offers.where(hit.c.hit_type.not_in(bindparam("closed", expanding=True)))
    if of_type:
        same = select(hit_type.c.id).where(hit_type.c.hit_type_id == bindparam("hit_type_id"))
        offers = offers.where(hit.c.hit_type == same.scalar_subquery())
    return offers
