"""The scripts that stand in a project of the old tools, for Unix and for Windows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mturk_tasks.lib import text as files_text

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
_QUOTED: Final = {  # how a name is written between these quotes; names of Windows hold no quotes themselves
    UNIX: str.maketrans({char: f"\\{char}" for char in '"$`\\'}),
    DOS: str.maketrans({"%": "%%"}),
}


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
        named, quoted = target.translate(_QUOTED[system]), _HERE[system]
        files = [
            f"-{option} {quoted.format(file.replace('${target}', named))}" for option, file in self.files
        ]
        options = " ".join([*files, self.flags]).strip()
        written = (_UNIX if system == UNIX else _DOS).format(
            about=self.about, command=self.command, options=options
        )
        return written if system == UNIX else written.replace("\n", "\r\n")


_SUCCESS: Final = ("successfile", "${target}.success")
_TYPE_ID: Final = ("input", "${target}.properties.success")
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
_EVALUATE: Final = Script(
    "evaluateQualification",
    "Grant what was requested where the answers are right, refuse it where not.",
    "evaluateQualificationRequests",
    (("answers", "${target}.answerkey"), _TYPE_ID),
)


def for_qualification(endings: Collection[str]) -> tuple[Script, ...]:
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
    """Write a script so that it can be run."""
    path.write_text(text, encoding="utf-8", newline="")
    if path.suffix == ENDINGS[UNIX]:
        path.chmod(0o755)
