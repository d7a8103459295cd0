"""Do a HIT: fill it in, hand it in or give it back, and get a receipt."""

from __future__ import annotations

from contextlib import suppress

from flask import Blueprint, abort, request
from werkzeug.exceptions import RequestEntityTooLarge

from mturk_tasks.marketplace.storage.schema import ABANDONED, ACCEPTED, RETURNED
from mturk_tasks.marketplace.studies import progress
from mturk_tasks.marketplace.web import limits, pages, session, studies, submissions
from mturk_tasks.marketplace.web.session import Page, go, signed_in
from mturk_tasks.marketplace.web.texts import text
from mturk_tasks.marketplace.worker import answering, record, work
from mturk_tasks.markup.answers import build
from mturk_tasks.markup.rendering.fields import Values
from mturk_tasks.markup.rendering.form import read, render, size
from mturk_tasks.vocabulary.statuses import ASSIGNMENT_STATUSES


def add_to(site: Blueprint) -> None:
    """Add the pages."""
    site.add_url_rule("/work/<assignment_id>", "work", _work, methods=["GET"])
    site.add_url_rule("/work/<assignment_id>/submit", "submit", _submit, methods=["POST"])
    site.add_url_rule("/work/<assignment_id>/submit", "submitted", _submitted, methods=["GET"])
    site.add_url_rule("/work/<assignment_id>/next", "onward", _onward, methods=["POST"])
    site.add_url_rule("/work/<assignment_id>/return", "give_back", _give_back, methods=["POST"])
    site.add_url_rule("/work/<assignment_id>/receipt", "receipt", _receipt, methods=["GET"])


@signed_in
def _work(assignment_id: str) -> Page:
    one = _own(assignment_id)
    if one.status != ACCEPTED:
        return _over(one)
    values = submissions.draft_of(one)
    if request.args.get("said") == "mistakes" and pages.is_form(one.question):
        return _form(one, values, submissions.errors_in(one, values or {}))
    return _form(one, values)


@signed_in
def _submit(assignment_id: str) -> Page:
    """Take an answer that obeys the form; the first one counts, whatever comes after it."""
    one = _own(assignment_id)
    if not pages.is_form(one.question):
        abort(400)
    values = request.form.to_dict(flat=False)
    if one.status not in (ACCEPTED, ABANDONED):
        return _over(one, values)
    wrong = submissions.store_files(one)
    sent = read(one.question, values, submissions.answers_that_are_files(one))
    if wrong or sent.errors:
        is_kept = submissions.keep(submissions.pass_for(one), one.question, values)
        if one.status == ABANDONED:
            return _over(one, values, {**sent.errors, **wrong})
        if is_kept and not wrong:  # so that nobody is asked, on the way back, to send it once more
            goes_on = "1" if request.form.get("next") == "1" else None
            return go("work", assignment_id=assignment_id, said="mistakes", next=goes_on)
        return _form(one, values, {**sent.errors, **wrong}), 422
    try:
        kept = work.submit(
            session.store(), assignment_id, session.person().worker_id, build(sent.answers), session.now()
        )
    except answering.Refused as refused:
        if refused.reason == "too large" and one.status == ACCEPTED:
            submissions.keep(submissions.pass_for(one), one.question, values)
            return _form(one, values, told=text("answer_too_large")), 413
        return _over(_own(assignment_id), values)
    session.committed("was_late" if kept.late else "was_submitted")
    if kept.late:
        return _over(one)
    return _after_submit(one, goes_on=request.form.get("next") == "1")


@signed_in
def _submitted(assignment_id: str) -> Page:
    """Lead back from the address that a browser shows after a mistake, and asks for on a reload."""
    return go("work", assignment_id=assignment_id)


def again(values: Values, told: str) -> Page:
    """Show a form that was not taken once more, with what was filled in; files that came are kept."""
    one = _own((request.view_args or {})["assignment_id"])
    if one.status in (ACCEPTED, ABANDONED):
        with suppress(RequestEntityTooLarge):
            submissions.store_files(one)
    return _form(one, values, told=told) if one.status == ACCEPTED else _over(one, values)


@signed_in
def _onward(assignment_id: str) -> Page:
    """Lead on from a page in a frame, which submits its answers by itself; back to it, if it did not."""
    one = _own(assignment_id)
    if one.status in ASSIGNMENT_STATUSES:
        session.committed("was_submitted")
        return _after_submit(one, goes_on=request.form.get("next") == "1")
    return go("work", assignment_id=assignment_id, said="not_sent" if one.status == ACCEPTED else None)


def _way(study_id: str | None) -> tuple[int, int] | None:
    """Return how many HITs of how many a participant has done, None for who works in no study."""
    own = progress.find_study(session.transaction(), study_id) if study_id else None
    if own is None:
        return None
    return progress.read(session.transaction(), own, session.person().worker_id).done, own.hits


