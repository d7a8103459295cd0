"""The requester's money, and the marketplace that it is in."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from mturk_tasks.service.calls import call
from mturk_tasks.service.session import Client
from mturk_tasks.vocabulary.money import FeeTable, fee_named


@dataclass(frozen=True)
class Marketplace:
    """What a marketplace tells of itself: its IDs, its own first, its fee, and its address.

    The further IDs are those of marketplaces whose requesters were imported. `address` is where it is
    served now or was served last, empty where it never was. A service that is not of this project tells
    nothing.
    """

    ids: tuple[str, ...] = ()
    fee: FeeTable | None = None
    address: str = ""

    @property
    def id(self) -> str:
        """Return the marketplace's own ID, empty where it tells none."""
        return self.ids[0] if self.ids else ""


@dataclass(frozen=True)
class Account:
    """The dollars that are there to spend, and where."""

    balance: Decimal
    marketplace: Marketplace


def get(client: Client) -> Account:
    """Return the requester's account."""
    answer = call(client, "get_account_balance")
    own = answer.get("MarketplaceId")
    ids = (own, *answer.get("FormerMarketplaceIds", ())) if own else ()
    told = Marketplace(ids, fee_named(answer.get("Fee", "")), answer.get("Address", "").rstrip("/"))
    return Account(Decimal(answer["AvailableBalance"]), told)
