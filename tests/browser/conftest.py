"""A browser that reaches nothing but what a test gives it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Frame, Page, Route

from mturk_tasks.marketplace.store import Store
from tests.web.site import Site, running

OURS = ("file:", "http://127.0.0.1:")
NOT_OURS = "Failed to load resource"  # what a question names is out of reach here


@dataclass
class Window:
    """A page in the browser, what it wanted to fetch, and what it complained of."""

    page: Page
    wanted: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, file: Path) -> Page:
        self.page.goto(file.as_uri())
        return self.page

    def violations(self, frame: Frame | None = None) -> list[str]:
        """Return what axe-core finds wrong with the page, or inside a frame of it."""
        found = Axe().run(frame or self.page).response["violations"]
        return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]


@pytest.fixture(params=[(360, "light"), (1280, "dark")], ids=["phone", "desk at night"])
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """Give a browsing context, once as narrow and light and once as wide and dark as it gets."""
    width, scheme = request.param
    made = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    yield made
    made.close()


@pytest.fixture
def window(context: BrowserContext) -> Window:
    window = Window(context.new_page())

    def refuse(route: Route) -> None:
        window.wanted.append(route.request.url)
        route.abort()

    context.route(lambda url: not url.startswith(OURS), refuse)
    window.page.on("console", lambda message: _complain(window, message.type, message.text))
    window.page.on("pageerror", lambda error: window.complaints.append(str(error)))
    return window


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Give a served marketplace with a bare work page."""
    with Store.open(tmp_path / "market.db") as store, running(store) as site:
        yield site


def _complain(window: Window, kind: str, text: str) -> None:
    if kind in ("error", "warning") and not text.startswith(NOT_OURS):
        window.complaints.append(text)
