"""Do a HIT: fill it in, hand it in or give it back, and get a receipt."""

from __future__ import annotations

from flask import Blueprint, abort, request

from mturk_tasks.marketplace import work
from mturk_tasks.marketplace.storage.schema import ABANDONED, ACCEPTED, RETURNED
from mturk_tasks.marketplace.web import gate, keeping, record, shown
from mturk_tasks.marketplace.web.gate import Page, go, signed_in
from mturk_tasks.markup.answers import build
from mturk_tasks.markup.rendering.fields import Values
from mturk_tasks.markup.rendering.form import render
from mturk_tasks.markup.rendering.sent import Sent, read
from mturk_tasks.vocabulary.statuses import ASSIGNMENT_STATUSES


def add_to(site: Blueprint) -> None:
    """Add the pages."""
    site.add_url_rule("/work/<assignment_id>", "work", _work, methods=["GET"])
    site.add_url_rule("/work/<assignment_id>/submit", "submit", _submit, methods=["POST"])
    site.add_url_rule("/work/<assignment_id>/next", "onward", _onward, methods=["POST"])
    site.add_url_rule("/work/<assignment_id>/return", "give_back", _give_back, methods=["POST"])
    site.add_url_rule("/work/<assignment_id>/receipt", "receipt", _receipt, methods=["GET"])


@signed_in
def _work(assignment_id: str) -> Page:
    one = _own(assignment_id)
    if one.status != ACCEPTED:
        return _over(one)
    return _form(one, keeping.draft_of(one))


@signed_in
def _submit(assignment_id: str) -> Page:
    """Take an answer that obeys the form; the first one counts, whatever comes after it."""
    one = _own(assignment_id)
    if not shown.is_form(one.question):
        abort(400)
    values = request.form.to_dict(flat=False)
    if one.status not in (ACCEPTED, ABANDONED):
        return _over(one, values)
    files, wrong = keeping.files_of(one) if one.status == ACCEPTED else ({}, {})
    sent = read(one.question, values, files)
    if one.status == ACCEPTED and (sent.errors or wrong):
        return _form(one, values, Sent(sent.answers, {**sent.errors, **wrong})), 422
    try:
        kept = work.submit(
            gate.store(), assignment_id, gate.person().worker_id, build(sent.answers), gate.now()
        )
    except work.Refused:
        return _over(_own(assignment_id), values)
    if kept.late:
        return _over(one)
    return _after_submit(one, goes_on=request.form.get("next") == "1")


@signed_in
def _onward(assignment_id: str) -> Page:
    """Lead on from a page in a frame, which submits its answers by itself; back to it, if it did not."""
    one = _own(assignment_id)
    if one.status in ASSIGNMENT_STATUSES:
        return _after_submit(one, goes_on=request.form.get("next") == "1")
    return go("work", assignment_id=assignment_id)


def _after_submit(one: record.Assignment, *, goes_on: bool) -> Page:
    """Lead on from an answer that is on the disk: to its receipt, or to the next HIT with it."""
    if goes_on:
        following = _following(one)
        if following:
            return go("work", assignment_id=following, next="1", after=one.assignment_id)
    return go("receipt", assignment_id=one.assignment_id, said="none_left" if goes_on else None)


def _following(one: record.Assignment) -> str | None:
    try:
        accepted = work.accept_any(gate.store(), gate.person().worker_id, one.hit_type_id, gate.now())
    except work.Refused:
        return None
    return accepted.assignment_id if accepted else None


@signed_in
def _give_back(assignment_id: str) -> Page:
    one = _own(assignment_id)
    try:
        work.give_back(gate.store(), assignment_id, gate.person().worker_id, gate.now())
    except work.Refused:
        return go("work", assignment_id=assignment_id)
    return go("group", group_id=one.hit_type_id, said="returned")


@signed_in
def _receipt(assignment_id: str) -> Page:
    one = _own(assignment_id)
    if one.status not in ASSIGNMENT_STATUSES:
        return go("work", assignment_id=assignment_id)
    return shown.page("receipt.html", one=one)


def _own(assignment_id: str) -> record.Assignment:
    one = record.find(gate.store(), gate.person().worker_id, assignment_id, gate.now())
    return one or abort(404)


def _form(one: record.Assignment, values: Values | None, sent: Sent | None = None) -> str:
    errors = sent.errors if sent else {}
    native = shown.is_form(one.question)
    question = shown.question(
        one.question,
        hit_id=one.hit_id,
        assignment_id=one.assignment_id,
        values=values,
        errors=errors,
        kept=keeping.names_of_files(one) if native else None,
    )
    left = int((one.deadline - gate.now()).total_seconds())
    before = request.args.get("after")
    return shown.page(
        "work.html",
        one=one,
        question=question,
        native=native,
        draft=keeping.draft_address(one, shown.address()),
        wrong=len(errors),
        left=left,
        goes_on="1" in (request.args.get("next"), request.form.get("next")),
        before=record.find(gate.store(), gate.person().worker_id, before, gate.now()) if before else None,
    )


def _over(one: record.Assignment, values: Values | None = None) -> Page:
    """Return the receipt of what was submitted, or say that it is over, with what was filled in."""
    if one.status in ASSIGNMENT_STATUSES:
        return go("receipt", assignment_id=one.assignment_id)
    late = work.receipt(gate.store(), one.assignment_id, gate.person().worker_id, gate.now())
    if late:
        return shown.page("over.html", one=one, returned=False, late=late.time, kept="")
    kept = render(one.question, values=values, disabled=True) if values else ""
    return shown.page("over.html", one=one, returned=one.status == RETURNED, late=None, kept=kept), 410
