"""What is kept of a worker besides the answer: half-done answers, uploaded files, what came late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Final
from urllib.parse import quote

from flask import Response, current_app, request

from mturk_tasks.marketplace import drafts, qualifying, uploads
from mturk_tasks.marketplace.server.api import Market
from mturk_tasks.marketplace.web import gate, permits, record, sizes
from mturk_tasks.marketplace.web.frames import passes
from mturk_tasks.marketplace.web.frames.passes import Pass
from mturk_tasks.marketplace.web.record import Assignment
from mturk_tasks.marketplace.work import Refused
from mturk_tasks.markup.answers import Answer
from mturk_tasks.markup.documents import kind_of
from mturk_tasks.markup.question_form import LARGEST_FILE, FileUpload, read_question_form
from mturk_tasks.markup.rendering.fields import Values
from mturk_tasks.markup.rendering.hints import hints
from mturk_tasks.markup.rendering.sent import names, read

DRAFT_FIELD: Final = "draft-pass"  # the field in which a form carries what its scripts may save drafts with
Errors = dict[str, tuple[str, ...]]


def save_draft(holder: Pass, values: Mapping[str, Sequence[str]], now: datetime) -> None:
    """Keep the values of a form; raise Refused where the worker can answer the HIT or the test no longer."""
    market: Market = current_app.extensions["market"]
    typed = {name: list(several) for name, several in values.items() if name != DRAFT_FIELD}
    if holder.request:
        drafts.save_test(market.store, holder.request, holder.worker or "", typed, now)
    else:
        drafts.save(market.store, holder.assignment or "", holder.worker or "", typed, now)


def keep(holder: Pass, document: str, values: Values) -> bool:
    """Keep what a form was filled in with when it was sent, and say whether that could be done."""
    try:
        save_draft(holder, filled(document, values), gate.now())
    except Refused:
        return False
    return True


def filled(document: str, values: Values) -> dict[str, list[str]]:
    """Return what each field of a form was filled in with: of a box that is not checked nothing is sent."""
    return {name: list(values.get(name, ())) for name in names(document)}


def document_of(holder: Pass) -> str:
    """Return the form of the site's own that the pass is for; empty where there is none."""
    worker_id = holder.worker or ""
    if holder.request:
        return qualifying.test_of(gate.store(), holder.request, worker_id, gate.now())
    one = record.find(gate.store(), worker_id, holder.assignment or "", gate.now())
    return one.question if one and kind_of(one.question) == "QuestionForm" else ""


def draft_of(one: Assignment) -> Values | None:
    """Return what the fields of an assignment's form last held; None where nothing is kept."""
    return _typed(drafts.read(gate.store(), one.assignment_id, gate.person().worker_id, gate.now()))


def errors_in(one: Assignment, values: Values) -> Errors:
    """Return what is wrong with what an assignment's form was filled in with."""
    return dict(read(one.question, values, answers_that_are_files(one)).errors)


def test_draft_of(request_id: str) -> Values | None:
    """Return what the fields of a test last held; None where nothing is kept."""
    return _typed(drafts.read_test(gate.store(), request_id, gate.person().worker_id, gate.now()))


def _typed(found: drafts.Draft | None) -> Values | None:
    if found is None:
        return None
    return {name: [text] if isinstance(text, str) else list(text) for name, text in found.answers.items()}


def pass_for(one: Assignment) -> Pass:
    """Return what lets the work page of an assignment save its draft."""
    return Pass(one.hit_id, one.assignment_id, gate.person().worker_id, purpose=passes.DRAFT)


def test_pass_for(request_id: str) -> Pass:
    """Return what lets a test's page save its draft."""
    return Pass("", worker=gate.person().worker_id, request=request_id, purpose=passes.DRAFT)


def signed(holder: Pass) -> str:
    """Return a pass as it stands in a page."""
    return passes.sign(holder, gate.real())


def permit(subject: str, document: str) -> str:
    """Return what lets a form be sent to its assignment or test, as its address carries it."""
    return permits.sign(subject, sizes.at_door(document), gate.real())


def store_files(one: Assignment) -> Errors:
    """Store the files that were sent; return what is wrong with those that could not be."""
    worker_id, errors = gate.person().worker_id, Errors()
    for number, question in enumerate(read_question_form(one.question).questions, 1):
        sent = request.files.get(f"q{number}")
        if not isinstance(question.answer, FileUpload) or sent is None or not sent.filename:
            continue
        place = (gate.store(), one.assignment_id, worker_id, question.identifier)
        try:
            uploads.store_file(*place, sent.filename, sent.mimetype, sent.read(LARGEST_FILE + 1), gate.now())
        except Refused:
            errors[question.identifier] = hints(question.answer, required=question.required)
    return errors


def answers_that_are_files(one: Assignment) -> dict[str, Answer]:
    """Return the answers of an assignment that are files, by question."""
    return {question: file.answer for question, file in _kept_files(one).items()}


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
