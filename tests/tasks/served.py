"""A marketplace behind an address on this machine, so that production is met over real HTTP."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from mturk_tasks.marketplace import wire
from mturk_tasks.marketplace.store import Store


class _Desk(BaseHTTPRequestHandler):
    store: Store

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        reply = wire.handle(self.store, self.headers["X-Amz-Target"], body, datetime.now(timezone.utc))
        self.send_response(reply.status)
        self.send_header("Content-Type", wire.CONTENT_TYPE)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, *_: object) -> None:
        """Say nothing: a test reads what the command says."""


@contextmanager
def serving(store: Store) -> Iterator[str]:
    """Answer requests from the store, at the address that is given."""
    handler = type("_Desk", (_Desk,), {"store": store})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
