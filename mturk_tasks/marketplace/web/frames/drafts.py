"""Half-done answers, which the page sends on while they are typed, from a form of its own or a frame."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any, Final

from flask import Response, current_app, request
from werkzeug.exceptions import RequestEntityTooLarge

from mturk_tasks.marketplace.web.frames import passes
from mturk_tasks.marketplace.web.frames.passes import Invalid, Pass
from mturk_tasks.marketplace.work import Refused
from mturk_tasks.vocabulary.texts import text

LIMIT: Final = 2**20  # bytes of a message
HOOK: Final = "save_draft"  # the application's extension of this name keeps drafts; without it none is kept

Values = Mapping[str, tuple[str, ...]]
SaveDraft = Callable[[Pass, Values, datetime], None]


def save(token: str) -> Response:
    """Keep the values of a form, `{"values": {name: [value, ...]}}`, for the assignment or test of a pass."""
    now = datetime.now(timezone.utc)
    try:
        holder = passes.read(token, now, passes.DRAFT, passes.UNNAMED)
        values = read_values(_body())
    except Invalid:
        return Response(status=403)
    except RequestEntityTooLarge:
        return refusal("draft_too_large", 413)
    if holder.assignment is None and holder.request is None:
        return Response(status=403)
    if values is None:
        return refusal("draft_unreadable", 400)
    hook: SaveDraft | None = current_app.extensions.get(HOOK)
    try:
        if hook is not None:
            hook(holder, values, current_app.extensions["market"].clock(now))
    except Refused as refused:
        word = {"too large": "draft_too_large", "too many": "draft_too_many"}.get(refused.reason)
        return refusal(word, 413) if word else Response(status=409)
    return Response(status=204)


def refusal(word: str, status: int) -> Response:
    """Say why nothing was kept; the page shows the sentence."""
    return Response(text(word), status, content_type="text/plain; charset=utf-8")


def read_values(body: Any) -> Values | None:
    """Return the values in a message of the form it must have, else None."""
    values = body.get("values") if isinstance(body, dict) else None
    if not isinstance(values, dict):
        return None
    for several in values.values():
        if not isinstance(several, list) or not all(isinstance(one, str) for one in several):
            return None
    return {name: tuple(several) for name, several in values.items()}


def _body() -> Any:
    """Return what was sent as JSON, None for anything else."""
    request.max_content_length = LIMIT
    try:
        return request.get_json(silent=True) if request.is_json and request.get_data() else None
    except RecursionError:  # brackets in brackets in brackets
        return None
