"""HTMLQuestion and ExternalQuestion as workers meet them: in a frame that knows one assignment only."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timezone
from functools import cache
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, current_app, g, make_response, request
from sqlalchemy import select
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from mturk_tasks.errors import MTurkTasksError
from mturk_tasks.marketplace.server.market import Market
from mturk_tasks.marketplace.storage.schema import hit, question
from mturk_tasks.marketplace.storage.transactions import read_transaction
from mturk_tasks.marketplace.web.frames import embed, policy, submission, tokens
from mturk_tasks.marketplace.web.frames.policy import Outcome, outcome_page
from mturk_tasks.marketplace.web.frames.tokens import FrameToken, Invalid
from mturk_tasks.marketplace.web.texts import TEXTS
from mturk_tasks.markup.frames import SUBMIT, Ours, pointed, read_frame
from mturk_tasks.markup.xml import after_doctype
from mturk_tasks.vocabulary.statuses import DISPOSED

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


def blueprint() -> Blueprint:
    """Return the routes of frames; the application needs a `secret_key` and the marketplace."""
    made = Blueprint("frames", __name__)
    made.after_request(_never_guessed)
    made.register_error_handler(Exception, _admit)
    made.add_url_rule("/frame/<token>", "page", page, methods=["GET"])
    made.add_url_rule("/draft/<token>", "draft", submission.save, methods=["POST"])
    made.add_url_rule("/draft/<token>", "arrived", submission.arrived, methods=["GET"])
    made.add_url_rule("/static/frames/<name>", "static", script, methods=["GET"])
    for start in ("/t/<token>", f"/t/<token>/{embed.SEGMENT}"):
        for address in (start + SUBMIT, f"{start}/{SUBMIT}"):
            made.add_url_rule(
                address, "submit", submission.submit, methods=["GET", "POST"], merge_slashes=False
            )
    for address in (SUBMIT, f"/t{SUBMIT}"):
        made.add_url_rule(address, "without_pass", submission.without_pass, methods=["GET", "POST"])
    return made


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
    response = make_response(served(shown, site, embed.signed(holder.to(tokens.SUBMIT))))
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
    live = select(question.c.text).join_from(hit, question)
    live = live.where(hit.c.hit_id == holder.hit, hit.c.status != DISPOSED)
    with read_transaction(market.store, moment) as transaction:
        text = transaction.db.execute(live).scalar_one_or_none()
    return read_frame(text).page if text else ""
