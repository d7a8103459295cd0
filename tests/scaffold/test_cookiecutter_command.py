"""The template without our task: `cookiecutter path/to/cookiecutter-hit`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mturk_tasks import scaffold

pytestmark = pytest.mark.packaging


@pytest.fixture
def here(tmp_path: Path) -> Path:
    here = tmp_path / "here"
    here.mkdir()
    return here


def cookiecutter(here: Path, *answers: str, template: str = "") -> subprocess.CompletedProcess[str]:
    source = template or str(scaffold.template("hit"))
    return subprocess.run(
        [sys.executable, "-m", "cookiecutter", "--no-input", source, "git=no", *answers],
        cwd=here,
        capture_output=True,
        text=True,
        check=False,
    )


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "answers",
    [
        {"name": "birds", "sample": "best_image"},
        {"name": "b-2_X", "sample": "html_form", "title": r"Ünï & \ 'so' \"on\"", "reward": "$0.1"},
        {"name": "birds", "sample": "external_hit", "title": " two  blanks ", "reward": ".5 USD"},
    ],
    ids=["bare", "all answers", "blanks"],
)
def test_the_command_makes_the_same_folder_as_the_task(
    here: Path, tmp_path: Path, answers: dict[str, str]
) -> None:
    done = cookiecutter(here, *(f"{key}={value}" for key, value in answers.items()))
    ours = scaffold.new_hit({**answers, "git": "no"}, tmp_path / "ours")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert tree(here / answers["name"]) == tree(ours)


def test_a_template_named_by_a_relative_path_works(tmp_path: Path, here: Path) -> None:
    (tmp_path / "link").symlink_to(scaffold.template("hit"))
    assert cookiecutter(here, "name=birds", template="../link").returncode == 0
    assert (here / "birds" / "birds.input").is_file()


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("name=2birds", "cannot name a survey"),
        ("name=a/b", "cannot name a survey"),
        ("name=../birds", "cannot name a survey"),
        ("name=", "cannot name a survey"),
        ("name=..", "already exists"),
        ("name=" + "b" * 65, "cannot name a survey"),
        ("sample=best_imag", "best_image"),
        ("title=one\ntwo", "one line of text"),
        ("title=" + "t" * 129, "has 129"),
        ("reward=0,06", "no amount of dollars"),
        ("git=perhaps", "auto"),
    ],
    ids=lambda value: value[:16].replace("\n", " "),
)
def test_the_command_refuses_what_the_task_refuses(
    here: Path, tmp_path: Path, answer: str, message: str
) -> None:
    arguments = [answer] if answer.startswith("name=") else ["name=birds", answer]
    done = cookiecutter(here, *arguments)
    assert done.returncode == 1
    assert message in done.stdout + done.stderr
    assert list(here.iterdir()) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["here", "home"]


def test_an_existing_folder_is_left_alone(here: Path) -> None:
    (here / "birds").mkdir()
    done = cookiecutter(here, "name=birds")
    assert done.returncode == 1
    assert list(here.rglob("*")) == [here / "birds"]