def _after_submit(one: record.Assignment, *, goes_on: bool) -> Page:
    """Lead on from an answer that is on the disk: to its receipt, or to the next HIT with it.

    A participant of a study goes on there.
    """
    if (study_id := session.person().study) is not None:
        return studies.go_on(study_id)
    if goes_on:
        following = _following(one)
        if following:
            return go("work", assignment_id=following, next="1", after=one.assignment_id)
    return go("receipt", assignment_id=one.assignment_id, said="none_left" if goes_on else None)


def _following(one: record.Assignment) -> str | None:
    try:
        accepted = work.accept_any(
            session.store(), session.person().worker_id, one.hit_type_id, session.now()
        )
    except answering.Refused:
        return None
    return accepted.assignment_id if accepted else None


@signed_in
def _give_back(assignment_id: str) -> Page:
    one = _own(assignment_id)
    try:
        work.give_back(session.store(), assignment_id, session.person().worker_id, session.now())
    except answering.Refused:
        return go("work", assignment_id=assignment_id)
    study_id = session.person().study
    if study_id is not None:
        return go("study", study_id=study_id)
    return go("group", group_id=one.hit_type_id, said="returned")


@signed_in
def _receipt(assignment_id: str) -> Page:
    one = _own(assignment_id)
    if one.status not in ASSIGNMENT_STATUSES:
        return go("work", assignment_id=assignment_id)
    if (study_id := session.person().study) is not None:
        return go("study", study_id=study_id)
    return pages.page("receipt.html", one=one)


def _own(assignment_id: str) -> record.Assignment:
    one = record.find(session.transaction(), session.person().worker_id, assignment_id)
    return one or abort(404)


def _form(
    one: record.Assignment, values: Values | None, errors: submissions.Errors | None = None, told: str = ""
) -> str:
    native = pages.is_form(one.question)
    question = pages.question(
        one.question,
        hit_id=one.hit_id,
        assignment_id=one.assignment_id,
        values=values,
        errors=errors,
        kept=submissions.names_of_files(one) if native else None,
    )
    left = int((one.deadline - session.now()).total_seconds())
    before = request.args.get("after")
    return pages.page(
        "work.html",
        one=one,
        question=question,
        framed=not native,
        external=pages.is_external(one.question),
        window=pages.own_window(one.question, hit_id=one.hit_id, assignment_id=one.assignment_id),
        cramped=not native and pages.is_cramped(one.question),
        draft=submissions.signed(submissions.pass_for(one)),
        permit=submissions.permit(one.assignment_id, one.question) if native else "",
        limit=size(limits.most(one.question)) if limits.too_little(one.question) else "",
        wrong=len(errors or {}),
        told=told,
        left=left,
        way=_way(session.person().study),
        goes_on="1" in (request.args.get("next"), *(values or {}).get("next", ())),
        before=record.find(session.transaction(), session.person().worker_id, before) if before else None,
    )


def _over(
    one: record.Assignment, values: Values | None = None, errors: submissions.Errors | None = None
) -> Page:
    """Return the receipt of what was submitted, or say that it is over, with what was filled in.

    `values` are those just sent, if any; what the deadline took can be sent late.
    """
    if one.status in ASSIGNMENT_STATUSES:
        unheeded = values is not None and _answer(one, values) != one.answer
        return go("receipt", assignment_id=one.assignment_id, said="first_counts" if unheeded else None)
    late = work.receipt(session.transaction(), one.assignment_id, session.person().worker_id)
    if late:
        return pages.page(
            "over.html", one=one, returned=False, late=late.time, again=values is not None, mends=False
        )
    return _unanswered(one, values, errors or {}), 410


def _answer(one: record.Assignment, values: Values) -> str:
    return build(read(one.question, values, submissions.answers_that_are_files(one)).answers)


def _unanswered(one: record.Assignment, values: Values | None, errors: submissions.Errors) -> str:
    """Return the page of what was returned, or taken by the deadline: that can be sent late."""
    ended = one.status == ABANDONED and pages.is_form(one.question)
    typed = submissions.draft_of(one) if ended and values is None else values
    files = submissions.names_of_files(one) if ended else {}
    filled = bool(typed or files)
    if ended and filled and not errors:
        errors = read(one.question, typed or {}, submissions.answers_that_are_files(one)).errors
    mends = ended and bool(errors)  # what does not fit yet can be mended before it is sent late
    return pages.page(
        "over.html",
        one=one,
        returned=one.status == RETURNED,
        late=None,
        again=False,
        kept=render(one.question, values=typed or {}, errors=errors, kept=files, disabled=not mends)
        if filled
        else "",
        sends=submissions.filled(one.question, typed or {}) if ended and filled and not mends else None,
        mends=mends,
        draft=submissions.signed(submissions.pass_for(one)),
        permit=submissions.permit(one.assignment_id, one.question) if ended else "",
    )
