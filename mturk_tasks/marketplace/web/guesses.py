"""Guesses at a password, which are counted and limited."""

from __future__ import annotations

from flask import abort, request

from mturk_tasks.marketplace.web import session
from mturk_tasks.marketplace.web.accounts import accounts, sessions


def knows_password(person: sessions.Person, password: str) -> bool:
    """Say whether the password is the person's; guesses count here too."""
    if not may_try(person.name):
        abort(429)
    if accounts.check(session.store(), person.name, password) != person.key:
        return False
    forgive(person.name)
    return True


def may_try(name: str) -> bool:
    """Count one more guess at the password of a name; say whether it may be made."""
    return sessions.begin_attempt(session.store(), name, address(), session.real(), browser_of(name))


def forgive(name: str) -> None:
    """Forget the guesses at a name from here: the password was right."""
    sessions.forget(session.store(), name, address(), browser_of(name))


def browser_of(name: str) -> str:
    """Return what the browser that asks is called, if that account was signed in to there before."""
    browser = session.browser()
    known = browser is not None and accounts.key_of(session.store(), name) in browser.accounts
    return browser.name if browser and known else ""


def address() -> str:
    """Return the address that the request came from."""
    return request.remote_addr or ""
