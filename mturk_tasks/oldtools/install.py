"""Put a script for each old command where old projects look for it: `$MTURK_CMD_HOME/bin`."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable
from pathlib import Path

from mturk_tasks.errors import FileError, Problem
from mturk_tasks.files.atomic import on_disk
from mturk_tasks.oldtools import ignoring, scripts
from mturk_tasks.oldtools.ignoring import Completion

_SH = """#!/bin/sh
# The old command {command}, run by {program}.
exec {program} {command} "$@"
"""
_CMD = "@echo off\r\nrem The old command {command}.\r\n{program} {command} %*\r\n"
_MARK = "The old command"


def install(directory: Path, commands: Iterable[str], program: Path | None) -> tuple[list[Path], Completion]:
    """Write `bin/<command>.sh` and `.cmd` for each command below a directory; complete its ignore rules.

    Return the scripts, and what was done to the rules: `mturk.properties` with its keys stands in `bin`.
    They call the program by its path, or where that is not known by its name. Raise FileError for a
    file in the way that was not written by this.
    """
    folder = directory / "bin"
    name = str(program) if program else "mturk"
    texts = {
        folder / f"{command}{ending}": template.format(command=command, program=quote(name))
        for command in commands
        for ending, template, quote in ((".sh", _SH, shlex.quote), (".cmd", _CMD, _windows))
    }
    strangers = [path for path in texts if path.exists() and _MARK not in path.read_text(errors="replace")]
    if strangers:
        what = "is there already and was not written by this; move it away"
        raise FileError(*(Problem(path, None, what) for path in strangers))
    ignoring.check(directory)
    with on_disk(folder):
        folder.mkdir(parents=True, exist_ok=True)
    for path, text in texts.items():
        with on_disk(path):
            scripts.write(path, text)
    return list(texts), ignoring.complete(directory, "hit")


def program_of(argv0: str) -> Path | None:
    """Return the path of the program that is running, if it can be run by it."""
    path = Path(argv0).absolute()
    return path if path.name.startswith("mturk") and os.access(path, os.X_OK) else None


def _windows(name: str) -> str:
    return f'"{name}"' if " " in name else name
