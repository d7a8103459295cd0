"""The ID of a survey, which stays the same whatever its folder is called: `id:` in its settings."""

from __future__ import annotations

import re
import secrets
from pathlib import Path
from typing import Final

from mturk_tasks.lib import disk

_FILE: Final = "invoke.yaml"
_ID: Final = re.compile(r"^ +id: *([A-Za-z0-9_-]{8,64}) *(?:#.*)?$", re.MULTILINE)
_SECTION: Final = re.compile(r"^mturk:[ \t]*(?:#.*)?\r?$", re.MULTILINE)


def read(folder: Path) -> str:
    """Return the ID of a folder's survey, empty where none was given."""
    found = _ID.search(_text(folder))
    return found[1] if found else ""


def ensure(folder: Path) -> str:
    """Return the ID of a folder's survey, and give it one before if it has none.

    Empty where the folder has no settings to keep it in: an old folder that nobody has adopted.
    """
    text = _text(folder)
    found = _ID.search(text)
    if found:
        return found[1]
    section = _SECTION.search(text)
    if section is None:
        return ""
    own = secrets.token_hex(8)
    line = f"\n  id: {own}  # of this survey, wherever its folder goes"
    end = section.end() - section[0].endswith("\r")
    disk.write(folder / _FILE, f"{text[:end]}{line}{text[end:]}")
    return own


def _text(folder: Path) -> str:
    path = folder / _FILE
    if not path.is_file():
        return ""
    with disk.on_disk(path):
        return path.read_bytes().decode("utf-8", "replace")
