"""Run the server: listen, answer with many threads, let time pass, and stop in order."""

from __future__ import annotations

import logging
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import partial
from typing import Any, Final

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server

from mturk_tasks.errors import MTurkTasksError, UsageError
from mturk_tasks.marketplace.due import process_due_alone
from mturk_tasks.marketplace.server import application, log, receiving
from mturk_tasks.marketplace.server.access import Access, is_loopback
from mturk_tasks.marketplace.server.keys import Keys
from mturk_tasks.marketplace.server.market import Market
from mturk_tasks.marketplace.server.receiving import BODY_BUDGET, BodyLimits
from mturk_tasks.marketplace.storage import about
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.marketplace.web import allowances, site, submissions
from mturk_tasks.marketplace.web.frames import framing, submission
from mturk_tasks.marketplace.web.session import SignUp, SiteSettings

THREADS: Final = 64  # most of them wait for the one that writes
CONNECTIONS: Final = 4096
CLEANUP: Final = 5  # seconds between two looks for connections to be closed
SPARE_FILES: Final = 256  # of those the process may open: for the database, for bodies kept on the disk
GRACE: Final = 20.0  # seconds for requests under way when the server is to stop
ONE_PIECE: Final = 2**16  # bytes of an answer that leave at once: SDKs take a head alone for an empty one
_TICK: Final = 1.0  # seconds
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Options:
    """Where to listen, how the outside world calls that, and which address is the proxy's, if any.

    `sign_up` says who may make an account on the worker site: anybody where only this machine reaches
    it, those who are invited elsewhere, unless it is said. Likewise participants come to `studies` where only
    this machine reaches it, elsewhere only if that is said. `site_name` and `about` are for its pages.
    """

    host: str
    port: int
    public_url: str = ""
    trusted_proxy: str = ""
    sign_up: SignUp | None = None
    site_name: str = ""
    about: str = ""
    studies: bool | None = None

    @property
    def private(self) -> bool:
        """Say whether only programs of this machine can reach the server."""
        return is_loopback(self.host) and not self.public_url and not self.trusted_proxy

    @property
    def has_unnamed_proxy(self) -> bool:
        """Say whether only a proxy can bring the outside world here, and which one was not said."""
        return is_loopback(self.host) and bool(self.public_url) and not self.trusted_proxy

    @property
    def site(self) -> SiteSettings:
        """Return how the worker site is served."""
        mode: SignUp = self.sign_up or ("open" if self.private else "invitation")
        studies = self.private if self.studies is None else self.studies
        proxied = bool(self.trusted_proxy)
        return SiteSettings(mode, self.public_url, proxied, self.site_name, self.about, studies)


@dataclass(frozen=True)
class Ready:
    """What a server that answers has to say: its address, and what its operator should know."""

    url: str
    any_key: bool
    unnamed_proxy: bool = False


def run(store: Store, keys: Keys, options: Options, on_ready: Callable[[Ready], None]) -> None:
    """Serve the marketplace until SIGTERM or Ctrl-C; requests under way are then finished.

    Raise UsageError where it may not be served like this, FileError where its keys cannot be read.
    """
    stop = threading.Event()
    prepared = _prepared(store, keys, options, stop)
    with log.to_stream(), prepared as (server, ready), _stopped_by_signals(stop, server):
        about.remember_address(store, ready.url)
        on_ready(ready)
        server.run(stop)


@contextmanager
def beside(store: Store, keys: Keys, options: Options) -> Iterator[Ready]:
    """Serve the marketplace in a thread until the block ends; only trouble is logged.

    Its address is not remembered: links that other processes make meanwhile outlive it.
    Raise UsageError where it may not be served like this, FileError where its keys cannot be read.
    """
    stop = threading.Event()
    with log.to_stream(requests=False), _prepared(store, keys, options, stop) as (server, ready):
        thread = threading.Thread(target=server.run, args=(stop,), name="serving")
        thread.start()
        try:
            yield ready
        finally:
            stop.set()
            server.wake()
            thread.join()


@contextmanager
def listening(options: Options) -> Iterator[socket.socket]:
    """Open the socket; raise UsageError where the address cannot be used."""
    try:
        flags, kind = socket.AI_PASSIVE, socket.SOCK_STREAM
        family, _, _, _, address = socket.getaddrinfo(options.host, options.port, type=kind, flags=flags)[0]
        listener = socket.create_server(address[:2], family=family)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"cannot listen at {options.host}, port {options.port}: {reason}") from error
    with listener:
        yield listener


