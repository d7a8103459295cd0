"""Qualification types that nobody grants: their value is how many HITs of some a worker has done.

With them a HIT type asks that somebody has, or has not, taken part elsewhere, or not too often, by the
requirements that the API has for all qualifications. Operations of our own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Column, Select, Table, and_, bindparam, exists, func, insert, or_, select, union

from mturk_tasks.lib.ids import new_id
from mturk_tasks.marketplace.protocol import faults, limits
from mturk_tasks.marketplace.storage.schema import (
    DISPOSING,
    STANDING,
    assignment,
    counted_hit,
    counted_hit_type,
    hit,
    hit_type,
    participation_type,
    qualification_type,
)
from mturk_tasks.marketplace.storage.transactions import Transaction, lock_requester
from mturk_tasks.vocabulary.statuses import ACTIVE, ASSIGNMENT_STATUSES

COUNTED: Final = qualification_type.c.id.in_(select(participation_type.c.qualification_type))
_COUNTS: Final = and_(  # of an assignment: it counts for a type
    STANDING,
    or_(participation_type.c.counts_held, assignment.c.status.in_(ASSIGNMENT_STATUSES)),
)


class ParticipationType(NamedTuple):
    """A type by its key, and whether what is held counts as what is done does."""

    id: int
    qualification_type_id: str
    name: str
    counts_held: bool


_TYPES: Final = select(
    qualification_type.c.id,
    qualification_type.c.qualification_type_id,
    qualification_type.c.name,
    participation_type.c.counts_held,
).join(participation_type, participation_type.c.qualification_type == qualification_type.c.id)
_NAMED: Final = _TYPES.where(
    qualification_type.c.name == bindparam("named"),
    qualification_type.c.requester == bindparam("of"),
    qualification_type.c.status != DISPOSING,
)


def put_participation_type(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer PutParticipationType: make the type of a name if there is none, and let it count more HITs.

    Raise RequestError for a HIT or a HIT type that is not the requester's, and for the name of another type.
    """
    limits.check(parameters)
    lock_requester(transaction)
    own = _find(transaction, parameters["Name"]) or _made(transaction, parameters)
    _count(transaction, own, counted_hit.c.hit, hit.c.hit_id, parameters.get("HITIds", ()), "Hit")
    types = parameters.get("HITTypeIds", ())
    _count(transaction, own, counted_hit_type.c.hit_type, hit_type.c.hit_type_id, types, "HITType")
    return {"ParticipationType": _described(transaction, own)}


