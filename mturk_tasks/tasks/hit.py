"""The tasks of a survey folder."""

from __future__ import annotations

import time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mturk_tasks.commands import studies, surveys
from mturk_tasks.errors import UsageError
from mturk_tasks.files.survey import FORMATS
from mturk_tasks.tasks import options
from mturk_tasks.tasks.decorators import market_task
from mturk_tasks.tasks.options import CLEANING, CROWD, LABEL, LOADING, PAIRS, PAYING

if TYPE_CHECKING:
    from mturk_tasks.client.assignments import Bonus
    from mturk_tasks.commands.context import CommandContext
    from mturk_tasks.console.summary import Summary
    from mturk_tasks.files import decisions

_WATCHED = 5  # seconds between two looks


@market_task(
    force=True,
    parallel=True,
    **LABEL,
    **LOADING,
    previewfile=options.path("Where that page goes. Default: preview.html beside the input."),
    row=options.whole("Which row of the input to preview. Default: 1.", lowest=1),
    all="Preview every row.",
    anyway="Load HITs that nobody can submit, too.",
)
def load(
    context: CommandContext,
    *,
    maxhits: int | None,
    preview: bool,
    previewfile: Path | None,
    row: int | None,
    all: bool,  # noqa: A002  # the option is --all
    **request: Any,
) -> Summary:
    """Create a HIT for each row of the input file."""
    page = surveys.preview.PreviewRequest(file=previewfile, row=row, every=all, maxhits=maxhits)
    if preview:
        return surveys.preview.run(context, page)
    surveys.preview.pass_over(context, page)
    return surveys.load.run(context, surveys.load.LoadRequest(maxhits=maxhits, **request))


@market_task(looks=True)
def check(context: CommandContext) -> Summary:
    """Look the survey's files over and say what loading them would cost; nothing is created."""
    return surveys.check.run(context)


@market_task(
    **LABEL,
    all=options.path("Show every survey below this directory instead, a line each."),
    watch="Show it again whenever something has changed, until all answers are there.",
)
def status(context: CommandContext, *, label: str, all: Path | None, watch: bool) -> Summary:  # noqa: A002  # the option is --all
    """Show how the survey stands: HITs, assignments, money."""
    if all is not None:
        return surveys.overview.show_all(context, all)
    if watch:
        return surveys.overview.watch(context, label, seconds=_WATCHED, sleep=time.sleep)
    return surveys.status.run(context, label)


@market_task()
def sets(context: CommandContext) -> Summary:
    """List the sets of the folder, those set aside too, and where they belong."""
    return surveys.sets.list_all(context)


@market_task(**LABEL, most=options.whole("Only so many of the latest commands.", lowest=1))
def log(context: CommandContext, *, label: str, most: int | None) -> Summary:
    """Say in words what was done with a set, the newest first."""
    return surveys.sets.show_log(context, label, most=most)


@market_task(
    **LABEL,
    **CROWD,
    skip=options.whole("How many assignments of each HIT to leave open.", lowest=0, default=0),
)
def rehearse(context: CommandContext, *, label: str, **request: Any) -> Summary:
    """Let simulated workers do the HITs, in the embedded sandbox only."""
    return surveys.rehearse.run(context, surveys.rehearse.RehearseRequest(**request), label)


@market_task(
    **LABEL,
    **PAIRS,
    format=options.words(
        "Write it also as csv, jsonl or xlsx (a spreadsheet), in the columns of the web site's download; or "
        "as tidy (csv) or parquet, a row for each answer; several with commas.",
        *FORMATS,
    ),
    drafts="Write also what workers typed and have not submitted.",
    files="Fetch also the files that workers sent.",
)
def results(
    context: CommandContext,
    *,
    label: str,
    namevaluepairs: bool,
    format: list[str],  # noqa: A002  # the option is --format
    **besides: bool,
) -> Summary:
    """Fetch the submitted work into the results file."""
    if format and namevaluepairs:
        raise UsageError("--format and --namevaluepairs exclude each other")
    layout = surveys.result_rows.Layout(pairs=namevaluepairs)
    wanted = surveys.results.Besides(**besides)
    return surveys.results.run(context, label, layout=layout, kinds=format, besides=wanted)


