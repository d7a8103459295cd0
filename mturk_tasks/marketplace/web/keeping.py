"""What is kept of a worker besides the answer: half-done answers, uploaded files, what came late."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from urllib.parse import quote

from flask import Response, current_app, request

from mturk_tasks.marketplace import drafts, uploads
from mturk_tasks.marketplace.server.api import Market
from mturk_tasks.marketplace.web import gate
from mturk_tasks.marketplace.web.frames import passes
from mturk_tasks.marketplace.web.frames.passes import Pass
from mturk_tasks.marketplace.web.record import Assignment
from mturk_tasks.marketplace.work import Refused
from mturk_tasks.markup.answers import Answer
from mturk_tasks.markup.question_form import FileUpload, read_question_form
from mturk_tasks.markup.rendering.fields import Values
from mturk_tasks.markup.rendering.hints import hints

Errors = dict[str, tuple[str, ...]]


def save_draft(holder: Pass, values: Mapping[str, tuple[str, ...]], now: datetime) -> None:
    """Keep the values of a form; raise Refused where the worker holds the assignment or test no longer."""
    market: Market = current_app.extensions["market"]
    typed = {name: list(several) for name, several in values.items()}
    if holder.request:
        drafts.save_test(market.store, holder.request, holder.worker or "", typed, now)
    else:
        drafts.save(market.store, holder.assignment or "", holder.worker or "", typed, now)


def draft_of(one: Assignment) -> Values | None:
    """Return what the fields of an assignment's form last held; None where nothing is kept."""
    return _typed(drafts.read(gate.store(), one.assignment_id, gate.person().worker_id, gate.now()))


def test_draft_of(request_id: str) -> Values | None:
    """Return what the fields of a test last held; None where nothing is kept."""
    return _typed(drafts.read_test(gate.store(), request_id, gate.person().worker_id, gate.now()))


def _typed(found: drafts.Draft | None) -> Values | None:
    if found is None:
        return None
    return {name: [text] if isinstance(text, str) else list(text) for name, text in found.answers.items()}


def draft_address(one: Assignment, site: str) -> str:
    """Return where the scripts of a work page send what is typed."""
    return _draft_address(Pass(one.hit_id, site, one.assignment_id, gate.person().worker_id))


def test_draft_address(request_id: str, site: str) -> str:
    """Return where the scripts of a test's page send what is typed."""
    return _draft_address(Pass("", site, worker=gate.person().worker_id, request=request_id))


def _draft_address(holder: Pass) -> str:
    return f"/draft/{passes.sign(holder, gate.real())}"


def files_of(one: Assignment) -> tuple[dict[str, Answer], Errors]:
    """Store the files that were sent; return the answers that are files, and what is wrong with others."""
    worker_id, errors = gate.person().worker_id, Errors()
    for number, question in enumerate(read_question_form(one.question).questions, 1):
        sent = request.files.get(f"q{number}")
        if not isinstance(question.answer, FileUpload) or sent is None or not sent.filename:
            continue
        place = (gate.store(), one.assignment_id, worker_id, question.identifier)
        try:
            uploads.store_file(*place, sent.filename, sent.mimetype, sent.read(), gate.now())
        except Refused:
            errors[question.identifier] = hints(question.answer, required=question.required)
    return {question: file.answer for question, file in _kept_files(one).items()}, errors


def names_of_files(one: Assignment) -> dict[str, str]:
    """Return the names of the files that have arrived for an assignment, by question."""
    return {question: file.name for question, file in _kept_files(one).items()}


def _kept_files(one: Assignment) -> dict[str, uploads.Uploaded]:
    return uploads.files_of(gate.store(), one.assignment_id, gate.person().worker_id, gate.now())


def uploaded(token: str) -> Response:
    """Give an uploaded file to who has its address, for as long as that is good."""
    market: Market = current_app.extensions["market"]
    found = uploads.content_of(market.store, token, market.clock(datetime.now(timezone.utc)))
    if found is None:
        return Response(status=404)
    name, content = found
    response = Response(content, content_type=uploads.CONTENT_TYPE)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response
