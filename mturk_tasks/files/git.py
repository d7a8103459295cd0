"""Which commit of a survey folder is at work, for the journal."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Commit:
    """A commit, and whether the folder has changes that are not in it."""

    id: str
    dirty: bool


def commit(folder: Path) -> Commit | None:
    """Return the commit that is checked out in a folder; None without git or before a first commit."""
    head = _git(folder, "rev-parse", "HEAD")
    if head is None:
        return None
    return Commit(head.strip(), dirty=bool((_git(folder, "status", "--porcelain", "--", ".") or "").strip()))


def _git(folder: Path, *words: str) -> str | None:
    try:
        ended = subprocess.run(  # noqa: S603  # the words are ours, nothing of a user's is among them
            ["git", *words],  # noqa: S607  # whichever git the user has
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return None
    return ended.stdout if ended.returncode == 0 else None
