"""The tasks that help to move over from the old tools, and the handbook."""

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

_HANDBOOK = Path(__file__).parent.parent / "handbook"


@task(
    bare="directory",
    directory="The old folder. Default: here.",
    recursive="Adopt every old folder below it as well.",
    **JSON,
)
def adopt(c: Context, directory: str = ".", recursive: bool = False, json: bool = False) -> None:
    """Add tasks and ignore rules to a folder of the old tools, and touch nothing else in it."""
    folder = options.path(directory)
    summary = adoption.of_tree(folder) if recursive else adoption.of_folder(folder)
    conclude(Console(quiet=json), "adopt", summary)


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
    console = Console(quiet=json)
    for note in filter(None, (done.rules.sentence, _where_scripts_act(done.configuration))):
        console.note(f"note: {note}")
    manner = " that never ask" if unattended else ""
    where = f"{len(done.scripts)} scripts{manner} are in {home / 'bin'}"
    console.say(f"{where}; now: export MTURK_CMD_HOME={shlex.quote(str(home))}")
    finish_here(console, "install-scripts", done.files)


def _where_scripts_act(configuration: Path | None) -> str:
    """Say what a configuration that was just written means."""
    return f"{configuration} is new: the scripts act in the sandbox, which it names" if configuration else ""


@task(bare="topic", topic="Which page; all are listed without one.")
def handbook(c: Context, topic: str = "") -> None:
    """Show the handbook, or one page of it."""
    pages = {path.stem: path for path in sorted(_HANDBOOK.glob("*.md"))}
    if topic:
        page = pages[options.choice("handbook", topic, tuple(pages))]
        return Console().say(page.read_text(encoding="utf-8").rstrip())
    for name, path in pages.items():
        Console().say(f"{name:16} {path.read_text(encoding='utf-8').splitlines()[0].lstrip('# ')}")
    return None
