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
_MESSAGES = 50


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
    lists = {
        name: record.listed(gate.store(), worker_id, (status,), gate.now())
        for name, status in _SECTIONS.items()
    }
    return shown.page(
        "dashboard.html",
        totals=record.totals(gate.store(), worker_id, gate.now()),
        held=record.listed(gate.store(), worker_id, (ACCEPTED,), gate.now()),
        unsent=record.unsent(gate.store(), worker_id, gate.now()),
        lists=lists,
        most=5,
        messages=messages.read(gate.store(), worker_id, gate.now())[:5],
    )


@signed_in
def _section(section: str) -> Page:
    status = _SECTIONS.get(section)
    if status is None:
        return go("dashboard")
    number = gate.page_number()
    found = record.listed(gate.store(), gate.person().worker_id, (status,), gate.now(), number - 1)
    return shown.page(
        "section.html",
        section=section,
        works=found[: record.PAGE],
        more=len(found) > record.PAGE,
        page_number=number,
    )


@signed_in
def _messages() -> Page:
    found = messages.read(gate.store(), gate.person().worker_id, gate.now())
    return shown.page("messages.html", messages=found[:_MESSAGES])


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
