"""Qualifications: find one, ask for it, take its test, give it up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal, NamedTuple

from flask import Blueprint, abort, request
from sqlalchemy import Select, func, or_, select

from mturk_tasks.marketplace.qualifications.participation import COUNTED
from mturk_tasks.marketplace.storage import rows
from mturk_tasks.marketplace.storage.rows import QualificationRequestRow
from mturk_tasks.marketplace.storage.schema import (
    PENDING,
    TESTING,
    qualification,
    qualification_request,
    qualification_type,
    requester,
)
from mturk_tasks.marketplace.storage.transactions import Transaction
from mturk_tasks.marketplace.web import pages, session, submissions
from mturk_tasks.marketplace.web.session import Page, go, signed_in
from mturk_tasks.marketplace.web.texts import text
from mturk_tasks.marketplace.worker import answering, qualifications
from mturk_tasks.markup.answers import build
from mturk_tasks.markup.rendering.fields import Values
from mturk_tasks.markup.rendering.form import read, render
from mturk_tasks.vocabulary.statuses import ACTIVE, GRANTED

# Qualifications as a worker sees them: those there are, those they hold, those they asked for.


MOST: Final = 100  # of a list; a search finds the others
State = Literal["held", "testing", "pending", "free", "later", "never", "closed"]


@dataclass(frozen=True)
class Entry:
    """One type and how a worker stands to it.

    `again` is when it can next be asked for, `deadline` the end of a test that is being taken;
    `may_ask` also of a qualification that is held, for another score.
    """

    qualification_type_id: str
    name: str
    description: str
    requester: str
    tested: bool
    test_seconds: int
    state: State
    score: int | None
    request_id: str
    again: datetime | None
    deadline: datetime | None
    may_ask: bool


def listed(transaction: Transaction, worker_id: str, words: Sequence[str]) -> list[Entry]:
    """Return the types that can be asked for or are held, those with all the words, by name."""
    query = _types(worker_id).where(
        qualification_type.c.system.is_(False),
        ~COUNTED,
        or_(qualification_type.c.status == ACTIVE, qualification.c.status == GRANTED),
    )
    searched = (
        qualification_type.c.name,
        qualification_type.c.keywords,
        qualification_type.c.description,
    )
    for word in words:
        query = query.where(or_(*(column.icontains(word, autoescape=True) for column in searched)))
    found = transaction.fetch_all(KnownTypeRow, query.order_by(qualification_type.c.name).limit(MOST))
    asked = _last_requests(transaction, worker_id)
    return [_entry(row, asked.get(row.id), transaction.now) for row in found]


def find(transaction: Transaction, worker_id: str, qualification_type_id: str) -> Entry | None:
    """Return one type; None where there is none that workers can ask for or hold."""
    named = qualification_type.c.qualification_type_id == qualification_type_id
    query = _types(worker_id).where(named, qualification_type.c.system.is_(False), ~COUNTED)
    row = transaction.fetch_one(KnownTypeRow, query)
    asked = _last_requests(transaction, worker_id)
    return None if row is None else _entry(row, asked.get(row.id), transaction.now)


class KnownTypeRow(NamedTuple):
    """A qualification type as a worker meets it; `held` is the status of what the worker has of it."""

    id: int
    qualification_type_id: str
    name: str
    description: str
    status: str
    retry_delay: int | None
    test: str | None
    test_duration: int | None
    score: int | None
    held: str | None
    requester_name: str | None


def _types(worker_id: str) -> Select[Any]:
    mine = (qualification.c.qualification_type == qualification_type.c.id) & (
        qualification.c.worker_id == worker_id
    )
    columns = rows.columns(
        KnownTypeRow,
        *(qualification_type, qualification),
        held=qualification.c.status,
        requester_name=requester.c.name,
    )
    return (
        select(*columns)
        .select_from(qualification_type)
        .outerjoin(qualification, mine)
        .outerjoin(requester, qualification_type.c.requester == requester.c.id)
    )


def _last_requests(transaction: Transaction, worker_id: str) -> dict[int, QualificationRequestRow]:
    """Return the last request that a worker made for each type, by the type's key."""
    mine = qualification_request.c.worker_id == worker_id
    newest = select(func.max(qualification_request.c.id)).where(mine)
    each = newest.group_by(qualification_request.c.qualification_type)
    query = rows.QUALIFICATION_REQUESTS.where(qualification_request.c.id.in_(each))
    requests = transaction.fetch_all(QualificationRequestRow, query)
    return {row.qualification_type: row for row in requests}


def _entry(row: KnownTypeRow, last: QualificationRequestRow | None, now: datetime) -> Entry:
    state, again = _standing(row, last, now)
    holds = row.held == GRANTED
    return Entry(
        row.qualification_type_id,
        row.name,
        row.description,
        row.requester_name or "",
        row.test is not None,
        row.test_duration or 0,
        "held" if holds and state != "testing" else state,
        row.score if holds else None,
        last.request_id if last is not None else "",
        again,
        last.deadline if last is not None and state == "testing" else None,
        state == "free",
    )


