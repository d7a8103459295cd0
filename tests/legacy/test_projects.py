"""A project of the old tools with its own scripts, from run to approveAndDeleteResults."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mturk_tasks.tasks.collections import old_command_names
from tests.bench import Bench
from tests.legacy.prompt import PROGRAM
from tests.tasks.shell import Ended, ended, table
from tests.tasks.terminal import CTRL_C, ENTER, at_terminal

pytestmark = pytest.mark.walk

FILES = "../hits/birds/birds"
SCRIPTS = {
    "run": "./loadHITs.sh $1 $2 $3 $4 $5 $6 $7 $8 $9 -label {0} -input {0}.input "
    "-question {0}.question -properties {0}.properties",
    "getResults": "./getResults.sh $1 $2 $3 $4 $5 $6 $7 $8 $9 "
    "-successfile {0}.success -outputfile {0}.results",
    "reviewResults": "./reviewResults.sh $1 $2 $3 $4 $5 $6 $7 $8 $9 -resultsfile {0}.results",
    "approveAndDeleteResults": "./deleteHITs.sh $1 $2 $3 $4 $5 $6 $7 $8 $9 -successfile {0}.success "
    "-approve -expire",
}
PROMPT = "please press ENTER"


@dataclass(frozen=True)
class Project:
    """The home of the old tools, with one project in it."""

    root: Path
    bench: Bench

    @property
    def folder(self) -> Path:
        return self.bench.folder

    def run(self, script: str, *words: str) -> Ended:
        """Run one of its scripts without a terminal."""
        pipe = subprocess.PIPE
        command = [str(self.folder / f"{script}.sh"), *words]
        streams: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": pipe, "stderr": pipe}
        return ended(subprocess.Popen(command, cwd=self.folder, text=True, **streams))

    def work(self) -> None:
        """Have everything done by two workers."""
        for hit in self.bench.hits():
            for worker in ("AONE", "ATWO"):
                self.bench.submit(worker, hit["HITId"])


def runnable(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def project(tmp_path, _home, monkeypatch) -> Project:
    root = tmp_path / "mturk clt"
    program = runnable(
        tmp_path / "tools" / "mturk", f"#!{sys.executable}\n{PROGRAM[2]}\n".replace("; ", "\n")
    )
    subprocess.run([program, "install-scripts", "--directory", root], check=True, capture_output=True)
    (root / "hits").mkdir()
    bench = Bench(root / "hits" / "birds", _home / "mturk")
    for name, line in SCRIPTS.items():
        text = f'#!/usr/bin/env sh\ncd "$MTURK_CMD_HOME/bin"\n{line.format(FILES)}\n'
        runnable(bench.folder / f"{name}.sh", text)
    monkeypatch.setenv("MTURK_CMD_HOME", str(root))
    return Project(root, bench)


def test_an_old_project_is_driven_from_run_to_the_end_by_pressing_enter(project):
    def step(script: str, prompt: str, keys: str = "") -> str:
        run = at_terminal(
            project.folder, prompt=prompt, keys=keys, program=[str(project.folder / f"{script}.sh")]
        )
        assert run.code == 0, run
        return run.out

    step("run", "Successfully loaded 3 HITs.")
    project.work()
    step("getResults", "Assignments completed: 6/6 (100%)")
    rows = table(project.folder / "birds.results")
    assert [row["Answer.bird"] for row in rows] == ["owl"] * 6
    step("reviewResults", "Assignments approved: 6/6 (100%)")
    output = step("approveAndDeleteResults", PROMPT, ENTER)

    assert "3 HITs have been deleted or were deleted previously." in output
    assert project.bench.hits() == []


def test_without_a_terminal_what_asks_is_2_and_does_nothing(project):
    assert project.run("run").code == 0
    project.work()
    assert project.run("getResults").code == 0
    before = sorted(path.name for path in project.folder.iterdir())
    run = project.run("approveAndDeleteResults")

    assert (run.code, run.out) == (2, "")
    assert "add --force" in run.err
    assert project.bench.statuses() == ["Submitted"] * 6
    assert sorted(path.name for path in project.folder.iterdir()) == before


def test_with_force_it_goes_on_without_a_terminal(project):
    project.run("run")
    project.work()
    run = project.run("approveAndDeleteResults", "-force")

    assert run.code == 0, run
    assert "  3 HITs have been deleted or were deleted previously." in run.out.splitlines()
    assert project.bench.hits() == []


def test_ctrl_c_at_the_question_deletes_nothing(project):
    project.run("run")
    script = [str(project.folder / "approveAndDeleteResults.sh")]
    run = at_terminal(project.folder, prompt=PROMPT, keys=CTRL_C, program=script)

    assert "Traceback" not in run.out
    assert len(project.bench.hits()) == 3


def test_options_of_the_script_are_passed_on(project):
    run = project.run("run", "-sandbox", "-maxhits", "1")

    assert "  Successfully loaded 1 HITs." in run.out.splitlines()
    assert len(project.bench.hits()) == 1


def test_the_old_configuration_beside_the_scripts_is_heeded(project):
    url = "https://mechanicalturk.amazonaws.com/?Service=AWSMechanicalTurkRequester"
    (project.root / "bin" / "mturk.properties").write_text(f"service_url={url}\n", encoding="utf-8")
    refused, done = project.run("run"), project.run("run", "-sandbox")

    assert (refused.code, done.code) == (2, 0)
    assert "with --sandbox" in refused.err


def test_there_is_a_script_for_each_command_and_system(project):
    files = {path.name for path in (project.root / "bin").iterdir()}
    scripts = {f"{name}{ending}" for name in old_command_names() for ending in (".sh", ".cmd")}
    assert files == {*scripts, "mturk.properties"}
    assert all(os.access(path, os.X_OK) for path in (project.root / "bin").glob("*.sh"))


def test_scripts_are_installed_over_their_own_and_over_nothing_else(project, prompt, fresh):
    prompt.do("install-scripts", "--directory", str(project.root))
    stranger = project.root / "bin" / "getBalance.sh"
    stranger.write_text("echo mine\n", encoding="utf-8")
    run = prompt.mturk("install-scripts", "--directory", str(project.root))

    assert run.code == 2
    assert "getBalance.sh: is there already and was not written by this" in run.err
    assert stranger.read_text(encoding="utf-8") == "echo mine\n"
