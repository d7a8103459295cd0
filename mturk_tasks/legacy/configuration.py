"""The `mturk.properties` of the old tools: where they acted, and with which keys."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mturk_tasks.files import properties as property_files
from mturk_tasks.lib import text
from mturk_tasks.lib.disk import on_disk

NAME: Final = "mturk.properties"
_UNSET: Final = "[insert"
_SERVICE: Final = "amazonaws.com/?Service=AWSMechanicalTurkRequester"
# Programs that switch between the two look for their addresses, and rewrite each line that has one in it: of
# the comments none may. The addresses are the old service's, and mean "sandbox" and "production" alone.
_NEW: Final = f"""\
# Where the scripts in this folder act: of the two addresses, the one without a # in front of it.
# The keys are needed for production alone.
access_key=
secret_key=

#service_url=https://mechanicalturk.{_SERVICE}
service_url=https://mechanicalturk.sandbox.{_SERVICE}
"""
_OWNERS: Final = 0o600


@dataclass(frozen=True)
class OldConfiguration:
    """What such a file says; empty where it says nothing. `service_line` is the address's own."""

    service_url: str = ""
    access_key: str = ""
    secret_key: str = ""
    service_line: int = 0


def begin(folder: Path) -> Path | None:
    """Write a file that names the sandbox, for its owner alone as keys go into it; return it.

    What is there already, a link to nowhere too, is left alone, and nothing is returned. Raise FileError
    where it cannot be written.
    """
    path = folder / NAME
    with on_disk(path):
        try:
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _OWNERS)
        except FileExistsError:
            return None
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                file.write(_NEW)
        except OSError:
            with contextlib.suppress(OSError):
                path.unlink()
            raise
    return path


def find(here: Path, tools: str) -> Path:
    """Return the folder whose file counts for an old command: the one it is run in, if that has one.

    Else it is `bin` of the old tools' home, where they had theirs; `tools` is that home, if one is known.
    """
    if (here / NAME).exists() or not tools:
        return here
    return Path(os.path.normpath(Path(tools).expanduser())) / "bin"


def read(folder: Path) -> OldConfiguration:
    """Return what the file in a folder says, which need not be there.

    A value such as `[insert your key here]` counts as none. Raise FileError for a file that cannot be read.
    """
    path = folder / NAME
    if not path.exists():
        return OldConfiguration()
    entries = property_files.parse(text.read(path)).entries
    said = {key: value.strip() for _, key, value in entries}
    lines = {key: line for line, key, _ in entries}
    known = {key: value for key, value in said.items() if not value.startswith(_UNSET)}
    return OldConfiguration(
        known.get("service_url", ""),
        known.get("access_key", ""),
        known.get("secret_key", ""),
        lines.get("service_url", 0),
    )
