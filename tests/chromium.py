"""One browser for all tests of a process: a second one cannot be started beside it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = Path("/usr/bin/chromium")  # the one without a window is faster, and blocks no popups
ALONE = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--disable-features=LocalNetworkAccessChecks",  # here a page "of the web" submits to this machine
)


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Give Debian's chromium, which reaches nothing but this machine and has a home of its own."""
    if not CHROMIUM.exists():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{CHROMIUM} is missing: install chromium")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=15_000)  # milliseconds; machines are shared
    home = str(tmp_path_factory.mktemp("browser"))
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=list(ALONE),
            ignore_default_args=["--disable-popup-blocking"],
            env={**os.environ, "HOME": home},
        )
        yield launched
        launched.close()


def eventually(tab: Page, true: Callable[[], bool]) -> None:
    """Wait until something is so on the server."""
    end = time.monotonic() + 15
    while not true() and time.monotonic() < end:
        tab.wait_for_timeout(50)
    assert true()
