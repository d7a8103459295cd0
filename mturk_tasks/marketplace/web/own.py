"""What is one's own: the dashboard, and the account."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, request

from mturk_tasks.errors import UsageError
from mturk_tasks.marketplace import messages, profiles
from mturk_tasks.marketplace.storage.schema import ACCEPTED
from mturk_tasks.marketplace.web import entry, gate, record, shown
from mturk_tasks.marketplace.web.gate import Page, go, signed_in
from mturk_tasks.marketplace.web.people import accounts, passwords
from mturk_tasks.vocabulary.locales import COUNTRIES, STATES
from mturk_tasks.vocabulary.statuses import APPROVED, REJECTED, SUBMITTED
from mturk_tasks.vocabulary.texts import text

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
    worker_id = gate.person().worker_id
    lists = {name: _listed(name) for name in (_LATE, *_SECTIONS)}
    return shown.page(
        "dashboard.html",
        totals=record.totals(gate.store(), worker_id, gate.now()),
        held=record.listed(gate.store(), worker_id, (ACCEPTED,), gate.now()),
        unsent=record.unsent(gate.store(), worker_id, gate.now()),
        lists=lists,
        most=_MOST,
        messages=messages.newest(gate.store(), worker_id, gate.now(), _MOST),
    )


@signed_in
def _section(section: str) -> Page:
    if section not in (_LATE, *_SECTIONS):
        return go("dashboard")
    number = gate.page_number()
    return shown.page(
        "section.html",
        section=section,
        works=_listed(section, number - 1),
        page_number=number,
        pages=shown.pages(_counted(section), record.PAGE),
    )


def _counted(section: str) -> int:
    worker_id = gate.person().worker_id
    if section == _LATE:
        return record.count_late(gate.store(), worker_id, gate.now())
    counts = record.totals(gate.store(), worker_id, gate.now()).counts
    return counts.get(_SECTIONS[section], 0)


def _listed(section: str, page: int = 0) -> list[record.Assignment]:
    worker_id = gate.person().worker_id
    if section == _LATE:
        return record.late_ones(gate.store(), worker_id, gate.now(), page)
    return record.listed(gate.store(), worker_id, (_SECTIONS[section],), gate.now(), page)


@signed_in
def _messages() -> Page:
    worker_id, number = gate.person().worker_id, gate.page_number()
    senders = messages.senders(gate.store(), worker_id, gate.now())
    asked = request.args.get("from", type=int)
    sender = next((one for one in senders if one.key == asked), None)
    found = messages.read(
        gate.store(), worker_id, gate.now(), sender=sender.key if sender else None, page=number - 1
    )
    return shown.page(
        "messages.html",
        messages=found,
        page_number=number,
        pages=shown.pages(sender.number if sender else sum(one.number for one in senders), messages.PAGE),
        senders=senders,
        sender=sender,
        query=f"from={sender.key}&" if sender else "",
    )


@signed_in
def _account() -> Page:
    return _account_page()


def _account_page(error: str = "") -> str:
    return shown.page(
        "account.html",
        profile=profiles.read(gate.store(), gate.person().worker_id, gate.now()),
        countries=sorted(COUNTRIES),
        states=sorted(STATES),
        shortest=passwords.SHORTEST,
        error=error,
    )


@signed_in
def _profile() -> Page:
    """Keep what a worker says of themself; where they live can be said once, requirements rest on it."""
    worker_id = gate.person().worker_id
    before = profiles.read(gate.store(), worker_id, gate.now()) or profiles.Profile()
    after = replace(before, adult=request.form.get("adult") == "1")
    if before.country is None:
        country, state = request.form.get("country") or None, request.form.get("state") or None
        after = replace(after, country=country, subdivision=state if country == "US" else None)
    try:
        profiles.describe(gate.store(), worker_id, after, gate.now())
    except UsageError:
        return _account_page(text("no_such_place")), 422
    return go("account", said="kept")


@signed_in
def _password() -> Page:
    person, new = gate.person(), request.form.get("new", "")
    if not entry.knows_password(person, request.form.get("password", "")):
        return _account_page(text("wrong_password")), 422
    try:
        accounts.change_password(gate.store(), person.key, new)
    except accounts.Refused as refused:
        return _account_page(text(refused.reason, shortest=passwords.SHORTEST)), 422
    gate.committed("password_changed")
    return gate.sign_in(go("account", said="password_changed"), person.key)


@signed_in
def _delete() -> Page:
    person = gate.person()
    if not entry.knows_password(person, request.form.get("password", "")):
        return _account_page(text("wrong_password")), 422
    accounts.remove(gate.store(), person.key, gate.now())
    gate.committed("deleted")
    return gate.sign_out(go("sign_in", said="deleted"))
