"""The requester's money, which in the sandbox is play money."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from mturk_tasks.marketplace.context import Context

SANDBOX_BALANCE: Final = Decimal("10000.00")


def get_account_balance(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer GetAccountBalance: the sandbox's is the same always, whatever the ledger says."""
    return {"AvailableBalance": SANDBOX_BALANCE}
