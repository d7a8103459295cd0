"""Qualifications: find one, ask for it, take its test, give it up."""

from __future__ import annotations

from flask import Blueprint, abort, request

from mturk_tasks.marketplace import qualifying, work
from mturk_tasks.marketplace.web import catalogue, gate, keeping, search, shown
from mturk_tasks.marketplace.web.gate import Page, go, signed_in
from mturk_tasks.markup.answers import build
from mturk_tasks.markup.rendering.fields import Values
from mturk_tasks.markup.rendering.form import render
from mturk_tasks.markup.rendering.sent import read
from mturk_tasks.vocabulary.texts import text


def add_to(site: Blueprint) -> None:
    """Add the pages."""
    site.add_url_rule("/qualifications", "qualifications", _qualifications, methods=["GET"])
    site.add_url_rule("/qualifications/<type_id>", "qualification", _qualification, methods=["GET"])
    site.add_url_rule("/qualifications/<type_id>/request", "request", _request, methods=["POST"])
    site.add_url_rule("/qualifications/<type_id>/give-up", "give_up", _give_up, methods=["POST"])
    site.add_url_rule("/qualifications/<type_id>/test", "test", _test, methods=["GET", "POST"])


@signed_in
def _qualifications() -> Page:
    sought = search.read(request.args.get("words", ""))
    found = catalogue.listed(gate.store(), gate.person().worker_id, sought.words, gate.now())
    mine = [one for one in found if one.state in ("held", "testing", "pending")]
    others = [one for one in found if one not in mine]
    return shown.page("qualifications.html", mine=mine, others=others, sought=sought, most=catalogue.MOST)


@signed_in
def _qualification(type_id: str) -> Page:
    return shown.page("qualification.html", one=_known(type_id))


@signed_in
def _request(type_id: str) -> Page:
    try:
        begun = qualifying.request(gate.store(), gate.person().worker_id, type_id, gate.now())
    except work.Refused as refused:
        said = "type_blocked" if refused.reason == "blocked" else None
        return go("qualification", type_id=_known(type_id).qualification_type_id, said=said)
    if begun.test is not None:
        return go("test", type_id=type_id)
    return go("qualification", type_id=type_id, said="asked" if begun.score is None else "granted")


@signed_in
def _give_up(type_id: str) -> Page:
    try:
        qualifying.give_up(gate.store(), gate.person().worker_id, type_id, gate.now())
    except work.Refused:
        return go("qualification", type_id=_known(type_id).qualification_type_id)
    return go("qualification", type_id=type_id, said="given_up")


@signed_in
def _test(type_id: str) -> Page:
    """Show the test that is being taken, or take its answers."""
    one = _known(type_id)
    begun = _begun(one)
    if begun is None or begun.test is None:
        return _over(one) if request.method == "POST" else go("qualification", type_id=type_id)
    if request.method == "GET":
        draft = keeping.test_draft_of(begun.request_id)
        mistaken = request.args.get("said") == "mistakes"
        return _form(one, begun, draft, dict(read(begun.test, draft or {}).errors) if mistaken else None)
    values = request.form.to_dict(flat=False)
    sent = read(begun.test, values)
    if sent.errors:
        if keeping.keep(keeping.test_pass_for(begun.request_id), begun.test, values):
            return go("test", type_id=type_id, said="mistakes")
        return _form(one, begun, values, sent.errors), 422
    worker_id, answer = gate.person().worker_id, build(sent.answers)
    try:
        done = qualifying.answer_test(gate.store(), begun.request_id, worker_id, answer, gate.now())
    except work.Refused as refused:
        if refused.reason == "too large":
            keeping.keep(keeping.test_pass_for(begun.request_id), begun.test, values)
            return _form(one, begun, values, told=text("answer_too_large")), 413
        return _over(one)
    return go("qualification", type_id=type_id, said="test_sent" if done.score is None else "test_graded")


def again(values: Values, told: str) -> Page:
    """Show a test that was not taken once more, with what was filled in."""
    one = _known((request.view_args or {})["type_id"])
    begun = _begun(one)
    if begun is None:
        return _over(one)
    return _form(one, begun, values, told=told)


def _over(one: catalogue.Entry) -> Page:
    """Lead to the type whose test is not taken any more, and say whether its answers are there."""
    answered = qualifying.is_answered(gate.store(), one.request_id, gate.person().worker_id, gate.now())
    said = "test_before" if answered else "test_over"
    return go("qualification", type_id=one.qualification_type_id, said=said)


def _begun(one: catalogue.Entry) -> qualifying.Requested | None:
    """Return the request whose test is being taken."""
    if one.state != "testing":
        return None
    type_id = one.qualification_type_id
    begun = qualifying.request(gate.store(), gate.person().worker_id, type_id, gate.now())
    return begun if begun.test is not None and begun.deadline is not None else None


def _form(
    one: catalogue.Entry,
    begun: qualifying.Requested,
    values: Values | None,
    errors: keeping.Errors | None = None,
    told: str = "",
) -> str:
    written = render(begun.test or "", values=values, errors=errors or {})
    return shown.page(
        "test.html",
        one=one,
        deadline=begun.deadline,
        left=int((begun.deadline - gate.now()).total_seconds()) if begun.deadline else 0,
        question=written,
        draft=keeping.signed(keeping.test_pass_for(begun.request_id)),
        permit=keeping.permit(one.qualification_type_id, begun.test or ""),
        wrong=len(errors or {}),
        told=told,
    )


def _known(type_id: str) -> catalogue.Entry:
    one = catalogue.find(gate.store(), gate.person().worker_id, type_id, gate.now())
    return one or abort(404)
