"""Files and folders for their owner alone, from the first byte on and whatever the umask says."""

from __future__ import annotations

import contextlib
import os
import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_OWNERS_FILE: Final = 0o600
_OWNERS_FOLDER: Final = 0o700
_OF_OTHERS: Final = 0o077
_ENTER: Final = 0o011  # of a folder: by its group, by others


def make_folder(path: Path) -> None:
    """Make a folder, and those above it that are missing, each for its owner alone; raise OSError."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=_OWNERS_FOLDER, exist_ok=True)


def make_file(path: Path) -> None:
    """Make an empty file for its owner alone where there is none; raise OSError.

    A link to what is not there yet is followed.
    """
    with contextlib.suppress(FileExistsError):
        os.close(os.open(os.path.realpath(path), os.O_CREAT | os.O_EXCL | os.O_WRONLY, _OWNERS_FILE))


def warning(paths: Iterable[Path]) -> str:
    """Return a sentence with the command that mends it where others may read or write any of the files.

    Nothing where none of those that are there can be reached by others, or their folder lets nobody in.
    """
    exposed = [path for path in paths if _is_exposed(path)]
    if not exposed:
        return ""
    names = ", ".join(path.name for path in exposed)
    command = f"chmod 600 {shlex.join(str(path) for path in exposed)}"
    return f"{names} may be read by others on this machine; type: {command}"


def _is_exposed(path: Path) -> bool:
    if os.name != "posix":  # modes say nothing elsewhere
        return False
    try:
        return bool(path.stat().st_mode & _OF_OTHERS and path.absolute().parent.stat().st_mode & _ENTER)
    except OSError:
        return False
