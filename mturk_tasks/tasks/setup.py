"""The tasks that help to move over from the old tools."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from invoke import Context

from mturk_tasks.oldtools import install
from mturk_tasks.report.console import Console
from mturk_tasks.tasks import adoption, options
from mturk_tasks.tasks.declare import JSON, task
from mturk_tasks.tasks.wiring import conclude, finish_here


@task(
    bare="directory",
    directory="The old folder. Default: here.",
    recursive="Adopt every old folder below it as well.",
    **JSON,
)
def adopt(c: Context, directory: str = ".", recursive: bool = False, json: bool = False) -> None:
    """Add tasks and ignore rules to a folder of the old tools, and touch nothing else in it."""
    folder = options.path(directory)
    console = Console(quiet=json, begun=True)
    conclude(console, "adopt", adoption.of_tree(folder) if recursive else adoption.of_folder(folder))


@task(
    called="install-scripts",
    directory="What MTURK_CMD_HOME will name; the scripts go into bin below it.",
    unattended="Write scripts that never ask for a confirmation, for those that nobody watches.",
    **JSON,
)
def install_scripts(c: Context, directory: str = "", unattended: bool = False, json: bool = False) -> None:
    """Write a script for each old command, so that old projects find them."""
    from mturk_tasks.tasks import collections

    options.need(directory=directory)
    home = options.path(directory).absolute()
    program, forced = install.program_of(sys.argv[0]), collections.asking_command_names()
    names = collections.old_command_names()
    done = install.install(home, names, program, forced=forced if unattended else None)
    console = Console(quiet=json, begun=True)
    for note in filter(None, (done.rules.sentence, _where_scripts_act(done.configuration))):
        console.note(f"note: {note}")
    manner = " that never ask" if unattended else ""
    where = f"{len(done.scripts)} scripts{manner} are in {home / 'bin'}"
    console.say(f"{where}; now: export MTURK_CMD_HOME={shlex.quote(str(home))}")
    finish_here(console, "install-scripts", done.files)


def _where_scripts_act(configuration: Path | None) -> str:
    """Say what a configuration that was just written means."""
    return f"{configuration} is new: the scripts act in the sandbox, which it names" if configuration else ""
