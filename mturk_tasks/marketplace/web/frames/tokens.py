"""Passes: what lets a page speak for one worker about one assignment or test, and nothing else.

No cookie reaches a page in a frame, whose origin is opaque: the pass stands in its address instead.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from mturk_tasks.errors import MTurkTasksError

LIFE: Final = timedelta(days=31)  # an answer that comes after the deadline must still find its way
_SALT: Final = "mturk-tasks.frame"

PAGE: Final = "page"  # to see the requester's page
SUBMIT: Final = "submit"  # to hand in the answers of a page in a frame
DRAFT: Final = "draft"  # to save what is typed
UNNAMED: Final = ""  # a pass from before passes had purposes
Purpose = Literal["page", "submit", "draft", ""]
LIMIT: Final = 4 * 2**20  # bytes of a submitted body: three for each of what a draft may have
DRAFT_LIMIT: Final = 2**20  # bytes of a message with a draft


class Invalid(MTurkTasksError):
    """Say that a pass is none of ours, or too old; `reason` is the same in one word."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the pass is {reason}")
        self.reason = reason


@dataclass(frozen=True)
class FrameToken:
    """Name a HIT and, once it is accepted, its assignment and worker; or a request whose test is taken.

    It is good for its `purpose` alone.
    """

    hit: str
    assignment: str | None = None
    worker: str | None = None
    request: str | None = None
    purpose: Purpose = UNNAMED

    def to(self, purpose: Purpose) -> FrameToken:
        """Return the pass for another purpose."""
        return replace(self, purpose=purpose)


def sign(holder: FrameToken, now: datetime) -> str:
    """Return the pass as a part of an address; it ends 31 days from `now`, the world's moment."""
    members = {name: value for name, value in asdict(holder).items() if value is not None}
    return str(_serializer().dumps([members, int((now + LIFE).timestamp())]))


def read(token: str, now: datetime, *purposes: Purpose) -> FrameToken:
    """Return what a part of an address says; raise Invalid unless we wrote it, not long ago, to this end."""
    try:
        members, end = _serializer().loads(token)
    except BadSignature:
        raise Invalid("unknown") from None
    if now.timestamp() > end:
        raise Invalid("expired")
    holder = FrameToken(**members)
    if holder.purpose not in purposes:
        raise Invalid("outdated" if holder.purpose == UNNAMED else "other_end")
    return holder


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


# Permits: what lets an address take a large answer, read before anything else of the request is
# known.
#
# A permit stands in the address of a form. Who sends it is checked afterwards: it opens no door
# but the outermost one.


FIELD: Final = "permit"  # of a query
_SIZE_SALT: Final = "mturk-tasks.permit"


def sign_size(subject: str, size: int, now: datetime) -> str:
    """Return what lets answers for an assignment or a test have so many bytes, for 31 days from `now`."""
    return str(_size_serializer().dumps([subject, size, int((now + LIFE).timestamp())]))


def allowed(token: str, subject: str, now: datetime) -> int:
    """Return how many bytes a permit allows; none unless we wrote it for this subject, and not long ago."""
    try:
        named, size, end = _size_serializer().loads(token)
    except BadSignature:
        return 0
    return int(size) if named == subject and now.timestamp() <= end else 0


def _size_serializer() -> URLSafeSerializer:
    """Return what signs with the site's secret, which is another than that of passes."""
    return URLSafeSerializer(current_app.secret_key or "", salt=_SIZE_SALT)
