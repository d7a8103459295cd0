"""The tasks of a qualification folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mturk_tasks.commands import qualifications
from mturk_tasks.errors import UsageError
from mturk_tasks.tasks import options
from mturk_tasks.tasks.decorators import CROWD, GRANTING, PAIRS, REQUESTS, STATUS, market_task

if TYPE_CHECKING:
    from mturk_tasks.commands.context import CommandContext
    from mturk_tasks.commands.qualifications.folder import FolderQualification
    from mturk_tasks.console.summary import Summary


def _here(at: CommandContext) -> FolderQualification:
    """Return the type that the folder made."""
    return qualifications.folder.find(at, at.definition.files)


@market_task(noretry="Let a worker ask for it only once.")
def create(at: CommandContext, noretry: bool = False) -> Summary:
    """Create the qualification type."""
    return qualifications.create.run(at, at.definition, retry=not noretry)


@market_task()
def status(at: CommandContext) -> Summary:
    """Show how the qualification stands: requests, holders, HITs that ask for it."""
    return qualifications.status.run(at, _here(at))


@market_task(**CROWD)
def rehearse(at: CommandContext, workers: str = "5", seed: str = "1") -> Summary:
    """Let simulated workers ask for it and take its test, in the embedded sandbox only."""
    crowd = options.required_whole("--workers", workers, lowest=1, default=5)
    number = options.required_whole("--seed", seed, lowest=0, default=1)
    return qualifications.status.rehearse(at, _here(at), at.definition, workers=crowd, seed=number)


@market_task(**PAIRS)
def requests(at: CommandContext, namevaluepairs: bool = False) -> Summary:
    """Fetch the requests that wait for a decision, with their answers."""
    found = _here(at)
    output = found.files.requests
    return qualifications.requests.run(at, output, found.type_id, pairs=namevaluepairs)


@market_task(
    force=True,
    answers="The file with the expected answers. Default: NAME.answerkey.",
    preview="Show the outcome and decide nothing.",
)
def evaluate(at: CommandContext, answers: str = "", preview: bool = False) -> Summary:
    """Grade the tests that wait by a file of expected answers, and grant or refuse accordingly."""
    key = options.file(answers) or at.definition.key
    if key is None:
        raise UsageError("there is no NAME.answerkey in the folder; write one, or name a file with --answers")
    return qualifications.evaluate.run(at, _here(at), key, preview=preview)


@market_task(
    force=True,
    qualrequest=REQUESTS,
    workerid="Only the requests of these workers, comma-separated.",
    approvefile="The requests that a file lists.",
    score="The score of those that have none in the file. Default: 1.",
)
def approve(
    at: CommandContext, qualrequest: str = "", workerid: str = "", approvefile: str = "", score: str = ""
) -> Summary:
    """Grant the requests that wait, or those that are named."""
    found, file = _here(at), options.file(approvefile)
    ids = options.names(qualrequest)
    if not (ids or file):
        ids = qualifications.requests.every(at, found, options.names(workerid))
    listed = options.request_approvals(ids, file)
    return qualifications.requests.approve(
        at, found, listed, score=options.score("--score", score), file=file
    )


@market_task(
    force=True,
    qualrequest=REQUESTS,
    workerid="Only the requests of these workers, comma-separated.",
    rejectfile="The requests that a file lists.",
    comment="Why, for those that have no comment in the file; the workers read it.",
)
def reject(
    at: CommandContext, qualrequest: str = "", workerid: str = "", rejectfile: str = "", comment: str = ""
) -> Summary:
    """Refuse the requests that are named."""
    found, file = _here(at), options.file(rejectfile)
    ids, names = options.names(qualrequest), options.names(workerid)
    if not (ids or names or file):
        raise UsageError("name the requests: --qualrequest, --workerid or --rejectfile")
    if names:
        ids += qualifications.requests.every(at, found, names)
    listed = options.request_rejections(ids, file)
    return qualifications.requests.reject(at, found, listed, comment=comment, file=file)


@market_task(**GRANTING, donotnotify="Do not tell the workers.")
def assign(
    at: CommandContext, workerid: str = "", scorefile: str = "", score: str = "", donotnotify: bool = False
) -> Summary:
    """Give workers the qualification."""
    return qualifications.grants.assign(
        at,
        _here(at),
        options.recipients(workerid, scorefile, "--scorefile"),
        score=options.score("--score", score),
        notify=not donotnotify,
    )


@market_task(**GRANTING)
def score(at: CommandContext, workerid: str = "", scorefile: str = "", score: str = "") -> Summary:
    """Change the scores of workers who hold it."""
    to = options.recipients(workerid, scorefile, "--scorefile")
    return qualifications.grants.rescore(at, _here(at), to, score=options.score("--score", score))


@market_task(workerid="The workers, comma-separated.", reason="Why; the workers read it.")
def revoke(at: CommandContext, workerid: str = "", reason: str = "") -> Summary:
    """Take the qualification away from workers."""
    return qualifications.grants.revoke(at, _here(at), options.holders(workerid), reason)


@market_task(status=STATUS)
def update(at: CommandContext, status: str = "") -> Summary:
    """Make the type what the folder's files say now; its name cannot change."""
    request = qualifications.change.ChangeRequest.of_folder(
        at.definition, options.type_status("--status", status)
    )
    return qualifications.change.run(at, _here(at), request)


@market_task()
def workers(at: CommandContext) -> Summary:
    """Show who holds the qualification, with scores."""
    return qualifications.status.list_holders(at, _here(at))


@market_task(force=True)
def retire(at: CommandContext) -> Summary:
    """Delete the qualification type; HITs that ask for it must be deleted first."""
    return qualifications.change.retire(at, _here(at))
