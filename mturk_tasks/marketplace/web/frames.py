"""Questions that are pages of their own, in a frame."""

from __future__ import annotations

from markupsafe import Markup

from mturk_tasks.marketplace.web.texts import text


def frame(
    question: str,
    *,
    hit_id: str,
    assignment_id: str | None,
    worker_id: str | None,
    address: str,
) -> Markup:
    """Return the frame of an HTMLQuestion or ExternalQuestion; `assignment_id` is None in a preview."""
    return Markup('<p class="notice">{}</p>').format(text("frame_to_come"))
