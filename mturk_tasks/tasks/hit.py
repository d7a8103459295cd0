"""The tasks of a survey folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mturk_tasks import commands
from mturk_tasks.errors import UsageError
from mturk_tasks.files.survey import DOWNLOADS, WORKBOOK
from mturk_tasks.tasks import options
from mturk_tasks.tasks.declare import CLEANING, CROWD, LABEL, LOADING, PAIRS, PAYING, market_task

if TYPE_CHECKING:
    from mturk_tasks.commands.desk import Desk
    from mturk_tasks.report.summary import Summary


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
    at: Desk,
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
        return commands.preview.run(at, looked_at)
    commands.preview.pass_over(at, looked_at)
    request = commands.load.Request(
        label=label,
        resume=resume,
        append=append,
        maxhits=at_most,
        uncertain=options.one_of("--uncertain", uncertain, commands.uncertain.ANSWERS),
        anyway=anyway,
    )
    return commands.load.run(at, request)


@market_task(looks=True)
def check(at: Desk) -> Summary:
    """Look the survey's files over and say what loading them would cost; nothing is created."""
    return commands.check.run(at)


@market_task(label=LABEL)
def status(at: Desk, label: str = "") -> Summary:
    """Show how the survey stands: HITs, assignments, money."""
    return commands.status.run(at, label)


@market_task(
    label=LABEL,
    **CROWD,
    skip="How many assignments of each HIT to leave open.",
)
def rehearse(at: Desk, label: str = "", workers: str = "5", seed: str = "1", skip: str = "0") -> Summary:
    """Let simulated workers do the HITs, in the embedded sandbox only."""
    request = commands.rehearse.Request(
        workers=options.required_whole("--workers", workers, lowest=1, default=5),
        seed=options.required_whole("--seed", seed, lowest=0, default=1),
        skip=options.required_whole("--skip", skip, lowest=0, default=0),
    )
    return commands.rehearse.run(at, request, label)


@market_task(
    label=LABEL,
    **PAIRS,
    format="Write it also as csv, jsonl or xlsx (a spreadsheet), in the columns of the web site's download.",
    drafts="Write also what workers typed and have not submitted.",
    files="Fetch also the files that workers sent.",
)
def results(
    at: Desk,
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
    layout = commands.rows.Layout(pairs=namevaluepairs)
    besides = commands.results.Besides(drafts=drafts, files=files)
    return commands.results.run(at, label, layout=layout, kind=kind, besides=besides)


@market_task(
    force=True,
    label=LABEL,
    accept="Have these assignments count as submitted, comma-separated.",
)
def late(at: Desk, label: str = "", accept: str = "") -> Summary:
    """Show the answers that were sent after their deadlines, or accept some."""
    chosen = options.names(accept)
    return commands.late.accept(at, chosen, label) if chosen else commands.late.show(at, label)


@market_task(force=True, label=LABEL, comment="Reason for rejections that have none in the feedback column.")
def review(at: Desk, label: str = "", comment: str = "") -> Summary:
    """Reject what is marked in the results file's reject column and approve the rest of it."""
    return commands.review.run(at, label, comment=comment)


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
    at: Desk,
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
        return commands.decide.approve_listed(at, listing, comment=comment, override=override)
    choice = commands.decide.Choice(options.names(assignment), options.names(workerid))
    return commands.decide.approve(at, label, choice=choice, comment=comment, override=override)


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
    at: Desk,
    label: str = "",
    assignment: str = "",
    workerid: str = "",
    rejectfile: str = "",
    comment: str = "",
    extend: bool = False,
) -> Summary:
    """Reject the submitted work that is marked in the results file."""
    if rejectfile:
        return commands.decide.reject_listed(at, options.rejections(rejectfile), comment=comment)
    choice = commands.decide.Choice(options.names(assignment), options.names(workerid))
    return commands.decide.reject(at, label, choice=choice, comment=comment, again=extend)


@market_task(
    force=True,
    label=LABEL,
    **CLEANING,
)
def cleanup(at: Desk, label: str = "", approve: bool = False, expire: bool = False) -> Summary:
    """Delete the HITs that are done and decided; list the others."""
    return commands.cleanup.run(at, label, approve=approve, expire=expire)


@market_task(force=True, label=LABEL)
def stop(at: Desk, label: str = "") -> Summary:
    """Take every HIT off the market at once; delete and decide nothing."""
    return commands.cleanup.stop(at, label)


@market_task(
    force=True,
    label=LABEL,
    assignments="How many more assignments each HIT gets.",
    hours="How many hours longer each HIT is open, from its expiration, or from now if that has passed.",
)
def extend(at: Desk, label: str = "", assignments: str = "", hours: str = "") -> Summary:
    """Offer the HITs to more workers, or for longer."""
    request = commands.extend.Request(
        assignments=options.required_whole("--assignments", assignments, lowest=1, default=0),
        hours=options.required_whole("--hours", hours, lowest=1, default=0),
    )
    return commands.extend.run(at, request, label)


@market_task(label=LABEL)
def update(at: Desk, label: str = "") -> Summary:
    """Give the HITs what the properties file says now."""
    return commands.update.run(at, label)


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
    at: Desk,
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
    answer = options.one_of("--uncertain", uncertain, commands.bonus.ANSWERS)
    if bonusfile:
        return commands.bonus.of_file(at, Path(bonusfile), label, uncertain=answer, repeated=repeated)
    options.need(workerid=workerid, assignment=assignment, amount=amount, reason=reason)
    one = commands.bonus.Bonus(workerid, assignment, options.amount("--amount", amount), reason)
    return commands.bonus.one(at, one, uncertain=answer)
