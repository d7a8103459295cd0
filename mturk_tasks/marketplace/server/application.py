"""The API over HTTP: `POST /` is a call, `/healthz` and `/readyz` are for who watches the process.

The pages for workers belong to the same address; they come as blueprints.
"""

from __future__ import annotations

import io
import json
import logging
import re
import time
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import IO, Any, Final

from flask import Blueprint, Flask, Request, Response, abort, current_app, g, request
from werkzeug import exceptions
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import HTTPException, ServiceUnavailable
from werkzeug.formparser import FormDataParser

from mturk_tasks.errors import MTurkTasksError
from mturk_tasks.marketplace.api import endpoint, shapes
from mturk_tasks.marketplace.api.shapes import description
from mturk_tasks.marketplace.protocol import faults
from mturk_tasks.marketplace.server import access, log
from mturk_tasks.marketplace.server.market import CALL, Market
from mturk_tasks.marketplace.server.receiving import REFUSED, Refusal
from mturk_tasks.marketplace.storage import about

_NO_PAGE: Final = "default-src 'none'; frame-ancestors 'none'; sandbox"  # policy of what says none of its own
_AGAIN: Final = 30  # seconds after which a client may try again
_JSON_TYPES: Final = ("application/x-amz-json-1.1", "application/x-amz-json-1.0", "application/json")
_log = logging.getLogger(__name__)

# Programs in web pages may call the API from wherever they come, as Amazon's service let them (CORS), but
# only where keys are checked: who has no key learns nothing and does nothing. A sandbox that takes any key
# would obey every page that its owner looks at.
_ANYBODY: Final = {"Access-Control-Allow-Origin": "*"}
_SHOWN: Final = ("x-amzn-requestid", "x-amzn-errortype", "x-amzn-errormessage", "date")
_SENT: Final = (
    *("authorization", "content-type", "amz-sdk-invocation-id", "amz-sdk-request"),
    *("x-amz-content-sha256", "x-amz-date", "x-amz-security-token", "x-amz-target", "x-amz-user-agent"),
)
_OF_SDKS: Final = re.compile("(x-amz|amz-sdk)-[a-z0-9-]{1,64}")
_REMEMBERED: Final = 172_800  # seconds for which Amazon let a browser remember the answer


class RequestEntityTooLarge(faults.Fault):
    """A body that is larger than any request can be."""

    status = 413
    dated = False


class UnsupportedMediaType(faults.Fault):
    """A body that does not say to be JSON."""

    status = 415
    dated = False


def create(market: Market, blueprints: Sequence[Blueprint] = ()) -> Flask:
    """Return the application; `blueprints` add other pages to it."""
    app = Flask("mturk_tasks", static_folder=None, template_folder=None)
    app.request_class = _BoundedRequest
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.extensions["market"] = market
    app.before_request(_begin)
    app.before_request(_refuse_large_body)
    app.before_request(_answer_preflight)
    app.after_request(_end)
    app.add_url_rule("/", CALL, _call, methods=["POST"])
    app.add_url_rule("/healthz", "healthz", _healthz, methods=["GET"])
    app.add_url_rule("/readyz", "readyz", _readyz, methods=["GET"])
    app.register_error_handler(HTTPException, _answer_http_error)
    app.register_error_handler(Exception, _answer_failure)
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    return app


def _begin() -> None:
    g.began = time.perf_counter()
    g.request_id = str(uuid.uuid4())
    g.log_members = {}


def _end(response: Response) -> Response:
    response.headers["x-amzn-RequestId"] = g.request_id
    if request.endpoint == CALL and _checks_keys():
        response.headers.update({**_ANYBODY, "Access-Control-Expose-Headers": ", ".join(_SHOWN)})
    response.headers.setdefault("Content-Security-Policy", _NO_PAGE)
    log.request(
        request=g.request_id,
        remote=request.remote_addr,
        method=request.method,
        route=request.url_rule.rule if request.url_rule else None,
        **g.log_members,
        status=response.status_code,
        milliseconds=round((time.perf_counter() - g.began) * 1000, 1),
        received=request.content_length or 0,
        bytes=response.content_length or 0,
    )
    return response


def _refuse_large_body() -> Response | None:
    """Refuse a request whose body was not read."""
    refusal: Refusal | None = request.environ.get(REFUSED)
    if refusal is None:
        return None
    request.max_content_length = refusal.limit  # which a page names
    if refusal.status == 503:
        raise ServiceUnavailable("There is no room for more at the moment.", retry_after=_AGAIN)
    if request.endpoint == CALL:
        return _fault(_too_large(refusal.limit), datetime.now(timezone.utc))
    return abort(413)


