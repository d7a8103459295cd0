"""HTTP without an SDK, so that a request can be wrong in any way."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlsplit

from mturk_tasks.marketplace.api import endpoint
from mturk_tasks.marketplace.server import access
from mturk_tasks.marketplace.server.keys import Pair

TARGET = "MTurkRequesterServiceV20170117."


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.body)

    @property
    def kind(self) -> str:
        return str(self.json["__type"])


def send(
    url: str, body: bytes = b"", headers: dict[str, str] | None = None, method: str = "POST", path: str = "/"
) -> Reply:
    """Send a request and return the answer."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    try:
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        found = {name.lower(): value for name, value in response.getheaders()}
        return Reply(response.status, found, response.read())
    finally:
        connection.close()


def signed(
    url: str,
    pair: Pair,
    operation: str = "GetAccountBalance",
    body: bytes = b"{}",
    when: datetime | None = None,
    **more: str,
) -> dict[str, str]:
    """Return the headers of a signed call; `more` are further ones, with _ for a dash."""
    stamp = (when or datetime.now(timezone.utc)).strftime("%Y%m%dT%H%M%SZ")
    headers = {
        "host": urlsplit(url).netloc,
        "content-type": endpoint.CONTENT_TYPE,
        "x-amz-date": stamp,
        "x-amz-target": TARGET + operation,
        **{name.replace("_", "-"): value for name, value in more.items()},
    }
    return {**headers, "authorization": authorization(headers, pair, body)}


def authorization(headers: dict[str, str], pair: Pair, body: bytes) -> str:
    """Return the Authorization of a request with these headers."""
    names = tuple(sorted(headers))
    claim = access.Claim(pair.access_key_id, headers["x-amz-date"][:8], "us-east-1", names, "")
    request = access.SignedRequest("POST", "/", "", headers, access.body_hash(body))
    made = access.sign(request, claim, pair.secret)
    return (
        f"{access.ALGORITHM} Credential={pair.access_key_id}/{claim.scope}, "
        f"SignedHeaders={';'.join(names)}, Signature={made}"
    )


def call(url: str, pair: Pair, operation: str = "GetAccountBalance", body: bytes = b"{}") -> Reply:
    """Make a signed call."""
    return send(url, body, signed(url, pair, operation, body))
