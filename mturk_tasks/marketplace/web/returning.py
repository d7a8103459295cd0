"""Browsers in which somebody has signed in before, whom the wrong tries of others do not lock out.

The cookie that says so is no session: it opens nothing, and outlives signing out.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

LASTS: Final = timedelta(days=400)  # browsers keep no cookie for longer
_MOST: Final = 10  # accounts: those who signed in last at a computer that many share
_SALT: Final = "mturk-tasks.browser"


@dataclass(frozen=True)
class Browser:
    """Name a browser, by which its wrong tries are counted, and the accounts that were signed in to in it."""

    name: str
    accounts: tuple[int, ...]


def read(cookie: str) -> Browser | None:
    """Return what a cookie says; None unless we wrote it."""
    try:
        name, accounts = _serializer().loads(cookie)
    except BadSignature:
        return None
    return Browser(name, tuple(accounts))


def write(before: Browser | None, account_key: int) -> str:
    """Return the cookie of a browser in which an account was signed in to just now."""
    name = before.name if before else secrets.token_urlsafe(16)
    others = [one for one in (before.accounts if before else ()) if one != account_key]
    return str(_serializer().dumps([name, [account_key, *others][:_MOST]]))


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt=_SALT)
