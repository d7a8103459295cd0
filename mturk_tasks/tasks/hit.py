"""The tasks of a survey folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mturk_tasks.commands import surveys
from mturk_tasks.errors import UsageError
from mturk_tasks.files.survey import DOWNLOADS, WORKBOOK
from mturk_tasks.tasks import options
from mturk_tasks.tasks.decorators import CLEANING, CROWD, LABEL, LOADING, PAIRS, PAYING, market_task

if TYPE_CHECKING:
    from mturk_tasks.commands.context import CommandContext
    from mturk_tasks.console.summary import Summary


@market_task(
    force=True,
    parallel=True,
    label=LABEL,
    **LOADING,
    previewfile="Where that page goes. Default: preview.html beside the input.",
    row="Which row of the input to preview. Default: 1.",
    all="Preview every row.",
    anyway="Load HITs that nobody can submit, too.",
)
def load(
    at: CommandContext,
    label: str = "",
    maxhits: str = "",
    resume: bool = False,
    append: bool = False,
    uncertain: str = "",
    preview: bool = False,
    previewfile: str = "",
    row: str = "",
    all: bool = False,  # noqa: A002  # the option is --all
    anyway: bool = False,
) -> Summary:
    """Create a HIT for each row of the input file."""
    at_most = options.whole("--maxhits", maxhits, lowest=1)
    looked_at = options.preview(previewfile, row=row, every=all, maxhits=at_most)
    if preview:
        return surveys.preview.run(at, looked_at)
    surveys.preview.pass_over(at, looked_at)
    request = surveys.load.LoadRequest(
        label=label,
        resume=resume,
        append=append,
        maxhits=at_most,
        uncertain=options.one_of("--uncertain", uncertain, surveys.load.ANSWERS),
        anyway=anyway,
    )
    return surveys.load.run(at, request)


@market_task(looks=True)
def check(at: CommandContext) -> Summary:
    """Look the survey's files over and say what loading them would cost; nothing is created."""
    return surveys.check.run(at)


@market_task(label=LABEL)
def status(at: CommandContext, label: str = "") -> Summary:
    """Show how the survey stands: HITs, assignments, money."""
    return surveys.status.run(at, label)


@market_task(
    label=LABEL,
    **CROWD,
    skip="How many assignments of each HIT to leave open.",
)
def rehearse(
    at: CommandContext, label: str = "", workers: str = "5", seed: str = "1", skip: str = "0"
) -> Summary:
    """Let simulated workers do the HITs, in the embedded sandbox only."""
    request = surveys.rehearse.RehearseRequest(
        workers=options.required_whole("--workers", workers, lowest=1, default=5),
        seed=options.required_whole("--seed", seed, lowest=0, default=1),
        skip=options.required_whole("--skip", skip, lowest=0, default=0),
    )
    return surveys.rehearse.run(at, request, label)


@market_task(
    label=LABEL,
    **PAIRS,
    format="Write it also as csv, jsonl or xlsx (a spreadsheet), in the columns of the web site's download.",
    drafts="Write also what workers typed and have not submitted.",
    files="Fetch also the files that workers sent.",
)
def results(
    at: CommandContext,
    label: str = "",
    namevaluepairs: bool = False,
    format: str = "",  # noqa: A002  # the option is --format
    drafts: bool = False,
    files: bool = False,
) -> Summary:
    """Fetch the submitted work into the results file."""
    kind = options.one_of("--format", format, ("", *DOWNLOADS, WORKBOOK))
    if kind and namevaluepairs:
        raise UsageError("--format and --namevaluepairs exclude each other")
    layout = surveys.result_rows.Layout(pairs=namevaluepairs)
    besides = surveys.results.Besides(drafts=drafts, files=files)
    return surveys.results.run(at, label, layout=layout, kind=kind, besides=besides)


@market_task(
    force=True,
    label=LABEL,
    accept="Have these assignments count as submitted, comma-separated.",
)
def late(at: CommandContext, label: str = "", accept: str = "") -> Summary:
    """Show the answers that were sent after their deadlines, or accept some."""
    chosen = options.names(accept)
    return surveys.late.accept(at, chosen, label) if chosen else surveys.late.show(at, label)


@market_task(force=True, label=LABEL, comment="Reason for rejections that have none in the feedback column.")
def review(at: CommandContext, label: str = "", comment: str = "") -> Summary:
    """Reject what is marked in the results file's reject column and approve the rest of it."""
    return surveys.review.run(at, label, comment=comment)


