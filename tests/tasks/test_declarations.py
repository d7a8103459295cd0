"""What `inv --list` and `inv --help` can say of the tasks, and what listing them costs."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from mturk_tasks.tasks.collections import hit_tasks, root_tasks

HEAVY = {
    *("boto3", "botocore", "cookiecutter", "flask", "javaproperties"),
    *("jinja2", "lxml", "rich", "sqlalchemy", "tabulate"),
    *("cryptography", "waitress", "werkzeug"),
}
WALK = {"load", "status", "rehearse", "results", "review", "approve", "reject", "cleanup"}
TASKS = {
    **{f"survey {name}": task for name, task in hit_tasks(__file__).tasks.items()},
    **{f"root {name}": task for name, task in root_tasks().tasks.items()},
    **{f"new {name}": task for name, task in root_tasks().collections["new"].tasks.items()},
}


def test_a_survey_folder_has_the_tasks_of_the_whole_walk():
    assert set(hit_tasks(__file__).tasks) >= WALK


@pytest.mark.parametrize("name", TASKS)
def test_a_task_says_what_it_does(name):
    first = (TASKS[name].__doc__ or "").strip().splitlines()[0]
    assert first.endswith(".")


@pytest.mark.parametrize("name", TASKS)
def test_every_option_has_help_and_no_short_flag(name):
    arguments = TASKS[name].get_arguments()
    assert [one.name for one in arguments if not one.help] == []
    assert [flag for one in arguments for flag in one.names if len(flag) == 1] == []


@pytest.mark.parametrize("name", sorted(WALK))
def test_a_task_of_the_walk_can_be_told_where_to_act_and_on_which_set(name):
    assert {one.name for one in TASKS[f"survey {name}"].get_arguments()} >= {"sandbox", "production", "label"}


def test_the_list_names_every_task_with_its_sentence(shell):
    listed = shell.inv("--list")

    assert listed.code == 0
    assert "Create a HIT for each row of the input file." in listed.out
    assert set(re.findall(r"^  (\w+)", listed.out, re.MULTILINE)) >= set(hit_tasks(__file__).tasks)


LIST_WHAT_IS_LOADED = """
import sys
from invoke.program import Program
try:
    Program(name="Invoke").run(["inv", *sys.argv[1:]])
except SystemExit:
    pass
print("loaded:", *sys.modules)
"""


@pytest.mark.parametrize(
    "words", [("--list",), ("--help", "load"), ("load", "--maxhits", "abc")], ids=" ".join
)
def test_listing_helping_and_refusing_load_nothing_heavy(folder, words):
    program = [sys.executable, "-c", LIST_WHAT_IS_LOADED, *words]
    run = subprocess.run(program, cwd=folder, capture_output=True, text=True, check=True)
    loaded = run.stdout.rpartition("loaded:")[2].split()

    assert "mturk_tasks.tasks.hit" in loaded
    assert HEAVY & set(loaded) == set()
