"""The ignore rules of folders: people, keys and databases stay out of git, and what others wrote stays in."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from mturk_tasks import scaffold
from mturk_tasks.errors import FileError
from mturk_tasks.legacy import adoption, projects, scripts

PRIVATE = [
    *("birds.results", "birds.results.csv", "birds.drafts", "birds.files/a.png", "bonus.txt", "birds.bonus"),
    *("qualrequests.txt", "workerstoassign.txt", "worker_qual_scores.txt", "approval.txt", "toreject.txt"),
    *("nests_toapprove.txt", "nests_toreject.txt", "qualifications.txt", "birds.requests", "birds.scores"),
    *(
        "mturk.properties",
        "bin/mturk.properties",
        "bin/mturk.properties.backup",
        "rootkey.csv",
        ".env",
        "marketplace.key",
    ),
    *("sandbox.db", "sandbox.db-wal", "sandbox.db-shm", "birds.workers"),
]
KEPT = [
    *("birds.input", "birds.csv", "birds.question", "birds.html", "birds.properties", "birds.success"),
    *("birds.journal", "birds.answer", "birds.answerkey", "sites.vm", "invoke.yaml", "tasks.py", "run.sh"),
    *(
        "birds.properties.success",
        "bonus.input",
        "bonus.csv",
        "workers.csv",
        "requests.properties",
        "README.md",
    ),
]


def ignored(folder: Path, names: list[str]) -> list[str]:
    """Return which of these names git leaves out in a folder."""
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    command = ["git", "check-ignore", "--no-index", *names]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout.split()


@pytest.fixture
def old(tmp_path: Path) -> Path:
    folder = tmp_path / "old"
    folder.mkdir()
    (folder / "old.properties").write_text("title: Birds\nreward: 0.05\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("kind", ["hit", "qual"])
def test_people_keys_and_databases_stay_out_of_git(tmp_path: Path, kind: str) -> None:
    scaffold.complete_gitignore(tmp_path, kind)
    of_surveys = ("birds.results", "birds.results.csv", "birds.drafts", "birds.files/a.png")

    assert ignored(tmp_path, PRIVATE) == [name for name in PRIVATE if kind == "hit" or name not in of_surveys]
    assert ignored(tmp_path, KEPT) == []


@pytest.mark.long
def test_every_folder_that_is_made_has_the_rules(tmp_path: Path, old: Path) -> None:
    (rules,) = scaffold.template("hit").glob("*/gitignore.txt")
    adoption.adopt(old)
    projects.make(projects.Order("helloworld", "made", target_root=tmp_path), lambda line: None)
    scaffold.new_hit({"name": "birds", "git": "no"}, tmp_path)
    scripts.install(tmp_path / "home", ["loadHITs"], None)

    made = {name: (tmp_path / name / ".gitignore").read_bytes() for name in ("old", "made", "birds", "home")}
    assert made == dict.fromkeys(made, rules.read_bytes())


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_rules_that_are_there_are_completed_line_for_line(old: Path, end: str) -> None:
    before = f"# mine{end}*.results*{end}!good.results{end}*.tmp"
    (old / ".gitignore").write_text(before, encoding="utf-8", newline="")
    _, done = adoption.adopt(old)
    after = (old / ".gitignore").read_bytes().decode()

    assert after.startswith(before + end)
    assert after.count("*.results*") == 1
    assert after.count("\n") == after.count(end)
    assert "mturk.properties*" in done.added
    assert f"{len(done.added)} lines added to {old / '.gitignore'}: " in done.sentence


def test_rules_that_are_complete_are_left_alone(old: Path) -> None:
    scaffold.complete_gitignore(old, "hit")
    before = (old / ".gitignore").stat()
    done = scaffold.complete_gitignore(old, "hit")

    assert (done.files, done.sentence) == ([], "")
    assert (old / ".gitignore").stat() == before


@pytest.mark.parametrize("name", [".gitignore", "tasks.py", "invoke.yaml"])
@pytest.mark.parametrize("exists", [True, False], ids=["a file", "nothing"])
def test_nothing_is_written_through_a_link_that_a_folder_came_with(
    old: Path, tmp_path: Path, name: str, exists: bool
) -> None:
    target = tmp_path / "profile"
    if exists:
        target.write_text("mine\n", encoding="utf-8")
    (old / name).symlink_to(target)
    before = sorted(old.iterdir())
    with pytest.raises(FileError, match=r"is no file of its own|is there already"):
        adoption.adopt(old)

    assert sorted(old.iterdir()) == before
    assert (target.read_text(encoding="utf-8") if target.exists() else "") == ("mine\n" if exists else "")


def test_installing_scripts_says_which_rules_it_added(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("*.tmp\n", encoding="utf-8")
    installed = scripts.install(tmp_path, ["loadHITs"], None)
    done = installed.rules

    assert {path.name for path in installed.scripts} == {"loadHITs.sh", "loadHITs.cmd"}
    assert ignored(tmp_path, ["bin/mturk.properties", "x.tmp"]) == ["bin/mturk.properties", "x.tmp"]
    assert "added to" in done.sentence
