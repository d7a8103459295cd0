"""The tasks of a qualification folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from mturk_tasks.commands import qualifications
from mturk_tasks.errors import UsageError
from mturk_tasks.tasks import options
from mturk_tasks.tasks.decorators import market_task
from mturk_tasks.tasks.options import CROWD, GRANTING, PAIRS

if TYPE_CHECKING:
    from mturk_tasks.commands.context import CommandContext
    from mturk_tasks.commands.qualifications.folder import FolderQualification
    from mturk_tasks.commands.qualifications.grants import Recipients
    from mturk_tasks.console.summary import Summary

_REQUESTS: Final[options.Shared] = {
    "qualrequest": options.names("Only these requests, comma-separated."),
    "workerid": options.names("Only the requests of these workers, comma-separated."),
}
_LISTED: Final = "The requests that a file lists."


def _of_folder(context: CommandContext) -> FolderQualification:
    """Return the type that the folder made."""
    return qualifications.folder.find(context, context.definition.files)


@market_task(noretry="Let a worker ask for it only once.")
def create(context: CommandContext, *, noretry: bool) -> Summary:
    """Create the qualification type."""
    return qualifications.create.run(context, context.definition, retry=not noretry)


@market_task()
def status(context: CommandContext) -> Summary:
    """Show how the qualification stands: requests, holders, HITs that ask for it."""
    return qualifications.status.run(context, _of_folder(context))


@market_task(**CROWD)
def rehearse(context: CommandContext, *, workers: int, seed: int) -> Summary:
    """Let simulated workers ask for it and take its test, in the embedded sandbox only."""
    qualification = _of_folder(context)
    return qualifications.status.rehearse(
        context, qualification, context.definition, workers=workers, seed=seed
    )


@market_task(**PAIRS)
def requests(context: CommandContext, *, namevaluepairs: bool) -> Summary:
    """Fetch the requests that wait for a decision, with their answers."""
    qualification = _of_folder(context)
    output, type_id = qualification.files.requests, qualification.type_id
    return qualifications.requests.run(context, output, type_id, pairs=namevaluepairs)


@market_task(
    force=True,
    answers=options.path("The file with the expected answers. Default: NAME.answerkey."),
    preview="Show the outcome and decide nothing.",
)
def evaluate(context: CommandContext, *, answers: Path | None, preview: bool) -> Summary:
    """Grade the tests that wait by a file of expected answers, and grant or refuse accordingly."""
    key = answers or context.definition.key
    if key is None:
        raise UsageError("there is no NAME.answerkey in the folder; write one, or name a file with --answers")
    return qualifications.evaluate.run(context, _of_folder(context), key, preview=preview)


@market_task(
    force=True,
    **_REQUESTS,
    approvefile=options.path(_LISTED),
    score=options.score("The score of those that have none in the file. Default: 1."),
)
def approve(
    context: CommandContext,
    *,
    qualrequest: list[str],
    workerid: list[str],
    approvefile: Path | None,
    score: int | None,
) -> Summary:
    """Grant the requests that wait, or those that are named."""
    qualification = _of_folder(context)
    if not (qualrequest or approvefile):
        qualrequest = qualifications.requests.every(context, qualification, workerid)
    approvals = qualifications.requests.approvals_of(qualrequest, approvefile)
    return qualifications.requests.approve(context, qualification, approvals, score=score, file=approvefile)


@market_task(
    force=True,
    **_REQUESTS,
    rejectfile=options.path(_LISTED),
    comment=options.text("Why, for those that have no comment in the file; the workers read it."),
)
def reject(
    context: CommandContext,
    *,
    qualrequest: list[str],
    workerid: list[str],
    rejectfile: Path | None,
    comment: str,
) -> Summary:
    """Refuse the requests that are named."""
    qualification = _of_folder(context)
    if not (qualrequest or workerid or rejectfile):
        raise UsageError("name the requests: --qualrequest, --workerid or --rejectfile")
    if workerid:
        qualrequest = [*qualrequest, *qualifications.requests.every(context, qualification, workerid)]
    rejections = qualifications.requests.rejections_of(qualrequest, rejectfile)
    return qualifications.requests.reject(
        context, qualification, rejections, comment=comment, file=rejectfile
    )


@market_task(**GRANTING, donotnotify="Do not tell the workers.")
def assign(
    context: CommandContext,
    *,
    workerid: list[str],
    scorefile: Path | None,
    score: int | None,
    donotnotify: bool,
) -> Summary:
    """Give workers the qualification."""
    recipients = recipients_of(workerid, scorefile, "--scorefile")
    notify = not donotnotify
    return qualifications.grants.assign(context, _of_folder(context), recipients, score=score, notify=notify)


@market_task(**GRANTING)
def score(
    context: CommandContext, *, workerid: list[str], scorefile: Path | None, score: int | None
) -> Summary:
    """Change the scores of workers who hold it."""
    recipients = recipients_of(workerid, scorefile, "--scorefile")
    return qualifications.grants.rescore(context, _of_folder(context), recipients, score=score)


@market_task(
    needs=("workerid",),
    workerid=options.names("The workers, comma-separated."),
    reason=options.text("Why; the workers read it."),
)
def revoke(context: CommandContext, *, workerid: list[str], reason: str) -> Summary:
    """Take the qualification away from workers."""
    recipients = qualifications.grants.Recipients.named(workerid)
    return qualifications.grants.revoke(context, _of_folder(context), recipients, reason)


@market_task(
    status=options.choice(
        "Active, or Inactive: then nobody can ask for it, and no new HIT can.", "Active", "Inactive"
    )
)
def update(context: CommandContext, *, status: str) -> Summary:
    """Make the type what the folder's files say now; its name cannot change."""
    request = qualifications.change.ChangeRequest.of_folder(context.definition, status)
    return qualifications.change.run(context, _of_folder(context), request)


@market_task()
def workers(context: CommandContext) -> Summary:
    """Show who holds the qualification, with scores."""
    return qualifications.status.list_holders(context, _of_folder(context))


@market_task(force=True)
def retire(context: CommandContext) -> Summary:
    """Delete the qualification type; HITs that ask for it must be deleted first."""
    return qualifications.change.retire(context, _of_folder(context))


def recipients_of(worker_ids: list[str], file: Path | None, option: str) -> Recipients:
    """Return the workers who are named, or those that a file lists, which the option names.

    Raise UsageError for both, and for neither.
    """
    if bool(worker_ids) == bool(file):
        dashes = option[: -len(option.lstrip("-"))]
        both = ", not both" if file else ""
        raise UsageError(f"Either {dashes}workerid or {option} must be passed{both}")
    recipients = qualifications.grants.Recipients
    return recipients.of_file(file) if file else recipients.named(worker_ids)
