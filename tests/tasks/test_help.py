"""Help about every task and every old command, wherever the word for it stands."""

from __future__ import annotations

import pytest
from invoke import Collection
from invoke.program import Program

from mturk_tasks.tasks.collections import builtin_tasks, hit_tasks, qual_tasks
from mturk_tasks.tasks.commandline import Command, modern
from tests.legacy.prompt import Prompt

FOLDERS = {"survey": hit_tasks(__file__), "qualification": qual_tasks(__file__), "elsewhere": builtin_tasks()}
NAMES = {name: kind for kind, tasks in FOLDERS.items() for name in tasks.task_names}
EVERY = [(kind, name) for name, kind in NAMES.items()]  # each once, in a folder that has it
IN_FOLDERS = [(kind, name) for kind in ("survey", "qualification") for name in FOLDERS[kind].task_names]
COMMANDS = {name: Command(name, {"sandbox": "--sandbox"}, frozenset(), "--name") for name in NAMES}


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Return a folder of each kind: to be recognised it needs no more than its settings."""
    root = tmp_path_factory.mktemp("folders")
    for kind in FOLDERS:
        (root / kind).mkdir()
        if kind != "elsewhere":
            (root / kind / "invoke.yaml").write_text(f"mturk:\n  kind: {kind}\n", encoding="utf-8")
    return root


def is_help_about(name, shown):
    return shown.startswith(f"Usage: mturk [--core-opts] {name} ") and "Options:\n" in shown


@pytest.mark.parametrize(
    "line",
    [
        *("--help NAME", "-h NAME", "NAME --help", "NAME -help", "./NAME.sh -HELP"),
        "NAME -sandbox –h",  # noqa: RUF001  # as it comes out of a printed page
    ],
)
def test_wherever_the_word_for_help_stands_it_is_read_as_standing_before(line):
    read = {name: modern(line.replace("NAME", name).split(), COMMANDS).words for name in NAMES}
    assert read == {name: ["--help", name] for name in NAMES}


@pytest.mark.walk
@pytest.mark.parametrize(("kind", "name"), EVERY, ids=lambda value: value)
def test_mturk_shows_help_about_every_task_and_old_command(folders, capsys, kind, name):
    shown = Prompt(folders / kind, capsys).do(name, "--help")

    assert shown.startswith(f"Usage: mturk [--core-opts] {name} ")
    assert "\nOptions:\n" in shown


@pytest.mark.parametrize(("kind", "name"), IN_FOLDERS, ids=lambda value: value)
def test_inv_shows_help_before_every_task(capsys, kind, name):
    with pytest.raises(SystemExit) as ended:
        Program(name="inv", binary="inv", namespace=FOLDERS[kind]).run(["inv", "--help", name])

    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"Usage: inv [--core-opts] {name} ")


def required(tasks: Collection) -> list[str]:
    """Return the tasks that cannot do without a name."""
    return [name for name in tasks.task_names if tasks[name].positional]


@pytest.mark.parametrize("name", required(FOLDERS["survey"]))
def test_behind_a_task_that_needs_a_name_inv_says_where_help_stands(home, capsys, name):
    with pytest.raises(SystemExit) as ended:
        Program(name="inv", binary="inv", namespace=FOLDERS["survey"]).run(["inv", name, "--help"])

    assert ended.value.code == 2
    assert "write --help before the task" in capsys.readouterr().err
    assert not home.exists()


@pytest.mark.parametrize("kind", FOLDERS)
def test_a_word_that_a_task_cannot_do_without_needs_no_option_under_mturk_either(kind):
    tasks = FOLDERS[kind]
    assert [name for name in required(tasks) if list(tasks[name].positional) != [tasks[name].bare]] == []
