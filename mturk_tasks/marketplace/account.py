"""The requester's money: what is there to spend, and what is set aside."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select

from mturk_tasks.marketplace import about, ledger
from mturk_tasks.marketplace.context import Context
from mturk_tasks.marketplace.storage.schema import requester

SANDBOX_BALANCE: Final = Decimal("10000.00")


def get_account_balance(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer GetAccountBalance: of play money there is always the same, whatever the ledger says.

    Members of our own beside it say which marketplace this is, what it takes, and where it is served now or
    was served last.
    """
    itself = about.read(context.db)
    address = context.address or itself.address
    told = {
        "MarketplaceId": itself.marketplace_id,
        "FormerMarketplaceIds": list(itself.former_ids),
        "Fee": itself.fee,
        **({"Address": address} if address else {}),
    }
    if context.play:
        return {"AvailableBalance": SANDBOX_BALANCE, **told}
    own = select(requester.c.balance).where(requester.c.id == context.requester)
    return {
        "AvailableBalance": context.db.execute(own).scalar_one(),
        "OnHoldBalance": ledger.held(context.db, context.requester),
        **told,
    }