def _answer_preflight() -> Response | None:
    """Answer a browser that asks whether a page of another site may send a call with these headers.

    Every header that an SDK sends may be sent.
    """
    asks = "Origin" in request.headers and "Access-Control-Request-Method" in request.headers
    if not (asks and request.method == "OPTIONS" and request.path == "/" and _checks_keys()):
        return None
    names = request.headers.get("Access-Control-Request-Headers", "").lower().split(",")
    further = {name.strip() for name in names if _OF_SDKS.fullmatch(name.strip())}
    return Response(
        status=200,
        headers={
            **_ANYBODY,
            "Access-Control-Allow-Methods": "POST",
            "Access-Control-Allow-Headers": ", ".join(sorted(further.union(_SENT))),
            "Access-Control-Max-Age": str(_REMEMBERED),
        },
    )


def _checks_keys() -> bool:
    market: Market = current_app.extensions["market"]
    return market.access.checks_keys()


def _call() -> Response:
    """Answer one call of the API."""
    market: Market = current_app.extensions["market"]
    real = datetime.now(timezone.utc)
    target = request.headers.get("X-Amz-Target", "")
    operation = target.rpartition(".")[2]
    g.log_members["operation"] = operation if operation in description()["operations"] else None
    try:
        body = _read_body(shapes.body_limit(target))
        caller = market.access.caller(_signed_request(body), real)
        g.log_members["requester"] = caller.requester_id
        if request.mimetype not in _JSON_TYPES:
            raise UnsupportedMediaType(f"The Content-Type of a request is {endpoint.CONTENT_TYPE}.")
        return _answer(endpoint.handle(market.store, target, body, market.clock(real), caller.key))
    except faults.Fault as fault:
        return _fault(fault, real)


def _read_body(most: int) -> bytes:
    if (request.content_length or 0) > most:
        raise _too_large(most)
    return request.get_data(cache=False)


def _signed_request(body: bytes) -> access.SignedRequest:
    path, _, query = request.environ.get("REQUEST_URI", request.path).partition("?")
    headers = {name.lower(): value for name, value in request.headers.items()}
    return access.SignedRequest(request.method, path, query, headers, access.body_hash(body))


def _too_large(limit: int) -> RequestEntityTooLarge:
    return RequestEntityTooLarge(f"A request of this kind has at most {limit} bytes.")


def _answer(reply: endpoint.Reply) -> Response:
    if reply.status != 200:
        members = json.loads(reply.body)
        g.log_members["error"] = members.get("TurkErrorCode") or members["__type"]
    return Response(reply.body, reply.status, content_type=endpoint.CONTENT_TYPE)


def _fault(fault: faults.Fault, real: datetime, status: int | None = None) -> Response:
    return _answer(endpoint.Reply(status or fault.status, json.dumps(fault.members(real)).encode()))


def _healthz() -> Response:
    """Say that the process is alive."""
    return _plain({"alive": True})


def _readyz() -> Response:
    """Say whether the database answers, whose it is, and what the marketplace takes."""
    market: Market = current_app.extensions["market"]
    try:
        with market.store.reading() as db:
            itself = about.read(db)
    except Exception:
        _log.exception("the database does not answer")
        return _plain({"ready": False}, 503)
    return _plain({"ready": True, "marketplace": itself.marketplace_id, "fee": itself.fee})


def _plain(members: Mapping[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(members), status, content_type="application/json")


def _answer_http_error(error: HTTPException) -> Response:
    """Answer what HTTP itself has a word for, in the form of the API."""
    status = error.code or 500
    kind = error.name.replace(" ", "")
    response = _plain({"__type": kind, "Message": f"{error.name}."}, status)
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    g.log_members["error"] = kind
    return response


def _answer_failure(error: Exception) -> Response:
    """Answer what went wrong on this side, without a word of it."""
    real = datetime.now(timezone.utc)
    if isinstance(error, MTurkTasksError):
        _log.error("%s: %s", g.request_id, error)
        unavailable = faults.ServiceFault("The service is unavailable.", "AWS.ServiceUnavailable")
        return _fault(unavailable, real, status=503)
    _log.error("%s: an unexpected error", g.request_id, exc_info=error)
    return _fault(faults.ServiceFault("There was an error with this request."), real)


class _BoundedParser(FormDataParser):
    """Hold `max_form_parts` for urlencoded bodies too; the library counts the parts of multipart ones."""

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]:
        """Read a form; raise RequestEntityTooLarge for one with too many fields, before they are read."""
        if mimetype == "application/x-www-form-urlencoded" and self.max_form_parts is not None:
            body = stream.read()
            if body.count(b"&") >= self.max_form_parts:
                raise exceptions.RequestEntityTooLarge
            stream = io.BytesIO(body)
        return super().parse(stream, mimetype, content_length, options)


class _BoundedRequest(Request):
    """A request whose form has at most `max_form_parts` fields."""

    form_data_parser_class = _BoundedParser
