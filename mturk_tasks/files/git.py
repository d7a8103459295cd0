"""Which commit of a survey folder is at work, and whether its files are those of the commit.

A folder may come from anybody, its `.git` with it, and git's configuration names programs to run. So
git is asked only what it answers by reading: the commit, the blob IDs in its tree, the hash of a file
as it stands. What a filter or a conversion of line ends would make of a file is not looked at.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_CONFIGURATION: Final = (
    *("-c", "core.fsmonitor=false"),
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "core.sshCommand="),
    *("-c", "diff.external="),
)
_ENVIRONMENT: Final = {
    "GIT_ALLOW_PROTOCOL": "",  # no transport at all, so that nothing is fetched even by an older git
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_LITERAL_PATHSPECS": "1",
}
_USERS: Final = ("GIT_CONFIG", "GIT_CEILING_DIRECTORIES", "GIT_EXEC_PATH")  # the rest may name another folder
_SECONDS: Final = 20  # a pipe that stands in for a file of git's would be waited for without end
_REGULAR: Final = (b"100644", b"100755")
_FILTERS: Final = (b"filter", b"ident", b"working-tree-encoding")
_LINE_ENDS: Final = (b"text", b"crlf", b"eol")
_NOTHING: Final = (b"unspecified", b"unset")
_OFF: Final = (b"", b"false", b"no", b"off", b"0")


@dataclass(frozen=True)
class Commit:
    """A commit, whether files differ from it, and the names of those that were not compared with it.

    `dirty` is None where nothing differs that was compared, and not everything was.
    """

    id: str
    dirty: bool | None
    uncompared: tuple[str, ...] = ()


def commit(folder: Path, files: Iterable[Path] = ()) -> Commit | None:
    """Return the commit that is checked out in a folder, and how these files compare with it.

    Return None without git or before a first commit. A file that is there and not in the commit
    differs from it, and so does one that is only in the commit.
    """
    head = _git(folder, "rev-parse", "--verify", "HEAD")
    if head is None:
        return None
    found = head.decode("ascii", "replace").strip()
    differs: dict[str, bool | None] = {}
    wanted = tuple(dict.fromkeys(files))
    for place in dict.fromkeys(file.parent for file in wanted):
        differs.update(_differing(place, [file.name for file in wanted if file.parent == place], found))
    uncompared = tuple(name for name, differing in differs.items() if differing is None)
    dirty = any(differs.values()) or (None if uncompared else False)
    return Commit(found, dirty, uncompared)


def _differing(folder: Path, names: Sequence[str], commit_id: str) -> dict[str, bool | None]:
    """Say of each file whether it differs from the commit; None where that cannot be told."""
    there = [name for name in names if (folder / name).is_file()]
    listed = _git(folder, "ls-tree", "-z", commit_id, "--", *names)
    hashed = _git(folder, "hash-object", "--no-filters", "--", *there) if there else b""
    if listed is None or hashed is None:
        return dict.fromkeys(names)
    tree = dict(map(_entry, filter(None, listed.split(b"\0"))))
    disk = dict(zip(there, hashed.split(), strict=True))
    return {name: _differs(folder, name, tree.get(os.fsencode(name)), disk.get(name)) for name in names}


def _entry(line: bytes) -> tuple[bytes, tuple[bytes, bytes]]:
    """Return the name in a line of a tree, with its mode and its blob."""
    facts, _, name = line.partition(b"\t")
    mode, _, blob = facts.split(b" ")
    return name, (mode, blob)


def _differs(folder: Path, name: str, entry: tuple[bytes, bytes] | None, blob: bytes | None) -> bool | None:
    if entry is None or blob is None:
        return entry is not None or blob is not None
    mode, committed = entry
    if mode not in _REGULAR:  # a link or a repository within this one, whose blob is no file's
        return None
    if blob == committed:
        return False
    return None if _converted(folder, name) else True


def _converted(folder: Path, name: str) -> bool:
    """Say whether git would commit a file otherwise than it stands on the disk."""
    told = _git(folder, "check-attr", "-z", *map(os.fsdecode, (*_FILTERS, *_LINE_ENDS)), "--", name)
    if told is None:
        return True
    parts = told.split(b"\0")
    values = dict(zip(parts[1::3], parts[2::3], strict=False))
    if any(values.get(key) not in _NOTHING for key in _FILTERS):
        return True
    line_ends = [values.get(key) for key in _LINE_ENDS]
    ask = all(value == b"unspecified" for value in line_ends)
    configured = (_git(folder, "config", "--get", "core.autocrlf") or b"").strip().lower() if ask else b""
    converts = configured not in _OFF if ask else any(value not in _NOTHING for value in line_ends)
    return converts and b"\r\n" in (folder / name).read_bytes()


def _git(folder: Path, *words: str) -> bytes | None:
    """Return what git answers about a folder, None where it answers nothing."""
    users = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith("GIT_") or key.startswith(_USERS)
    }
    try:
        ended = subprocess.run(  # noqa: S603  # the words are ours, and names of files behind `--`
            ["git", "--no-pager", *_CONFIGURATION, *words],  # noqa: S607  # whichever git the user has
            cwd=folder,
            env={**users, **_ENVIRONMENT},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return ended.stdout if ended.returncode == 0 else None