def get_participation_type(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer GetParticipationType; raise RequestError where the requester has none of the name."""
    own = _find(transaction, parameters["Name"])
    if own is None:
        raise faults.missing("QualificationType", parameters["Name"])
    return {"ParticipationType": _described(transaction, own)}


def values(transaction: Transaction, worker_id: str, types: Collection[str]) -> dict[str, int]:
    """Return for each of the types that count HITs how many a worker has; of others nothing."""
    named = qualification_type.c.qualification_type_id.in_(types)
    counting = [row.qualification_type_id for row in transaction.db.execute(_TYPES.where(named))]
    if not counting:
        return {}
    bound = {"worker": worker_id, "types": counting}
    found: dict[str, int] = {row[0]: row[1] for row in transaction.db.execute(_VALUES, bound)}
    return {type_id: found.get(type_id, 0) for type_id in counting}


def must_be_granted(transaction: Transaction, key: int, type_id: str) -> None:
    """Raise RequestError for a type whose value is counted: nobody grants, revokes or asks for it."""
    if is_counted(transaction, key):
        raise faults.RequestError(f"{type_id} counts HITs; nobody can grant it or take it back.")


def is_counted(transaction: Transaction, key: int) -> bool:
    """Say whether the value of the type of a key is counted."""
    same = exists().where(participation_type.c.qualification_type == key)
    return bool(transaction.db.execute(select(same)).scalar_one())


def _found_by(table: Table, of_assignment: Any, key: Column[Any]) -> Select[Any]:
    """Return the query for the assignments that count by one of the two tables."""
    return (
        select(qualification_type.c.qualification_type_id, assignment.c.id, assignment.c.worker)
        .select_from(participation_type)
        .join(qualification_type, qualification_type.c.id == participation_type.c.qualification_type)
        .join(table, table.c.qualification_type == participation_type.c.qualification_type)
        .join(hit, of_assignment == key)
        .join(assignment, assignment.c.hit == hit.c.id)
        .where(_COUNTS)
    )


_BY_HIT: Final = _found_by(counted_hit, hit.c.id, counted_hit.c.hit)
_BY_TYPE: Final = _found_by(counted_hit_type, hit.c.hit_type, counted_hit_type.c.hit_type)


def _of_worker() -> Select[Any]:
    """Return the query for a worker's numbers; what counts by its HIT and by its type counts once."""
    mine = (
        assignment.c.worker == bindparam("worker"),
        qualification_type.c.qualification_type_id.in_(bindparam("types", expanding=True)),
    )
    all_mine = union(_BY_HIT.where(*mine), _BY_TYPE.where(*mine)).subquery()
    type_id = all_mine.c.qualification_type_id
    return select(type_id, func.count()).group_by(type_id)


_VALUES: Final = _of_worker()


def _find(transaction: Transaction, name: str) -> ParticipationType | None:
    return transaction.fetch_one(ParticipationType, _NAMED, named=name, of=transaction.requester)


def _made(transaction: Transaction, parameters: Mapping[str, Any]) -> ParticipationType:
    same = (
        qualification_type.c.name == parameters["Name"],
        qualification_type.c.requester == transaction.requester,
        qualification_type.c.status != DISPOSING,
    )
    if transaction.db.execute(select(qualification_type.c.id).where(*same)).first() is not None:
        raise faults.name_taken()
    values = {
        "qualification_type_id": new_id(),
        "requester": transaction.requester,
        "system": False,
        "name": parameters["Name"],
        "description": parameters["Description"],
        "status": ACTIVE,
        "created": transaction.now,
        "auto_granted": False,
    }
    (key,) = transaction.db.execute(insert(qualification_type), values).inserted_primary_key or (0,)
    held = parameters.get("CountsHeld", False)
    new = {"qualification_type": key, "counts_held": held}
    transaction.db.execute(insert(participation_type), new)
    return ParticipationType(key, str(values["qualification_type_id"]), parameters["Name"], held)


def _count(
    transaction: Transaction,
    own: ParticipationType,
    column: Column[Any],
    public: Column[Any],
    ids: Sequence[str],
    kind: str,
) -> None:
    """Let a type count some HITs, or the HITs of some types; those that it counts already are fine."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return
    query = select(public, public.table.c.id).where(public.in_(wanted))
    own_rows = query.where(public.table.c.requester == transaction.requester)
    found: dict[str, int] = {row[0]: row[1] for row in transaction.db.execute(own_rows)}
    for public_id in wanted:
        if public_id not in found:
            raise faults.missing(kind, public_id)
    before = select(column).where(
        column.table.c.qualification_type == own.id, column.in_(list(found.values()))
    )
    known = set(transaction.db.execute(before).scalars())
    new = [{"qualification_type": own.id, column.name: key} for key in found.values() if key not in known]
    if new:
        transaction.db.execute(insert(column.table), new)


def _described(transaction: Transaction, own: ParticipationType) -> dict[str, Any]:
    of_type = qualification_type.c.id == own.id
    people = union(_BY_HIT.where(of_type), _BY_TYPE.where(of_type)).subquery()
    of_hits = select(counted_hit.c.hit).where(counted_hit.c.qualification_type == own.id)
    of_types = select(counted_hit_type.c.hit_type).where(counted_hit_type.c.qualification_type == own.id)
    counted = select(func.count()).select_from(hit)
    hits = counted.where(or_(hit.c.id.in_(of_hits), hit.c.hit_type.in_(of_types)))
    workers = select(func.count(func.distinct(people.c.worker)))
    return {
        "QualificationTypeId": own.qualification_type_id,
        "Name": own.name,
        "CountsHeld": own.counts_held,
        "NumberOfHITs": transaction.db.execute(hits).scalar_one(),
        "NumberOfWorkers": transaction.db.execute(workers).scalar_one(),
    }
