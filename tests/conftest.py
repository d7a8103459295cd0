"""No test sees the user's home, keys or configuration, and none reaches beyond this machine."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

from mturk_tasks.marketplace.storage import opening
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.marketplace.web.accounts import sessions
from mturk_tasks.tasks import bootstrap
from tests.chromium import browser as browser
from tests.chromium import fitting_browser as fitting_browser
from tests.chromium import playwright as playwright
from tests.chromium import windowed_browser as windowed_browser
from tests.stores import Copies, copying, share_compiled_statements


def pytest_configure() -> None:
    """Let Ctrl-C reach what is tested: a shell that runs this in the background has it ignored."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    share_compiled_statements()


_LOOPBACK = ("127.", "::1", "localhost")
_ALONE = ("AWS_", "INVOKE_", "MTURK_", "GIT_", "XDG_")


def _stay_here(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "socket.connect":
        return
    address = arguments[1]
    if isinstance(address, tuple) and not str(address[0]).startswith(_LOOPBACK):
        raise RuntimeError(f"a test tried to reach {address}")


sys.addaudithook(_stay_here)


@pytest.fixture(scope="session")
def _folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tests")


@pytest.fixture
def tmp_path(_folders: Path) -> Path:
    """Return a new folder; pytest's own would look through those of all earlier tests for its number."""
    return Path(tempfile.mkdtemp(dir=_folders))


@pytest.fixture(autouse=True)
def _home(_folders: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in list(os.environ):
        if name.startswith(_ALONE):
            monkeypatch.delenv(name)
    home = Path(tempfile.mkdtemp(prefix="home", dir=_folders))
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("MTURK_HOME", str(home / "mturk"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    return home


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> None:
    """Hash with the lowest cost there is; a process of its own, as a served marketplace, has the real one."""
    sessions.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(scope="session")
def _new_stores(tmp_path_factory: pytest.TempPathFactory) -> Copies:
    return Copies(tmp_path_factory.mktemp("stores"), opening.open_store)


@pytest.fixture(autouse=True)
def _stores_are_copied_and_closed(_new_stores: Copies, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Copy new stores, and close what a test has opened: commands keep theirs to the end of a process."""
    opened: list[Store] = []
    monkeypatch.setattr(opening, "open_store", copying(_new_stores, opening.open_store, opened))
    yield
    bootstrap._open.cache_clear()
    for store in opened:
        store.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Return the URL of a database on a real PostgreSQL server, which several tests use in turn."""
    from tests.postgres import address, running

    with running() as server:
        yield address(server)
