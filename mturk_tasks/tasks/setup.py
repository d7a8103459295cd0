"""The tasks that help to move over from the old tools, and the handbook."""

from __future__ import annotations

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
    **JSON,
)
def install_scripts(c: Context, directory: str = "", json: bool = False) -> None:
    """Write a script for each old command, so that old projects find them."""
    from mturk_tasks.tasks.collections import old_command_names

    options.need(directory=directory)
    home = options.path(directory).absolute()
    written, ignored = install.install(home, old_command_names(), install.program_of(sys.argv[0]))
    console = Console(quiet=json)
    if ignored.sentence:
        console.note(f"note: {ignored.sentence}")
    console.say(f"{len(written)} scripts are in {home / 'bin'}; now: export MTURK_CMD_HOME={home}")
    finish_here(console, "install-scripts", [*written, *ignored.files])


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
