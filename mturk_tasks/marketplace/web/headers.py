"""What every page tells the browser it may not do."""

from __future__ import annotations

from typing import Final

from flask import Response, g

from mturk_tasks.marketplace.web.frames import policy
from mturk_tasks.vocabulary.environments import shows_http

_POLICY: Final = (
    "default-src 'self'; img-src 'self' https: http: data:; media-src 'self' https: http:; "
    "frame-src {frames}; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_FRAMES: Final = "'self' https: http://localhost:* http://127.0.0.1:*"  # as ExternalURL may begin
_INSECURE_FRAMES: Final = "'self' https: http:"  # where this site is over http too
_SAME: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}
_OPENER: Final = "Cross-Origin-Opener-Policy"


def allow_frames(*, external: bool) -> None:
    """Let the page that is being made hold a question in a frame; an `external` one may open windows."""
    g.frames = True
    g.external = external


def protect(response: Response) -> Response:
    """Add the headers; a page is private unless it says otherwise."""
    frames = "'none'"
    if g.get("frames"):
        frames = _INSECURE_FRAMES if shows_http(policy.here()) else _FRAMES
    # with plain same-origin a study in a frame could open no window that it can speak with
    response.headers[_OPENER] = "same-origin-allow-popups" if g.get("external") else "same-origin"
    response.headers["Content-Security-Policy"] = _POLICY.format(frames=frames)
    for name, value in _SAME.items():
        response.headers[name] = value
    response.headers.setdefault("Cache-Control", "no-store")
    return response