@market_task(
    **LABEL,
    resultsfile=options.path("A results file, of the old tools too. Default: the set's own."),
    against=options.text("Label of another set of this folder, to be shown beside."),
    ids="Name workers by their IDs; W1, W2 … otherwise.",
    text="Write two paragraphs and a table for a paper instead, in Markdown.",
    latex="Likewise in LaTeX.",
)
def report(context: CommandContext, **request: Any) -> Summary:
    """Write a page about the answers: what they are, how far they agree, what they cost."""
    return surveys.report.run(context, surveys.report.ReportRequest(**request))


@market_task(
    **LABEL,
    method=options.word(
        "How: vote (the default) or dawid-skene, which weighs workers.", "vote", "dawid-skene"
    ),
    for_=options.word("Write the table of answers that crowd-kit reads instead.", "crowd-kit"),
)
def aggregate(context: CommandContext, *, label: str, method: str, for_: str) -> Summary:
    """Make one label of all answers to each row."""
    return surveys.aggregate.run(context, label, method=method, to=for_)


@market_task(
    **LABEL,
    mark="Put the reasons into the results file's reject and feedback columns, to be looked over.",
)
def quality(context: CommandContext, *, label: str, mark: bool) -> Summary:
    """List the assignments worth a look, each with its reasons; nothing is decided."""
    return surveys.quality.run(context, label, mark=mark)


@market_task(
    needs=("licence",),
    **LABEL,
    licence=options.text("Name of the licence, as SPDX has it: CC-BY-4.0, CC0-1.0 …"),
    author=options.text("Who asked, for the data card."),
    gold="Publish the columns of right answers, too.",
    personal="Publish texts that look like addresses, phone numbers or worker IDs, too.",
    zip="Pack it, too.",
)
def dataset(context: CommandContext, *, label: str, **request: Any) -> Summary:
    """Write what the survey found as a folder to be published, under pseudonyms."""
    return surveys.dataset.run(context, surveys.dataset.DatasetRequest(**request), label)


@market_task(
    **LABEL,
    qr=options.path("Write the link as a QR code, too: an SVG file."),
    list=options.path("Make a link for each person of a list: a file with a column id."),
    revoke=options.text("Take back the link of the person with this ID."),
    prolific_study="Write the study as Prolific's command line takes it.",
)
def link(context: CommandContext, *, label: str, qr: Path | None, **request: Any) -> Summary:
    """Open a study that participants come to by a link, and show the link; or one for each of a class."""
    if request["revoke"]:
        return studies.people.revoke(context, request["revoke"], label)
    summary = studies.link.run(context, label, qr=qr)
    if request["list"]:
        return studies.people.make(context, request["list"], label)
    return studies.prolific.write(context, label) if request["prolific_study"] else summary


@market_task(**LABEL, open="Let new participants come again.", close="Let nobody new come.")
def study(context: CommandContext, *, label: str, open: bool, close: bool) -> Summary:  # noqa: A002  # the option is --open
    """Close the study of a set to new participants, or open it again."""
    if open == close:
        raise UsageError("study takes --open or --close")
    return studies.link.switch(context, label, is_open=open)


@market_task(
    **LABEL,
    approve_list="Print the IDs of who has finished instead, as the source takes them.",
    pay_list="Print IDs and dollars instead, likewise.",
)
def participants(context: CommandContext, *, label: str, **lists: bool) -> Summary:
    """List who came to the study, and how far they got."""
    return studies.participants.run(context, label, **lists)


@market_task(
    force=True,
    **LABEL,
    accept=options.names("Have these assignments count as submitted, comma-separated."),
)
def late(context: CommandContext, *, label: str, accept: list[str]) -> Summary:
    """Show the answers that were sent after their deadlines, or accept some."""
    return surveys.late.accept(context, accept, label) if accept else surveys.late.show(context, label)


@market_task(
    force=True, **LABEL, comment=options.text("Reason for rejections that have none in the feedback column.")
)
def review(context: CommandContext, *, label: str, comment: str) -> Summary:
    """Reject what is marked in the results file's reject column and approve the rest of it."""
    return surveys.review.run(context, label, comment=comment)


def read_approvals(_option: str, typed: str) -> decisions.Listing | None:
    """Return the assignments that a file says to approve; None where no file is given."""
    from mturk_tasks.files import decisions

    return decisions.read_approvals(options.read_path(typed)) if typed else None


