"""The nine old commands about qualifications: their names and options, until there are qualifications."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from mturk_tasks.errors import UsageError
from mturk_tasks.tasks.declare import market_task

if TYPE_CHECKING:
    from mturk_tasks.commands.desk import Desk


_TYPE = "The ID of the qualification type."
_ID_FILE = "A file with the ID of the qualification type."
_WORKER = "The worker."
_SCORE = "The score, a whole number."
_QUESTION = "The file with the test."
_ANSWER = "The file with the test's answer key, as XML."
_PROPERTIES = "The qualification properties file."
_REQUESTS = "The qualification requests, comma-separated."


def _later() -> NoReturn:
    raise UsageError("this command comes with qualifications, which this version does not have yet")


@market_task(
    called="createQualificationType",
    old=True,
    properties=_PROPERTIES,
    question=_QUESTION,
    answer=_ANSWER,
    noretry="Let workers request it only once.",
)
def create_type(
    at: Desk, properties: str = "", question: str = "", answer: str = "", noretry: bool = False
) -> None:
    """Create a qualification type."""
    _later()


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
    at: Desk,
    qualtypeid: str = "",
    input: str = "",  # noqa: A002  # the option's name in the reference
    properties: str = "",
    question: str = "",
    answer: str = "",
    status: str = "",
) -> None:
    """Change a qualification type."""
    _later()


@market_task(
    called="getQualificationRequests",
    old=True,
    qualtypeid=_TYPE,
    outputfile="The file to write the requests to.",
)
def get_requests(at: Desk, qualtypeid: str = "", outputfile: str = "") -> None:
    """Fetch the requests of workers for qualifications."""
    _later()


@market_task(
    called="approveQualificationRequests",
    old=True,
    force=True,
    qualrequest=_REQUESTS,
    approvefile="A file that lists requests.",
    score=_SCORE,
)
def approve_requests(at: Desk, qualrequest: str = "", approvefile: str = "", score: str = "") -> None:
    """Grant qualifications that were requested."""
    _later()


@market_task(
    called="rejectQualificationRequests",
    old=True,
    force=True,
    qualrequest=_REQUESTS,
    rejectfile="A file that lists requests.",
)
def reject_requests(at: Desk, qualrequest: str = "", rejectfile: str = "") -> None:
    """Refuse qualifications that were requested."""
    _later()


@market_task(
    called="evaluateQualificationRequests",
    old=True,
    answers="The file with the expected answers.",
    qualtypeid=_TYPE,
    input=_ID_FILE,
    preview="Show the outcome and decide nothing.",
)
def evaluate_requests(
    at: Desk,
    answers: str = "",
    qualtypeid: str = "",
    input: str = "",  # noqa: A002  # the option's name in the reference
    preview: bool = False,
) -> None:
    """Grade tests by a file of expected answers, and grant or refuse accordingly."""
    _later()


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
    at: Desk,
    qualtypeid: str = "",
    input: str = "",  # noqa: A002  # the option's name in the reference
    workerid: str = "",
    scorefile: str = "",
    score: str = "",
    donotnotify: bool = False,
) -> None:
    """Give workers a qualification."""
    _later()


@market_task(
    called="updateQualificationScore",
    old=True,
    qualtypeid=_TYPE,
    workerid=_WORKER,
    score=_SCORE,
    input="A file that lists workers and scores.",
)
def update_score(
    at: Desk,
    qualtypeid: str = "",
    workerid: str = "",
    score: str = "",
    input: str = "",  # noqa: A002  # the option's name in the reference
) -> None:
    """Change the scores of workers."""
    _later()


@market_task(called="revokeQualification", old=True, qualtypeid=_TYPE, workerid=_WORKER, reason="Why.")
def revoke(at: Desk, qualtypeid: str = "", workerid: str = "", reason: str = "") -> None:
    """Take a qualification away from a worker."""
    _later()
