"""The nine old commands about qualifications."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mturk_tasks.commands import qualifications
from mturk_tasks.errors import UsageError
from mturk_tasks.files.survey import Definition
from mturk_tasks.tasks import options
from mturk_tasks.tasks.decorators import PAIRS, market_task

if TYPE_CHECKING:
    from mturk_tasks.commands.context import CommandContext
    from mturk_tasks.console.summary import Summary


_TYPE = "The ID of the qualification type."
_ID_FILE = "A file with the ID of the qualification type."
_WORKER = "The worker."
_SCORE = "The score, a whole number."
_QUESTION = "The file with the test."
_ANSWER = "The file with the test's answer key, as XML."
_PROPERTIES = "The qualification properties file."
_REQUESTS = "The qualification requests, comma-separated."


@market_task(
    called="createQualificationType",
    old=True,
    properties=_PROPERTIES,
    question=_QUESTION,
    answer=_ANSWER,
    noretry="Let workers request it only once.",
)
def create_type(
    at: CommandContext, properties: str = "", question: str = "", answer: str = "", noretry: bool = False
) -> Summary:
    """Create a qualification type."""
    options.need(properties=properties)
    definition = Definition(options.path(properties), options.file(question), options.file(answer))
    return qualifications.create.run(at, definition, retry=not noretry)


@market_task(
    called="updateQualificationType",
    old=True,
    qualtypeid=_TYPE,
    input=_ID_FILE,
    properties=_PROPERTIES,
    question=_QUESTION,
    answer=_ANSWER,
    status="Active or Inactive.",
)
def update_type(
    at: CommandContext,
    qualtypeid: str = "",
    input: str = "",  # noqa: A002  # the option's name in the reference
    properties: str = "",
    question: str = "",
    answer: str = "",
    status: str = "",
) -> Summary:
    """Change a qualification type."""
    paths = (options.file(properties), options.file(question), options.file(answer))
    request = qualifications.change.ChangeRequest(*paths, options.type_status("-status", status))
    found = options.registered(at, qualtypeid, input)
    return qualifications.change.run(at, found, request)


@market_task(
    called="getQualificationRequests",
    old=True,
    qualtypeid=_TYPE,
    outputfile="The file to write the requests to.",
    **PAIRS,
)
def get_requests(
    at: CommandContext, qualtypeid: str = "", outputfile: str = "", namevaluepairs: bool = False
) -> Summary:
    """Fetch the requests of workers for qualifications."""
    options.need(outputfile=outputfile)
    output = options.path(outputfile)
    return qualifications.requests.run(at, output, qualtypeid.strip() or None, pairs=namevaluepairs)


@market_task(
    called="approveQualificationRequests",
    old=True,
    force=True,
    qualrequest=_REQUESTS,
    approvefile="A file that lists requests.",
    score=_SCORE,
)
def approve_requests(
    at: CommandContext, qualrequest: str = "", approvefile: str = "", score: str = ""
) -> Summary:
    """Grant qualifications that were requested."""
    ids, file = options.names(qualrequest), options.file(approvefile)
    if not (ids or file):
        raise UsageError("Missing: you must supply one of -qualRequest or -approvefile")
    listed = options.request_approvals(ids, file)
    number, of_any = options.score("-score", score), qualifications.folder.FolderQualification("")
    return qualifications.requests.approve(at, of_any, listed, score=number, file=file)


@market_task(
    called="rejectQualificationRequests",
    old=True,
    force=True,
    qualrequest=_REQUESTS,
    rejectfile="A file that lists requests.",
)
def reject_requests(at: CommandContext, qualrequest: str = "", rejectfile: str = "") -> Summary:
    """Refuse qualifications that were requested."""
    ids, file = options.names(qualrequest), options.file(rejectfile)
    if not (ids or file):
        raise UsageError("Missing: you must supply one of -qualRequest or -rejectfile")
    listed = options.request_rejections(ids, file)
    of_any = qualifications.folder.FolderQualification("")
    return qualifications.requests.reject(at, of_any, listed, file=file)


@market_task(
    called="evaluateQualificationRequests",
    old=True,
    answers="The file with the expected answers.",
    qualtypeid=_TYPE,
    input=_ID_FILE,
    preview="Show the outcome and decide nothing.",
)
def evaluate_requests(
    at: CommandContext,
    answers: str = "",
    qualtypeid: str = "",
    input: str = "",  # noqa: A002  # the option's name in the reference
    preview: bool = False,
) -> Summary:
    """Grade tests by a file of expected answers, and grant or refuse accordingly."""
    options.need(answers=answers)
    found = options.registered(at, qualtypeid, input)
    return qualifications.evaluate.run(at, found, options.path(answers), preview=preview)


@market_task(
    called="assignQualification",
    old=True,
    qualtypeid=_TYPE,
    input=_ID_FILE,
    workerid=_WORKER,
    scorefile="A file that lists workers and scores.",
    score=_SCORE,
    donotnotify="Do not tell the worker.",
)
def assign(
    at: CommandContext,
    qualtypeid: str = "",
    input: str = "",  # noqa: A002  # the option's name in the reference
    workerid: str = "",
    scorefile: str = "",
    score: str = "",
    donotnotify: bool = False,
) -> Summary:
    """Give workers a qualification."""
    number = options.score("-score", score)
    to = options.recipients(workerid, scorefile, "-scorefile")
    found = options.registered(at, qualtypeid, input)
    return qualifications.grants.assign(at, found, to, score=number, notify=not donotnotify)


@market_task(
    called="updateQualificationScore",
    old=True,
    qualtypeid=_TYPE,
    workerid=_WORKER,
    score=_SCORE,
    input="A file that lists workers and scores.",
)
def update_score(
    at: CommandContext,
    qualtypeid: str = "",
    workerid: str = "",
    score: str = "",
    input: str = "",  # noqa: A002  # the option's name in the reference
) -> Summary:
    """Change the scores of workers."""
    options.need(qualtypeid=qualtypeid)
    number = options.score("-score", score)
    to = options.recipients(workerid, input, "-input")
    found = options.registered(at, qualtypeid)
    return qualifications.grants.rescore(at, found, to, score=number)


@market_task(called="revokeQualification", old=True, qualtypeid=_TYPE, workerid=_WORKER, reason="Why.")
def revoke(at: CommandContext, qualtypeid: str = "", workerid: str = "", reason: str = "") -> Summary:
    """Take a qualification away from a worker."""
    options.need(qualtypeid=qualtypeid, workerid=workerid)
    found = options.registered(at, qualtypeid)
    return qualifications.grants.revoke(at, found, options.holders(workerid), reason)
