"""Put a script for each old command where old projects look for it: `$MTURK_CMD_HOME/bin`."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mturk_tasks import scaffold
from mturk_tasks.errors import FileError, Problem
from mturk_tasks.legacy import configuration, scripts
from mturk_tasks.lib import disk
from mturk_tasks.lib.disk import on_disk

# What git is to leave alone in a folder, people, keys and databases; rules that are there are
# completed.


NAME: Final = ".gitignore"
_HEADING: Final = "# Personal data, keys and databases stay out of git."


@dataclass(frozen=True)
class Completion:
    """What was done to the ignore rules of a folder: it got all of them, or these lines, or none."""

    path: Path
    is_new: bool = False
    added: tuple[str, ...] = ()

    @property
    def files(self) -> list[Path]:
        """Return the file, if it was written."""
        return [self.path] if self.is_new or self.added else []

    @property
    def sentence(self) -> str:
        """Say what was added to rules that were there; nothing where that is nothing."""
        lines = f"{len(self.added)} line{'s' if len(self.added) > 1 else ''}"
        return f"{lines} added to {self.path}: {', '.join(self.added)}" if self.added else ""


def check(folder: Path) -> None:
    """Raise FileError for rules that cannot be completed: git follows no link, and we write through none."""
    path = folder / NAME
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise FileError(Problem(path, None, "is no file of its own, and git would not read it; take it away"))


def complete(folder: Path, kind: str) -> Completion:
    """Add to a folder's ignore rules those of the template of that kind that it has not.

    What is there stays as it is, line for line. Raise FileError where that cannot be read or written.
    """
    check(folder)
    path = folder / NAME
    (rules,) = scaffold.template(kind).glob("*/gitignore.txt")
    with disk.on_disk(path):
        if not path.exists():
            shutil.copyfile(rules, path)
            return Completion(path, is_new=True)
        before = path.read_bytes()
    there = {line.strip() for line in before.decode("utf-8", "replace").splitlines()}
    wanted = (line.strip() for line in rules.read_text(encoding="utf-8").splitlines())
    missing = tuple(line for line in wanted if line and not line.startswith("#") and line not in there)
    if missing:
        end = b"\r\n" if b"\r\n" in before else b"\n"
        gap = b"" if before.endswith(b"\n") or not before else end
        lines = ("", _HEADING, *missing, "") if before else (_HEADING, *missing, "")
        disk.write_bytes(path, before + gap + end.join(line.encode() for line in lines))
    return Completion(path, added=missing)


# The folder's own configuration counts, as it always did, wherever a script is called from.
_SH = """#!/bin/sh
# The old command {command}, run by {program}.{unattended}
: "${{MTURK_CMD_HOME:=$(dirname "$0")/..}}"
export MTURK_CMD_HOME
exec {program} {words} "$@"
"""
_CMD = """@echo off
rem The old command {command}.{unattended}
setlocal
if not defined MTURK_CMD_HOME set "MTURK_CMD_HOME=%~dp0.."
{program} {words} %*
"""
_MARK = "The old command"
_UNATTENDED = " It never asks: it was written for scripts that nobody watches."
_FORCE = "-force"


@dataclass(frozen=True)
class Installed:
    """The scripts that were written, the configuration where there was none, and the ignore rules."""

    scripts: tuple[Path, ...]
    configuration: Path | None
    rules: Completion

    @property
    def files(self) -> list[Path]:
        """Return every file that was written."""
        return [*self.scripts, *([self.configuration] if self.configuration else []), *self.rules.files]


def install(
    directory: Path, commands: Iterable[str], program: Path | None, *, forced: Iterable[str] | None = None
) -> Installed:
    """Write `bin/<command>.sh` and `.cmd` for each command below a directory; complete its ignore rules.

    A `mturk.properties` that names the sandbox is written beside them where there is none. They call the
    program by its path, or where that is not known by its name. With `forced` they never ask: those of these
    names have `-force` in them. Raise FileError for a file in the way that was not written by this.
    """
    folder = directory / "bin"
    texts = dict(_texts(folder, commands, str(program or "mturk"), forced))
    strangers = [path for path in texts if path.exists() and _MARK not in path.read_text(errors="replace")]
    if strangers:
        what = "is there already and was not written by this; move it away"
        raise FileError(*(Problem(path, None, what) for path in strangers))
    check(directory)
    with on_disk(folder):
        folder.mkdir(parents=True, exist_ok=True)
    rules = complete(directory, "hit")
    for path, text in texts.items():
        with on_disk(path):
            scripts.write(path, text)
    return Installed(tuple(texts), configuration.begin(folder), rules)


def _texts(
    folder: Path, commands: Iterable[str], program: str, forced: Iterable[str] | None
) -> Iterable[tuple[Path, str]]:
    """Yield each script with what stands in it."""
    forces = frozenset(forced or ())
    for command in commands:
        named = {
            "command": command,
            "words": f"{command} {_FORCE}" if command in forces else command,
            "unattended": "" if forced is None else _UNATTENDED,
        }
        yield folder / f"{command}.sh", _SH.format(program=shlex.quote(program), **named)
        dos = _CMD.format(program=_windows(program), **named)
        yield folder / f"{command}.cmd", dos.replace("\n", "\r\n")


def program_of(argv0: str) -> Path | None:
    """Return the path of the program that is running, if it can be run by it."""
    path = Path(argv0).absolute()
    return path if path.name.startswith("mturk") and os.access(path, os.X_OK) else None


def _windows(name: str) -> str:
    """Return a program's path as a script of Windows has it: as it is, whatever is in it."""
    return name if name.isalnum() else '"{}"'.format(name.replace("%", "%%"))
