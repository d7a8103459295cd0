"""How large a body may be, by its address and by what is signed there: decided before it is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any, Final
from urllib.parse import parse_qs

from flask import Flask
from werkzeug.exceptions import HTTPException

from mturk_tasks.marketplace.api import shapes
from mturk_tasks.marketplace.server.market import CALL
from mturk_tasks.marketplace.server.receiving import NOTHING, Allowance, Head
from mturk_tasks.marketplace.web import limits
from mturk_tasks.marketplace.web.frames import tokens

_Signed = Callable[[Mapping[str, Any], str, datetime], int]


def allowance(app: Flask, head: Head) -> Allowance:
    """Return how large the body of a request may be."""
    try:
        endpoint, values = app.url_map.bind("").match(head.path, head.method)
    except HTTPException:
        return NOTHING
    if head.method != "POST":
        return NOTHING
    if endpoint == CALL:
        return Allowance(shapes.body_limit(head.headers.get("X_AMZ_TARGET", "")))
    if endpoint not in _SIGNED:
        return Allowance(limits.SMALL)
    with app.app_context():
        size = _SIGNED[endpoint](values, head.query, datetime.now(timezone.utc))
    return Allowance(size, permitted=True) if size else Allowance(limits.SMALL)


def _by_permit(subject: str) -> _Signed:
    def size(values: Mapping[str, Any], query: str, now: datetime) -> int:
        token = parse_qs(query).get(tokens.FIELD, [""])[0]
        return tokens.allowed(token, values[subject], now)

    return size


def _by_pass(most: int) -> _Signed:
    def size(values: Mapping[str, Any], _: str, now: datetime) -> int:
        return most if tokens.is_ours(values["token"]) else 0

    return size


_SIGNED: Final[Mapping[str, _Signed]] = {
    "site.submit": _by_permit("assignment_id"),
    "site.test": _by_permit("type_id"),
    "frames.submit": _by_pass(tokens.LIMIT),
    "frames.draft": _by_pass(tokens.DRAFT_LIMIT),
}
