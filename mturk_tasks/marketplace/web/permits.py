"""Permits: what lets an address take a large answer, read before anything else of the request is known.

A permit stands in the address of a form. Who sends it is checked afterwards: it opens no door but the
outermost one.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from mturk_tasks.marketplace.web.frames.passes import LIFE

FIELD: Final = "permit"  # of a query
_SALT: Final = "mturk-tasks.permit"


def sign(subject: str, size: int, now: datetime) -> str:
    """Return what lets answers for an assignment or a test have so many bytes, for 31 days from `now`."""
    return str(_serializer().dumps([subject, size, int((now + LIFE).timestamp())]))


def allowed(token: str, subject: str, now: datetime) -> int:
    """Return how many bytes a permit allows; none unless we wrote it for this subject, and not long ago."""
    try:
        named, size, end = _serializer().loads(token)
    except BadSignature:
        return 0
    return int(size) if named == subject and now.timestamp() <= end else 0


def _serializer() -> URLSafeSerializer:
    """Return what signs with the site's secret, which is another than that of passes."""
    return URLSafeSerializer(current_app.secret_key or "", salt=_SALT)
