"""A survey folder as `inv new.hit` makes it, a prompt in it, and the user's sandbox."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from invoke import Collection

from mturk_tasks import scaffold
from mturk_tasks.tasks.program import Mturk
from tests.bench import PICTURES, PROPERTIES, QUESTION
from tests.tasks.shell import Ended, Sandbox, Shell


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generated folder with a small survey in it, to be copied: generating takes its time."""
    folder = scaffold.new_hit({"name": "birds", "git": "no"}, tmp_path_factory.mktemp("generated"))
    (folder / "birds.properties").write_text(PROPERTIES, encoding="utf-8")
    (folder / "birds.question").write_text(QUESTION, encoding="utf-8")
    (folder / "birds.input").write_text("\n".join(("picture", *PICTURES)) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def folder(generated: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(generated, tmp_path / "birds"))


@pytest.fixture
def home(_home: Path) -> Path:
    """Where what belongs to the user stands."""
    return _home / "mturk"


@pytest.fixture
def sandbox(home: Path) -> Sandbox:
    return Sandbox(home)


@pytest.fixture
def shell(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.chdir(folder)
    return Shell(folder, capsys)


@pytest.fixture
def mturk(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Ended]:
    """Run the program `mturk` in a folder that is no survey's."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Ended:
        capsys.readouterr()
        code = 0
        try:
            Mturk(name="mturk", binary="mturk", namespace=Collection()).run(["mturk", *words])
        except SystemExit as error:
            code = int(error.code or 0)
        said = capsys.readouterr()
        return Ended(code, said.out, said.err)

    return run
