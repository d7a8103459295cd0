"""Requests for qualifications: fetched into a file, granted and refused.

These are getQualificationRequests, approveQualificationRequests and rejectQualificationRequests.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from mturk_tasks.client import qualifications
from mturk_tasks.commands import batches, journal
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.qualifications.folder import FolderQualification
from mturk_tasks.commands.runner import Outcome, Outcomes
from mturk_tasks.console.summary import Summary, count
from mturk_tasks.errors import ServiceError, UsageError
from mturk_tasks.files import grants, qualification_requests
from mturk_tasks.lib import disk
from mturk_tasks.lib.time import format_date

ACCEPT: Final = "accept"
REFUSE: Final = "refuse"
DEFAULT_SCORE: Final = 1  # API, AcceptQualificationRequest
_DONE: Final = {ACCEPT: "approved", REFUSE: "rejected"}
_DOING: Final = {ACCEPT: "granting qual", REFUSE: "rejecting qualification"}
_PLANS: Final = {  # the reference's words
    ACCEPT: "You are about to grant {} qual request(s).",
    REFUSE: "You are about to reject {} qualification request(s). Are you sure?",
}


@dataclass(frozen=True)
class RequestDecision:
    """Decision about one request: it is granted with a score, or refused with a comment.

    The Worker is known once the request was found among those that wait.
    """

    request_id: str
    score: int | None
    comment: str = ""
    worker_id: str = ""

    @property
    def action(self) -> str:
        """Return the action's name in journals."""
        return REFUSE if self.score is None else ACCEPT


DecisionOutcome = Outcome[RequestDecision, None]


def run(context: CommandContext, output: Path, type_id: str | None = None, *, pairs: bool = False) -> Summary:
    """Write the waiting requests for one type, or for all types, to a file; `pairs` is its old layout.

    Raise FileError if the file holds something else.
    """
    waiting = list(qualifications.waiting(context.client, type_id))
    rows = [row_of(request) for request in waiting]
    items = tuple({"id": row.request_id, "status": "waiting", "worker_id": row.worker_id} for row in rows)
    if not context.dry:
        qualification_requests.write(output, _questions(waiting, rows), rows, pairs=pairs)
    files = () if context.dry else (output,)
    lines = ["No Qualification Requests found"]
    if rows:
        lines = [f"Retrieved {len(rows)} Qualification Requests"]
        lines += [f"Answers successfully saved to file: {file}" for file in files]
    return Summary(tuple(lines), {"waiting": len(rows)}, items, files)


def approvals_of(request_ids: Sequence[str], file: Path | None) -> list[grants.Approval]:
    """Return the requests that are named or listed in a file, each once as the file has it."""
    listed = grants.read_approvals(file) if file else ()
    approvals = (*map(grants.Approval, request_ids), *listed)
    return list({approval.request_id: approval for approval in approvals}.values())


def rejections_of(request_ids: Sequence[str], file: Path | None) -> list[grants.Rejection]:
    """Return the requests that are named or listed in a file, each once as the file has it."""
    listed = grants.read_rejections(file) if file else ()
    rejections = (*map(grants.Rejection, request_ids), *listed)
    return list({rejection.request_id: rejection for rejection in rejections}.values())


def approve(
    context: CommandContext,
    qualification: FolderQualification,
    approvals: Sequence[grants.Approval],
    *,
    score: int | None = None,
    file: Path | None = None,
) -> Summary:
    """Grant requests, each with its own score, else the one given, else 1.

    What fails of a `file` is written to `<file>.failure`.
    """
    default = DEFAULT_SCORE if score is None else score
    decisions = [
        RequestDecision(approval.request_id, default if approval.score is None else approval.score)
        for approval in approvals
    ]
    return _decide(context, qualification, ACCEPT, decisions, file)


def reject(
    context: CommandContext,
    qualification: FolderQualification,
    rejections: Sequence[grants.Rejection],
    *,
    comment: str = "",
    file: Path | None = None,
) -> Summary:
    """Refuse requests, each with its own comment, else the one given, else the one that is typed.

    What fails of a `file` is written to `<file>.failure`.
    """
    decisions = [
        RequestDecision(rejection.request_id, None, rejection.comment or comment) for rejection in rejections
    ]
    return _decide(context, qualification, REFUSE, decisions, file)


