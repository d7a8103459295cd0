"""The queries that bring rows with what is counted and added up beside them, for the rules to compare."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Subquery,
    case,
    func,
    literal_column,
    select,
    type_coerce,
)

from mturk_tasks.marketplace.operator.check_rules import (
    CheckedAccount,
    CheckedAssignment,
    CheckedHIT,
    CheckedRequest,
)
from mturk_tasks.marketplace.records import ledger
from mturk_tasks.marketplace.storage import rows
from mturk_tasks.marketplace.storage.column_types import DollarTotal, dollar_total
from mturk_tasks.marketplace.storage.schema import (
    ACCEPTED,
    DISPOSING,
    assignment,
    bonus,
    deposit,
    hit,
    hit_type,
    qualification_request,
    qualification_type,
    requester,
    word,
)
from mturk_tasks.marketplace.storage.schema import ledger as entry
from mturk_tasks.vocabulary.statuses import (
    APPROVED,
    REJECTED,
    SUBMITTED,
)

_ZERO: Final = literal_column("0", BigInteger)


def _sum(kind: str) -> ColumnElement[Any]:
    return dollar_total(case((entry.c.kind == word(kind), entry.c.amount)))


def _in_state(status: str) -> ColumnElement[Any]:
    return func.count().filter(assignment.c.status == status)


def _grouped(by: Column[Any], **columns: ColumnElement[Any]) -> Subquery:
    named = (column.label(name) for name, column in columns.items())
    return select(by.label("of"), *named).where(by.is_not(None)).group_by(by).subquery()


def _counts(grouped: Subquery, *names: str) -> dict[str, ColumnElement[Any]]:
    """Return counts of an outer join, zero where the other side has no row."""
    return {name: func.coalesce(grouped.c[name], _ZERO) for name in names}


def _amounts(grouped: Subquery, *names: str) -> dict[str, ColumnElement[Any]]:
    """Return sums of an outer join, zero where the other side has no row."""
    return {name: type_coerce(func.coalesce(grouped.c[name], _ZERO), DollarTotal) for name in names}


_GIVEN_BACK: Final = func.count().filter(entry.c.kind == word(ledger.RELEASE), entry.c.assignment.is_(None))
_WORK: Final = _grouped(
    assignment.c.hit,
    held=_in_state(ACCEPTED),
    submitted=_in_state(SUBMITTED),
    approved=_in_state(APPROVED),
    rejected=_in_state(REJECTED),
)
_MOVED: Final = _grouped(
    entry.c.hit,
    hold=_sum(ledger.HOLD),
    release=_sum(ledger.RELEASE),
    payment=_sum(ledger.PAYMENT),
    paid_fee=_sum(ledger.FEE),
    bonus=_sum(ledger.BONUS),
    given_back=_GIVEN_BACK,
)
_GRANTED: Final = _grouped(bonus.c.hit, bonuses=dollar_total(bonus.c.amount))
HITS: Final = (
    select(
        *rows.columns(
            CheckedHIT,
            hit,
            hit_type,
            **_counts(_WORK, "held", "submitted", "approved", "rejected"),
            **_amounts(_MOVED, "hold", "release", "payment", "paid_fee", "bonus"),
            **_amounts(_GRANTED, "bonuses"),
            **_counts(_MOVED, "given_back"),
        )
    )
    .outerjoin_from(hit, hit_type, hit.c.hit_type == hit_type.c.id)
    .outerjoin(_WORK, _WORK.c.of == hit.c.id)
    .outerjoin(_MOVED, _MOVED.c.of == hit.c.id)
    .outerjoin(_GRANTED, _GRANTED.c.of == hit.c.id)
)
_REPRICED: Final = _grouped(entry.c.hit, given_back=_GIVEN_BACK)
_PAID: Final = _grouped(
    entry.c.assignment,
    payments=func.count().filter(entry.c.kind == ledger.PAYMENT),
    paid=_sum(ledger.PAYMENT),
    fees=func.count().filter(entry.c.kind == ledger.FEE),
    paid_fee=_sum(ledger.FEE),
)
ASSIGNMENTS: Final = (
    select(
        *rows.columns(
            CheckedAssignment,
            *(assignment, hit, hit_type),
            hit_status=hit.c.status,
            **_counts(_REPRICED, "given_back"),
            **_counts(_PAID, "payments", "fees"),
            **_amounts(_PAID, "paid", "paid_fee"),
        )
    )
    .join_from(assignment, hit, assignment.c.hit == hit.c.id)
    .join(hit_type, hit.c.hit_type == hit_type.c.id)
    .outerjoin(_PAID, _PAID.c.of == assignment.c.id)
    .outerjoin(_REPRICED, _REPRICED.c.of == hit.c.id)
)
_DEPOSITED: Final = _grouped(deposit.c.requester, deposits=dollar_total(deposit.c.amount))
_SPENT: Final = _grouped(
    entry.c.requester,
    hold=_sum(ledger.HOLD),
    release=_sum(ledger.RELEASE),
    bonus=_sum(ledger.BONUS),
    bonus_fee=_sum(ledger.BONUS_FEE),
)
ACCOUNTS: Final = (
    select(
        *rows.columns(
            CheckedAccount,
            requester,
            **_amounts(_DEPOSITED, "deposits"),
            **_amounts(_SPENT, "hold", "release", "bonus", "bonus_fee"),
        )
    )
    .outerjoin_from(requester, _DEPOSITED, _DEPOSITED.c.of == requester.c.id)
    .outerjoin(_SPENT, _SPENT.c.of == requester.c.id)
)
_IS_GONE: Final = qualification_type.c.status == DISPOSING
REQUESTS: Final = select(
    *rows.columns(CheckedRequest, qualification_request, type_is_gone=_IS_GONE)
).join_from(
    qualification_request,
    qualification_type,
    qualification_request.c.qualification_type == qualification_type.c.id,
)
