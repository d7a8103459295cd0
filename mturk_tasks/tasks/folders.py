"""Know a folder of ours by its files, none of which is run: its settings, else what its `tasks.py` says."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mturk_tasks.errors import FileError, Problem
from mturk_tasks.oldtools import projects
from mturk_tasks.tasks import settings

SURVEY: Final = "survey"
QUALIFICATION: Final = "qualification"
_TASKS: Final = "tasks.py"
_SAYS: Final = re.compile(rb"^ns\s*=\s*(hit|qual)_tasks\(\s*__file__\s*\)", re.MULTILINE)
_KINDS: Final = {b"hit": SURVEY, b"qual": QUALIFICATION}
_OLD_KINDS: Final = {projects.HIT: SURVEY, projects.QUALIFICATION: QUALIFICATION}
_LARGEST: Final = 65_536  # bytes of a tasks.py that are looked through


@dataclass(frozen=True)
class Folder:
    """A survey's or a qualification's folder, and the settings in it, as invoke keeps them."""

    path: Path
    kind: str
    settings: dict[str, Any]


def find(start: Path) -> Folder | None:
    """Return the folder of ours in which somebody stands, or in a folder of which; None elsewhere.

    It has a section `mturk:` in its settings, or a `tasks.py` such as we write. Raise FileError for
    settings on the way up that cannot be read.
    """
    for path in (start, *start.parents):
        shown = Path(os.path.relpath(path))
        file = settings.file_of(shown)
        read = settings.read(file) if file else None
        said = _said_by_tasks(path / _TASKS)
        if said or (read and read.ours):
            return Folder(path, _kind(shown, read, said), read.nested if read else {})
    return None


def _kind(folder: Path, read: settings.Settings | None, said: str) -> str:
    """Return what a folder holds: as its settings say, else its `tasks.py`, else its other files."""
    named = read.found.get("kind") if read else None
    if read and named and named.value:
        if named.value not in _OLD_KINDS.values():
            text = f"kind: {named.value!r} is not known; write {SURVEY} or {QUALIFICATION}"
            raise FileError(Problem(read.path, named.line, text))
        return named.value
    return said or _OLD_KINDS[projects.kind_of_folder(folder)]


def _said_by_tasks(path: Path) -> str:
    """Return what kind of tasks a `tasks.py` makes, by its text; nothing where it is none of ours."""
    try:
        if not path.is_file():
            return ""
        with path.open("rb") as file:
            said = _SAYS.search(file.read(_LARGEST))
    except OSError:  # a stranger's, in a folder above
        return ""
    return _KINDS[said[1]] if said else ""
