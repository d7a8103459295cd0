"""Scripts that run old commands: of a project, and in `$MTURK_CMD_HOME/bin`, where old projects call them."""

from __future__ import annotations

import os
import shlex
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mturk_tasks import scaffold
from mturk_tasks.errors import FileError, Problem
from mturk_tasks.legacy import configuration
from mturk_tasks.lib import text as text_files
from mturk_tasks.lib.disk import on_disk
from mturk_tasks.scaffold import GitignoreChange

UNIX: Final = "Unix"
DOS: Final = "Dos"
ENDINGS: Final = {UNIX: ".sh", DOS: ".cmd"}

_PROJECT_SH: Final = """#!/bin/sh
# {about} Further options are passed on.
here=$(cd "$(dirname "$0")" && pwd) || exit 2
exec mturk {command} "$@" {options}
"""
_PROJECT_CMD: Final = """@echo off
rem {about} Further options are passed on.
mturk {command} %* {options}
"""
_HERE: Final = {UNIX: '"$here/{}"', DOS: '"%~dp0{}"'}
_QUOTED: Final = {  # how a name is written between these quotes; names of Windows hold no quotes themselves
    UNIX: str.maketrans({char: f"\\{char}" for char in '"$`\\'}),
    DOS: str.maketrans({"%": "%%"}),
}
# The folder's own configuration counts, as it always did, wherever a script is called from.
_HOME_SH: Final = """#!/bin/sh
# The old command {command}, run by {program}.{unattended}
: "${{MTURK_CMD_HOME:=$(dirname "$0")/..}}"
export MTURK_CMD_HOME
exec {program} {words} "$@"
"""
_HOME_CMD: Final = """@echo off
rem The old command {command}.{unattended}
setlocal
if not defined MTURK_CMD_HOME set "MTURK_CMD_HOME=%~dp0.."
{program} {words} %*
"""
_MARK: Final = "The old command"
_UNATTENDED: Final = " It never asks: it was written for scripts that nobody watches."
_FORCE: Final = "-force"


@dataclass(frozen=True)
class Script:
    """Script of a project: its command and the files it names; `${target}` is the project's name."""

    name: str
    about: str
    command: str
    files: tuple[tuple[str, str], ...]
    flags: str = ""

    def text(self, target: str, system: str, folder: Path | None) -> str:
        """Return the script's text, made from its template if `folder` has one."""
        given = folder / f"{self.name}.{system}.template" if folder else None
        if given and given.is_file():
            return text_files.read(given).text.replace("${target}", target)
        named, quoted = target.translate(_QUOTED[system]), _HERE[system]
        files = [
            f"-{option} {quoted.format(file.replace('${target}', named))}" for option, file in self.files
        ]
        options = " ".join([*files, self.flags]).strip()
        written = (_PROJECT_SH if system == UNIX else _PROJECT_CMD).format(
            about=self.about, command=self.command, options=options
        )
        return written if system == UNIX else written.replace("\n", "\r\n")


_SUCCESS: Final = ("successfile", "${target}.success")
_TYPE_ID: Final = ("input", "${target}.properties.success")
HIT_SCRIPTS: Final = (
    Script(
        "run",
        "Create the HITs.",
        "loadHITs",
        (
            ("label", "${target}"),
            ("input", "${target}.input"),
            ("question", "${target}.question"),
            ("properties", "${target}.properties"),
        ),
    ),
    Script("getResults", "Fetch the work.", "getResults", (_SUCCESS, ("outputfile", "${target}.results"))),
    Script(
        "reviewResults",
        "Reject what is marked in the results, approve the rest.",
        "reviewResults",
        (("resultsfile", "${target}.results"),),
    ),
    Script(
        "approveAndDeleteResults",
        "Approve what is submitted and delete the HITs.",
        "deleteHITs",
        (_SUCCESS,),
        "-approve -expire",
    ),
)
_EVALUATE: Final = Script(
    "evaluateQualification",
    "Grant what was requested where the answers are right, refuse it where not.",
    "evaluateQualificationRequests",
    (("answers", "${target}.answerkey"), _TYPE_ID),
)


def qualification_scripts(endings: Collection[str]) -> tuple[Script, ...]:
    """Return the scripts of a qualification that has files with these endings; they name no others."""
    files = tuple(
        (option, f"${{target}}.{option}")
        for option in ("properties", "question", "answer")
        if option in endings
    )
    return (
        Script("createQualification", "Create the qualification type.", "createQualificationType", files),
        Script(
            "updateQualification",
            "Change the qualification type.",
            "updateQualificationType",
            (_TYPE_ID, *files),
        ),
        Script(
            "deactivateQualification",
            "Take the qualification type out of use.",
            "updateQualificationType",
            (_TYPE_ID,),
            "-status Inactive",
        ),
        *([_EVALUATE] if "answerkey" in endings else []),
    )


def write(path: Path, text: str) -> None:
    """Write a script; one for Unix is made executable."""
    path.write_text(text, encoding="utf-8", newline="")
    if path.suffix == ENDINGS[UNIX]:
        path.chmod(0o755)


@dataclass(frozen=True)
class Installed:
    """Scripts that were written, the configuration if there was none, and the change of the ignore rules."""

    scripts: tuple[Path, ...]
    configuration: Path | None
    rules: GitignoreChange

    @property
    def files(self) -> list[Path]:
        """Return every file that was written."""
        return [*self.scripts, *([self.configuration] if self.configuration else []), *self.rules.files]


def install(
    directory: Path, commands: Iterable[str], program: Path | None, *, forced: Iterable[str] | None = None
) -> Installed:
    """Write `bin/<command>.sh` and `.cmd` for each command below a directory; complete its ignore rules.

    The scripts call the program by its path, or by its name where that is not known. With `forced` they never
    ask: those of these commands get `-force`. A `mturk.properties` that names the sandbox is written beside
    them if there is none. Raise FileError for an existing file that this function has not written.
    """
    folder = directory / "bin"
    texts = dict(_home_scripts(folder, commands, str(program or "mturk"), forced))
    foreign = [path for path in texts if path.exists() and _MARK not in path.read_text(errors="replace")]
    if foreign:
        what = "is there already and was not written by this; move it away"
        raise FileError(*(Problem(path, None, what) for path in foreign))
    scaffold.check_gitignore(directory)
    with on_disk(folder):
        folder.mkdir(parents=True, exist_ok=True)
    rules = scaffold.complete_gitignore(directory, "hit")
    for path, text in texts.items():
        with on_disk(path):
            write(path, text)
    return Installed(tuple(texts), configuration.create(folder), rules)


def running_program(argv0: str) -> Path | None:
    """Return the path of the program that is running, if it can be started by it."""
    path = Path(argv0).absolute()
    return path if path.name.startswith("mturk") and os.access(path, os.X_OK) else None


def _home_scripts(
    folder: Path, commands: Iterable[str], program: str, forced: Iterable[str] | None
) -> Iterator[tuple[Path, str]]:
    """Yield the path and the text of each script."""
    forces = frozenset(forced or ())
    windows_program = program if program.isalnum() else '"{}"'.format(program.replace("%", "%%"))
    for command in commands:
        values = {
            "command": command,
            "words": f"{command} {_FORCE}" if command in forces else command,
            "unattended": "" if forced is None else _UNATTENDED,
        }
        yield folder / f"{command}.sh", _HOME_SH.format(program=shlex.quote(program), **values)
        batch_file = _HOME_CMD.format(program=windows_program, **values)
        yield folder / f"{command}.cmd", batch_file.replace("\n", "\r\n")
