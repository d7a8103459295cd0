"""The tasks that help to move over from the old tools."""

from __future__ import annotations

import sys

from invoke import Context

from mturk_tasks.oldtools import install, projects
from mturk_tasks.report.console import Console
from mturk_tasks.tasks import options
from mturk_tasks.tasks.declare import JSON, task
from mturk_tasks.tasks.wiring import finish_here


@task(bare="directory", directory="The old folder. Default: here.", **JSON)
def adopt(c: Context, directory: str = ".", json: bool = False) -> None:
    """Add tasks and ignore rules to a folder of the old tools, and touch nothing else in it."""
    console = Console(quiet=json, begun=True)
    added, ignored = projects.adopt(options.path(directory))
    new = [*added, *([ignored.path] if ignored.is_new else [])]
    done = [
        f"{', '.join(map(str, new[:-1]))} and {new[-1]} are new",
        ignored.sentence,
        "nothing else was touched",
    ]
    console.say("; ".join(filter(None, done)))
    finish_here(console, "adopt", [*added, *ignored.files])


@task(
    called="install-scripts",
    directory="What MTURK_CMD_HOME will name; the scripts go into bin below it.",
    **JSON,
)
def install_scripts(c: Context, directory: str = "", json: bool = False) -> None:
    """Write a script for each old command, so that old projects find them."""
    from mturk_tasks.tasks.collections import old_command_names

    options.need(directory=directory)
    home = options.path(directory).absolute()
    written, ignored = install.install(home, old_command_names(), install.program_of(sys.argv[0]))
    console = Console(quiet=json, begun=True)
    if ignored.sentence:
        console.note(f"note: {ignored.sentence}")
    console.say(f"{len(written)} scripts are in {home / 'bin'}; now: export MTURK_CMD_HOME={home}")
    finish_here(console, "install-scripts", [*written, *ignored.files])
