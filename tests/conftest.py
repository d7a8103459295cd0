"""No test sees the user's home, keys or configuration, and none reaches beyond this machine."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.tasks import wiring
from tests.chromium import browser as browser


def pytest_configure() -> None:
    """Let Ctrl-C reach what is tested: a shell that runs this in the background has it ignored."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


_LOOPBACK = ("127.", "::1", "localhost")
_ALONE = ("AWS_", "INVOKE_", "MTURK_", "GIT_", "XDG_")


def _stay_here(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "socket.connect":
        return
    address = arguments[1]
    if isinstance(address, tuple) and not str(address[0]).startswith(_LOOPBACK):
        raise RuntimeError(f"a test tried to reach {address}")


sys.addaudithook(_stay_here)


@pytest.fixture(autouse=True)
def _home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    import os

    for name in list(os.environ):
        if name.startswith(_ALONE):
            monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("MTURK_HOME", str(home / "mturk"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    return home


@pytest.fixture(autouse=True)
def _files_are_closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Close what a test has opened of stores: commands keep theirs to the end of a process."""
    opened: list[Store] = []
    open_one = Store.open.__func__  # type: ignore[attr-defined]  # of a class method there is one

    def noted(cls: type[Store], *given: Any, **named: Any) -> Store:
        opened.append(open_one(cls, *given, **named))
        return opened[-1]

    monkeypatch.setattr(Store, "open", classmethod(noted))
    yield
    wiring._open.cache_clear()
    for store in opened:
        store.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Return the URL of a database on a real PostgreSQL server, which several tests use in turn."""
    from tests.postgres import address, running

    with running() as server:
        yield address(server)
