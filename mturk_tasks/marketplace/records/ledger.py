"""Every movement of money, one row each.

A HIT's money is held when it is made, and leaves what is held by a payment with its fee, or by a
release. Bonuses are paid from what is not held. What a requester has to spend is kept beside it as
one number, so that two HITs made at once cannot spend it twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from mturk_tasks.marketplace.protocol import faults
from mturk_tasks.marketplace.storage import about, schema
from mturk_tasks.marketplace.storage.column_types import dollar_total
from mturk_tasks.marketplace.storage.rows import AssignmentRow
from mturk_tasks.marketplace.storage.schema import ledger, requester
from mturk_tasks.marketplace.storage.transactions import Transaction

HOLD: Final = "hold"
RELEASE: Final = "release"
PAYMENT: Final = "payment"
FEE: Final = "fee"
BONUS: Final = "bonus"
BONUS_FEE: Final = "bonus fee"
_ENTRY: Final = insert(ledger)
KINDS: Final = (HOLD, RELEASE, PAYMENT, FEE, BONUS, BONUS_FEE)


def deposit(transaction: Transaction, owner: int, amount: Decimal) -> None:
    """Add money to what a requester has to spend."""
    values = {"requester": owner, "time": transaction.now, "amount": amount}
    transaction.db.execute(insert(schema.deposit), values)
    _move(transaction, owner, amount)


def deposited(db: Connection, owner: int) -> Decimal:
    """Return the sum of a requester's deposits."""
    total = select(dollar_total(schema.deposit.c.amount)).where(schema.deposit.c.requester == owner)
    return Decimal(db.execute(total).scalar_one())


def hold(transaction: Transaction, owner: int, hit: int, amount: Decimal) -> None:
    """Set money of a requester aside for a HIT; raise RequestError where there is not as much."""
    _move(transaction, owner, -amount)
    _enter(transaction, owner, HOLD, amount, hit=hit)


def release(
    transaction: Transaction, owner: int, hit: int, amount: Decimal, assignment: int | None = None
) -> None:
    """Give back money that a HIT, or an assignment of it, no longer needs."""
    _move(transaction, owner, amount)
    _enter(transaction, owner, RELEASE, amount, hit=hit, assignment=assignment)


def pay(transaction: Transaction, work: AssignmentRow) -> None:
    """Pay an assignment's reward to its worker and the fee to the marketplace, from what is held."""
    place = {"hit": work.hit, "assignment": work.id, "worker": work.worker}
    _enter(transaction, work.requester, PAYMENT, work.reward, **place)
    _enter(transaction, work.requester, FEE, work.fee, **place)


def pay_bonus(transaction: Transaction, work: AssignmentRow, amount: Decimal) -> None:
    """Pay a bonus to the worker of an assignment and the fee to the marketplace.

    Raise RequestError where the requester has not as much.
    """
    fee = transaction.fees.on_bonus(amount)
    _move(transaction, work.requester, -(amount + fee))
    place = {"hit": work.hit, "assignment": work.id, "worker": work.worker}
    _enter(transaction, work.requester, BONUS, amount, **place)
    _enter(transaction, work.requester, BONUS_FEE, fee, **place)


def totals(db: Connection, owner: int | None = None) -> dict[str, Decimal]:
    """Return the sum of every kind of movement, of one requester or of all."""
    query = select(ledger.c.kind, dollar_total(ledger.c.amount).label("total")).group_by(ledger.c.kind)
    if owner is not None:
        query = query.where(ledger.c.requester == owner)
    summed = {row.kind: row.total for row in db.execute(query)}
    return {name: summed.get(name, Decimal("0.00")) for name in KINDS}


def held(db: Connection, owner: int | None = None) -> Decimal:
    """Return what is set aside and neither paid nor given back, of one requester or of all."""
    sums = totals(db, owner)
    return sums[HOLD] - sums[RELEASE] - sums[PAYMENT] - sums[FEE]


def _move(transaction: Transaction, owner: int, amount: Decimal) -> None:
    """Change what a requester has to spend; play money stays as it is."""
    if transaction.play:
        return
    account = schema.requester
    changed = update(account).where(account.c.id == owner).values(balance=account.c.balance + amount)
    if amount < 0:
        changed = changed.where(account.c.balance >= -amount)
    if not transaction.db.execute(changed).rowcount:
        raise faults.no_funds()


def _enter(transaction: Transaction, owner: int, kind: str, amount: Decimal, **place: Any) -> None:
    row = {"requester": owner, "time": transaction.now, "kind": kind, "amount": amount, **place}
    transaction.db.execute(_ENTRY, row)


# The requester's money: what is there to spend, and what is set aside.


SANDBOX_BALANCE: Final = Decimal("10000.00")


def get_account_balance(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer GetAccountBalance: of play money there is always the same, whatever the ledger says.

    Members of our own beside it say which marketplace this is, what it takes, and where it is served now or
    was served last.
    """
    itself = about.read(transaction.db)
    address = transaction.address or itself.address
    told = {
        "MarketplaceId": itself.marketplace_id,
        "FormerMarketplaceIds": list(itself.former_ids),
        "Fee": itself.fee,
        **({"CountsParticipation": True} if _counts_participation(transaction) else {}),
        **({"Address": address} if address else {}),
    }
    if transaction.play:
        return {"AvailableBalance": SANDBOX_BALANCE, **told}
    own = select(requester.c.balance).where(requester.c.id == transaction.requester)
    return {
        "AvailableBalance": transaction.db.execute(own).scalar_one(),
        "OnHoldBalance": held(transaction.db, transaction.requester),
        **told,
    }


def _counts_participation(transaction: Transaction) -> bool:
    """Say whether a qualification type of the requester's counts HITs, so that loads must tell of theirs."""
    kind = schema.qualification_type
    joined = schema.participation_type.join(kind, kind.c.id == schema.participation_type.c.qualification_type)
    own = select(kind.c.id).select_from(joined).where(kind.c.requester == transaction.requester)
    return transaction.db.execute(own.limit(1)).first() is not None
