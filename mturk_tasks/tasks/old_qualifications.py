"""The nine old commands about qualifications."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from mturk_tasks.commands import qualifications
from mturk_tasks.errors import UsageError
from mturk_tasks.tasks import options
from mturk_tasks.tasks.decorators import market_task
from mturk_tasks.tasks.options import PAIRS
from mturk_tasks.tasks.qual import recipients_of

if TYPE_CHECKING:
    from mturk_tasks.commands.context import CommandContext
    from mturk_tasks.commands.qualifications.folder import FolderQualification
    from mturk_tasks.console.summary import Summary

_TYPE: Final[options.Shared] = {"qualtypeid": options.text("The ID of the qualification type.")}
_TYPE_OR_FILE: Final[options.Shared] = {
    **_TYPE,
    "input": options.path("A file with the ID of the qualification type."),
}
_FILES: Final[options.Shared] = {
    "properties": options.path("The qualification properties file."),
    "question": options.path("The file with the test."),
    "answer": options.path("The file with the test's answer key, as XML."),
}
_REQUESTS: Final = options.names("The qualification requests, comma-separated.")
_LISTED: Final = options.path("A file that lists requests.")
_SCORES: Final = options.path("A file that lists workers and scores.")
_WORKER: Final = options.names("The worker.")
_SCORE: Final = options.score("The score, a whole number.")


@market_task(
    called="createQualificationType",
    old=True,
    needs=("properties",),
    **_FILES,
    noretry="Let workers request it only once.",
)
def create_type(
    context: CommandContext, *, properties: Path, question: Path | None, answer: Path | None, noretry: bool
) -> Summary:
    """Create a qualification type."""
    from mturk_tasks.files.survey import Definition

    definition = Definition(properties, question, answer)
    return qualifications.create.run(context, definition, retry=not noretry)


@market_task(
    called="updateQualificationType",
    old=True,
    **_TYPE_OR_FILE,
    **_FILES,
    status=options.choice("Active or Inactive.", "Active", "Inactive"),
)
def update_type(
    context: CommandContext,
    *,
    qualtypeid: str,
    input: Path | None,  # noqa: A002  # the option's name in the reference
    properties: Path | None,
    question: Path | None,
    answer: Path | None,
    status: str,
) -> Summary:
    """Change a qualification type."""
    request = qualifications.change.ChangeRequest(properties, question, answer, status)
    return qualifications.change.run(context, _named_type(context, qualtypeid, input), request)


@market_task(
    called="getQualificationRequests",
    old=True,
    needs=("outputfile",),
    **_TYPE,
    outputfile=options.path("The file to write the requests to."),
    **PAIRS,
)
def get_requests(
    context: CommandContext, *, qualtypeid: str, outputfile: Path, namevaluepairs: bool
) -> Summary:
    """Fetch the requests of workers for qualifications."""
    return qualifications.requests.run(context, outputfile, qualtypeid or None, pairs=namevaluepairs)


@market_task(
    called="approveQualificationRequests",
    old=True,
    force=True,
    qualrequest=_REQUESTS,
    approvefile=_LISTED,
    score=_SCORE,
)
def approve_requests(
    context: CommandContext, *, qualrequest: list[str], approvefile: Path | None, score: int | None
) -> Summary:
    """Grant qualifications that were requested."""
    if not (qualrequest or approvefile):
        raise UsageError("Missing: you must supply one of -qualRequest or -approvefile")
    approvals = qualifications.requests.approvals_of(qualrequest, approvefile)
    of_any = qualifications.folder.FolderQualification("")
    return qualifications.requests.approve(context, of_any, approvals, score=score, file=approvefile)


@market_task(
    called="rejectQualificationRequests", old=True, force=True, qualrequest=_REQUESTS, rejectfile=_LISTED
)
def reject_requests(context: CommandContext, *, qualrequest: list[str], rejectfile: Path | None) -> Summary:
    """Refuse qualifications that were requested."""
    if not (qualrequest or rejectfile):
        raise UsageError("Missing: you must supply one of -qualRequest or -rejectfile")
    rejections = qualifications.requests.rejections_of(qualrequest, rejectfile)
    of_any = qualifications.folder.FolderQualification("")
    return qualifications.requests.reject(context, of_any, rejections, file=rejectfile)


@market_task(
    called="evaluateQualificationRequests",
    old=True,
    needs=("answers",),
    answers=options.path("The file with the expected answers."),
    **_TYPE_OR_FILE,
    preview="Show the outcome and decide nothing.",
)
def evaluate_requests(
    context: CommandContext,
    *,
    answers: Path,
    qualtypeid: str,
    input: Path | None,  # noqa: A002  # the option's name in the reference
    preview: bool,
) -> Summary:
    """Grade tests by a file of expected answers, and grant or refuse accordingly."""
    qualification = _named_type(context, qualtypeid, input)
    return qualifications.evaluate.run(context, qualification, answers, preview=preview)


@market_task(
    called="assignQualification",
    old=True,
    **_TYPE_OR_FILE,
    workerid=_WORKER,
    scorefile=_SCORES,
    score=_SCORE,
    donotnotify="Do not tell the worker.",
)
def assign(
    context: CommandContext,
    *,
    qualtypeid: str,
    input: Path | None,  # noqa: A002  # the option's name in the reference
    workerid: list[str],
    scorefile: Path | None,
    score: int | None,
    donotnotify: bool,
) -> Summary:
    """Give workers a qualification."""
    recipients = recipients_of(workerid, scorefile, "-scorefile")
    qualification = _named_type(context, qualtypeid, input)
    notify = not donotnotify
    return qualifications.grants.assign(context, qualification, recipients, score=score, notify=notify)


@market_task(
    called="updateQualificationScore",
    old=True,
    needs=("qualtypeid",),
    **_TYPE,
    workerid=_WORKER,
    score=_SCORE,
    input=_SCORES,
)
def update_score(
    context: CommandContext,
    *,
    qualtypeid: str,
    workerid: list[str],
    score: int | None,
    input: Path | None,  # noqa: A002  # the option's name in the reference
) -> Summary:
    """Change the scores of workers."""
    recipients = recipients_of(workerid, input, "-input")
    qualification = _named_type(context, qualtypeid)
    return qualifications.grants.rescore(context, qualification, recipients, score=score)


@market_task(
    called="revokeQualification",
    old=True,
    needs=("qualtypeid", "workerid"),
    **_TYPE,
    workerid=_WORKER,
    reason=options.text("Why."),
)
def revoke(context: CommandContext, *, qualtypeid: str, workerid: list[str], reason: str) -> Summary:
    """Take a qualification away from a worker."""
    recipients = qualifications.grants.Recipients.named(workerid)
    return qualifications.grants.revoke(context, _named_type(context, qualtypeid), recipients, reason)


def _named_type(context: CommandContext, type_id: str, file: Path | None = None) -> FolderQualification:
    """Return the qualification type that is named by its ID, or by a file that holds it."""
    if bool(type_id) == bool(file):
        both = ", not both" if file else ""
        raise UsageError(f"Either -qualtypeid or -input must be passed{both}")
    if file:
        return qualifications.folder.of_id_file(context, file)
    return qualifications.folder.FolderQualification(type_id)
