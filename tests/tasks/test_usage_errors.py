"""What cannot be understood ends `mturk` with 2 and a sentence, whatever word it is; nothing is done."""

from __future__ import annotations

import pytest

from tests.legacy.prompt import Prompt
from tests.tasks.shell import snapshot

pytestmark = pytest.mark.walk

KINDS = {
    "task": ("laod", "did you mean load?"),
    "task among others": ("check laod", "did you mean load?"),
    "task of collection": ("workers.blok", "did you mean workers.block or"),
    "old command": ("loadHIT", "did you mean loadHITs"),
    "option": ("load --labl x", "load has no option --labl; did you mean -label"),
    "option of old command": ("loadHITs -inptu x", "did you mean -input?"),
    "option without its value": ("load --maxhits", "Missing argument for option: maxhits"),
    "value": ("load -maxhits two", "--maxhits takes a whole number, not 'two'"),
    "value of a switch": ("load --resume=yes", "--resume takes no value"),
    "word too many": ("status birds", "status does not know what to do with 'birds'"),
    "name that is missing": ("marketplace.worker-disable", "did not receive required"),
    "page": ("handbook love", "handbook takes one of"),
    "option of the program": ("--dri load", "did you mean --dry?"),
    "option of the program behind a task": ("load --dri", "did you mean -dry?"),
    "file of the program": ("--config nowhere.yaml status", "--config: nowhere.yaml is not there"),
    "file that cannot be read": ("--config broken.yaml status", "broken.yaml:2: is no YAML"),
    "kind of file": ("--config birds.input status", "are not supported"),
    "missing value of the program": ("--config", "Missing argument for option: config"),
    "number of the program": ("--list --list-depth x", "a whole number belongs there, not 'x'"),
    "format": ("--list --list-format x", "--list-format takes one of flat, nested, json"),
    "list of what": ("--list nowhere", "'nowhere' not found"),
    "help about what": ("--help laod", "did you mean load?"),
    "shell": ("--print-completion-script tcsh", "not supported"),
}


@pytest.fixture
def prompt(shell):
    (shell.folder / "broken.yaml").write_text("run: [\n", encoding="utf-8")
    return Prompt(shell.folder, shell.capsys)


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_cannot_be_understood_is_2_with_a_sentence(prompt, home, kind):
    line, told = KINDS[kind]
    before = snapshot(prompt.folder)
    run = prompt.mturk(*line.split())

    assert (run.code, run.out) == (2, ""), run
    assert run.err.startswith("error: ")
    assert told in run.err
    assert (snapshot(prompt.folder), home.exists()) == (before, False)


@pytest.mark.parametrize(
    "line",
    [
        "--dry load",
        "load --dry",
        "load -dry -maxhits 2",
        "--dry-run load",
        "load --dry-run",
        "\u2013dry load",
    ],
)
def test_dry_may_stand_before_a_task_and_behind_it(prompt, home, line):
    before = snapshot(prompt.folder)

    assert prompt.do(*line.split()).startswith("Dry run: ")
    assert (snapshot(prompt.folder), home.exists()) == (before, False)


def test_an_option_with_one_dash_is_read_as_with_two(prompt, sandbox):
    prompt.do("load", "-maxhits", "2")
    assert len(sandbox.hits()) == 2


def test_a_name_needs_no_option_before_it(prompt):
    prompt.do("new.hit", "load", "--git", "no")
    assert (prompt.folder / "load" / "load.input").exists()