def every(
    context: CommandContext, qualification: FolderQualification, workers: Collection[str] = ()
) -> list[str]:
    """Return the IDs of all waiting requests for a type, or of those of some Workers.

    Raise UsageError for a Worker who has none.
    """
    waiting = fetch(context, qualification).values()
    unknown = sorted(set(workers) - {request.worker_id for request in waiting})
    if unknown:
        raise UsageError(f"no request of these workers waits for a decision: {', '.join(unknown)}")
    return [request.request_id for request in waiting if not workers or request.worker_id in workers]


def fetch(
    context: CommandContext, qualification: FolderQualification
) -> dict[str, qualifications.QualificationRequest]:
    """Return the waiting requests by ID: for a type, or for all where the ID of the type is empty."""
    waiting = qualifications.waiting(context.client, qualification.type_id or None)
    return {request.request_id: request for request in waiting}


def carry_out(
    context: CommandContext,
    qualification: FolderQualification,
    decisions: Sequence[RequestDecision],
    line: Callable[[DecisionOutcome, int], str],
) -> Outcomes[RequestDecision, None]:
    """Send decisions, each between its intent and its outcome in the journal; say and return the outcomes."""
    with batches.open_journal(context, qualification, "requests") as actions:
        _reconcile(actions, {decision.request_id for decision in decisions})
        return context.perform(decisions, partial(_send, actions), line, progress="Deciding")


def item(outcome: DecisionOutcome) -> dict[str, str]:
    """Return the outcome of one decision for programs."""
    return outcome.as_item(outcome.item.request_id, _DONE[outcome.item.action])


def row_of(request: qualifications.QualificationRequest) -> qualification_requests.RequestRow:
    """Return a request as a row of the file, each answer in one text."""
    submitted = format_date(request.submitted)
    return qualification_requests.RequestRow(
        request.type_id, request.request_id, request.worker_id, submitted, answers_of(request)
    )


def answers_of(request: qualifications.QualificationRequest) -> dict[str, str]:
    """Return a request's answers by question; several selections are written as `a|b`."""
    from mturk_tasks.markup.answers import parse
    from mturk_tasks.markup.xml import Unreadable

    try:
        return {answer.question: answer.flat for answer in parse(request.answer)}
    except Unreadable as error:
        what = f"request {request.request_id} has an answer that cannot be read: {error}"
        raise ServiceError("list_qualification_requests", "AnswerUnreadable", what) from error


def _questions(
    waiting: Sequence[qualifications.QualificationRequest], rows: Sequence[qualification_requests.RequestRow]
) -> list[str]:
    """Return every question once, those of a test in its order."""
    from mturk_tasks.markup.documents import question_identifiers

    tests = dict.fromkeys(request.test for request in waiting if request.test)
    asked = [name for test in tests for name in question_identifiers(test)]
    return list(dict.fromkeys([*asked, *(name for row in rows for name in row.answers)]))


def _decide(
    context: CommandContext,
    qualification: FolderQualification,
    action: str,
    decisions: Sequence[RequestDecision],
    file: Path | None,
) -> Summary:
    """Carry out the decisions about requests that wait, once they are confirmed."""
    waiting = fetch(context, qualification)
    due = [
        replace(decision, worker_id=waiting[decision.request_id].worker_id)
        for decision in decisions
        if decision.request_id in waiting
    ]
    others = [decision.request_id for decision in decisions if decision.request_id not in waiting]
    absent = _absent(context, qualification, action, others)
    for problem in absent.values():
        context.console.note(problem)
    plan = _PLANS[action].format(len(due))
    if context.dry:
        return Summary.of_dry_run(plan, planned=len(due))
    outcomes: Outcomes[RequestDecision, None] = Outcomes()
    if due:
        context.confirm(plan)
        due = _with_comments(context, due) if action == REFUSE else due
        outcomes = carry_out(context, qualification, due, _line)
    if len(outcomes) > 1:  # a single line is seen on a terminal too
        context.console.note(f"{count(len(outcomes.done), 'request')} {_DONE[action]}.")
    failed = {*absent, *(decision.request_id for decision in outcomes.failed)}
    if file:
        _write_failures(file, action, [decision for decision in decisions if decision.request_id in failed])
    return _summary(action, outcomes, absent)


