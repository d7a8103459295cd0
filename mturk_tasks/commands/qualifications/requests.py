"""Grant and refuse what workers request (approveQualificationRequests, rejectQualificationRequests)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from mturk_tasks.client import qualifications
from mturk_tasks.client.qualifications import QualificationRequest
from mturk_tasks.commands import batches
from mturk_tasks.commands import journal as records
from mturk_tasks.commands.batches import ActionJournal
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.qualifications.folder import FolderQualification
from mturk_tasks.commands.runner import Outcome
from mturk_tasks.console.summary import Summary, count
from mturk_tasks.errors import ServiceError, UsageError
from mturk_tasks.files import grants
from mturk_tasks.files import qualification_requests as request_file
from mturk_tasks.files.grants import Approval, Rejection
from mturk_tasks.files.qualification_requests import RequestRow
from mturk_tasks.lib import disk
from mturk_tasks.lib.time import format_date

ACCEPT: Final = "accept"
REFUSE: Final = "refuse"
_DONE: Final = {ACCEPT: "approved", REFUSE: "rejected"}
_PLANS: Final = {  # the reference's words
    ACCEPT: "You are about to grant {} qual request(s).",
    REFUSE: "You are about to reject {} qualification request(s). Are you sure?",
}
DEFAULT_SCORE: Final = 1  # API, AcceptQualificationRequest


@dataclass(frozen=True)
class RequestDecision:
    """What is to happen to one request: it is granted with a score, or refused with a comment.

    The worker is known when the request was found among those that wait.
    """

    request_id: str
    score: int | None
    comment: str = ""
    worker_id: str = ""

    @property
    def action(self) -> str:
        """Return what a journal calls it."""
        return REFUSE if self.score is None else ACCEPT


Sent = Outcome[RequestDecision, None]
Waiting = dict[str, QualificationRequest]


def approve(
    context: CommandContext,
    found: FolderQualification,
    listed: Sequence[Approval],
    *,
    score: int | None = None,
    file: Path | None = None,
) -> Summary:
    """Grant the requests that are listed; a row's own score wins over the one given, and that over 1.

    Of a `file` what fails is written to `<file>.failure`.
    """
    given = DEFAULT_SCORE if score is None else score
    verdicts = [RequestDecision(one.request_id, given if one.score is None else one.score) for one in listed]
    return _settle(context, found, ACCEPT, verdicts, file)


def reject(
    context: CommandContext,
    found: FolderQualification,
    listed: Sequence[Rejection],
    *,
    comment: str = "",
    file: Path | None = None,
) -> Summary:
    """Refuse the requests that are listed; who has no comment of their own reads the one given, or typed.

    Of a `file` what fails is written to `<file>.failure`.
    """
    verdicts = [RequestDecision(one.request_id, None, one.comment or comment) for one in listed]
    return _settle(context, found, REFUSE, verdicts, file)


def every(context: CommandContext, found: FolderQualification, workers: Collection[str] = ()) -> list[str]:
    """Return the IDs of all waiting requests for a type, or of those of some workers.

    Raise UsageError for a worker who has none.
    """
    waiting = fetch(context, found).values()
    strangers = sorted(set(workers) - {one.worker_id for one in waiting})
    if strangers:
        raise UsageError(f"no request of these workers waits for a decision: {', '.join(strangers)}")
    return [one.request_id for one in waiting if not workers or one.worker_id in workers]


def fetch(context: CommandContext, found: FolderQualification) -> Waiting:
    """Return the requests that wait, by their IDs: of a type, or of all where none is named."""
    waiting = qualifications.waiting(context.client, found.type_id or None)
    return {one.request_id: one for one in waiting}


def carry_out(
    context: CommandContext,
    found: FolderQualification,
    verdicts: Sequence[RequestDecision],
    line: Callable[[RequestDecision], str],
) -> list[Sent]:
    """Send the verdicts, each between intent and outcome in the journal; say and return what came of them."""
    outcomes: list[Sent] = []
    with (
        batches.open_journal(context, found, "requests") as book,
        context.console.progress(len(verdicts), "Deciding") as step,
    ):
        _reconcile(book, {one.request_id for one in verdicts})
        for outcome in context.each(verdicts, lambda one: _send(book, one)):
            outcomes.append(outcome)
            tell = step if outcome.ok else context.console.note
            tell(line(outcome.item) if outcome.ok else _failure(outcome))
    return outcomes


def item(outcome: Sent) -> dict[str, str]:
    """Return what a program wants to know of one request."""
    return outcome.told(outcome.item.request_id, _DONE[outcome.item.action])


def _settle(
    context: CommandContext,
    found: FolderQualification,
    action: str,
    verdicts: Sequence[RequestDecision],
    file: Path | None,
) -> Summary:
    waiting = fetch(context, found)
    due = [
        replace(one, worker_id=waiting[one.request_id].worker_id)
        for one in verdicts
        if one.request_id in waiting
    ]
    absent = _absent(context, found, action, [one.request_id for one in verdicts], waiting)
    for problem in absent.values():
        context.console.note(problem)
    plan = _PLANS[action].format(len(due))
    if context.dry:
        return Summary((f"Dry run: {plan}",), {"planned": len(due)})
    if due:
        context.confirm(plan)
    outcomes = carry_out(context, found, _with_comments(context, due), _line) if due else []
    if len(outcomes) > 1:  # of one the line itself is seen on a terminal too
        context.console.note(f"{count(sum(one.ok for one in outcomes), 'request')} {_DONE[action]}.")
    undone = {*absent, *(outcome.item.request_id for outcome in outcomes if not outcome.ok)}
    if file:
        _keep(file, action, [one for one in verdicts if one.request_id in undone])
    return _summary(action, outcomes, absent)


def _summary(action: str, outcomes: Sequence[Sent], absent: Mapping[str, str]) -> Summary:
    items = [{"id": key, "status": "failed", "error": problem} for key, problem in absent.items()]
    failed = sum(not outcome.ok for outcome in outcomes) + len(absent)
    verb = _DONE[action]
    counts = {verb: len(outcomes) + len(absent) - failed, "failed": failed}
    lines = [
        *([] if outcomes else ["No request waits for this decision."]),
        *([f"  {count(failed, 'request')} failed to be {verb}."] if failed else []),
    ]
    return Summary(tuple(lines), counts, (*map(item, outcomes), *items), exit_code=int(failed > 0))


def _with_comments(context: CommandContext, verdicts: Sequence[RequestDecision]) -> list[RequestDecision]:
    """Return the verdicts, refusals without a comment with the one that is typed when asked for."""
    silent = any(one.action == REFUSE and not one.comment for one in verdicts)
    typed = context.ask_comment() if silent and not context.force else ""
    return [replace(one, comment=one.comment or typed) if one.action == REFUSE else one for one in verdicts]


def _absent(
    context: CommandContext, found: FolderQualification, action: str, wanted: Sequence[str], waiting: Waiting
) -> dict[str, str]:
    """Return of requests that do not wait why they cannot be decided; what was done before is noted only."""
    done = records.done(records.read(batches.journal_of(context, found)), action)
    absent = {}
    for request_id in wanted:
        if request_id in waiting:
            continue
        if request_id in done:
            context.console.note(f"[{request_id}] was decided so before")
            continue
        what = "does not wait for a decision; it was decided before, or there is none of that ID"
        absent[request_id] = f"Error: request {request_id} {what}"
    return absent


def _send(book: ActionJournal, one: RequestDecision) -> None:
    client, request_id = book.context.client, one.request_id
    details = {"worker": book.worker(one.worker_id)}
    if one.score is None:
        book.perform(
            REFUSE,
            request_id,
            lambda: qualifications.reject(client, request_id, one.comment),
            **details,
        )
        return
    book.perform(
        ACCEPT,
        request_id,
        lambda: qualifications.accept(client, request_id, one.score),
        score=one.score,
        **details,
    )


def _reconcile(book: ActionJournal, waiting: Collection[str]) -> None:
    """Note, of decisions whose fate was not known, those that were taken: their requests wait no more."""
    entries = records.read(book.journal.path)
    for action in (ACCEPT, REFUSE):
        for request_id in records.open_intents(entries, action):
            if request_id not in waiting:
                moment = batches.stamp(book.context.clock())
                book.journal.conclude(action, request_id, records.DONE, found=True, time=moment)


def _line(one: RequestDecision) -> str:
    if one.score is not None:
        return f"[{one.request_id}] QualRequest successfully approved with value ({one.score})"
    comment = f" with comment ({one.comment})" if one.comment else ""
    return f"[{one.request_id}] Qualification request successfully rejected{comment}"


def _failure(outcome: Sent) -> str:
    doing = "granting qual" if outcome.item.action == ACCEPT else "rejecting qualification"
    return f"Error {doing} request {outcome.item.request_id}: {outcome.error}"


def _keep(file: Path, action: str, undone: Sequence[RequestDecision]) -> None:
    """Write what was not done of a file beside it, so that it can be given again."""
    failure = file.with_name(f"{file.name}.failure")
    if not undone:
        disk.remove(failure)
    elif action == ACCEPT:
        grants.write_approvals(failure, (Approval(one.request_id, one.score) for one in undone))
    else:
        grants.write_rejections(failure, (Rejection(one.request_id, one.comment) for one in undone))


# Fetch the requests that wait for a decision into a file (getQualificationRequests).


def run(context: CommandContext, output: Path, type_id: str | None = None, *, pairs: bool = False) -> Summary:
    """Write the requests for one type, or for all of the requester's, anew; `pairs` is the old layout.

    Raise FileError where the file holds something else.
    """
    waiting = list(qualifications.waiting(context.client, type_id))
    rows = [row_of(one) for one in waiting]
    items = tuple({"id": one.request_id, "status": "waiting", "worker_id": one.worker_id} for one in waiting)
    counts = {"waiting": len(rows)}
    if not context.dry:
        request_file.write(output, _questions(waiting, rows), rows, pairs=pairs)
    files = () if context.dry else (output,)
    if not rows:
        return Summary(("No Qualification Requests found",), counts, items, files)
    said = [f"Retrieved {len(rows)} Qualification Requests"]
    said += [f"Answers successfully saved to file: {file}" for file in files]
    return Summary(tuple(said), counts, items, files)


def row_of(one: QualificationRequest) -> RequestRow:
    """Return a request as a row of the file, each answer in one text."""
    submitted = format_date(one.submitted)
    return RequestRow(one.type_id, one.request_id, one.worker_id, submitted, answers_of(one))


def answers_of(one: QualificationRequest) -> dict[str, str]:
    """Return a request's answers by question; several selections stand as `a|b`."""
    from mturk_tasks.markup.answers import parse
    from mturk_tasks.markup.xml import Unreadable

    try:
        return {answer.question: answer.flat for answer in parse(one.answer)}
    except Unreadable as error:
        what = f"request {one.request_id} has an answer that cannot be read: {error}"
        raise ServiceError("list_qualification_requests", "AnswerUnreadable", what) from error


def _questions(waiting: Iterable[QualificationRequest], rows: Sequence[RequestRow]) -> list[str]:
    """Return every question once, those of a test in its order."""
    from mturk_tasks.markup.documents import question_identifiers

    tests = dict.fromkeys(one.test for one in waiting if one.test)
    asked = [name for test in tests for name in question_identifiers(test)]
    return list(dict.fromkeys([*asked, *(name for row in rows for name in row.answers)]))
