"""What is one's own: the dashboard, and the account."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, request

from mturk_tasks.errors import UsageError
from mturk_tasks.marketplace.records import messages, workers
from mturk_tasks.marketplace.storage.schema import ACCEPTED
from mturk_tasks.marketplace.web import guesses, pages, session
from mturk_tasks.marketplace.web.accounts import accounts, sessions
from mturk_tasks.marketplace.web.session import Page, go, signed_in
from mturk_tasks.marketplace.web.texts import text
from mturk_tasks.marketplace.worker import record
from mturk_tasks.vocabulary.requirements import COUNTRIES, STATES
from mturk_tasks.vocabulary.statuses import APPROVED, REJECTED, SUBMITTED

_SECTIONS = {"submitted": SUBMITTED, "approved": APPROVED, "rejected": REJECTED}
_LATE = "late"  # a section of what has no place among the statuses
_MOST = 5  # of a section, on the dashboard


def add_to(site: Blueprint) -> None:
    """Add the pages."""
    site.add_url_rule("/dashboard", "dashboard", _dashboard, methods=["GET"])
    site.add_url_rule("/dashboard/<section>", "section", _section, methods=["GET"])
    site.add_url_rule("/messages", "messages", _messages, methods=["GET"])
    site.add_url_rule("/account", "account", _account, methods=["GET"])
    site.add_url_rule("/account/profile", "profile", _profile, methods=["POST"])
    site.add_url_rule("/account/password", "password", _password, methods=["POST"])
    site.add_url_rule("/account/delete", "delete", _delete, methods=["POST"])


@signed_in
def _dashboard() -> Page:
    worker_id = session.person().worker_id
    sections = {name: (status,) for name, status in _SECTIONS.items()}
    lists = record.overview(session.transaction(), worker_id, {**sections, "held": (ACCEPTED,)})
    return pages.page(
        "dashboard.html",
        totals=record.totals(session.transaction(), worker_id),
        held=lists["held"],
        unsent=lists["unsent"],
        lists={name: lists[name] for name in (_LATE, *_SECTIONS)},
        most=_MOST,
        messages=messages.newest(session.transaction(), worker_id, _MOST),
    )


@signed_in
def _section(section: str) -> Page:
    if section not in (_LATE, *_SECTIONS):
        return go("dashboard")
    number = session.page_number()
    return pages.page(
        "section.html",
        section=section,
        works=_listed(section, number - 1),
        page_number=number,
        pages=pages.pages(_counted(section), record.PAGE),
    )


def _counted(section: str) -> int:
    worker_id = session.person().worker_id
    if section == _LATE:
        return record.count_late(session.transaction(), worker_id)
    counts = record.totals(session.transaction(), worker_id).counts
    return counts.get(_SECTIONS[section], 0)


def _listed(section: str, page: int = 0) -> list[record.Assignment]:
    worker_id = session.person().worker_id
    if section == _LATE:
        return record.late_ones(session.transaction(), worker_id, page)
    return record.listed(session.transaction(), worker_id, (_SECTIONS[section],), page)


@signed_in
def _messages() -> Page:
    worker_id, number = session.person().worker_id, session.page_number()
    senders = messages.senders(session.transaction(), worker_id)
    asked = request.args.get("from", type=int)
    sender = next((one for one in senders if one.key == asked), None)
    found = messages.read(
        session.transaction(), worker_id, sender=sender.key if sender else None, page=number - 1
    )
    return pages.page(
        "messages.html",
        messages=found,
        page_number=number,
        pages=pages.pages(sender.number if sender else sum(one.number for one in senders), messages.PAGE),
        senders=senders,
        sender=sender,
        query=f"from={sender.key}&" if sender else "",
    )


@signed_in
def _account() -> Page:
    return _account_page()


def _account_page(error: str = "") -> str:
    return pages.page(
        "account.html",
        profile=workers.read(session.transaction(), session.person().worker_id),
        countries=sorted(COUNTRIES),
        states=sorted(STATES),
        shortest=sessions.SHORTEST,
        error=error,
    )


@signed_in
def _profile() -> Page:
    """Keep what a worker says of themself; where they live can be said once, requirements rest on it."""
    worker_id = session.person().worker_id
    before = workers.read(session.transaction(), worker_id) or workers.Profile()
    after = replace(before, adult=request.form.get("adult") == "1")
    if before.country is None:
        country, state = request.form.get("country") or None, request.form.get("state") or None
        after = replace(after, country=country, subdivision=state if country == "US" else None)
    try:
        workers.describe(session.store(), worker_id, after, session.now())
    except UsageError:
        return _account_page(text("no_such_place")), 422
    return go("account", said="kept")


@signed_in
def _password() -> Page:
    person, new = session.person(), request.form.get("new", "")
    if not guesses.knows_password(person, request.form.get("password", "")):
        return _account_page(text("wrong_password")), 422
    try:
        accounts.change_password(session.store(), person.key, new)
    except accounts.Refused as refused:
        return _account_page(text(refused.reason, shortest=sessions.SHORTEST)), 422
    session.committed("password_changed")
    return session.sign_in(go("account", said="password_changed"), person.key)


@signed_in
def _delete() -> Page:
    person = session.person()
    if not guesses.knows_password(person, request.form.get("password", "")):
        return _account_page(text("wrong_password")), 422
    accounts.remove(session.store(), person.key, session.now())
    session.committed("deleted")
    return session.sign_out(go("sign_in", said="deleted"))
