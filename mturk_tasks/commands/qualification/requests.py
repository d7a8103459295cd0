"""Fetch the requests that wait for a decision into a file (getQualificationRequests)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from mturk_tasks.commands.desk import Desk
from mturk_tasks.errors import ServiceError
from mturk_tasks.files import requests as request_file
from mturk_tasks.files.dates import format_date
from mturk_tasks.files.requests import Request
from mturk_tasks.report.summary import Summary
from mturk_tasks.requester import qualification_requests
from mturk_tasks.requester.qualification_requests import QualificationRequest


def run(desk: Desk, output: Path, type_id: str | None = None, *, pairs: bool = False) -> Summary:
    """Write the requests for one type, or for all of the requester's, anew; `pairs` is the old layout.

    Raise FileError where the file holds something else.
    """
    waiting = list(qualification_requests.waiting(desk.client, type_id))
    rows = [row_of(one) for one in waiting]
    items = tuple({"id": one.request_id, "status": "waiting", "worker_id": one.worker_id} for one in waiting)
    counts = {"waiting": len(rows)}
    if not desk.dry:
        request_file.write(output, _questions(waiting, rows), rows, pairs=pairs)
    files = () if desk.dry else (output,)
    if not rows:
        return Summary(("No Qualification Requests found",), counts, items, files)
    said = [f"Retrieved {len(rows)} Qualification Requests"]
    said += [f"Answers successfully saved to file: {file}" for file in files]
    return Summary(tuple(said), counts, items, files)


def row_of(one: QualificationRequest) -> Request:
    """Return a request as a row of the file, each answer in one text."""
    submitted = format_date(one.submitted)
    return Request(one.type_id, one.request_id, one.worker_id, submitted, answers_of(one))


def answers_of(one: QualificationRequest) -> dict[str, str]:
    """Return a request's answers by question; several selections stand as `a|b`."""
    from mturk_tasks.markup.answers import parse
    from mturk_tasks.markup.fault import Unreadable

    try:
        return {answer.question: answer.flat for answer in parse(one.answer)}
    except Unreadable as error:
        what = f"request {one.request_id} has an answer that cannot be read: {error}"
        raise ServiceError("list_qualification_requests", "AnswerUnreadable", what) from error


def _questions(waiting: Iterable[QualificationRequest], rows: Sequence[Request]) -> list[str]:
    """Return every question once, those of a test in its order."""
    from mturk_tasks.markup.identifiers import question_identifiers

    tests = dict.fromkeys(one.test for one in waiting if one.test)
    asked = [name for test in tests for name in question_identifiers(test)]
    return list(dict.fromkeys([*asked, *(name for row in rows for name in row.answers)]))
