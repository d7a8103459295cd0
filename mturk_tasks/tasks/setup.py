"""The tasks that help to move over from the old tools."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from invoke import Context

from mturk_tasks.console.console import Console
from mturk_tasks.console.summary import Summary, count
from mturk_tasks.legacy import adoption, scripts
from mturk_tasks.tasks import options
from mturk_tasks.tasks.bootstrap import conclude, finish_here
from mturk_tasks.tasks.decorators import JSON, task

# What `mturk adopt` has to say of a folder, and of a tree of them.


def of_folder(folder: Path) -> Summary:
    """Adopt a folder and say what is new in it, and what was found there."""
    added, ignored = adoption.adopt(folder)
    contents = adoption.contents(folder)
    new = [*added, *([ignored.path] if ignored.is_new else [])]
    done = [
        f"{', '.join(map(str, new[:-1]))} and {new[-1]} are new",
        ignored.sentence,
        "nothing else was touched",
    ]
    lines = ("; ".join(filter(None, done)), f"found: {'; '.join(contents)}")
    item = {"id": str(folder), "status": "adopted", "found": "; ".join(contents)}
    return Summary(lines, {"adopted": 1}, (item,), (*added, *ignored.files))


def of_tree(top: Path) -> Summary:
    """Adopt every old folder of a tree, say what was found in each, and sum up; 1 where one failed."""
    found = adoption.adopt_tree(top)
    counts = {
        "adopted": len(found.adopted),
        "already": len(found.already),
        "failed": len(found.failed),
    }
    lines = [
        *(f"{folder}: {'; '.join(contents)}" for folder, contents in found.adopted.items()),
        *(f"{folder}: not adopted: {why}" for folder, why in found.failed.items()),
        f"{count(counts['adopted'], 'folder')} adopted, {counts['already']} ours already, "
        f"{counts['failed']} not adopted.",
    ]
    items = (
        *(
            {"id": str(folder), "status": "adopted", "found": "; ".join(contents)}
            for folder, contents in found.adopted.items()
        ),
        *({"id": str(folder), "status": "already"} for folder in found.already),
        *({"id": str(folder), "status": "failed", "error": why} for folder, why in found.failed.items()),
    )
    exit_code = 1 if found.failed else 0
    return Summary(tuple(lines), counts, items, tuple(found.files), exit_code=exit_code)


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
    conclude(console, "adopt", of_tree(folder) if recursive else of_folder(folder))


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
    program, forced = scripts.running_program(sys.argv[0]), collections.asking_command_names()
    names = collections.old_command_names()
    done = scripts.install(home, names, program, forced=forced if unattended else None)
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
