"""The tasks about the account and its workers, the same in every folder, and the old commands for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mturk_tasks.commands import surveys
from mturk_tasks.tasks import options
from mturk_tasks.tasks.decorators import market_task

if TYPE_CHECKING:
    from mturk_tasks.commands.context import CommandContext
    from mturk_tasks.console.summary import Summary


@market_task()
def balance(context: CommandContext) -> Summary:
    """Show what there is to spend."""
    return surveys.account.balance(context)


@market_task(looks=True, online="Ask for images in S3, too, whether browsers may show them in a HIT.")
def doctor(context: CommandContext, *, online: bool) -> Summary:
    """Say where commands act and what would go wrong, each with the command that mends it."""
    return surveys.doctor.run(context, online=online)


@market_task(force=True)
def reset(context: CommandContext) -> Summary:
    """Approve what is submitted and delete ALL your HITs, but for those being worked on."""
    return surveys.account.reset(context)


@market_task(
    needs=("workerid", "reason"),
    workerid=options.text("The worker."),
    reason=options.text("Why; the worker does not see it."),
)
def block(context: CommandContext, *, workerid: str, reason: str) -> Summary:
    """Keep a worker from accepting your HITs."""
    return surveys.account.block(context, workerid, reason)


@market_task(needs=("workerid",), workerid=options.text("The worker."), reason=options.text("Why."))
def unblock(context: CommandContext, *, workerid: str, reason: str) -> Summary:
    """Let a blocked worker accept your HITs again."""
    return surveys.account.unblock(context, workerid, reason)
