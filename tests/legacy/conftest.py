"""Somebody at a prompt among the old tools' folders, at a moment of a survey's or a qualification's life."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.legacy import exam as exams
from tests.legacy import world as worlds
from tests.legacy.prompt import Prompt, living, words
from tests.legacy.world import World
from tests.tasks.shell import Ended

Run = Callable[..., Ended]


@pytest.fixture(scope="session")
def moments(tmp_path_factory: pytest.TempPathFactory) -> dict[str, World]:
    """Each moment, made once: to be copied."""
    root = tmp_path_factory.mktemp("moments")
    made = {moment: worlds.make(root / moment, moment) for moment in worlds.MOMENTS}
    return {**made, **{moment: exams.make(root / moment, moment) for moment in exams.MOMENTS}}


@pytest.fixture
def at(moments: dict[str, World], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], World]:
    """Give a function that goes to a moment; MTURK_HOME is there."""

    def go(moment: str) -> World:
        shutil.copytree(moments[moment].root, tmp_path, dirs_exist_ok=True)
        world = type(moments[moment])(tmp_path)
        monkeypatch.setenv("MTURK_HOME", str(world.home))
        monkeypatch.chdir(world.here)
        return world

    return go


@pytest.fixture
def fresh(at: Callable[[str], World]) -> World:
    return at("fresh")


@pytest.fixture
def loaded(at: Callable[[str], World]) -> World:
    return at("loaded")


@pytest.fixture
def worked(at: Callable[[str], World]) -> World:
    return at("worked")


@pytest.fixture
def prompt(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Prompt:
    """A prompt in the survey's folder."""
    return Prompt(tmp_path / worlds.NAME, capsys)


@pytest.fixture
def drafted(at: Callable[[str], World]) -> World:
    return at("drafted")


@pytest.fixture
def created(at: Callable[[str], World]) -> World:
    return at("created")


@pytest.fixture
def requested(at: Callable[[str], World]) -> World:
    return at("requested")


@pytest.fixture
def held(at: Callable[[str], World]) -> World:
    return at("held")


@pytest.fixture
def examiner(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Prompt:
    """A prompt in the qualification's folder."""
    return Prompt(tmp_path / exams.NAME, capsys)


@pytest.fixture
def run(examiner: Prompt) -> Run:
    """Give a function that runs a line about a qualification, with living IDs in it."""

    def run(exam: World, line: str, keys: str | None = None) -> Ended:
        return examiner.mturk(*words(line, **living(exam)), keys=keys)

    return run


@pytest.fixture
def do(run: Run) -> Callable[..., str]:
    """Likewise, for a line that must succeed; it gives what is said."""

    def do(exam: World, line: str, keys: str | None = None) -> str:
        ended = run(exam, line, keys)
        assert ended.code == 0, ended
        return ended.out

    return do
