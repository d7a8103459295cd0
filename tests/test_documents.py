"""What README and handbook show is there: every task, every option, every link."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from invoke import Collection

from mturk_tasks.tasks.collections import builtin_tasks, hit_tasks, old_command_names, qual_tasks
from mturk_tasks.vocabulary import columns

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "mturk_tasks" / "handbook").glob("*.md"))]
_OF_THE_PROJECT = {"test", "lint", "build", "release", "bench"}
_OF_INVOKE = {"--list", "--help", "--dry"}


def tasks() -> dict[str, list[Any]]:
    """Return the tasks there are, in folders or at the root, by the names each can be called by."""
    here = str(ROOT / "tasks.py")
    named: dict[str, list[Any]] = {}
    for collection in (hit_tasks(here), qual_tasks(here), builtin_tasks(), project_tasks()):
        for name, others in collection.task_names.items():
            for known in (name, *others):
                named.setdefault(known, []).append(collection[name])
    return named


def project_tasks() -> Collection:
    import runpy

    return runpy.run_path(str(ROOT / "tasks.py"))["ns"]


def commands(page: Path) -> list[str]:
    """Return the `inv …` lines of a page, those in the text and those that stand alone."""
    text = page.read_text(encoding="utf-8")
    inline = re.findall(r"`((?:inv|mturk) [^`]*)`", text)
    alone = [line for block in re.findall(r"```\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]
    shown = [re.search(r"\b(?:inv|mturk) .*", line) for line in alone]
    return inline + [found[0] for found in shown if found]


SHOWN = [(page, command) for page in PAGES for command in commands(page)]


@pytest.mark.parametrize(
    ("page", "command"), SHOWN, ids=[f"{page.stem}: {command}" for page, command in SHOWN]
)
def test_every_command_shown_is_a_real_task_with_real_options(page, command):
    words = [word for word in shlex.split(command, comments=True)[1:] if word not in _OF_INVOKE]
    if not words:
        return
    words = words[: words.index("--")] if "--" in words else words  # behind it stand another program's
    meant = tasks()[words[0]]
    known = {flag for task in meant for argument in task.get_arguments() for flag in flags(argument)}

    assert {word for word in words[1:] if word.startswith("--")} <= known
    assert {f"-{word}" for word in words[1:] if re.match(r"-\w", word)} <= known


def flags(argument) -> list[str]:
    return [f"--{name.replace('_', '-')}" for name in argument.names]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_link_leads_to_a_file(page):
    targets = re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if "://" not in target and not (page.parent / target).exists()] == []


@pytest.mark.parametrize("name", [name for name in tasks() if name not in _OF_THE_PROJECT])
def test_every_task_is_explained_in_readme_or_handbook(name):
    page = (ROOT / "mturk_tasks" / "handbook" / "migration.md").read_text(encoding="utf-8")
    shown = any(re.search(rf"\b(inv|mturk) {re.escape(name)}\b", command) for _, command in SHOWN)

    assert shown or f"`{name}`" in page


@pytest.mark.parametrize(
    "name",
    [name for name in qual_tasks(str(ROOT / "tasks.py")).task_names if not name.startswith("marketplace.")],
)
def test_every_task_of_a_qualification_folder_is_named_on_its_page(name):
    page = (ROOT / "mturk_tasks" / "handbook" / "qualifications.md").read_text(encoding="utf-8")
    assert re.search(rf"`inv {re.escape(name)}\b", page)


def survey_table() -> dict[str, set[str]]:
    """Return of each task on the page of tasks the options that its row has."""
    page = (ROOT / "mturk_tasks" / "handbook" / "tasks.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w.]+)` \| (.*) \|$", page, re.MULTILINE)
    return {
        name: set(re.findall(r"--[a-z-]+", " ".join(re.findall(r"`([^`]*)`", row)))) for name, row in rows
    }


_SURVEY = hit_tasks(str(ROOT / "tasks.py"))
SURVEY = {name: _SURVEY[name] for name in _SURVEY.task_names}
OF_ALL = {"--sandbox", "--production", "--json"}


def test_the_page_of_tasks_has_every_task_of_a_survey_and_no_other():
    assert set(survey_table()) == {name for name in SURVEY if not name.startswith("marketplace.")}


@pytest.mark.parametrize("name", survey_table())
def test_the_page_of_tasks_has_every_option_and_none_that_there_is_not(name):
    real = {flag for argument in SURVEY[name].get_arguments() for flag in flags(argument)}
    told_once = OF_ALL | {"--label"}

    assert survey_table()[name] == real - told_once
    assert real >= OF_ALL or name == "handbook"


def test_the_page_of_tasks_says_rightly_which_take_a_label():
    names = list(survey_table())
    labelled = names[names.index("load") : names.index("cleanup") + 1]
    assert [
        name for name in names if "label" in {one.name for one in SURVEY[name].get_arguments()}
    ] == labelled


def test_the_page_about_paying_has_the_columns_of_the_file():
    page = (ROOT / "mturk_tasks" / "handbook" / "paying.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == list(columns.BONUS)


def test_the_migration_table_has_each_old_command_and_its_task():
    page = (ROOT / "mturk_tasks" / "handbook" / "migration.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| `(\w+)` \| (?:`([\w.]+)`)? ?\|", page, re.MULTILINE)
    named = [task for _, task in table if task]

    assert sorted(command for command, _ in table) == old_command_names()
    assert [task for task in named if task not in tasks()] == []


def test_every_page_of_the_handbook_is_linked_from_the_readme():
    readme = PAGES[0].read_text(encoding="utf-8")
    assert [page.name for page in PAGES[1:] if f"handbook/{page.name}" not in readme] == []


def test_the_two_commands_of_the_first_screen_do_all_the_set_up():
    first_screen = PAGES[0].read_text(encoding="utf-8").splitlines()[:12]
    ends = [
        line.rsplit(" && ", 1)[1] for line in first_screen if line.startswith("python3 -m venv .venv && ")
    ]

    assert ends == [".venv/bin/inv demo", ".venv/bin/inv test"]
