"""The requester's money."""

from __future__ import annotations

from decimal import Decimal

from mturk_tasks.service.calls import call
from mturk_tasks.service.session import Client


def balance(client: Client) -> Decimal:
    """Return the dollars that are there to spend."""
    return Decimal(call(client, "get_account_balance")["AvailableBalance"])
