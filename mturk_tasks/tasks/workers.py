"""The tasks about workers, the same in every folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mturk_tasks import commands
from mturk_tasks.tasks import options
from mturk_tasks.tasks.declare import market_task

if TYPE_CHECKING:
    from mturk_tasks.commands.desk import Desk
    from mturk_tasks.report.summary import Summary


@market_task(workerid="The worker.", reason="Why; the worker does not see it.")
def block(at: Desk, workerid: str = "", reason: str = "") -> Summary:
    """Keep a worker from accepting your HITs."""
    options.need(workerid=workerid, reason=reason)
    return commands.workers.block(at, workerid, reason)


@market_task(workerid="The worker.", reason="Why.")
def unblock(at: Desk, workerid: str = "", reason: str = "") -> Summary:
    """Let a blocked worker accept your HITs again."""
    options.need(workerid=workerid)
    return commands.workers.unblock(at, workerid, reason)
