"""The small page inside a frame that says what became of a submit, to the worker and to the work page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from flask import Response, make_response

from mturk_tasks.marketplace.web.frames import policy
from mturk_tasks.templates import environment
from mturk_tasks.vocabulary.texts import text

STATUSES: Final = {
    "submitted": 200, "late": 200, "preview": 403, "another": 403, "unknown": 403,
    "expired": 403, "no_pass": 403, "outdated": 403, "other_end": 403,
    "gone": 404, "already": 409, "not_held": 409, "unavailable": 503,
    "nothing": 400, "invalid": 400, "too_large": 413, "too_many_fields": 413,
}  # fmt: skip
TITLED: Final = ("submitted", "late", "already", "unavailable")  # of the others nothing is kept


@dataclass(frozen=True)
class Outcome:
    """Say what became of a submit in a word, with the receipt where there is one."""

    reason: str
    assignment_id: str = ""
    submitted: datetime | None = None
    files: bool = False
    kept: bool = False  # as a draft


def tell(outcome: Outcome) -> Response:
    """Return the page."""
    site = policy.here()
    title = text(f"sent_title_{outcome.reason}" if outcome.reason in TITLED else "sent_title")
    template = environment(Path(__file__).parent).get_template("told.html")
    page = template.render(outcome=outcome, title=title, site=site)
    return policy.guard_own(make_response(page, STATUSES[outcome.reason]), site)
