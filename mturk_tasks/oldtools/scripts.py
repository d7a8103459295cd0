"""The scripts that stand in a project of the old tools, for Unix and for Windows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mturk_tasks.files import text as files_text

UNIX: Final = "Unix"
DOS: Final = "Dos"
ENDINGS: Final = {UNIX: ".sh", DOS: ".cmd"}

_UNIX: Final = """#!/bin/sh
# {about} Further options are passed on.
here=$(cd "$(dirname "$0")" && pwd) || exit 2
exec mturk {command} "$@" {options}
"""
_DOS: Final = """@echo off
rem {about} Further options are passed on.
mturk {command} %* {options}
"""
_HERE: Final = {UNIX: '"$here/{}"', DOS: '"%~dp0{}"'}


@dataclass(frozen=True)
class Script:
    """One script: the old command it runs, and with which files; `${target}` is the project's name."""

    name: str
    about: str
    command: str
    files: tuple[tuple[str, str], ...]
    flags: str = ""

    def text(self, target: str, system: str, folder: Path | None) -> str:
        """Return the script of a project, from a template in a folder where there is one."""
        given = folder / f"{self.name}.{system}.template" if folder else None
        if given and given.is_file():
            return files_text.read(given).text.replace("${target}", target)
        here = _HERE[system]
        files = [f"-{option} {here.format(file.replace('${target}', target))}" for option, file in self.files]
        options = " ".join([*files, self.flags]).strip()
        written = (_UNIX if system == UNIX else _DOS).format(
            about=self.about, command=self.command, options=options
        )
        return written if system == UNIX else written.replace("\n", "\r\n")


_SUCCESS: Final = ("successfile", "${target}.success")
_QUALIFICATION: Final = (("properties", "${target}.properties"), ("question", "${target}.question"))
FOR_HITS: Final = (
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
FOR_QUALIFICATIONS: Final = (
    Script(
        "createQualification",
        "Create the qualification type.",
        "createQualificationType",
        (*_QUALIFICATION, ("answer", "${target}.answer")),
    ),
    Script(
        "updateQualification",
        "Change the qualification type.",
        "updateQualificationType",
        (("input", "${target}.properties.success"), *_QUALIFICATION, ("answer", "${target}.answer")),
    ),
    Script(
        "deactivateQualification",
        "Take the qualification type out of use.",
        "updateQualificationType",
        (("input", "${target}.properties.success"),),
        "-status Inactive",
    ),
)


def write(path: Path, text: str) -> None:
    """Write a script so that it can be run."""
    path.write_text(text, encoding="utf-8", newline="")
    if path.suffix == ENDINGS[UNIX]:
        path.chmod(0o755)
