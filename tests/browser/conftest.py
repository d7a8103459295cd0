"""A browser that reaches nothing but what a test gives it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Frame, Page, Route

from mturk_tasks.marketplace.storage import opening
from tests.browser.people import Market, Requester, Worker
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


@pytest.fixture(params=[(360, "light"), (1280, "dark")], ids=["phone", "context at night"])
def context(fitting_browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """Give a browsing context, once as narrow and light and once as wide and dark as it gets."""
    width, scheme = request.param
    made = fitting_browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
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
    with opening.open_store(tmp_path / "market.db") as store, running(store) as site:
        yield site


@pytest.fixture(scope="session")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    """Give a marketplace that is served by a process of its own, to all tests that ask for it."""
    market = Market(tmp_path_factory.mktemp("market"))
    yield market
    market.close()


@pytest.fixture
def title() -> str:
    """Give a title that nothing else in the marketplace has."""
    return f"Survey {uuid.uuid4().hex[:12]}"


@pytest.fixture
def requester(
    market: Market, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[[Path], Requester]:
    """Let a requester stand in a folder, whose sandbox is the marketplace."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "any",
        "AWS_SECRET_ACCESS_KEY": "any",
        "INVOKE_MTURK_SANDBOX_ENDPOINT": market.url,
    }.items():
        monkeypatch.setenv(name, value)
    return lambda folder: Requester(folder, capsys)


@pytest.fixture
def worker(browser: Browser, market: Market) -> Iterator[Callable[..., Worker]]:
    """Let a worker sign up in a browser, or sign in by the name of one who has; none complains."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def come(name: str = "", *, scripts: bool = True) -> Worker:
        contexts.append(browser.new_context(base_url=market.url, java_script_enabled=scripts))
        contexts[-1].route(lambda url: not url.startswith(OURS), lambda route: route.abort())
        tab = contexts[-1].new_page()
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        if name:
            return Worker(name, tab).enter("Sign in")
        return Worker(f"worker-{uuid.uuid4().hex[:12]}", tab).enter("Sign up")

    yield come
    for context in contexts:
        context.close()
    assert complaints == []


def _complain(window: Window, kind: str, text: str) -> None:
    if kind in ("error", "warning") and not text.startswith(NOT_OURS):
        window.complaints.append(text)
