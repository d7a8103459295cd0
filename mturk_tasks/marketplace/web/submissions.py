"""What is kept of a worker besides the answer: half-done answers, uploaded files, what came late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Final
from urllib.parse import quote

from flask import Response, current_app, request

from mturk_tasks.marketplace.server.market import Market
from mturk_tasks.marketplace.web import limits, session
from mturk_tasks.marketplace.web.frames import tokens
from mturk_tasks.marketplace.web.frames.tokens import FrameToken
from mturk_tasks.marketplace.worker import drafts, qualifications, record, uploads
from mturk_tasks.marketplace.worker.answering import Refused
from mturk_tasks.marketplace.worker.record import Assignment
from mturk_tasks.markup.answers import Answer
from mturk_tasks.markup.documents import kind_of
from mturk_tasks.markup.question_form import LARGEST_FILE, FileUpload, read_question_form
from mturk_tasks.markup.rendering.fields import Values
from mturk_tasks.markup.rendering.form import hints, names, read

DRAFT_FIELD: Final = "draft-pass"  # the field in which a form carries what its scripts may save drafts with
Errors = dict[str, tuple[str, ...]]


def save_draft(holder: FrameToken, values: Mapping[str, Sequence[str]], now: datetime) -> None:
    """Keep the values of a form; raise Refused where the worker can answer the HIT or the test no longer."""
    market: Market = current_app.extensions["market"]
    typed = {name: list(several) for name, several in values.items() if name != DRAFT_FIELD}
    if holder.request:
        drafts.save_test(market.store, holder.request, holder.worker or "", typed, now)
    else:
        drafts.save(market.store, holder.assignment or "", holder.worker or "", typed, now)


def keep(holder: FrameToken, document: str, values: Values) -> bool:
    """Keep what a form was filled in with when it was sent, and say whether that could be done."""
    try:
        save_draft(holder, filled(document, values), session.now())
    except Refused:
        return False
    return True


def filled(document: str, values: Values) -> dict[str, list[str]]:
    """Return what each field of a form was filled in with: of a box that is not checked nothing is sent."""
    return {name: list(values.get(name, ())) for name in names(document)}


def document_of(holder: FrameToken) -> str:
    """Return the form of the site's own that the pass is for; empty where there is none."""
    worker_id = holder.worker or ""
    if holder.request:
        return qualifications.test_of(session.transaction(), holder.request, worker_id)
    one = record.find(session.transaction(), worker_id, holder.assignment or "")
    return one.question if one and kind_of(one.question) == "QuestionForm" else ""


def draft_of(one: Assignment) -> Values | None:
    """Return what the fields of an assignment's form last held; None where nothing is kept."""
    return _typed(drafts.read(session.transaction(), one.assignment_id, session.person().worker_id))


def errors_in(one: Assignment, values: Values) -> Errors:
    """Return what is wrong with what an assignment's form was filled in with."""
    return dict(read(one.question, values, answers_that_are_files(one)).errors)


def test_draft_of(request_id: str) -> Values | None:
    """Return what the fields of a test last held; None where nothing is kept."""
    return _typed(drafts.read_test(session.transaction(), request_id, session.person().worker_id))


def _typed(found: drafts.WorkDraft | None) -> Values | None:
    if found is None:
        return None
    return {name: [text] if isinstance(text, str) else list(text) for name, text in found.answers.items()}


def pass_for(one: Assignment) -> FrameToken:
    """Return what lets the work page of an assignment save its draft."""
    return FrameToken(one.hit_id, one.assignment_id, session.person().worker_id, purpose=tokens.DRAFT)


def test_pass_for(request_id: str) -> FrameToken:
    """Return what lets a test's page save its draft."""
    return FrameToken("", worker=session.person().worker_id, request=request_id, purpose=tokens.DRAFT)


def signed(holder: FrameToken) -> str:
    """Return a pass as it stands in a page."""
    return tokens.sign(holder, session.real())


def permit(subject: str, document: str) -> str:
    """Return what lets a form be sent to its assignment or test, as its address carries it."""
    return tokens.sign_size(subject, limits.at_door(document), session.real())


def store_files(one: Assignment) -> Errors:
    """Store the files that were sent; return what is wrong with those that could not be."""
    worker_id, errors = session.person().worker_id, Errors()
    for number, question in enumerate(read_question_form(one.question).questions, 1):
        sent = request.files.get(f"q{number}")
        if not isinstance(question.answer, FileUpload) or sent is None or not sent.filename:
            continue
        place = (session.store(), one.assignment_id, worker_id, question.identifier)
        try:
            uploads.store_file(
                *place, sent.filename, sent.mimetype, sent.read(LARGEST_FILE + 1), session.now()
            )
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
    return uploads.files_of(session.transaction(), one.assignment_id, session.person().worker_id)


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
