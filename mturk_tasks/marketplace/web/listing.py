"""HIT groups: the HITs of one type that a worker may find, as one line; a page of them at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import Decimal
from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, func, select, tuple_

from mturk_tasks.marketplace.qualifications import eligibility
from mturk_tasks.marketplace.qualifications.requirements import ACCEPT, DISCOVER
from mturk_tasks.marketplace.records import workers
from mturk_tasks.marketplace.storage import rows
from mturk_tasks.marketplace.storage.schema import OFFERED, hit, hit_type, requester
from mturk_tasks.marketplace.storage.transactions import Transaction
from mturk_tasks.marketplace.web.groups import Kind, to_kind

NEWEST: Final = "newest"
SORTS: Final = (NEWEST, "reward", "number")
STEP: Final = 60  # types looked at in one go
_STEPS: Final = 8  # after so many, all types are listed: most of those looked at had nothing for the worker
_LAST: Final = datetime(9999, 1, 1, tzinfo=timezone.utc)


@dataclass(frozen=True)
class Group:
    """A type with a HIT for the worker, when it got its last one, and whether that may be accepted."""

    key: int
    kind: Kind
    newest: datetime
    qualified: bool


@dataclass(frozen=True)
class CountedGroup(Group):
    """A group with the number of HITs that are there for the worker, and when the last of them expires."""

    hits: int
    until: datetime


@dataclass(frozen=True)
class Wanted:
    """Which groups a worker wants to see, in what order; an empty requester is any."""

    words: Sequence[str] = ()
    requester: str = ""
    reward: Decimal = Decimal(0)
    qualified: bool = False
    sort: str = NEWEST


class Page(NamedTuple):
    """The groups of one page, and what is known of the others.

    `fitting` of all that were `seen` are what is wanted; unless it is `whole`, there are more of both.
    """

    groups: Sequence[CountedGroup]
    fitting: int
    seen: Sequence[Group]
    whole: bool


class TypeRow(NamedTuple):
    """A type with what a group tells of it, and a HIT of it that is on offer, None where there is none."""

    key: int
    hit_type_id: str
    title: str
    description: str
    keywords: str | None
    reward: Decimal
    assignment_duration: int
    requester: str | None
    owner: int
    requirements: str | None
    newest: datetime
    here: str | None


def page(transaction: Transaction, worker_id: str, wanted: Wanted, number: int, size: int) -> Page:
    """Return one page of the groups that are wanted, in the order asked for; the newest first unless said.

    The newest are sought from the newest on, no further than the page needs. In another order, or where
    that leads far, all open groups are listed.
    """
    seen = None
    if wanted.sort == NEWEST:
        seen = _newest(transaction, worker_id, wanted, number * size)
    groups, whole = seen or (open_to(transaction, worker_id), True)
    fitting = _arranged(transaction, worker_id, groups, wanted)
    shown = count(transaction, worker_id, fitting[(number - 1) * size : number * size])
    return Page(shown, len(fitting), groups, whole)


def open_to(transaction: Transaction, worker_id: str) -> list[Group]:
    """Return the groups in which a worker may find a HIT; how many there are is not counted."""
    offers = eligibility.offered(worker_id, (), ())
    types = map(TypeRow._make, transaction.db.execute(_open_types(offers.query), offers.bound))
    return _visible(transaction, worker_id, types, set(workers.blocking_requesters(transaction, worker_id)))


def count(transaction: Transaction, worker_id: str, groups: Sequence[Group]) -> list[CountedGroup]:
    """Return the groups with the HITs in them counted, in their order."""
    if not groups:
        return []
    offers = eligibility.offered(worker_id, (), ())
    bound = {**offers.bound, "keys": [group.key for group in groups]}
    found = {row.hit_type: row for row in transaction.db.execute(_counted(offers.query), bound)}
    return [
        CountedGroup(group.key, group.kind, group.newest, group.qualified, row.hits, row.until)
        for group in groups
        if (row := found.get(group.key))
    ]


def _newest(
    transaction: Transaction, worker_id: str, wanted: Wanted, needed: int
) -> tuple[list[Group], bool] | None:
    """Return the newest groups, more than are needed of those wanted, and whether they are all.

    None where that would lead far.
    """
    offers = eligibility.offered(worker_id, (), ())
    unwelcome = set(workers.blocking_requesters(transaction, worker_id))
    groups: list[Group] = []
    fitting, last = 0, (_LAST, 0)
    for _ in range(_STEPS):
        bound = {**offers.bound, "newest": last[0], "key": last[1]}
        types = [TypeRow._make(row) for row in transaction.db.execute(_types_before(offers.query), bound)]
        new = _visible(transaction, worker_id, (row for row in types if row.here is not None), unwelcome)
        groups += new
        fitting += sum(_fits(group, wanted) for group in new)
        if len(types) < STEP:
            return groups, True
        if fitting > needed:
            return groups, False
        last = (types[-1].newest, types[-1].key)
    return None


def _visible(
    transaction: Transaction, worker_id: str, types: Iterable[TypeRow], unwelcome: Set[int]
) -> list[Group]:
    """Return the groups of types with HITs, without those that are kept from the worker."""
    found = [row for row in types if row.owner not in unwelcome]
    asked = [eligibility.Asked(row.key, row.owner, row.requirements) for row in found]
    hidden = set(eligibility.closed_among(transaction, worker_id, DISCOVER, asked))
    closed = set(eligibility.closed_among(transaction, worker_id, ACCEPT, asked))
    return [
        Group(row.key, to_kind(row), row.newest, row.key not in closed)
        for row in found
        if row.key not in hidden
    ]


def _columns(here: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    named = {"key": hit_type.c.id, "owner": hit_type.c.requester, "requester": requester.c.name, "here": here}
    return rows.columns(TypeRow, hit_type, **named)


def _here(offers: Select[Any]) -> Any:
    """Return the expression for a HIT of the type that is on offer; null where there is none."""
    of_this = offers.where(hit.c.hit_type == hit_type.c.id).order_by(hit.c.shuffle).limit(1)
    return of_this.correlate(hit_type).scalar_subquery()


@cache
def _types_before(offers: Select[Any]) -> Select[Any]:
    """Return the query for some types older than one, the newest first, whether or not they have HITs."""
    place = tuple_(hit_type.c.newest, hit_type.c.id)
    before = tuple_(bindparam("newest", type_=hit_type.c.newest.type), bindparam("key"))
    return (
        select(*_columns(_here(offers)))
        .select_from(hit_type)
        .outerjoin(requester, hit_type.c.requester == requester.c.id)
        .where(place < before)
        .order_by(hit_type.c.newest.desc(), hit_type.c.id.desc())
        .limit(STEP)
    )


@cache
def _open_types(offers: Select[Any]) -> Select[Any]:
    """Return the query for the types of which a HIT is on offer.

    It steps from one type to the next by the index of offers, and looks at one HIT of each: a million HITs
    cost what their types do.
    """
    first = select(func.min(hit.c.hit_type).label("key")).where(OFFERED).cte("open_type", recursive=True)
    following = select(func.min(hit.c.hit_type)).where(OFFERED, hit.c.hit_type > first.c.key)
    step = select(following.correlate(first).scalar_subquery()).where(first.c.key.is_not(None))
    open_type = first.union_all(step)
    here = _here(offers)
    return (
        select(*_columns(here))
        .select_from(open_type)
        .join(hit_type, hit_type.c.id == open_type.c.key)
        .outerjoin(requester, hit_type.c.requester == requester.c.id)
        .where(here.is_not(None))
        .order_by(hit_type.c.newest.desc(), hit_type.c.id.desc())
    )


@cache
def _counted(offers: Select[Any]) -> Select[Any]:
    """Return the query for how many HITs of some types are on offer, and until when."""
    numbers = (func.count().label("hits"), func.max(hit.c.expiration).label("until"))
    of_some = offers.with_only_columns(hit.c.hit_type, *numbers)
    return of_some.where(hit.c.hit_type.in_(bindparam("keys", expanding=True))).group_by(hit.c.hit_type)


def _arranged(
    transaction: Transaction, worker_id: str, groups: Iterable[Group], wanted: Wanted
) -> Sequence[Group]:
    """Return those of the newest groups first that are wanted, in the order asked for."""
    fitting = [group for group in groups if _fits(group, wanted)]
    if wanted.sort == "reward":
        fitting.sort(key=lambda group: group.kind.reward, reverse=True)
    elif wanted.sort == "number":
        counted = count(transaction, worker_id, fitting)
        return sorted(counted, key=lambda group: group.hits, reverse=True)
    return fitting


def _fits(group: Group, wanted: Wanted) -> bool:
    kind = group.kind
    return (
        (group.qualified or not wanted.qualified)
        and kind.reward >= wanted.reward
        and (not wanted.requester or kind.requester == wanted.requester)
        and all(word.casefold() in _text(kind) for word in wanted.words)
    )


def _text(kind: Kind) -> str:
    parts: Sequence[str] = (kind.title, kind.description, kind.requester, *kind.keywords)
    return " ".join(parts).casefold()
