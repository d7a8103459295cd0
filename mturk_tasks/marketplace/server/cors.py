"""Let programs in web pages call the API from wherever they come, as Amazon's service let them (CORS).

Only where keys are checked: who has no key learns nothing and does nothing. A sandbox that takes any key
would obey every page that its owner looks at.
"""

from __future__ import annotations

import re
from typing import Final

from flask import Request, Response

_ANYBODY: Final = {"Access-Control-Allow-Origin": "*"}
_SHOWN: Final = ("x-amzn-requestid", "x-amzn-errortype", "x-amzn-errormessage", "date")
_SENT: Final = (
    *("authorization", "content-type", "amz-sdk-invocation-id", "amz-sdk-request"),
    *("x-amz-content-sha256", "x-amz-date", "x-amz-security-token", "x-amz-target", "x-amz-user-agent"),
)
_OF_SDKS: Final = re.compile("(x-amz|amz-sdk)-[a-z0-9-]{1,64}")
_KEPT: Final = 172_800  # seconds for which Amazon let a browser remember the answer


def is_preflight(request: Request) -> bool:
    """Say whether a browser asks whether a page of another site may call the API."""
    asks = "Origin" in request.headers and "Access-Control-Request-Method" in request.headers
    return request.method == "OPTIONS" and request.path == "/" and asks


def preflight(request: Request) -> Response:
    """Answer it: every header that an SDK sends may be sent."""
    asked = request.headers.get("Access-Control-Request-Headers", "").lower().split(",")
    further = {name.strip() for name in asked if _OF_SDKS.fullmatch(name.strip())}
    return Response(
        status=200,
        headers={
            **_ANYBODY,
            "Access-Control-Allow-Methods": "POST",
            "Access-Control-Allow-Headers": ", ".join(sorted(further.union(_SENT))),
            "Access-Control-Max-Age": str(_KEPT),
        },
    )


def show(response: Response) -> None:
    """Let a page of another site read an answer of the API."""
    response.headers.update({**_ANYBODY, "Access-Control-Expose-Headers": ", ".join(_SHOWN)})
