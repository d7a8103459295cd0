"""The tasks about the account as a whole, the same in every folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mturk_tasks.commands import surveys
from mturk_tasks.tasks import options
from mturk_tasks.tasks.decorators import market_task

if TYPE_CHECKING:
    from mturk_tasks.commands.context import CommandContext
    from mturk_tasks.console.summary import Summary


@market_task()
def balance(at: CommandContext) -> Summary:
    """Show what there is to spend."""
    return surveys.account.balance(at)


@market_task(force=True)
def reset(at: CommandContext) -> Summary:
    """Approve what is submitted and delete ALL your HITs, but for those being worked on."""
    return surveys.account.reset(at)


# The tasks about workers, the same in every folder.


@market_task(workerid="The worker.", reason="Why; the worker does not see it.")
def block(at: CommandContext, workerid: str = "", reason: str = "") -> Summary:
    """Keep a worker from accepting your HITs."""
    options.need(workerid=workerid, reason=reason)
    return surveys.account.block(at, workerid, reason)


@market_task(workerid="The worker.", reason="Why.")
def unblock(at: CommandContext, workerid: str = "", reason: str = "") -> Summary:
    """Let a blocked worker accept your HITs again."""
    options.need(workerid=workerid)
    return surveys.account.unblock(at, workerid, reason)
