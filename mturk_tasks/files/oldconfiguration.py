"""The `mturk.properties` of the old tools: where they acted, and with which keys."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mturk_tasks.files import properties, text

NAME = "mturk.properties"
_UNSET = "[insert"


@dataclass(frozen=True)
class OldConfiguration:
    """What such a file says; empty where it says nothing. `service_line` is the address's own."""

    service_url: str = ""
    access_key: str = ""
    secret_key: str = ""
    service_line: int = 0


def read(folder: Path) -> OldConfiguration:
    """Return what the file in a folder says, which need not be there.

    A value such as `[insert your key here]` counts as none. Raise FileError for a file that cannot be read.
    """
    path = folder / NAME
    if not path.exists():
        return OldConfiguration()
    entries = properties.parse(text.read(path)).entries
    said = {key: value.strip() for _, key, value in entries}
    lines = {key: line for line, key, _ in entries}
    known = {key: value for key, value in said.items() if not value.startswith(_UNSET)}
    return OldConfiguration(
        known.get("service_url", ""),
        known.get("access_key", ""),
        known.get("secret_key", ""),
        lines.get("service_url", 0),
    )
