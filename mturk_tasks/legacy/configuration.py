"""The `mturk.properties` of the old tools: where they acted, with which keys."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mturk_tasks.files import properties
from mturk_tasks.lib import text
from mturk_tasks.lib.disk import on_disk

NAME: Final = "mturk.properties"
_UNSET: Final = "[insert"
_SERVICE: Final = "amazonaws.com/?Service=AWSMechanicalTurkRequester"
# Programs that switch between the two look for their addresses and rewrite each line with one in it, so no
# comment may have one. The addresses are the old service's, and mean no more than "sandbox" and "production".
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
    """Values of such a file, empty where it has none; `service_line` is the line of the address."""

    service_url: str = ""
    access_key: str = ""
    secret_key: str = ""
    service_line: int = 0


def create(folder: Path) -> Path | None:
    """Write a file that names the sandbox, for its owner alone as keys go into it, and return its path.

    An existing file, or a link to nowhere, is left alone, and None returned. Raise FileError if it cannot be
    written.
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
    """Return the folder whose file counts for an old command: the current one, if it has a file.

    Else it is `bin` in the home of the old tools, `tools`, if that is known.
    """
    if (here / NAME).exists() or not tools:
        return here
    return Path(os.path.normpath(Path(tools).expanduser())) / "bin"


def read(folder: Path) -> OldConfiguration:
    """Return the values of the file in a folder, which need not exist.

    A value such as `[insert your key here]` counts as none. Raise FileError for a file that cannot be read.
    """
    path = folder / NAME
    if not path.exists():
        return OldConfiguration()
    entries = properties.parse(text.read(path)).entries
    stripped = {key: value.strip() for _, key, value in entries}
    values = {key: value for key, value in stripped.items() if not value.startswith(_UNSET)}
    lines = {key: line for line, key, _ in entries}
    return OldConfiguration(
        values.get("service_url", ""),
        values.get("access_key", ""),
        values.get("secret_key", ""),
        lines.get("service_url", 0),
    )