def read_rejections(_option: str, typed: str) -> decisions.Listing | None:
    """Return the assignments that a file says to reject; None where no file is given."""
    from mturk_tasks.files import decisions

    return decisions.read_rejections(options.read_path(typed)) if typed else None


_CHOICE: options.Shared = {
    "assignment": options.names("Only these assignments, comma-separated."),
    "workerid": options.names("Only the work of these workers, comma-separated."),
}


@market_task(
    force=True,
    **LABEL,
    **_CHOICE,
    approvefile=options.Option("The assignments that a file lists, of whatever survey.", read_approvals),
    comment=options.text("Feedback that the workers will read."),
    override="Take back the rejection of what is named.",
)
def approve(
    context: CommandContext,
    *,
    label: str,
    assignment: list[str],
    workerid: list[str],
    approvefile: decisions.Listing | None,
    **how: Any,
) -> Summary:
    """Approve submitted work, but for what is marked for rejection."""
    if approvefile:
        return surveys.decide.approve_listed(context, approvefile, **how)
    return surveys.decide.approve(context, label, choice=surveys.decide.Choice(assignment, workerid), **how)


@market_task(
    force=True,
    **LABEL,
    **_CHOICE,
    rejectfile=options.Option("The assignments that a file lists, of whatever survey.", read_rejections),
    comment=options.text("Reason for those that have none in the feedback column."),
    extend="Offer the place of each rejected assignment to another worker.",
)
def reject(
    context: CommandContext,
    *,
    label: str,
    assignment: list[str],
    workerid: list[str],
    rejectfile: decisions.Listing | None,
    comment: str,
    extend: bool,
) -> Summary:
    """Reject the submitted work that is marked in the results file."""
    if rejectfile:
        return surveys.decide.reject_listed(context, rejectfile, comment=comment)
    choice = surveys.decide.Choice(assignment, workerid)
    return surveys.decide.reject(context, label, choice=choice, comment=comment, again=extend)


@market_task(force=True, **LABEL, **CLEANING)
def cleanup(context: CommandContext, *, label: str, approve: bool, expire: bool) -> Summary:
    """Delete the HITs that are done and decided; list the others."""
    return surveys.cleanup.run(context, label, approve=approve, expire=expire)


@market_task(force=True, **LABEL)
def stop(context: CommandContext, *, label: str) -> Summary:
    """Take every HIT off the market at once; delete and decide nothing."""
    return surveys.cleanup.stop(context, label)


@market_task(
    force=True,
    **LABEL,
    assignments=options.whole("How many more assignments each HIT gets.", lowest=1, default=0),
    hours=options.whole(
        "How many hours longer each HIT is open, from its expiration, or from now if that has passed.",
        lowest=1,
        default=0,
    ),
    disagreeing=options.whole(
        "How many more those HITs alone get of which no answer has agreement.bar.", lowest=1, default=0
    ),
)
def extend(context: CommandContext, *, label: str, **request: Any) -> Summary:
    """Offer the HITs to more workers, or for longer."""
    return surveys.extend.run(context, surveys.extend.ExtendRequest(**request), label)


@market_task(**LABEL)
def update(context: CommandContext, *, label: str) -> Summary:
    """Give the HITs what the properties file says now."""
    return surveys.update.run(context, label)


@market_task(
    force=True,
    **LABEL,
    workerid=options.text("The worker, for one bonus."),
    **PAYING,
    bonusfile=options.path(
        "Pay all that a file lists (workerid, assignmentid, amount, reason), each row once."
    ),
    uncertain=options.word(
        "What to do about bonuses that may have been paid over a day ago: pay or skip.", "pay", "skip"
    ),
    repeated="Equal rows of the file are meant: pay each.",
)
def bonus(
    context: CommandContext,
    *,
    label: str,
    bonusfile: Path | None,
    uncertain: str,
    repeated: bool,
    **payment: Any,
) -> Summary:
    """Pay a bonus, or all that a file lists."""
    if bonusfile:
        return surveys.bonus.pay_file(context, bonusfile, label, uncertain=uncertain, repeated=repeated)
    options.need(**payment)
    return surveys.bonus.pay(context, bonus_of(**payment), uncertain=uncertain)


def bonus_of(*, workerid: str, assignment: str, amount: Decimal, reason: str) -> Bonus:
    """Return the bonus that options describe."""
    return surveys.bonus.Bonus(workerid, assignment, amount, reason)
