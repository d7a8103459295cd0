"""A proxy that nobody told the server of: everybody behind it shares one address and its limits."""

from __future__ import annotations

import logging
from typing import Final

from flask import current_app, request

from mturk_tasks.marketplace.server.access import is_forwarded
from mturk_tasks.marketplace.web import gate

_SEEN: Final = "forwarded"  # the application's extension of this name: whether it was said already
_log = logging.getLogger(__name__)


def notice() -> None:
    """Say once, on the server's log, that requests come through a proxy, and what to start it with."""
    if gate.settings().proxied or _SEEN in current_app.extensions:
        return
    if is_forwarded(request.headers.keys()):
        current_app.extensions[_SEEN] = True
        _log.warning(
            "requests come through a proxy at %s, which is not trusted: everybody behind it counts as one "
            "address, and few wrong passwords lock all of them out; start the server with --trusted-proxy %s",
            request.remote_addr,
            request.remote_addr,
        )
