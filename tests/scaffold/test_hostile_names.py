"""Names of files and folders that strangers chose are data: none is rendered, none leads elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from mturk_tasks import scaffold
from mturk_tasks.errors import UsageError
from mturk_tasks.files import inputs
from mturk_tasks.legacy import projects

pytestmark = pytest.mark.packaging

CODE = "{{cycler.__init__.__globals__.os.mkdir('MARK')}}"
LOOP = "{% for n in range(3) %}"
NAMES = {
    "a value": "{{x}}",
    "code": CODE,
    "a statement": LOOP,
    "a comment": "{# gone #}",
    "a column": "${x}",
    "dots": "..x",
    "a dash": "-rf",
    "a line end": "two\nlines",
    "the longest": "x" * (255 - len(".properties")),
    "right to left": "\u202ebirds\u200f",
    "quotes": "'''\"\"\"`",
    "no text": "\udcff",
}
named = pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
FILES = {
    "input": b"picture\nowl\n",
    "question": b"<HTMLQuestion/>",
    "properties": b"title: Old\nreward: 0.05\n",
}


def a_survey(folder: Path, name: str) -> Path:
    """Make a survey folder of the old tools, all of whose files are called so."""
    folder.mkdir(parents=True)
    for ending, content in FILES.items():
        (folder / f"{name}.{ending}").write_bytes(content)
    return folder


def marks(folder: Path) -> list[Path]:
    return list(folder.rglob("MARK*"))


def holds_the_survey(folder: Path) -> bool:
    return all((folder / f"birds.{ending}").read_bytes() == content for ending, content in FILES.items())


@named
def test_a_survey_of_any_name_is_begun_from_whole(tmp_path: Path, name: str) -> None:
    called, files = inputs.of_folder(a_survey(tmp_path / "old", name))
    made = scaffold.new_hit({"name": "birds", "sample": called, "git": "no"}, tmp_path / "new", files)

    assert holds_the_survey(made)
    assert {path.name for path in made.iterdir() if path.is_dir()} == set()
    assert marks(tmp_path) == []


@named
def test_a_layout_of_any_name_is_begun_from_whole(tmp_path: Path, name: str) -> None:
    layout, rows = tmp_path / f"{name[:200]}.html", tmp_path / f"{name[:200]}.csv"
    layout.write_text("<p>${picture}</p>", encoding="utf-8")
    rows.write_text("picture\nowl\n", encoding="utf-8")
    called, files = inputs.of_page(layout, rows)
    made = scaffold.new_hit({"name": "birds", "sample": called, "git": "no"}, tmp_path / "new", files)

    assert (made / "birds.html").read_text(encoding="utf-8") == "<p>${picture}</p>"
    assert marks(tmp_path) == []


def test_what_a_survey_was_begun_from_is_told_in_one_line(tmp_path: Path) -> None:
    called, files = inputs.of_folder(a_survey(tmp_path / "old", "{{x}}\n`\u202e"))
    made = scaffold.new_hit({"name": "birds", "sample": called, "git": "yes"}, tmp_path, files)
    log = subprocess.run(["git", "log", "--format=%s"], cwd=made, capture_output=True, text=True, check=True)

    assert "Made from the sample `{{x}}\ufffd\ufffd\ufffd`." in (made / "README.md").read_text(
        encoding="utf-8"
    )
    assert log.stdout == "Generate birds from the sample {{x}}\ufffd\ufffd\ufffd\n"


@named
def test_a_folder_is_made_whole_in_a_place_of_any_name(tmp_path: Path, name: str) -> None:
    made = scaffold.new_qual({"name": "birds", "git": "yes"}, tmp_path / name)

    assert made == tmp_path / name / "birds"
    assert {"birds.properties", "tasks.py", ".git"} <= {path.name for path in made.iterdir()}
    assert [path.name for path in (tmp_path / name).iterdir()] == ["birds"]
    assert marks(tmp_path) == []


def test_in_a_repository_whose_path_has_braces_none_is_begun(tmp_path: Path) -> None:
    (tmp_path / "{{x}}" / ".git").mkdir(parents=True)
    made = scaffold.new_hit({"name": "birds", "git": "auto"}, tmp_path / "{{x}}" / "surveys")

    assert not (made / ".git").exists()


def test_with_braces_in_every_place_it_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "{{tmp}}").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "{{tmp}}"))
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(UsageError, match="let TMPDIR name a directory without them"):
        scaffold.new_hit({"name": "birds", "git": "no"}, tmp_path / "{{x}}")

    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("program", ["task", "cookiecutter"])
def test_nothing_that_stands_in_the_temporary_folder_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    (tmp_path / "tmp").mkdir()
    for module in ("json", "re", "shutil"):
        text = "from pathlib import Path\nPath(__file__).with_name('MARK').touch()\n"
        (tmp_path / "tmp" / f"{module}.py").write_text(text, encoding="utf-8")
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    if program == "task":
        scaffold.new_hit({"name": "birds", "git": "no"}, tmp_path)
    else:
        command = [
            sys.executable,
            "-m",
            "cookiecutter",
            "--no-input",
            str(scaffold.template("hit")),
            "name=birds",
            "git=no",
        ]
        subprocess.run(command, cwd=tmp_path, check=True)

    assert (tmp_path / "birds" / "birds.input").is_file()
    assert marks(tmp_path) == []


REFUSED = ("a line end", "no text")


@pytest.mark.parametrize("name", [NAMES[kind] for kind in NAMES if kind not in REFUSED])
def test_an_old_project_of_any_name_that_scripts_can_hold_is_made_whole(tmp_path: Path, name: str) -> None:
    order = projects.Order(
        "quiz_qual", name, kind=projects.QUALIFICATION, target_root=tmp_path, systems=("Unix",)
    )
    projects.make(order, lambda line: None)

    made = {path.name for path in (tmp_path / name).iterdir()}
    assert {f"{name}.properties", f"{name}.question", f"{name}.answer"} <= made
    assert marks(tmp_path) == []


@pytest.mark.parametrize("name", [*(NAMES[kind] for kind in REFUSED), "x" * 255, 'a"b'])
def test_an_old_project_of_another_name_is_refused_before_anything_is_written(
    tmp_path: Path, name: str
) -> None:
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(UsageError, match=r"cannot name|could not be made|cannot stand in a script"):
        projects.make(projects.Order("helloworld", name, target_root=tmp_path), lambda line: None)

    assert sorted(tmp_path.rglob("*")) == before


@named
def test_a_template_of_ones_own_of_any_name_is_copied_whole(tmp_path: Path, name: str) -> None:
    a_survey(tmp_path / "own" / name, name)
    order = projects.Order(name, "birds", target_root=tmp_path, template_root=tmp_path / "own")
    projects.make(order, lambda line: None)

    assert holds_the_survey(tmp_path / "birds")
    assert marks(tmp_path) == []


@pytest.mark.parametrize("name", ["$(touch MARK)", "`touch MARK`", "a'b", "\\x"])
def test_a_script_of_a_project_of_any_name_runs_the_old_command_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    projects.make(projects.Order("helloworld", name, target_root=tmp_path), lambda line: None)
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "mturk"
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    script = [str(tmp_path / name / "run.sh")]
    run = subprocess.run(script, cwd=tmp_path, capture_output=True, text=True, check=True)

    assert str(tmp_path / name / f"{name}.input") in run.stdout.splitlines()
    assert marks(tmp_path) == []
