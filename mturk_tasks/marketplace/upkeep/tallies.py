"""Rows with what is counted and summed up beside them, for `verdicts` to compare."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Label,
    case,
    func,
    literal_column,
    select,
    type_coerce,
)

from mturk_tasks.marketplace import ledger
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
from mturk_tasks.marketplace.storage.stored import DollarTotal, dollar_total
from mturk_tasks.vocabulary.statuses import APPROVED, REJECTED, SUBMITTED

_NOTHING: Final = literal_column("0", BigInteger)


def _sum(kind: str) -> ColumnElement[Any]:
    return dollar_total(case((entry.c.kind == word(kind), entry.c.amount)))


def _or_nothing(column: ColumnElement[Any], name: str) -> Label[Any]:
    """Return a count of an outer join, nothing where the other side has no row."""
    return func.coalesce(column, _NOTHING).label(name)


def _dollars(column: ColumnElement[Any], name: str) -> Label[Any]:
    """Return a sum of an outer join, nothing where the other side has no row."""
    return type_coerce(func.coalesce(column, _NOTHING), DollarTotal).label(name)


def _grouped(by: Column[Any], **columns: ColumnElement[Any]) -> Any:
    named = (column.label(name) for name, column in columns.items())
    return select(by.label("of"), *named).where(by.is_not(None)).group_by(by).subquery()


def _in_state(status: str) -> ColumnElement[Any]:
    return func.count().filter(assignment.c.status == status)


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
        hit,
        hit_type.c.reward,
        *(_or_nothing(_WORK.c[name], name) for name in ("held", "submitted", "approved", "rejected")),
        *(_dollars(_MOVED.c[name], name) for name in ("hold", "release", "payment", "paid_fee", "bonus")),
        _dollars(_GRANTED.c.bonuses, "bonuses"),
        _or_nothing(_MOVED.c.given_back, "given_back"),
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
        *(column for column in assignment.c if column.name not in ("answer", "feedback")),
        hit.c.fee,
        hit.c.status.label("hit_status"),
        hit_type.c.reward,
        _or_nothing(_REPRICED.c.given_back, "given_back"),
        _or_nothing(_PAID.c.payments, "payments"),
        _or_nothing(_PAID.c.fees, "fees"),
        _dollars(_PAID.c.paid, "paid"),
        _dollars(_PAID.c.paid_fee, "paid_fee"),
    )
    .join_from(assignment, hit, assignment.c.hit == hit.c.id)
    .join(hit_type, hit.c.hit_type == hit_type.c.id)
    .outerjoin(_PAID, _PAID.c.of == assignment.c.id)
    .outerjoin(_REPRICED, _REPRICED.c.of == hit.c.id)
)
_PUT_IN: Final = _grouped(deposit.c.requester, deposits=dollar_total(deposit.c.amount))
_SPENT: Final = _grouped(
    entry.c.requester,
    hold=_sum(ledger.HOLD),
    release=_sum(ledger.RELEASE),
    bonus=_sum(ledger.BONUS),
    bonus_fee=_sum(ledger.BONUS_FEE),
)
ACCOUNTS: Final = (
    select(
        requester,
        _dollars(_PUT_IN.c.deposits, "deposits"),
        *(_dollars(_SPENT.c[name], name) for name in ("hold", "release", "bonus", "bonus_fee")),
    )
    .outerjoin(_PUT_IN, _PUT_IN.c.of == requester.c.id)
    .outerjoin(_SPENT, _SPENT.c.of == requester.c.id)
)
REQUESTS: Final = select(
    *(column for column in qualification_request.c if column.name not in ("answer", "answer_key")),
    (qualification_type.c.status == DISPOSING).label("type_is_gone"),
).join_from(
    qualification_request,
    qualification_type,
    qualification_request.c.qualification_type == qualification_type.c.id,
)
