"""The way in and out: sign up, sign in, sign out."""

from __future__ import annotations

import re

from flask import Blueprint, abort, g, redirect, request

from mturk_tasks.marketplace.web import guesses, session
from mturk_tasks.marketplace.web.accounts import accounts, invitations, sessions
from mturk_tasks.marketplace.web.pages import page
from mturk_tasks.marketplace.web.session import Page
from mturk_tasks.marketplace.web.texts import text


def add_to(site: Blueprint) -> None:
    """Add the pages."""
    site.add_url_rule("/sign-in", "sign_in", _sign_in, methods=["GET", "POST"])
    site.add_url_rule("/sign-up", "sign_up", _sign_up, methods=["GET", "POST"])
    site.add_url_rule("/invitation/<code>", "invitation", _invitation, methods=["GET", "POST"])
    site.add_url_rule("/password/<code>", "set_password", _set_password, methods=["GET", "POST"])
    site.add_url_rule("/about", "about", _about, methods=["GET"])
    site.add_url_rule("/sign-out", "sign_out", _sign_out, methods=["POST"])


def _about() -> Page:
    """Show what whoever runs the site says of it: paragraphs apart by empty lines, and headings after `#`."""
    told = "\n".join(session.settings().about.splitlines())
    if not told:
        abort(404)
    blocks = re.sub(r"(?m)^#.*$", r"\n\g<0>\n", told).split("\n\n")
    return page("about.html", paragraphs=[block.strip() for block in blocks if block.strip()])


def _sign_in() -> Page:
    wanted = session.local(request.values.get("next", "/"))
    if request.method == "GET":
        return redirect(wanted, 303) if g.person else _asked_to_sign_in(wanted)
    name, password = accounts.plain(request.form.get("name", "")), request.form.get("password", "")
    if not guesses.may_try(name):
        return _asked_to_sign_in(wanted, "too_many", 429)
    key = accounts.check(session.store(), name, password)
    if key is None:
        return _asked_to_sign_in(wanted, "wrong_password", 422)
    guesses.forgive(name)
    return session.sign_in(redirect(wanted, 303), key)


def _asked_to_sign_in(wanted: str, error: str = "", status: int = 200) -> Page:
    written = page("sign_in.html", next=wanted, name=request.form.get("name", ""), error=_told(error))
    return written, status


def _sign_up() -> Page:
    wanted = session.local(request.values.get("next", "/"))
    mode = session.settings().sign_up
    if mode != "open":
        return page("no_sign_up.html", mode=mode), 403
    return _account_made(wanted, "")


def _invitation(code: str) -> Page:
    if session.settings().sign_up == "closed":
        return page("no_sign_up.html", mode="closed"), 403
    if invitations.find(session.store(), code, session.real()) is None:
        name, password = request.form.get("name", ""), request.form.get("password", "")
        made = _made_before(name, password) if request.method == "POST" else None
        if made is not None:
            return session.sign_in(session.go("home"), made)
        return page("no_sign_up.html", mode="over"), 404
    return _account_made("/", code)


def _account_made(wanted: str, code: str) -> Page:
    if request.method == "GET":
        return _asked_to_sign_up(wanted)
    name, password = request.form.get("name", ""), request.form.get("password", "")
    if not sessions.begin_sign_up(session.store(), guesses.address(), session.real()):
        return _asked_to_sign_up(wanted, "too_many", 429)
    try:
        key = accounts.sign_up(session.store(), name, password, session.now(), code=code, real=session.real())
    except accounts.Refused as refused:
        before = _made_before(name, password) if refused.reason in ("name_taken", "invitation_over") else None
        if before is None:
            return _asked_to_sign_up(wanted, refused.reason, 422)
        key = before
    session.committed("account_made")
    return session.sign_in(redirect(wanted, 303), key)


def _made_before(name: str, password: str) -> int | None:
    """Return the key of the account that the first of two clicks has made; guesses count here too."""
    spelled = accounts.plain(name)
    if not guesses.may_try(spelled):
        return None
    key = accounts.check(session.store(), spelled, password)
    if key is not None:
        guesses.forgive(spelled)
    return key


def _asked_to_sign_up(wanted: str, error: str = "", status: int = 200) -> Page:
    written = page(
        "sign_up.html",
        action=request.path,
        next=wanted,
        name=request.form.get("name", ""),
        shortest=sessions.SHORTEST,
        error=_told(error),
    )
    return written, status


def _set_password(code: str) -> Page:
    """Let who holds a link of the operator's set a new password, and in."""
    name = invitations.find_password_link(session.store(), code, session.real())
    if name is None:
        return _asked_for_password("", status=404)
    if request.method == "GET":
        return _asked_for_password(name)
    try:
        key = accounts.change_by_link(session.store(), code, request.form.get("password", ""), session.real())
    except accounts.Refused as refused:
        return _asked_for_password(name, refused.reason, 422)
    session.committed("password_changed")
    return session.sign_in(session.go("home", said="password_changed"), key)


def _asked_for_password(name: str, error: str = "", status: int = 200) -> Page:
    return page("password.html", name=name, shortest=sessions.SHORTEST, error=_told(error)), status


def _sign_out() -> Page:
    return session.sign_out(session.go("sign_in"))


def _told(error: str) -> str:
    return text(error, minutes=sessions.minutes(), shortest=sessions.SHORTEST) if error else ""
