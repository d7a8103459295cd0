"""Every movement of money, one row each.

A HIT's money is held when it is made, and leaves what is held by a payment with its fee, or by a
release. Bonuses are paid from what is not held.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection, Row, func, insert, select

from mturk_tasks.marketplace.context import Context
from mturk_tasks.marketplace.schema import ledger

HOLD: Final = "hold"
RELEASE: Final = "release"
PAYMENT: Final = "payment"
FEE: Final = "fee"
BONUS: Final = "bonus"
BONUS_FEE: Final = "bonus fee"
_ENTRY: Final = insert(ledger)
KINDS: Final = (HOLD, RELEASE, PAYMENT, FEE, BONUS, BONUS_FEE)


def hold(context: Context, hit: int, amount: Decimal) -> None:
    """Set money aside for a HIT."""
    _enter(context, HOLD, amount, hit=hit)


def release(context: Context, hit: int, amount: Decimal, assignment: int | None = None) -> None:
    """Give back money that a HIT, or an assignment of it, no longer needs."""
    _enter(context, RELEASE, amount, hit=hit, assignment=assignment)


def pay(context: Context, work: Row[Any]) -> None:
    """Pay an assignment's reward to its worker and the fee to the marketplace, from what is held."""
    place = {"hit": work.hit, "assignment": work.id, "worker": work.worker}
    _enter(context, PAYMENT, work.reward, **place)
    _enter(context, FEE, work.fee, **place)


def pay_bonus(context: Context, work: Row[Any], amount: Decimal) -> None:
    """Pay a bonus to the worker of an assignment and the fee to the marketplace."""
    place = {"hit": work.hit, "assignment": work.id, "worker": work.worker}
    _enter(context, BONUS, amount, **place)
    _enter(context, BONUS_FEE, context.fees.on_bonus(amount), **place)


def totals(db: Connection) -> dict[str, Decimal]:
    """Return the sum of every kind of movement."""
    kind, amount = ledger.c.kind, func.sum(ledger.c.amount)
    summed = {row.kind: row.total for row in db.execute(select(kind, amount.label("total")).group_by(kind))}
    return {name: summed.get(name, Decimal("0.00")) for name in KINDS}


def held(db: Connection) -> Decimal:
    """Return what is set aside and neither paid nor given back."""
    sums = totals(db)
    return sums[HOLD] - sums[RELEASE] - sums[PAYMENT] - sums[FEE]


def _enter(context: Context, kind: str, amount: Decimal, **place: Any) -> None:
    row = {"time": context.now, "kind": kind, "amount": amount, **place}
    context.db.execute(_ENTRY, row)
