from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mturk_tasks import scaffold


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder, and a git that reads no settings but the identity it is given here."""
    home = tmp_path / "home"
    home.mkdir()
    settings = {
        "HOME": str(home),
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "user.useConfigOnly",
        "GIT_CONFIG_VALUE_0": "true",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Ada")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "ada@example.org")
    return home


@pytest.fixture
def no_identity(monkeypatch: pytest.MonkeyPatch) -> None:
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.delenv(f"GIT_{role}_NAME")
        monkeypatch.delenv(f"GIT_{role}_EMAIL")


@pytest.fixture
def surveys(tmp_path: Path) -> Path:
    """Where the folders of a test go; not there yet."""
    return tmp_path / "my" / "surveys"


@pytest.fixture
def bake(surveys: Path) -> Callable[..., Path]:
    """Generate a folder without git, unless asked otherwise."""

    def bake(**answers: str) -> Path:
        return scaffold.new_hit({"name": "birds", "git": "no", **answers}, surveys)

    return bake
