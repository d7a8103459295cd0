"""`mturk` in folders of strangers: what stands there is read as data, and nothing of it is run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from mturk_tasks import scaffold
from mturk_tasks.tasks import collections
from tests.tasks.shell import Ended, Sandbox

Mturk = Callable[..., Ended]
MARK = "from pathlib import Path\nPath(__file__).with_name('MARK').touch()\n"
COMMANDS = [
    "--version",
    "handbook",
    "--help",
    "--list",
    "adopt .",
    "getBalance",
    "marketplace.status",
    "load",
]
LEAVING_MARKS = [
    "tasks.py",
    "invoke.py",
    "tasks/__init__.py",
    "json.py",
    "mturk_tasks.py",
    "sitecustomize.py",
]


def leave_marks(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(MARK, encoding="utf-8")


@pytest.mark.parametrize("line", COMMANDS)
def test_nothing_of_the_present_folder_or_of_those_above_is_run(
    mturk: Mturk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    below = tmp_path / "above" / "here"
    for folder in (below.parent, below):
        leave_marks(folder, *LEAVING_MARKS)
    (below / "birds.properties").write_text("title: Birds\nreward: 0.05\n", encoding="utf-8")
    monkeypatch.chdir(below)
    mturk(*line.split())

    assert list(tmp_path.rglob("MARK")) == []


def test_nor_in_a_folder_that_is_known_by_its_settings(
    mturk: Mturk, folder: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_marks(folder, *LEAVING_MARKS)
    monkeypatch.chdir(folder)

    assert mturk("load").code == 0
    assert len(sandbox.hits()) == 3
    assert list(folder.rglob("MARK")) == []


def test_a_folders_settings_count_without_its_tasks(
    mturk: Mturk, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "tasks.py").unlink()
    (folder / "invoke.yaml").write_text("mturk:\n  environment: moon\n", encoding="utf-8")
    (folder / "notes").mkdir()
    monkeypatch.chdir(folder / "notes")

    assert "environment 'moon' is not known" in mturk("load").err


def test_a_folders_settings_go_before_the_users_and_after_variables(
    mturk: Mturk, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("~/.invoke.yaml").expanduser().write_text("mturk: {environment: sun}\n", encoding="utf-8")
    monkeypatch.chdir(folder)
    assert "'sun'" in mturk("load").err

    (folder / "invoke.yaml").write_text("mturk: {environment: moon}\n", encoding="utf-8")
    assert "'moon'" in mturk("load").err

    monkeypatch.setenv("INVOKE_MTURK_ENVIRONMENT", "mars")
    assert "'mars'" in mturk("load").err


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        ({"invoke.yaml": "mturk: {layout: 1, kind: qualification}", "birds.input": ""}, "qualification"),
        ({"invoke.yaml": "mturk: {layout: 1}", "tasks.py": "ns = qual_tasks(__file__)\n"}, "qualification"),
        ({"invoke.yaml": "mturk: {layout: 1}", "tasks.py": "ns = hit_tasks(__file__)\n"}, "survey"),
        ({"tasks.py": "import x\nns = hit_tasks(__file__)\nns.add_task(x)\n"}, "survey"),
        ({"invoke.yaml": "mturk: {layout: 1}", "birds.properties": "name: Birds\n"}, "qualification"),
        ({"invoke.yaml": "mturk: {layout: 1}", "birds.properties": "title: Birds\nreward: 1\n"}, "survey"),
        ({"invoke.yaml": "mturk: {layout: 1}", "birds.input": "x\n"}, "survey"),
        ({"invoke.json": '{"mturk": {"layout": 1}}', "birds.input": "x\n"}, "survey"),
        ({"invoke.yaml": "run: {echo: true}\n", "tasks.py": "ns = hit_tasks(__file__)\n"}, "survey"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else value,
)
def test_a_folder_is_known_by_its_settings_by_the_text_of_its_tasks_or_by_its_files(
    tmp_path: Path, files: dict[str, str], kind: str
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "below").mkdir()
    found = collections.find(tmp_path / "below")

    assert found is not None
    assert (found.path, found.kind) == (tmp_path, kind)


@pytest.mark.parametrize(
    "files",
    [{"invoke.yaml": "run: {echo: true}\n", "tasks.py": MARK}, {"tasks.py": MARK}, {"invoke.yaml": ""}, {}],
    ids=["somebody's project", "tasks", "an empty file", "nothing"],
)
def test_another_folder_is_passed_over(tmp_path: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")

    assert collections.find(tmp_path) is None


@pytest.mark.parametrize("kind", ["hit", "qual"])
def test_a_generated_folder_says_in_its_settings_what_it_is(tmp_path: Path, kind: str) -> None:
    make = scaffold.new_hit if kind == "hit" else scaffold.new_qual
    made = make({"name": "birds", "git": "no"}, tmp_path)
    for path in made.iterdir():
        if path.name != "invoke.yaml":
            path.unlink()
    found = collections.find(made)

    assert found is not None
    assert found.kind == ("survey" if kind == "hit" else "qualification")


HOSTILE = {
    "code": ("mturk:\n  name: !!python/object/apply:os.mkdir [MARK]\n", "invoke.yaml:2: a list or a section"),
    "a tag": ("mturk:\n  name: !!python/name:os.system\n", ""),
    "a section": ("mturk:\n  name: {a: b}\n", "invoke.yaml:2: a list or a section"),
    "a kind": ("mturk:\n  layout: 1\n  kind: party\n", "invoke.yaml:3: kind: 'party' is not known"),
    "a bomb": ("a: &a [x, x]\nb: &b [*a, *a]\n" + "mturk: {name: *b}\n", "invoke.yaml:2: a list"),
    "itself": ("mturk: &a\n  name: *a\n", "invoke.yaml:1: a list or a section"),
    "no alias": ("mturk: *nothing\n", "invoke.yaml:1: is no YAML"),
    "depth": ("mturk: " + "[" * 5000, "invoke.yaml: is no settings file: it is nested too deeply"),
    "size": ("#" * 70_000, "invoke.yaml: is no settings file: it has more than 65536 bytes"),
    "bytes": ("mturk: \x00", "invoke.yaml: is no YAML"),
    "two documents": ("mturk: {}\n---\nmturk: {}\n", "invoke.yaml:2: is no YAML"),
}


@pytest.mark.parametrize(("text", "said"), HOSTILE.values(), ids=HOSTILE.keys())
def test_settings_of_strangers_end_in_a_sentence_with_their_line(
    mturk: Mturk, tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "invoke.yaml").write_text(text, encoding="utf-8")
    ended = mturk("--list")

    assert (ended.code, ended.err.startswith(f"error: {said}")) == ((2, True) if said else (0, False))
    assert "Traceback" not in ended.err
    assert list(tmp_path.rglob("MARK")) == []


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["pipe", "folder"])
@pytest.mark.parametrize("name", ["invoke.yaml", "tasks.py"])
def test_what_is_no_file_does_not_keep_anybody_waiting(
    mturk: Mturk, tmp_path: Path, name: str, make: Callable[[Path], None]
) -> None:
    make(tmp_path / name)
    ended = mturk("--list")

    assert ended.code == (2 if name == "invoke.yaml" else 0)


def test_a_settings_file_above_is_named_by_the_way_there(
    mturk: Mturk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "invoke.yaml").write_text("mturk: x\n", encoding="utf-8")
    (tmp_path / "a" / "b").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "a" / "b")

    assert mturk("--version").err.startswith("error: ../../invoke.yaml:1: mturk: has no settings below it")


def test_a_task_of_ones_own_runs_under_inv_alone_and_that_is_said(
    mturk: Mturk, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    ended = mturk("zzz")

    assert ended.code == 2
    assert "tasks of your own in tasks.py are there under inv" in ended.err


def test_a_folder_of_before_goes_on_without_a_kind(
    mturk: Mturk, folder: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "invoke.yaml").write_text("mturk:\n  layout: 1\n", encoding="utf-8")
    moved = Path(shutil.move(folder, folder.with_name("moved")))
    monkeypatch.chdir(moved)

    assert mturk("load").code == 0
    assert len(sandbox.hits()) == 3
