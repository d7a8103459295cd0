"""One browser for all tests of a process, and one with windows for the few that are about them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Playwright

WINDOWED = Path("/usr/bin/chromium")
WINDOWLESS = Path("/usr/bin/chromium-headless-shell")  # opens a page in a third of the time
ALONE = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--disable-features=LocalNetworkAccessChecks",  # here a page "of the web" submits to this machine
)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Give what starts browsers; there can be one of it in a process."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=15_000)  # milliseconds; machines are shared
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Give Debian's chromium, which reaches nothing but this machine and has a home of its own."""
    quickest = WINDOWLESS if WINDOWLESS.exists() else WINDOWED
    with launched(playwright, quickest, tmp_path_factory.mktemp("browser")) as browser:
        yield browser


@pytest.fixture
def fitting_browser(request: pytest.FixtureRequest) -> Browser:
    """Give the quickest browser that does for a test: one with windows where the test is marked so."""
    windowed = request.node.get_closest_marker("windowed") is not None
    browser: Browser = request.getfixturevalue("windowed_browser" if windowed else "browser")
    return browser


@pytest.fixture
def windowed_browser(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Give one that has windows, though nobody sees them: it blocks popups and knows what is in view.

    It draws all the time that it is open, so each test that needs it has its own.
    """
    with launched(playwright, WINDOWED, tmp_path_factory.mktemp("browser")) as browser:
        yield browser


@contextmanager
def launched(playwright: Playwright, program: Path, home: Path) -> Iterator[Browser]:
    if not program.exists():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{program} is missing: install chromium")
    started = playwright.chromium.launch(
        executable_path=program,
        args=list(ALONE),
        ignore_default_args=["--disable-popup-blocking"],
        env={**os.environ, "HOME": str(home)},
    )
    yield started
    started.close()


def eventually(tab: Page, true: Callable[[], bool]) -> None:
    """Wait until something is so on the server."""
    end = time.monotonic() + 15
    while not true() and time.monotonic() < end:
        tab.wait_for_timeout(50)
    assert true()
