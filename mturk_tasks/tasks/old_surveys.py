"""The old commands about HITs, the work on them and the account, and makeTemplate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from invoke import Context

from mturk_tasks.commands import surveys
from mturk_tasks.console.console import Console
from mturk_tasks.errors import UsageError
from mturk_tasks.legacy import projects
from mturk_tasks.legacy.scripts import ENDINGS
from mturk_tasks.tasks import account, options
from mturk_tasks.tasks.decorators import market_task, old_command, task
from mturk_tasks.tasks.hit import bonus_of, read_approvals, read_rejections
from mturk_tasks.tasks.options import CLEANING, JSON, LOADING, PAIRS, PAYING, SANDBOX

if TYPE_CHECKING:
    from mturk_tasks.commands.context import CommandContext
    from mturk_tasks.console.summary import Summary
    from mturk_tasks.files.decisions import Listing

_SUCCESS: Final = options.path("The success file that names the HITs.")

get_balance = old_command("getBalance", of=account.balance)
reset_account = old_command("resetAccount", of=account.reset)
block_worker = old_command("blockWorker", of=account.block)
unblock_worker = old_command("unblockWorker", of=account.unblock)


@market_task(
    called="loadHITs",
    old=True,
    needs=("input", "question", "properties"),
    input=options.path("The input file, a row for each HIT."),
    question=options.path("The question file."),
    properties=options.path("The HIT properties file."),
    label=options.text("Name of the success and failure files, without their endings. Default: the input's."),
    **LOADING,
    previewfile=options.path("Where that page goes. Default: preview.html.", default="preview.html"),
)
def load_hits(
    context: CommandContext,
    *,
    input: Path,  # noqa: A002  # the option's name in the reference
    question: Path,
    properties: Path,
    preview: bool,
    previewfile: Path,
    **request: Any,
) -> Summary:
    """Create a HIT for each row of an input file."""
    from mturk_tasks.files.survey import survey_of_files

    survey = survey_of_files(input, properties, question)
    if preview:
        page = surveys.preview.PreviewRequest(survey=survey, file=previewfile)
        return surveys.preview.run(context, page)
    # the reference knows no refusal of HITs that nobody can submit
    wanted = surveys.load.LoadRequest(survey=survey, accepts_no_rows=True, anyway=True, **request)
    return surveys.load.run(context, wanted)


@market_task(
    called="getResults",
    old=True,
    needs=("successfile", "outputfile"),
    successfile=_SUCCESS,
    outputfile=options.path("The file to write the results to."),
    **PAIRS,
    answerprefix=options.text("What the names of answer columns begin with.", default="Answer."),
)
def get_results(
    context: CommandContext,
    *,
    successfile: Path,
    outputfile: Path,
    namevaluepairs: bool,
    answerprefix: str,
) -> Summary:
    """Fetch the work submitted on HITs into a file."""
    layout = surveys.result_rows.Layout(pairs=namevaluepairs, prefix=answerprefix)
    return surveys.results.run(context, success=successfile, output=outputfile, layout=layout)


@market_task(
    called="extendHITs",
    old=True,
    needs=("successfile",),
    successfile=_SUCCESS,
    assignments=options.whole("How many more assignments each HIT gets.", lowest=1, default=0),
    hours=options.whole("How many hours longer each HIT is open.", lowest=1, default=0),
)
def extend_hits(context: CommandContext, *, successfile: Path, **request: Any) -> Summary:
    """Offer HITs to more workers, or for longer."""
    wanted = surveys.extend.ExtendRequest(expired=True, **request)
    return surveys.extend.run(context, wanted, success=successfile)


@market_task(
    called="updateHITs",
    old=True,
    needs=("success", "properties"),
    success=_SUCCESS,
    properties=options.path("The HIT properties file with the new values."),
)
def update_hits(context: CommandContext, *, success: Path, properties: Path) -> Summary:
    """Give HITs the properties of a changed file."""
    return surveys.update.run(context, success=success, properties=properties)


@market_task(
    called="deleteHITs", old=True, force=True, needs=("successfile",), successfile=_SUCCESS, **CLEANING
)
def delete_hits(context: CommandContext, *, successfile: Path, approve: bool, expire: bool) -> Summary:
    """Delete HITs."""
    return surveys.cleanup.run(context, success=successfile, approve=approve, expire=expire)


@market_task(
    called="reviewResults",
    old=True,
    needs=("resultsfile",),
    resultsfile=options.path("The results file, with its marks under reject."),
)
def review_results(context: CommandContext, *, resultsfile: Path) -> Summary:
    """Reject what is marked in a results file and approve the rest of it."""
    return surveys.review.run(context, resultsfile=resultsfile, asks=False)


@market_task(
    called="approveWork",
    old=True,
    force=True,
    assignment=options.names("The assignments, comma-separated."),
    approvefile=options.Option("A file that lists assignments, or a results file.", read_approvals),
    successfile=options.path("A success file: all submitted work on its HITs."),
)
def approve_work(
    context: CommandContext, *, assignment: list[str], approvefile: Listing | None, successfile: Path | None
) -> Summary:
    """Approve and so pay submitted work."""
    from mturk_tasks.files.decisions import listing_of

    listing = listing_of(assignment) if assignment else approvefile
    if listing:
        return surveys.decide.approve_listed(context, listing, invites=True)
    if not successfile:
        raise UsageError("Missing: you must supply one of -assignment or -approvefile or -successfile")
    return surveys.decide.approve(context, success=successfile, asks=False)


@market_task(
    called="rejectWork",
    old=True,
    force=True,
    assignment=options.names("The assignments, comma-separated."),
    rejectfile=options.Option("A file that lists assignments, or a results file.", read_rejections),
)
def reject_work(context: CommandContext, *, assignment: list[str], rejectfile: Listing | None) -> Summary:
    """Reject submitted work."""
    from mturk_tasks.files.decisions import listing_of

    if not (assignment or rejectfile):
        raise UsageError("Missing: you must supply one of -assignment or -rejectfile")
    return surveys.decide.reject_listed(context, listing_of(assignment, rejectfile))


@market_task(
    called="grantBonus",
    old=True,
    needs=("workerid", "assignment", "amount", "reason"),
    workerid=options.text("The worker."),
    **PAYING,
)
def grant_bonus(context: CommandContext, **payment: Any) -> Summary:
    """Pay a worker a bonus."""
    return surveys.bonus.pay(context, bonus_of(**payment))


@task(
    called="makeTemplate",
    old=True,
    needs=("template", "target"),
    template=options.text("The sample to begin with, or a folder below templateRootDir."),
    target=options.path("Name of the new folder and of the files in it."),
    type=options.choice("Hit or Qual. Default: what the sample is.", projects.HIT, projects.QUALIFICATION),
    os=options.choice("Unix or Dos: which scripts to write. Default: both.", *ENDINGS),
    templaterootdir=options.path("Where templates of your own are."),
    targetrootdir=options.path("Where to make the folder. Default: here.", default="."),
    scripttemplatedir=options.path("Where templates of scripts are."),
    **SANDBOX,
    **JSON,
)
def make_template(
    c: Context,
    *,
    template: str,
    target: Path,
    type: str,  # noqa: A002  # the option's name in the reference
    os: str,
    templaterootdir: Path | None,
    targetrootdir: Path,
    scripttemplatedir: Path | None,
    sandbox: bool,
    json: bool,
) -> None:
    """Make a folder for a survey or a qualification from a sample or from another folder."""
    from mturk_tasks.tasks.bootstrap import finish_here

    order = projects.Order(
        template,
        str(target),
        kind=type or projects.kind_of_sample(template),
        systems=(os,) if os else tuple(ENDINGS),
        template_root=templaterootdir,
        target_root=targetrootdir,
        script_templates=scripttemplatedir,
    )
    console = Console(quiet=json, begun=True)
    finish_here(console, "makeTemplate", projects.make(order, console.say))
