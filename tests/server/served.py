"""The server in a thread of the tests, over real connections; what it serves can be exchanged."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from flask import Flask

from mturk_tasks.marketplace.serve import Options, Server, listening, url_of
from mturk_tasks.marketplace.server import application
from mturk_tasks.marketplace.server.access import Access
from mturk_tasks.marketplace.server.keys import KeyFile, Keys
from mturk_tasks.marketplace.server.market import Market
from mturk_tasks.marketplace.server.receiving import BODY_BUDGET
from mturk_tasks.marketplace.storage import opening
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.marketplace.web import site
from mturk_tasks.marketplace.web.session import SiteSettings


class Served:
    """An address, and the marketplace behind it."""

    keys: Keys
    market: application.Market

    def __init__(self, key_file: Path, *, proxied: bool = False) -> None:
        self._key_file = KeyFile(key_file)
        self._empty = opening.open_store(None)
        self.url = ""
        self.offer(self._empty, lambda real: real)
        self.app = application.create(self.market, [site.blueprint(SiteSettings(proxied=proxied))])

    def offer(self, store: Store, clock: Callable[[datetime], datetime], *, private: bool = False) -> None:
        """Put a marketplace behind the address."""
        self.keys = Keys(store, self._key_file)
        access = Access(store, self.keys, private=private)
        if not hasattr(self, "market"):
            self.market = Market(store, access, clock)
        self.market.store, self.market.access, self.market.clock = store, access, clock

    def close(self) -> None:
        self._empty.close()


@contextmanager
def answering(app: Flask, trusted_proxy: str = "", budget: int = BODY_BUDGET) -> Iterator[str]:
    """Answer at an address of this machine, which is given; `budget` is for bodies under way, in bytes."""
    stop = threading.Event()
    with listening(Options("127.0.0.1", 0)) as heard:
        url = url_of("127.0.0.1", heard)
        server = Server(app, heard, trusted_proxy, budget)
        thread = threading.Thread(target=server.run, args=(stop,))
        thread.start()
        try:
            yield url
        finally:
            stop.set()
            server.wake()
            thread.join()


@contextmanager
def serving(key_file: Path, trusted_proxy: str = "") -> Iterator[Served]:
    """Serve an empty marketplace, until another is offered."""
    served = Served(key_file, proxied=bool(trusted_proxy))
    with answering(served.app, trusted_proxy) as served.url:
        yield served
    served.close()


@contextmanager
def offering(store: Store) -> Iterator[str]:
    """Serve a sandbox that takes any key, at the address that is given."""
    access = Access(store, Keys(store, KeyFile(Path("no.key"))), private=True)
    with answering(application.create(Market(store, access, lambda real: real))) as url:
        yield url
