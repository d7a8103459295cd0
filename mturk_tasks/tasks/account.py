"""The tasks about the account as a whole, the same in every folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mturk_tasks import commands
from mturk_tasks.tasks.declare import market_task

if TYPE_CHECKING:
    from mturk_tasks.commands.desk import Desk
    from mturk_tasks.report.summary import Summary


@market_task()
def balance(at: Desk) -> Summary:
    """Show what there is to spend."""
    return commands.account.balance(at)


@market_task(force=True)
def reset(at: Desk) -> Summary:
    """Approve what is submitted and delete ALL your HITs, but for those being worked on."""
    return commands.account.reset(at)
