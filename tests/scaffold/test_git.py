from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Bake = Callable[..., Path]

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True
    ).stdout.strip()


@pytest.fixture
def outer_repository(surveys: Path) -> Path:
    surveys.mkdir(parents=True)
    git(surveys, "init", "--quiet")
    return surveys


@pytest.mark.parametrize("choice", ["auto", "yes"])
def test_a_folder_is_committed_whole_to_a_repository_of_its_own(bake: Bake, choice: str) -> None:
    folder = bake(git=choice)
    assert git(folder, "status", "--porcelain") == ""
    assert git(folder, "log", "--format=%an: %s") == "Ada: Generate birds from the sample helloworld"
    assert {*git(folder, "ls-files").splitlines(), ".git"} == {path.name for path in folder.iterdir()}


def test_no_means_no_repository(bake: Bake) -> None:
    assert not (bake(git="no") / ".git").exists()


@pytest.mark.parametrize(("choice", "message"), [("auto", ""), ("yes", "inside a git repository already")])
def test_a_folder_inside_a_repository_nests_no_other(
    bake: Bake, outer_repository: Path, capfd: pytest.CaptureFixture[str], choice: str, message: str
) -> None:
    folder = bake(git=choice)
    out, err = capfd.readouterr()
    assert not (folder / ".git").exists()
    assert git(outer_repository, "diff", "--cached", "--name-only") == ""
    assert out == ""
    assert message in err
    assert len(err.splitlines()) == bool(message)


@pytest.mark.usefixtures("no_identity")
def test_git_without_an_identity_leaves_the_files_staged_and_says_so_once(
    bake: Bake, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = bake(git="auto")
    out, err = capfd.readouterr()
    assert "birds.input" in git(folder, "diff", "--cached", "--name-only").splitlines()
    assert out == ""
    assert err.startswith("note: git commit failed (")
    assert len(err.splitlines()) == 1


def test_a_habit_of_signing_commits_does_not_stop_it(bake: Bake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_COUNT", "2")
    for number, (key, value) in enumerate([("commit.gpgSign", "true"), ("gpg.program", "false")]):
        monkeypatch.setenv(f"GIT_CONFIG_KEY_{number}", key)
        monkeypatch.setenv(f"GIT_CONFIG_VALUE_{number}", value)
    assert git(bake(git="yes"), "log", "--oneline")


@pytest.mark.parametrize(("choice", "message"), [("auto", ""), ("yes", "note: git is not installed")])
def test_a_machine_without_git_generates_folders_as_well(
    bake: Bake,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    choice: str,
    message: str,
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert (bake(git=choice) / "birds.input").is_file()
    assert capfd.readouterr().err.startswith(message)


def test_the_repository_of_a_calling_git_hook_is_left_alone(
    bake: Bake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = tmp_path / "caller"
    caller.mkdir()
    git(caller, "init", "--quiet")
    monkeypatch.setenv("GIT_DIR", str(caller / ".git"))
    folder = bake(git="yes")
    monkeypatch.delenv("GIT_DIR")
    assert git(caller, "diff", "--cached", "--name-only") == ""
    assert "birds.input" in git(folder, "ls-files").splitlines()


@pytest.mark.parametrize(
    ("name", "tracked"),
    [
        ("birds.results", False),
        ("birds.production.results", False),
        ("birds.results.new", False),
        ("__pycache__/tasks.pyc", False),
        ("birds.success", True),
        ("birds.failure", True),
        ("birds.journal", True),
    ],
)
def test_receipts_go_into_git_and_worker_ids_do_not(bake: Bake, name: str, tracked: bool) -> None:
    folder = bake(git="yes")
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).touch()
    assert bool(git(folder, "status", "--porcelain", "--untracked-files=all")) == tracked
