"""HIT types and HITs as a worker sees them, and why they may or may not take one."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal

from sqlalchemy import bindparam, or_, select

from mturk_tasks.marketplace.qualifications import eligibility, participation, requirements
from mturk_tasks.marketplace.qualifications.requirements import (
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

_COLUMNS: Final = (
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
class Hit:
    """One HIT with its type and its question."""

    hit_id: str
    kind: Kind
    question: str


_KIND_BY_ID: Final = (
    select(*_COLUMNS)
    .select_from(hit_type)
    .outerjoin(requester)
    .where(or_(hit_type.c.hit_type_id == bindparam("wanted"), hit_type.c.hit_group_id == bindparam("wanted")))
)
_HIT_BY_ID: Final = (
    select(hit.c.hit_id, question.c.text.label("question_text"), *_COLUMNS)
    .select_from(hit)
    .join(hit_type, hit.c.hit_type == hit_type.c.id)
    .join(question)
    .outerjoin(requester, hit_type.c.requester == requester.c.id)
    .where(hit.c.hit_id == bindparam("wanted"))
)


def find_kind(transaction: Transaction, public_id: str) -> Kind | None:
    """Return the HIT type of an ID, which may be the type's or its group's."""
    row = transaction.db.execute(_KIND_BY_ID, {"wanted": public_id}).first()
    return None if row is None else to_kind(row)


def find_hit(transaction: Transaction, hit_id: str) -> Hit | None:
    """Return a HIT, whatever its state."""
    row = transaction.db.execute(_HIT_BY_ID, {"wanted": hit_id}).one_or_none()
    return None if row is None else Hit(row.hit_id, to_kind(row), row.question_text)


def to_kind(row: Any) -> Kind:
    """Return the type in a row that has at least these columns."""
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
        return not self.blocked and all(reason.met for reason in self.reasons)


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
