"""The frame in a worker's page that shows an HTMLQuestion or an ExternalQuestion."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Final

from markupsafe import Markup

from mturk_tasks.marketplace.web.frames import policy, tokens
from mturk_tasks.marketplace.web.frames.tokens import FrameToken
from mturk_tasks.marketplace.web.texts import text
from mturk_tasks.markup.frames import NOT_ACCEPTED, read_frame, with_parameters
from mturk_tasks.markup.rendering.fields import Values

SEGMENT: Final = "hit"  # lost by pages that resolve "mturk/externalSubmit" against the address they are told


def frame(
    question: str,
    *,
    hit_id: str,
    assignment_id: str | None,
    worker_id: str | None,
    address: str,
    reached_at: str,
    draft: Values | None = None,
) -> Markup:
    """Return the frame in which a worker answers an HTMLQuestion or ExternalQuestion document.

    Without an assignment it is a preview. `address` is where browsers find this site, and `reached_at` where
    this one has; `draft` are values that were saved before; a page that we do not serve gets none. The page
    around it loads `drafts.js` and `frames.css`.
    """
    site = address.rstrip("/")
    holder = FrameToken(hit_id, assignment_id, worker_id if assignment_id else None)
    shown, page_pass = read_frame(question), signed(holder.to(tokens.PAGE))
    at_home = bool(shown.address) and policy.is_at_home(shown.address, site, reached_at)
    attributes = {
        "class": "hit-frame" if shown.height else "hit-frame window",
        "title": text("frame" if assignment_id else "preview_frame"),
        "sandbox": policy.AT_HOME if at_home else policy.SANDBOX,
        "src": _told(shown.address or f"{site}/frame/{page_pass}", holder, site),
    }
    if at_home:
        attributes["allow"] = policy.DEVICES
    if shown.height:
        attributes["height"] = str(shown.height)
    if assignment_id:
        attributes["data-draft"] = f"{site}/draft/{signed(holder.to(tokens.DRAFT))}"
    if shown.page:
        attributes["data-page"] = page_pass
    if draft and shown.page:
        attributes["data-saved"] = json.dumps(draft, ensure_ascii=False)
    written = (Markup(' {}="{}"').format(name, value) for name, value in attributes.items())
    return Markup("<iframe{}></iframe>").format(Markup("").join(written))


def own_window(question: str, *, hit_id: str, assignment_id: str, worker_id: str, address: str) -> str:
    """Return where a worker answers an ExternalQuestion without a frame; its page is told the same there."""
    holder = FrameToken(hit_id, assignment_id, worker_id)
    return _told(read_frame(question).address, holder, address.rstrip("/"))


def _told(page_at: str, holder: FrameToken, site: str) -> str:
    """Return the address of a page with what it is told: for whom it asks, and where it submits."""
    submit_to = f"{site}/t/{signed(holder.to(tokens.SUBMIT))}/{SEGMENT}"
    return with_parameters(page_at, _parameters(holder, submit_to))


def signed(holder: FrameToken) -> str:
    """Return a token as a part of an address."""
    return tokens.sign(holder, datetime.now(timezone.utc))


def _parameters(holder: FrameToken, submit_to: str) -> dict[str, str]:
    """Return what the page in the frame is told in its address."""
    told = {"assignmentId": holder.assignment or NOT_ACCEPTED, "hitId": holder.hit}
    if holder.worker:
        told["workerId"] = holder.worker
    return {**told, "turkSubmitTo": submit_to}
