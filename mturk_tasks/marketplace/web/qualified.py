"""Qualifications: find one, ask for it, take its test, give it up."""

from __future__ import annotations

from flask import Blueprint, abort, request

from mturk_tasks.marketplace import qualifying, work
from mturk_tasks.marketplace.web import catalogue, gate, keeping, shown
from mturk_tasks.marketplace.web.gate import Page, go, signed_in
from mturk_tasks.markup.answers import build
from mturk_tasks.markup.rendering.fields import Values
from mturk_tasks.markup.rendering.form import render
from mturk_tasks.markup.rendering.sent import Sent, read


def add_to(site: Blueprint) -> None:
    """Add the pages."""
    site.add_url_rule("/qualifications", "qualifications", _qualifications, methods=["GET"])
    site.add_url_rule("/qualifications/<type_id>", "qualification", _qualification, methods=["GET"])
    site.add_url_rule("/qualifications/<type_id>/request", "request", _request, methods=["POST"])
    site.add_url_rule("/qualifications/<type_id>/give-up", "give_up", _give_up, methods=["POST"])
    site.add_url_rule("/qualifications/<type_id>/test", "test", _test, methods=["GET", "POST"])


@signed_in
def _qualifications() -> Page:
    words = request.args.get("words", "")
    found = catalogue.listed(gate.store(), gate.person().worker_id, words, gate.now())
    mine = [one for one in found if one.state in ("held", "testing", "pending")]
    others = [one for one in found if one not in mine]
    return shown.page("qualifications.html", mine=mine, others=others, words=words, most=catalogue.MOST)


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
    if one.state != "testing":
        return go("qualification", type_id=type_id, said="test_over" if request.method == "POST" else None)
    begun = qualifying.request(gate.store(), gate.person().worker_id, type_id, gate.now())
    if begun.test is None or begun.deadline is None:
        return go("qualification", type_id=type_id)
    if request.method == "GET":
        return _form(one, begun, keeping.test_draft_of(begun.request_id))
    values = request.form.to_dict(flat=False)
    sent = read(begun.test, values)
    if sent.errors:
        return _form(one, begun, values, sent), 422
    worker_id, answer = gate.person().worker_id, build(sent.answers)
    try:
        done = qualifying.answer_test(gate.store(), begun.request_id, worker_id, answer, gate.now())
    except work.Refused:
        return go("qualification", type_id=type_id, said="test_over")
    return go("qualification", type_id=type_id, said="test_sent" if done.score is None else "test_graded")


def _form(
    one: catalogue.Entry, begun: qualifying.Requested, values: Values | None, sent: Sent | None = None
) -> str:
    errors = sent.errors if sent else {}
    written = render(begun.test or "", values=values, errors=errors)
    return shown.page(
        "test.html",
        one=one,
        deadline=begun.deadline,
        left=int((begun.deadline - gate.now()).total_seconds()) if begun.deadline else 0,
        question=written,
        draft=keeping.test_draft_address(begun.request_id, shown.address()),
        wrong=len(errors),
    )


def _known(type_id: str) -> catalogue.Entry:
    one = catalogue.find(gate.store(), gate.person().worker_id, type_id, gate.now())
    return one or abort(404)
