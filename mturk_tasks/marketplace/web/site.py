"""The site as a blueprint: its pages, its files, and what it says when something is not there."""

from __future__ import annotations

import hashlib
import logging
from functools import cache
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, abort, current_app, g, request
from flask.sansio.app import App
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from mturk_tasks.errors import MTurkTasksError
from mturk_tasks.marketplace.server.access import is_forwarded
from mturk_tasks.marketplace.server.market import UNDER_ANY_NAME, Market
from mturk_tasks.marketplace.web import (
    auth,
    dashboard,
    hits,
    limits,
    pages,
    qualification_pages,
    resend,
    session,
    studies,
    submissions,
    work_pages,
)
from mturk_tasks.marketplace.web.frames.policy import PUBLIC_URL
from mturk_tasks.marketplace.worker import uploads
from mturk_tasks.markup.rendering import form
from mturk_tasks.markup.rendering.form import size

# A proxy that nobody told the server of: everybody behind it shares one address and its limits.


_SEEN: Final = "forwarded"  # the application's extension of this name: whether it was said already
_proxy_log = logging.getLogger(__name__)


def notice() -> None:
    """Say once, on the server's log, that requests come through a proxy, and what to start it with."""
    if session.settings().proxied or _SEEN in current_app.extensions:
        return
    if is_forwarded(request.headers.keys()):
        current_app.extensions[_SEEN] = True
        _proxy_log.warning(
            "requests come through a proxy at %s, which is not trusted: everybody behind it counts as one "
            "address, and few wrong passwords lock all of them out; start the server with --trusted-proxy %s",
            request.remote_addr,
            request.remote_addr,
        )


_FILES: Final = Path(__file__).parent / "files"
PROBLEMS: Final = (400, 403, 404, 405, 410, 413, 421, 429, 500, 503)  # that there is something to say of
_TYPES: Final = {"site.css": "text/css; charset=utf-8", "site.js": "text/javascript; charset=utf-8"}
_FOR_ANYBODY: Final = ("site.file", "site.uploaded")  # a session makes no difference there
_log = logging.getLogger(__name__)


def blueprint(settings: session.SiteSettings) -> Blueprint:
    """Return the site, to be added to the application that serves the marketplace."""
    site = Blueprint("site", __name__)
    site.record_once(lambda state: _settle_in(state.app, settings))
    site.before_app_request(_know_name)
    site.before_request(_enter)
    site.after_request(pages.protect)
    site.after_app_request(_protect_nowhere)
    site.after_request(session.leave)
    site.teardown_request(session.finish_reading)
    site.before_app_request(notice)
    for views in (auth, hits, work_pages, studies, qualification_pages, dashboard):
        views.add_to(site)
    site.add_url_rule("/files/<name>", "file", _file, methods=["GET"])
    site.add_url_rule(f"{uploads.PATH}<token>", "uploaded", submissions.uploaded, methods=["GET"])
    site.add_url_rule("/<path:rest>", "nowhere", _nowhere, methods=["GET"])
    site.register_error_handler(HTTPException, _refuse)
    site.register_error_handler(Exception, _admit)
    return site


def _settle_in(app: App, settings: session.SiteSettings) -> None:
    app.extensions["site"] = settings
    app.config[PUBLIC_URL] = settings.public_url


def _know_name() -> Response | None:
    """Refuse to show a private sandbox under a name that is not its own machine's."""
    market: Market = current_app.extensions["market"]
    if request.endpoint in UNDER_ANY_NAME or market.access.knows_host(request.headers.get("Host", "")):
        return None
    g.log_members["error"] = "MisdirectedRequest"
    return _problem(421)


def _enter() -> session.Page | None:
    if request.endpoint in _FOR_ANYBODY:
        return None
    session.enter()
    return resend.admit({"site.submit": work_pages.again, "site.test": qualification_pages.again})


def _protect_nowhere(response: Response) -> Response:
    """Add the headers to the answer at an address that belongs neither to the site nor to the API."""
    return pages.protect(response) if request.url_rule is None else response


def _file(name: str) -> Response:
    """Answer with the style sheet or the script; neither is anybody's secret."""
    if name not in _TYPES:
        abort(404)
    content = _content(name)
    response = Response(content, content_type=_TYPES[name])
    response.headers["Cache-Control"] = "public, max-age=300"
    response.set_etag(hashlib.sha256(content).hexdigest()[:32])
    response.make_conditional(request)
    return response


@cache
def _content(name: str) -> bytes:
    before = form.style().encode() if name == "site.css" else b""
    return before + (_FILES / name).read_bytes()


def _nowhere(rest: str) -> Response:
    abort(404)


def _refuse(error: HTTPException) -> BaseResponse:
    """Show what HTTP has a word for as a page; a redirect is none."""
    if error.response is not None or error.code is None or error.code < 400:
        return error.get_response()
    g.log_members["error"] = error.name.replace(" ", "")
    return _problem(error.code)


def _admit(error: Exception) -> Response:
    """Show a page for what went wrong on this side, without a word of it."""
    if isinstance(error, MTurkTasksError):
        _log.error("%s: %s", g.request_id, error)
        return _problem(503)
    _log.error("%s: an unexpected error", g.request_id, exc_info=error)
    return _problem(500)


def _problem(status: int) -> Response:
    """Return the page; it asks the database for nothing, which may be what does not answer."""
    known = status if status in PROBLEMS else 400
    limit = size(request.max_content_length or limits.SMALL)
    page = pages.page("problem.html", status=known, limit=limit, committed=g.get("committed"))
    return Response(page, status, content_type="text/html; charset=utf-8")
