"""The small page inside a frame that says what became of a submit, to the worker and to the work page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import Response, make_response, render_template, request

from mturk_tasks.marketplace.web import policy
from mturk_tasks.marketplace.web.sentences import TEXTS, TITLE, TITLES

_STATUSES: Final = {
    "submitted": 200, "late": 200, "preview": 403, "another": 403, "unknown": 403,
    "expired": 403, "no pass": 403,
    "gone": 404, "already": 409, "not held": 409, "nothing": 400, "invalid": 400, "too large": 413,
}  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """Say what became of a submit in one word or two, with the receipt where there is one."""

    reason: str
    assignment_id: str = ""
    submitted: datetime | None = None
    files: bool = False


def tell(outcome: Outcome, site: str = "") -> Response:
    """Return the page; `site` is this site's address, by default that of the request."""
    site = site or request.host_url.rstrip("/")
    page = render_template(
        "frames/told.html",
        outcome=outcome,
        title=TITLES.get(outcome.reason, TITLE),
        text=TEXTS[outcome.reason],
        files=TEXTS["files"] if outcome.files else "",
        site=site,
    )
    return policy.guard_own(make_response(page, _STATUSES[outcome.reason]), site)
