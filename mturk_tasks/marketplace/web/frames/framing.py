"""HTMLQuestion and ExternalQuestion as workers meet them: in a frame that knows one assignment only."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timezone
from functools import cache
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, current_app, g, make_response, request
from markupsafe import Markup
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from mturk_tasks.errors import MTurkTasksError
from mturk_tasks.marketplace.hits.hits import hit_query
from mturk_tasks.marketplace.server.application import Market
from mturk_tasks.marketplace.storage.schema import hit
from mturk_tasks.marketplace.storage.transactions import read_transaction
from mturk_tasks.marketplace.web.frames import policy, submission, tokens
from mturk_tasks.marketplace.web.frames.policy import Outcome, outcome_page
from mturk_tasks.marketplace.web.frames.tokens import FrameToken, Invalid
from mturk_tasks.markup.frames import NOT_ACCEPTED, SUBMIT, Ours, pointed, read_frame, with_parameters
from mturk_tasks.markup.rendering.fields import Values
from mturk_tasks.markup.xml import after_doctype
from mturk_tasks.vocabulary.statuses import DISPOSED
from mturk_tasks.vocabulary.texts import TEXTS, text

_STATIC: Final = Path(__file__).parent / "static"
SERVED: Final = (
    *("external_hit.js", "crowd.js", "crowd.css", "frame.js", "told.js", "told.css"),  # inside frames
    *("drafts.js", "frames.css"),  # on the work page
)
_PARTS: Final = {  # of one scope, in this order
    "crowd.js": ("parts", "lists", "texts", "choices", "form", "shown", "define"),
    "frame.js": ("begin", "missing", "asking", "forms", "fields", "drafts"),
}
_TEXTS: Final = {
    "crowd.js": ("TEXTS", "crowd_"),
    "frame.js": ("FRAME_TEXTS", "frame_"),
    "external_hit.js": ("TURK_TEXTS", "external_"),
}
_log = logging.getLogger(__name__)
_SEGMENT: Final = "hit"  # lost by pages that resolve "mturk/externalSubmit" against the address they are told


def blueprint() -> Blueprint:
    """Return the routes of frames; the application needs a `secret_key` and the marketplace."""
    made = Blueprint("frames", __name__)
    made.after_request(_never_guessed)
    made.register_error_handler(Exception, _admit)
    made.add_url_rule("/frame/<token>", "page", page, methods=["GET"])
    made.add_url_rule("/draft/<token>", "draft", submission.save, methods=["POST"])
    made.add_url_rule("/draft/<token>", "arrived", submission.arrived, methods=["GET"])
    made.add_url_rule("/static/frames/<name>", "static", script, methods=["GET"])
    for start in ("/t/<token>", f"/t/<token>/{_SEGMENT}"):
        for address in (start + SUBMIT, f"{start}/{SUBMIT}"):
            made.add_url_rule(
                address, "submit", submission.submit, methods=["GET", "POST"], merge_slashes=False
            )
    for address in (SUBMIT, f"/t{SUBMIT}"):
        made.add_url_rule(address, "without_pass", submission.without_pass, methods=["GET", "POST"])
    return made


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
    shown, page_pass = read_frame(question), _signed(holder.to(tokens.PAGE))
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
        attributes["data-draft"] = f"{site}/draft/{_signed(holder.to(tokens.DRAFT))}"
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
    submit_to = f"{site}/t/{_signed(holder.to(tokens.SUBMIT))}/{_SEGMENT}"
    return with_parameters(page_at, _parameters(holder, submit_to))


def _signed(holder: FrameToken) -> str:
    return tokens.sign(holder, datetime.now(timezone.utc))


def _parameters(holder: FrameToken, submit_to: str) -> dict[str, str]:
    """Return what the page in the frame is told in its address."""
    told = {"assignmentId": holder.assignment or NOT_ACCEPTED, "hitId": holder.hit}
    if holder.worker:
        told["workerId"] = holder.worker
    return {**told, "turkSubmitTo": submit_to}


def page(token: str) -> Response:
    """Show the page in an HTMLQuestion to whom the pass allows it."""
    now = datetime.now(timezone.utc)
    try:
        holder = tokens.read(token, now, tokens.PAGE)
    except Invalid as invalid:
        return outcome_page(Outcome(invalid.reason))
    market: Market = current_app.extensions["market"]
    shown = _page_of(market, holder, market.clock(now))
    if not shown:
        return outcome_page(Outcome("gone"))
    site = policy.here()
    response = make_response(served(shown, site, _signed(holder.to(tokens.SUBMIT))))
    response.content_type = "text/html; charset=utf-8"
    return policy.guard_question(response, site)


def served(shown: str, site: str, token: str) -> str:
    """Return a requester's page as workers get it: Amazon's addresses are ours, and our scripts are first."""
    scripts = f"{site}/static/frames"
    ours = Ours(f"{scripts}/external_hit.js", f"{scripts}/crowd.js", f"{site}/t/{token}{SUBMIT}")
    first = (f'<script src="{scripts}/{name}"></script>' for name in ("frame.js", "external_hit.js"))
    return after_doctype(pointed(shown, ours), "".join(first))


def script(name: str) -> Response:
    """Give one of the scripts and styles that pages in frames load; their origin is opaque."""
    if name not in SERVED:
        return Response(status=404)
    kind = "text/css" if name.endswith(".css") else "text/javascript"
    response = Response(_text(name), content_type=f"{kind}; charset=utf-8")
    response.add_etag()
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.make_conditional(request)
    return response


@cache
def _text(name: str) -> str:
    if name not in _TEXTS:
        return _read(name)
    folder, (table, beginning) = name.removesuffix(".js"), _TEXTS[name]
    files = [f"{folder}/{part}.js" for part in _PARTS[name]] if name in _PARTS else [name]
    parts = "\n".join(map(_read, files))
    return f'(function () {{\n"use strict";\nconst {table} = {_texts(beginning)};\n{parts}}})();\n'


def _read(name: str) -> str:
    return (_STATIC / name).read_text(encoding="utf-8")


def _texts(beginning: str) -> str:
    """Return the texts whose names begin so, as a script has them."""
    own = {name.removeprefix(beginning): said for name, said in TEXTS.items() if name.startswith(beginning)}
    return json.dumps(own)


def _admit(error: Exception) -> Response | HTTPException:
    """Say in the frame that something went wrong on this side, without a word of it."""
    if isinstance(error, RequestEntityTooLarge):
        if request.endpoint == "frames.submit":
            return outcome_page(Outcome("too_large"))
        return submission.refusal("draft_too_large", 413)
    if isinstance(error, HTTPException):
        return error
    expected = isinstance(error, MTurkTasksError)
    _log.error("%s: %s", g.request_id, error, exc_info=None if expected else error)
    return outcome_page(Outcome("unavailable"))


def _never_guessed(response: Response) -> Response:
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _page_of(market: Market, holder: FrameToken, moment: datetime) -> str:
    """Return the page of the HIT, empty where there is none any more."""
    live = hit_query().where(hit.c.hit_id == holder.hit, hit.c.status != DISPOSED)
    with read_transaction(market.store, moment) as transaction:
        row = transaction.db.execute(live).one_or_none()
    return read_frame(row.question_text).page if row else ""
