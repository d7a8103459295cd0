"""Passes: what lets a page speak for one worker about one assignment or test, and nothing else.

No cookie reaches a page in a frame, whose origin is opaque: the pass stands in its address instead.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from mturk_tasks.errors import MTurkTasksError

LIFE: Final = timedelta(days=31)  # an answer that comes after the deadline must still find its way
_SALT: Final = "mturk-tasks.frame"


class Invalid(MTurkTasksError):
    """Say that a pass is none of ours, or too old; `reason` is the same in one word."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the pass is {reason}")
        self.reason = reason


@dataclass(frozen=True)
class Pass:
    """Name a HIT and, once it is accepted, its assignment and worker; or a request whose test is taken."""

    hit: str
    assignment: str | None = None
    worker: str | None = None
    request: str | None = None


def sign(holder: Pass, now: datetime) -> str:
    """Return the pass as a part of an address; it ends 31 days from `now`, the world's moment."""
    members = {name: value for name, value in asdict(holder).items() if value is not None}
    return str(_serializer().dumps([members, int((now + LIFE).timestamp())]))


def read(token: str, now: datetime) -> Pass:
    """Return what a part of an address says; raise Invalid unless we wrote it, and not long ago."""
    try:
        members, end = _serializer().loads(token)
    except BadSignature:
        raise Invalid("unknown") from None
    if now.timestamp() > end:
        raise Invalid("expired")
    return Pass(**members)


def is_ours(token: str) -> bool:
    """Say whether we wrote a pass, however long ago."""
    try:
        _serializer().loads(token)
    except BadSignature:
        return False
    return True


def _serializer() -> URLSafeSerializer:
    """Return what signs with the site's secret."""
    secret = current_app.secret_key
    if not secret:
        raise RuntimeError("the application has no secret_key")
    return URLSafeSerializer(secret, salt=_SALT)