def _standing(
    kind: KnownTypeRow, last: QualificationRequestRow | None, now: datetime
) -> tuple[State, datetime | None]:
    """Return what the last request leaves open, and from when on another is possible."""
    if last is not None and last.status == TESTING and last.deadline and last.deadline > now:
        return "testing", None
    if last is not None and last.status == PENDING:
        return "pending", None
    if kind.status != ACTIVE:
        return "closed", None
    if last is None:
        return "free", None
    if kind.retry_delay is None:
        return "never", None
    again = last.requested + timedelta(seconds=kind.retry_delay)
    return ("later", again) if now < again else ("free", None)


def add_to(site: Blueprint) -> None:
    """Add the pages."""
    site.add_url_rule("/qualifications", "qualifications", _qualifications, methods=["GET"])
    site.add_url_rule("/qualifications/<type_id>", "qualification", _qualification, methods=["GET"])
    site.add_url_rule("/qualifications/<type_id>/request", "request", _request, methods=["POST"])
    site.add_url_rule("/qualifications/<type_id>/give-up", "give_up", _give_up, methods=["POST"])
    site.add_url_rule("/qualifications/<type_id>/test", "test", _test, methods=["GET", "POST"])


@signed_in
def _qualifications() -> Page:
    sought = pages.read(request.args.get("words", ""))
    found = listed(session.transaction(), session.person().worker_id, sought.words)
    mine = [one for one in found if one.state in ("held", "testing", "pending")]
    others = [one for one in found if one not in mine]
    return pages.page("qualifications.html", mine=mine, others=others, sought=sought, most=MOST)


@signed_in
def _qualification(type_id: str) -> Page:
    return pages.page("qualification.html", one=_known(type_id))


@signed_in
def _request(type_id: str) -> Page:
    try:
        begun = qualifications.request(session.store(), session.person().worker_id, type_id, session.now())
    except answering.Refused as refused:
        said = "type_blocked" if refused.reason == "blocked" else None
        return go("qualification", type_id=_known(type_id).qualification_type_id, said=said)
    if begun.test is not None:
        return go("test", type_id=type_id)
    return go("qualification", type_id=type_id, said="asked" if begun.score is None else "granted")


@signed_in
def _give_up(type_id: str) -> Page:
    try:
        qualifications.give_up(session.store(), session.person().worker_id, type_id, session.now())
    except answering.Refused:
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
        draft = submissions.test_draft_of(begun.request_id)
        mistaken = request.args.get("said") == "mistakes"
        return _form(one, begun, draft, dict(read(begun.test, draft or {}).errors) if mistaken else None)
    values = request.form.to_dict(flat=False)
    sent = read(begun.test, values)
    if sent.errors:
        if submissions.keep(submissions.test_pass_for(begun.request_id), begun.test, values):
            return go("test", type_id=type_id, said="mistakes")
        return _form(one, begun, values, sent.errors), 422
    worker_id, answer = session.person().worker_id, build(sent.answers)
    try:
        done = qualifications.answer_test(session.store(), begun.request_id, worker_id, answer, session.now())
    except answering.Refused as refused:
        if refused.reason == "too large":
            submissions.keep(submissions.test_pass_for(begun.request_id), begun.test, values)
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


def _over(one: Entry) -> Page:
    """Lead to the type whose test is not taken any more, and say whether its answers are there."""
    answered = qualifications.is_answered(session.transaction(), one.request_id, session.person().worker_id)
    said = "test_before" if answered else "test_over"
    return go("qualification", type_id=one.qualification_type_id, said=said)


def _begun(one: Entry) -> qualifications.Requested | None:
    """Return the request whose test is being taken."""
    if one.state != "testing":
        return None
    type_id = one.qualification_type_id
    begun = qualifications.request(session.store(), session.person().worker_id, type_id, session.now())
    return begun if begun.test is not None and begun.deadline is not None else None


def _form(
    one: Entry,
    begun: qualifications.Requested,
    values: Values | None,
    errors: submissions.Errors | None = None,
    told: str = "",
) -> str:
    written = render(begun.test or "", values=values, errors=errors or {})
    return pages.page(
        "test.html",
        one=one,
        deadline=begun.deadline,
        left=int((begun.deadline - session.now()).total_seconds()) if begun.deadline else 0,
        question=written,
        draft=submissions.signed(submissions.test_pass_for(begun.request_id)),
        permit=submissions.permit(one.qualification_type_id, begun.test or ""),
        wrong=len(errors or {}),
        told=told,
    )


def _known(type_id: str) -> Entry:
    one = find(session.transaction(), session.person().worker_id, type_id)
    return one or abort(404)
