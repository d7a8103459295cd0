"""HIT groups: the HITs of one type that a worker may find, as one line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, Final, Literal

from sqlalchemy import Select, bindparam, func, or_, select

from mturk_tasks.marketplace.qualifications import eligibility, participation, requirements
from mturk_tasks.marketplace.qualifications.requirements import (
    ACCEPT,
    DISCOVER,
    PREVIEW,
    Value,
    holds,
    wanted,
)
from mturk_tasks.marketplace.records import workers
from mturk_tasks.marketplace.storage import rows, system_types
from mturk_tasks.marketplace.storage.rows import QualificationTypeRow
from mturk_tasks.marketplace.storage.schema import (
    LISTED,
    OFFERED,
    PENDING,
    hit,
    hit_type,
    qualification_request,
    qualification_type,
    question,
    requester,
)
from mturk_tasks.marketplace.storage.transactions import Transaction
from mturk_tasks.vocabulary.requirements import DOES_NOT_EXIST
from mturk_tasks.vocabulary.statuses import ACTIVE

SORTS: Final = ("newest", "reward", "number")
_KIND: Final = (
    hit_type.c.id.label("key"),
    hit_type.c.hit_type_id,
    hit_type.c.title,
    hit_type.c.description,
    hit_type.c.keywords,
    hit_type.c.reward,
    hit_type.c.assignment_duration,
    requester.c.name.label("requester"),
    hit_type.c.requester.label("owner"),
    hit_type.c.requirements,
)


@dataclass(frozen=True)
class Kind:
    """What is told of a HIT type before its question; `requirements` as the API writes them."""

    hit_type_id: str
    title: str
    description: str
    keywords: tuple[str, ...]
    reward: Decimal
    seconds_allotted: int
    requester: str
    owner: int
    requirements: str | None


@dataclass(frozen=True)
class Group:
    """A type with a HIT for the worker, and whether that may be accepted; its `newest` HIT is from then."""

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
    sort: str = SORTS[0]


@dataclass(frozen=True)
class Hit:
    """One HIT with its type and its question."""

    hit_id: str
    kind: Kind
    question: str


def open_to(transaction: Transaction, worker_id: str) -> list[Group]:
    """Return the groups in which a worker may find a HIT; how many there are is not counted."""
    unwelcome = set(workers.blocking_requesters(transaction, worker_id))
    offers = eligibility.offered(worker_id, (), ())
    rows_found = transaction.db.execute(_open_types(offers.query), offers.bound).all()
    found = [row for row in rows_found if row.owner not in unwelcome]
    asked = [eligibility.Asked(row.key, row.owner, row.requirements) for row in found]
    hidden = set(eligibility.closed_among(transaction, worker_id, DISCOVER, asked))
    closed = set(eligibility.closed_among(transaction, worker_id, ACCEPT, asked))
    return [
        Group(row.key, _kind(row), row.newest, row.key not in closed)
        for row in found
        if row.key not in hidden
    ]


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
    newest = (
        select(hit.c.created)
        .where(hit.c.hit_type == hit_type.c.id, LISTED)
        .order_by(hit.c.created.desc(), hit.c.id.desc())
        .limit(1)
        .correlate(hit_type)
        .scalar_subquery()
    )
    of_this = offers.where(hit.c.hit_type == hit_type.c.id).order_by(hit.c.shuffle).limit(1)
    here = of_this.correlate(hit_type).scalar_subquery().is_not(None)
    return (
        select(*_KIND, newest.label("newest"))
        .select_from(open_type)
        .join(hit_type, hit_type.c.id == open_type.c.key)
        .outerjoin(requester, hit_type.c.requester == requester.c.id)
        .where(here)
        .order_by(hit_type.c.id)
    )


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


@cache
def _counted(offers: Select[Any]) -> Select[Any]:
    """Return the query for how many HITs of some types are on offer, and until when."""
    numbers = (func.count().label("hits"), func.max(hit.c.expiration).label("until"))
    of_some = offers.with_only_columns(hit.c.hit_type, *numbers)
    return of_some.where(hit.c.hit_type.in_(bindparam("keys", expanding=True))).group_by(hit.c.hit_type)


def arranged(
    transaction: Transaction, worker_id: str, groups: Iterable[Group], wanted: Wanted
) -> Sequence[Group]:
    """Return the groups that are wanted, in the order asked for; the newest first unless said."""
    found = [one for one in groups if _fits(one, wanted)]
    found.sort(key=lambda one: one.newest, reverse=True)
    if wanted.sort == "reward":
        found.sort(key=lambda one: one.kind.reward, reverse=True)
    elif wanted.sort == "number":
        return sorted(count(transaction, worker_id, found), key=lambda one: one.hits, reverse=True)
    return found


def _fits(group: Group, wanted: Wanted) -> bool:
    kind = group.kind
    return (
        (group.qualified or not wanted.qualified)
        and kind.reward >= wanted.reward
        and (not wanted.requester or kind.requester == wanted.requester)
        and all(word.casefold() in _text(kind) for word in wanted.words)
    )


_KIND_BY_ID: Final = (
    select(*_KIND)
    .select_from(hit_type)
    .outerjoin(requester)
    .where(or_(hit_type.c.hit_type_id == bindparam("wanted"), hit_type.c.hit_group_id == bindparam("wanted")))
)
_HIT_BY_ID: Final = (
    select(hit.c.hit_id, question.c.text.label("question_text"), *_KIND)
    .select_from(hit)
    .join(hit_type, hit.c.hit_type == hit_type.c.id)
    .join(question)
    .outerjoin(requester, hit_type.c.requester == requester.c.id)
    .where(hit.c.hit_id == bindparam("wanted"))
)


def find_kind(transaction: Transaction, public_id: str) -> Kind | None:
    """Return the HIT type of an ID, which may be the type's or its group's."""
    row = transaction.db.execute(_KIND_BY_ID, {"wanted": public_id}).first()
    return None if row is None else _kind(row)


def find_hit(transaction: Transaction, hit_id: str) -> Hit | None:
    """Return a HIT, whatever its state."""
    row = transaction.db.execute(_HIT_BY_ID, {"wanted": hit_id}).one_or_none()
    return None if row is None else Hit(row.hit_id, _kind(row), row.question_text)


def _kind(row: Any) -> Kind:
    return Kind(
        row.hit_type_id,
        row.title,
        row.description,
        split(row.keywords),
        row.reward,
        row.assignment_duration,
        row.requester or "",
        row.owner,
        row.requirements,
    )


def split(keywords: str | None) -> tuple[str, ...]:
    """Return the keywords of a comma-separated list."""
    return tuple(word.strip() for word in (keywords or "").split(",") if word.strip())


def _text(kind: Kind) -> str:
    parts: Sequence[str] = (kind.title, kind.description, kind.requester, *kind.keywords)
    return " ".join(parts).casefold()


# Why a worker may or may not take a HIT: each requirement, what they have of it, and what would
# help.


Help = Literal[
    "none", "test", "request", "wait", "give_up", "country", "adult", "work", "masters", "done", "closed"
]
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


def may_preview(transaction: Transaction, worker_id: str, kind: Kind) -> bool:
    """Say whether a worker who is not blocked may see the HITs of a type before accepting one."""
    return eligibility.unmet(transaction, worker_id, kind.owner, kind.requirements, PREVIEW) is None


def judge(transaction: Transaction, worker_id: str, kind: Kind) -> Verdict:
    """Return the verdict about a HIT type."""
    blocked = workers.is_blocked(transaction, worker_id, kind.owner)
    asked = requirements.parse(kind.requirements)
    if not asked:
        return Verdict(blocked, secret=False, reasons=())
    held = eligibility.values(transaction, worker_id, {one["QualificationTypeId"] for one in asked})
    free = eligibility.tests_for(transaction, worker_id) == kind.owner
    secret = eligibility.unmet(transaction, worker_id, kind.owner, kind.requirements, DISCOVER) is not None
    reasons = (_reason(transaction, worker_id, one, held, free=free) for one in asked)
    return Verdict(blocked, secret, tuple(reasons))


def _reason(
    transaction: Transaction, worker_id: str, one: dict[str, Any], held: dict[str, Value], *, free: bool
) -> Reason:
    type_id = one["QualificationTypeId"]
    named = qualification_type.c.qualification_type_id == type_id
    kind = transaction.fetch(QualificationTypeRow, rows.QUALIFICATION_TYPES.where(named))
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
        "none" if met else _help(transaction, worker_id, kind, one["Comparator"]),
    )


def _waits(transaction: Transaction, worker_id: str, key: int) -> bool:
    mine = (
        qualification_request.c.worker_id == worker_id,
        qualification_request.c.qualification_type == key,
        qualification_request.c.status == PENDING,
    )
    return transaction.db.execute(select(qualification_request.c.id).where(*mine)).first() is not None


def _help(transaction: Transaction, worker_id: str, kind: QualificationTypeRow, comparator: str) -> Help:
    if kind.system:
        return _SYSTEM.get(kind.qualification_type_id, "masters")
    if participation.is_counted(transaction, kind.id):
        return "done"
    if comparator == DOES_NOT_EXIST:
        return "give_up"
    if _waits(transaction, worker_id, kind.id):
        return "wait"
    if kind.status != ACTIVE:
        return "closed"
    return "request" if kind.test is None else "test"