def _summary(action: str, outcomes: Outcomes[RequestDecision, None], absent: Mapping[str, str]) -> Summary:
    items = [{"id": key, "status": "failed", "error": problem} for key, problem in absent.items()]
    failed = len(outcomes.failed) + len(absent)
    verb = _DONE[action]
    lines = [
        *([] if outcomes else ["No request waits for this decision."]),
        *([f"  {count(failed, 'request')} failed to be {verb}."] if failed else []),
    ]
    counts = {verb: len(outcomes) + len(absent) - failed, "failed": failed}
    return Summary(tuple(lines), counts, (*map(item, outcomes), *items), exit_code=int(failed > 0))


def _with_comments(context: CommandContext, refusals: Sequence[RequestDecision]) -> list[RequestDecision]:
    """Return the refusals, those without a comment with the one that is typed when asked for."""
    bare = any(not refusal.comment for refusal in refusals)
    typed = context.ask_comment() if bare and not context.force else ""
    return [replace(refusal, comment=refusal.comment or typed) for refusal in refusals]


def _absent(
    context: CommandContext, qualification: FolderQualification, action: str, request_ids: Sequence[str]
) -> dict[str, str]:
    """Return, by ID, why requests that do not wait cannot be decided; note what was done before."""
    done = journal.done(journal.read(batches.journal_of(context, qualification)), action)
    absent = {}
    for request_id in request_ids:
        if request_id in done:
            context.console.note(f"[{request_id}] was decided so before")
        else:
            what = "does not wait for a decision; it was decided before, or there is none of that ID"
            absent[request_id] = f"Error: request {request_id} {what}"
    return absent


def _send(actions: batches.ActionJournal, decision: RequestDecision) -> None:
    client, request_id, score = actions.context.client, decision.request_id, decision.score
    worker = actions.worker(decision.worker_id)
    if score is None:
        reject = partial(qualifications.reject, client, request_id, decision.comment)
        actions.perform(REFUSE, request_id, reject, worker=worker)
    else:
        accept = partial(qualifications.accept, client, request_id, score)
        actions.perform(ACCEPT, request_id, accept, score=score, worker=worker)


def _reconcile(actions: batches.ActionJournal, waiting: Collection[str]) -> None:
    """Note as done the interrupted decisions about requests that wait no more."""
    entries = journal.read(actions.journal.path)
    for action in (ACCEPT, REFUSE):
        for request_id in journal.open_intents(entries, action):
            if request_id not in waiting:
                actions.conclude_interrupted(action, request_id)


def _line(outcome: DecisionOutcome, _number: int) -> str:
    decision = outcome.item
    if not outcome.ok:
        return failure(outcome)
    if decision.score is not None:
        return f"[{decision.request_id}] QualRequest successfully approved with value ({decision.score})"
    comment = f" with comment ({decision.comment})" if decision.comment else ""
    return f"[{decision.request_id}] Qualification request successfully rejected{comment}"


def failure(outcome: DecisionOutcome) -> str:
    """Say why a decision failed."""
    doing = _DOING[outcome.item.action]
    return f"Error {doing} request {outcome.item.request_id}: {outcome.error}"


def _write_failures(file: Path, action: str, failed: Sequence[RequestDecision]) -> None:
    """Write the decisions of a file that failed beside it, so that they can be given again."""
    failure = file.with_name(f"{file.name}.failure")
    if not failed:
        disk.remove(failure)
    elif action == ACCEPT:
        approvals = [grants.Approval(decision.request_id, decision.score) for decision in failed]
        grants.write_approvals(failure, approvals)
    else:
        rejections = [grants.Rejection(decision.request_id, decision.comment) for decision in failed]
        grants.write_rejections(failure, rejections)