@market_task(
    force=True,
    label=LABEL,
    assignment="Only these assignments, comma-separated.",
    workerid="Only the work of these workers, comma-separated.",
    approvefile="The assignments that a file lists, of whatever survey.",
    comment="Feedback that the workers will read.",
    override="Take back the rejection of what is named.",
)
def approve(
    at: CommandContext,
    label: str = "",
    assignment: str = "",
    workerid: str = "",
    approvefile: str = "",
    comment: str = "",
    override: bool = False,
) -> Summary:
    """Approve submitted work, but for what is marked for rejection."""
    if approvefile:
        listing = options.approvals(approvefile)
        return surveys.decide.approve_listed(at, listing, comment=comment, override=override)
    choice = surveys.decide.Choice(options.names(assignment), options.names(workerid))
    return surveys.decide.approve(at, label, choice=choice, comment=comment, override=override)


@market_task(
    force=True,
    label=LABEL,
    assignment="Only these assignments, comma-separated.",
    workerid="Only the work of these workers, comma-separated.",
    rejectfile="The assignments that a file lists, of whatever survey.",
    comment="Reason for those that have none in the feedback column.",
    extend="Offer the place of each rejected assignment to another worker.",
)
def reject(
    at: CommandContext,
    label: str = "",
    assignment: str = "",
    workerid: str = "",
    rejectfile: str = "",
    comment: str = "",
    extend: bool = False,
) -> Summary:
    """Reject the submitted work that is marked in the results file."""
    if rejectfile:
        return surveys.decide.reject_listed(at, options.rejections(rejectfile), comment=comment)
    choice = surveys.decide.Choice(options.names(assignment), options.names(workerid))
    return surveys.decide.reject(at, label, choice=choice, comment=comment, again=extend)


@market_task(
    force=True,
    label=LABEL,
    **CLEANING,
)
def cleanup(at: CommandContext, label: str = "", approve: bool = False, expire: bool = False) -> Summary:
    """Delete the HITs that are done and decided; list the others."""
    return surveys.cleanup.run(at, label, approve=approve, expire=expire)


@market_task(force=True, label=LABEL)
def stop(at: CommandContext, label: str = "") -> Summary:
    """Take every HIT off the market at once; delete and decide nothing."""
    return surveys.cleanup.stop(at, label)


@market_task(
    force=True,
    label=LABEL,
    assignments="How many more assignments each HIT gets.",
    hours="How many hours longer each HIT is open, from its expiration, or from now if that has passed.",
)
def extend(at: CommandContext, label: str = "", assignments: str = "", hours: str = "") -> Summary:
    """Offer the HITs to more workers, or for longer."""
    request = surveys.extend.ExtendRequest(
        assignments=options.required_whole("--assignments", assignments, lowest=1, default=0),
        hours=options.required_whole("--hours", hours, lowest=1, default=0),
    )
    return surveys.extend.run(at, request, label)


@market_task(label=LABEL)
def update(at: CommandContext, label: str = "") -> Summary:
    """Give the HITs what the properties file says now."""
    return surveys.update.run(at, label)


@market_task(
    force=True,
    label=LABEL,
    workerid="The worker, for one bonus.",
    **PAYING,
    bonusfile="Pay all that a file lists (workerid, assignmentid, amount, reason), each row once.",
    uncertain="What to do about bonuses that may have been paid over a day ago: pay or skip.",
    repeated="Equal rows of the file are meant: pay each.",
)
def bonus(
    at: CommandContext,
    label: str = "",
    workerid: str = "",
    assignment: str = "",
    amount: str = "",
    reason: str = "",
    bonusfile: str = "",
    uncertain: str = "",
    repeated: bool = False,
) -> Summary:
    """Pay a bonus, or all that a file lists."""
    answer = options.one_of("--uncertain", uncertain, surveys.bonus.ANSWERS)
    if bonusfile:
        return surveys.bonus.pay_file(at, Path(bonusfile), label, uncertain=answer, repeated=repeated)
    options.need(workerid=workerid, assignment=assignment, amount=amount, reason=reason)
    bonus = surveys.bonus.Bonus(workerid, assignment, options.amount("--amount", amount), reason)
    return surveys.bonus.pay(at, bonus, uncertain=answer)
