"""The tasks of a qualification folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mturk_tasks import commands
from mturk_tasks.errors import UsageError
from mturk_tasks.tasks import options
from mturk_tasks.tasks.declare import CROWD, GRANTING, PAIRS, REQUESTS, STATUS, market_task

if TYPE_CHECKING:
    from mturk_tasks.commands.desk import Desk
    from mturk_tasks.commands.qualification.register import Registered
    from mturk_tasks.report.summary import Summary


def _here(at: Desk) -> Registered:
    """Return the type that the folder made."""
    return commands.qualification.register.find(at, at.definition.files)


@market_task(noretry="Let a worker ask for it only once.")
def create(at: Desk, noretry: bool = False) -> Summary:
    """Create the qualification type."""
    return commands.qualification.create.run(at, at.definition, retry=not noretry)


@market_task()
def status(at: Desk) -> Summary:
    """Show how the qualification stands: requests, holders, HITs that ask for it."""
    return commands.qualification.status.run(at, _here(at))


@market_task(**CROWD)
def rehearse(at: Desk, workers: str = "5", seed: str = "1") -> Summary:
    """Let simulated workers ask for it and take its test, in the embedded sandbox only."""
    request = commands.rehearse.Request(
        workers=options.required_whole("--workers", workers, lowest=1, default=5),
        seed=options.required_whole("--seed", seed, lowest=0, default=1),
    )
    return commands.qualification.rehearse.run(at, _here(at), request, at.definition)


@market_task(**PAIRS)
def requests(at: Desk, namevaluepairs: bool = False) -> Summary:
    """Fetch the requests that wait for a decision, with their answers."""
    found = _here(at)
    output = found.files.requests
    return commands.qualification.requests.run(at, output, found.type_id, pairs=namevaluepairs)


@market_task(
    force=True,
    answers="The file with the expected answers. Default: NAME.answerkey.",
    preview="Show the outcome and decide nothing.",
)
def evaluate(at: Desk, answers: str = "", preview: bool = False) -> Summary:
    """Grade the tests that wait by a file of expected answers, and grant or refuse accordingly."""
    key = options.file(answers) or at.definition.key
    if key is None:
        raise UsageError("there is no NAME.answerkey in the folder; write one, or name a file with --answers")
    return commands.qualification.evaluate.run(at, _here(at), key, preview=preview)


@market_task(
    force=True,
    qualrequest=REQUESTS,
    workerid="Only the requests of these workers, comma-separated.",
    approvefile="The requests that a file lists.",
    score="The score of those that have none in the file. Default: 1.",
)
def approve(
    at: Desk, qualrequest: str = "", workerid: str = "", approvefile: str = "", score: str = ""
) -> Summary:
    """Grant the requests that wait, or those that are named."""
    found, file = _here(at), options.file(approvefile)
    ids = options.names(qualrequest)
    if not (ids or file):
        ids = commands.qualification.judge.every(at, found, options.names(workerid))
    listed = options.request_approvals(ids, file)
    return commands.qualification.judge.approve(
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
    at: Desk, qualrequest: str = "", workerid: str = "", rejectfile: str = "", comment: str = ""
) -> Summary:
    """Refuse the requests that are named."""
    found, file = _here(at), options.file(rejectfile)
    ids, names = options.names(qualrequest), options.names(workerid)
    if not (ids or names or file):
        raise UsageError("name the requests: --qualrequest, --workerid or --rejectfile")
    if names:
        ids += commands.qualification.judge.every(at, found, names)
    listed = options.request_rejections(ids, file)
    return commands.qualification.judge.reject(at, found, listed, comment=comment, file=file)


@market_task(**GRANTING, donotnotify="Do not tell the workers.")
def assign(
    at: Desk, workerid: str = "", scorefile: str = "", score: str = "", donotnotify: bool = False
) -> Summary:
    """Give workers the qualification."""
    return commands.qualification.grant.assign(
        at,
        _here(at),
        options.recipients(workerid, scorefile, "--scorefile"),
        score=options.score("--score", score),
        notify=not donotnotify,
    )


@market_task(**GRANTING)
def score(at: Desk, workerid: str = "", scorefile: str = "", score: str = "") -> Summary:
    """Change the scores of workers who hold it."""
    to = options.recipients(workerid, scorefile, "--scorefile")
    return commands.qualification.grant.rescore(at, _here(at), to, score=options.score("--score", score))


@market_task(workerid="The workers, comma-separated.", reason="Why; the workers read it.")
def revoke(at: Desk, workerid: str = "", reason: str = "") -> Summary:
    """Take the qualification away from workers."""
    return commands.qualification.revoke.run(at, _here(at), options.holders(workerid), reason)


@market_task(status=STATUS)
def update(at: Desk, status: str = "") -> Summary:
    """Make the type what the folder's files say now; its name cannot change."""
    request = commands.qualification.change.Request.of_folder(
        at.definition, options.type_status("--status", status)
    )
    return commands.qualification.change.run(at, _here(at), request)


@market_task()
def workers(at: Desk) -> Summary:
    """Show who holds the qualification, with scores."""
    return commands.qualification.holders.run(at, _here(at))


@market_task(force=True)
def retire(at: Desk) -> Summary:
    """Delete the qualification type; HITs that ask for it must be deleted first."""
    return commands.qualification.retire.run(at, _here(at))
