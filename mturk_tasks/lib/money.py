"""Amounts of US dollars and the marketplace's fees; always `Decimal`, never a float."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

CENT = Decimal("0.01")
AMAZONS_FEE: Final = "amazon"
_SHARE = re.compile(r"0(\.\d{1,9})?|1(\.0{1,9})?")
_AMOUNT = re.compile(r"\$?\s*(?P<number>\d{1,12}\.?\d{0,2}|\.\d{1,2})\s*(USD)?", re.IGNORECASE)


def parse_usd(text: str) -> Decimal:
    """Read `0.06`, `$0.06` or `.5` as dollars with two decimals; anything else is a ValueError.

    The reference writes `$0.06`, the old program took plain decimals only: both are read.
    """
    found = _AMOUNT.fullmatch(text.strip())
    if not found:
        raise ValueError(f"{text.strip()!r} is no amount of dollars; write it as 0.06 or $0.06")
    return Decimal(found["number"]).quantize(CENT)


def format_usd(amount: Decimal) -> str:
    """Write an amount as `$1234.50`."""
    return f"${amount.quantize(CENT)}"


@dataclass(frozen=True)
class FeeTable:
    """What a marketplace charges a requester on top of what a worker earns.

    The defaults are Amazon's last ones: 20 %, 20 % more for HITs with 10 or more assignments, 5 %
    more for HITs that ask for Masters, at least a cent; a bonus costs the 20 % alone.
    """

    rate: Decimal = Decimal("0.20")
    surcharge: Decimal = Decimal("0.20")
    surcharge_from: int = 10
    masters: Decimal = Decimal("0.05")
    minimum: Decimal = CENT

    def on_reward(self, reward: Decimal, assignments: int, *, masters: bool = False) -> Decimal:
        """Return the fee for one assignment of a HIT that offers `assignments` of them.

        `masters` says that only Masters may accept the HIT. The rates are added, the fee rounded once.
        """
        rate = self.rate + (self.surcharge if assignments >= self.surcharge_from else 0)
        return self._fee(reward * (rate + (self.masters if masters else 0)))

    def on_bonus(self, amount: Decimal) -> Decimal:
        """Return the fee for one bonus."""
        return self._fee(amount * self.rate)

    def _fee(self, amount: Decimal) -> Decimal:
        return max(amount.quantize(CENT, ROUND_HALF_UP), self.minimum)


def flat_fee(rate: Decimal) -> FeeTable:
    """Return the table of a marketplace whose operator takes one rate for everything (0.1 is 10 %)."""
    return FeeTable(rate, Decimal(0), masters=Decimal(0), minimum=Decimal(0))


def fee_named(text: str) -> FeeTable | None:
    """Return the table that a marketplace names: `amazon`, or one rate as 0.1; None for any other text."""
    if text == AMAZONS_FEE:
        return FeeTable()
    return flat_fee(Decimal(text)) if _SHARE.fullmatch(text) else None


def fee_name(fee: FeeTable) -> str:
    """Return the name of a table, as `fee_named` reads it."""
    return AMAZONS_FEE if fee == FeeTable() else f"{fee.rate.normalize():f}"


def describe_fee(fee: FeeTable) -> str:
    """Say what a marketplace takes, in a few words."""
    if fee == FeeTable():
        return "as Amazon's: 20 %, more for Masters and from 10 assignments"
    return f"{(fee.rate * 100).normalize():f} %" if fee.rate else "none"
