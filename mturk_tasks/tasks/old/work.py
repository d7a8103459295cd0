"""The old commands about submitted work: reviewResults, approveWork, rejectWork, grantBonus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mturk_tasks.commands import surveys
from mturk_tasks.errors import UsageError
from mturk_tasks.tasks import options
from mturk_tasks.tasks.decorators import PAYING, market_task

if TYPE_CHECKING:
    from mturk_tasks.commands.context import CommandContext
    from mturk_tasks.console.summary import Summary


@market_task(called="reviewResults", old=True, resultsfile="The results file, with its marks under reject.")
def review_results(at: CommandContext, resultsfile: str = "") -> Summary:
    """Reject what is marked in a results file and approve the rest of it."""
    options.need(resultsfile=resultsfile)
    return surveys.review.run(at, resultsfile=options.path(resultsfile), asks=False)


@market_task(
    called="approveWork",
    old=True,
    force=True,
    assignment="The assignments, comma-separated.",
    approvefile="A file that lists assignments, or a results file.",
    successfile="A success file: all submitted work on its HITs.",
)
def approve_work(
    at: CommandContext, assignment: str = "", approvefile: str = "", successfile: str = ""
) -> Summary:
    """Approve and so pay submitted work."""
    if assignment:
        return surveys.decide.approve_listed(at, options.listed(assignment), invites=True)
    if approvefile:
        return surveys.decide.approve_listed(at, options.approvals(approvefile), invites=True)
    if not successfile:
        raise UsageError("Missing: you must supply one of -assignment or -approvefile or -successfile")
    return surveys.decide.approve(at, success=options.path(successfile), asks=False)


@market_task(
    called="rejectWork",
    old=True,
    force=True,
    assignment="The assignments, comma-separated.",
    rejectfile="A file that lists assignments, or a results file.",
)
def reject_work(at: CommandContext, assignment: str = "", rejectfile: str = "") -> Summary:
    """Reject submitted work."""
    if not (assignment or rejectfile):
        raise UsageError("Missing: you must supply one of -assignment or -rejectfile")
    listing = options.rejections(rejectfile) if rejectfile else options.listed("")
    return surveys.decide.reject_listed(at, options.listed(assignment, also=listing))


@market_task(
    called="grantBonus",
    old=True,
    workerid="The worker.",
    **PAYING,
)
def grant_bonus(
    at: CommandContext, workerid: str = "", assignment: str = "", amount: str = "", reason: str = ""
) -> Summary:
    """Pay a worker a bonus."""
    options.need(workerid=workerid, assignment=assignment, amount=amount, reason=reason)
    bonus = surveys.bonus.Bonus(workerid, assignment, options.amount("-amount", amount), reason)
    return surveys.bonus.pay(at, bonus)