def url_of(host: str, listener: socket.socket) -> str:
    """Return the address at which the server answers."""
    port = listener.getsockname()[1]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Server:
    """A server at a listening socket, which it closes; `budget` is for bodies under way, in bytes."""

    def __init__(
        self, app: Flask, listener: socket.socket, trusted_proxy: str = "", budget: int = BODY_BUDGET
    ) -> None:
        proxied = {
            "trusted_proxy": trusted_proxy,
            "trusted_proxy_count": 1,
            "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
        }
        self._server = create_server(
            app,
            sockets=[listener],
            threads=THREADS,
            connection_limit=_connection_limit(),
            channel_timeout=receiving.IDLE,
            cleanup_interval=CLEANUP,
            asyncore_use_poll=True,  # select knows no more than 1,024 files
            max_request_header_size=65536,
            max_request_body_size=sys.maxsize,  # the limits of bodies decide
            clear_untrusted_proxy_headers=False,  # nobody believes them, but they say that there is a proxy
            log_socket_errors=False,  # a client that hangs up is no trouble of ours
            ident="mturk-tasks",
            **(proxied if trusted_proxy else {}),
        )
        self._server.channel_class = receiving.Channel
        self._server.body_limits = BodyLimits(partial(allowances.allowance, app), budget)
        self._server.adj.send_bytes = ONE_PIECE  # not among the arguments: there waitress warns of it
        self._closed = False
        self._closing = threading.RLock()  # a signal may come while its own thread has it

    def run(self, stop: threading.Event) -> None:
        """Answer until the event is set and `wake` is called, then finish what is under way."""
        try:
            while not stop.is_set():
                self._poll(_TICK)
            self._finish()
        finally:
            with self._closing:
                self._closed = True
            self._server.task_dispatcher.shutdown()
            self._server.close()
            wasyncore.close_all(self._server._map)

    def wake(self) -> None:
        """Let the server look at its event, unless it has done so by itself and closed."""
        with self._closing:
            if not self._closed:
                self._server.pull_trigger()

    def _poll(self, seconds: float) -> None:
        wasyncore.loop(timeout=seconds, use_poll=True, map=self._server._map, count=1)

    def _finish(self) -> None:
        """Take no further connection, and close each one when its last answer is sent."""
        self._server.accepting = False
        end = time.monotonic() + GRACE
        while time.monotonic() < end:
            channels = list(self._server.active_channels.values())
            for channel in channels:
                if not channel.requests and channel.request is None:
                    channel.close_when_flushed = True
            if not any(channel.requests or channel.total_outbufs_len for channel in channels):
                return
            self._poll(0.05)


@contextmanager
def _prepared(
    store: Store, keys: Keys, options: Options, stop: threading.Event
) -> Iterator[tuple[Server, Ready]]:
    """Listen, and let time pass in the marketplace, until the block ends; the server is still to be run."""
    access = Access(store, keys, private=options.private)
    keys.check()
    if not keys.listed() and not access.open_to_any_key():
        raise UsageError(
            "nobody could call this marketplace: it has no requester with a key; "
            "add one first with marketplace.requester-add"
        )
    market = Market(store, access, lambda real: about.now(store, real) if store.play else real)
    with listening(options) as listener:
        server = Server(_application(market, keys, options), listener, options.trusted_proxy)
        with _due_processing(market, stop):
            store.address = options.public_url or url_of(options.host, listener)
            yield server, Ready(store.address, access.open_to_any_key(), options.has_unnamed_proxy)


def _application(market: Market, keys: Keys, options: Options) -> Flask:
    """Return the API and the worker site, which share an address."""
    app = application.create(market, [framing.blueprint(), site.blueprint(options.site)])
    app.secret_key = keys.derived("worker site")
    app.extensions[submission.HOOK] = submissions.save_draft
    return app


def _connection_limit() -> int:
    """Return how many connections may be open at once, raising the limit of open files as far as it goes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + SPARE_FILES
    if soft < wanted:
        soft = min(wanted, hard) if hard != resource.RLIM_INFINITY else wanted
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return max(min(CONNECTIONS, soft - SPARE_FILES), SPARE_FILES)


@contextmanager
def _stopped_by_signals(stop: threading.Event, server: Server) -> Iterator[None]:
    def end(*_: Any) -> None:
        stop.set()
        server.wake()

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _due_processing(market: Market, stop: threading.Event) -> Iterator[None]:
    """Process every second what is due, so that it needs no traffic."""

    def process() -> None:
        while not stop.wait(_TICK):
            try:
                process_due_alone(market.store, market.clock(datetime.now(timezone.utc)))
            except MTurkTasksError as error:
                _log.error("what is due must wait: %s", error)
            except Exception:
                _log.exception("what is due must wait")

    thread = threading.Thread(target=process, name="processing what is due", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(GRACE)
