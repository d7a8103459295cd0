"""What git is to leave alone in a folder, people, keys and databases; rules that are there are completed."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mturk_tasks import scaffold
from mturk_tasks.errors import FileError, Problem
from mturk_tasks.files import atomic

NAME: Final = ".gitignore"
_HEADING: Final = "# Personal data, keys and databases stay out of git."


@dataclass(frozen=True)
class Completion:
    """What was done to the ignore rules of a folder: it got all of them, or these lines, or none."""

    path: Path
    is_new: bool = False
    added: tuple[str, ...] = ()

    @property
    def files(self) -> list[Path]:
        """Return the file, if it was written."""
        return [self.path] if self.is_new or self.added else []

    @property
    def sentence(self) -> str:
        """Say what was added to rules that were there; nothing where that is nothing."""
        lines = f"{len(self.added)} line{'s' if len(self.added) > 1 else ''}"
        return f"{lines} added to {self.path}: {', '.join(self.added)}" if self.added else ""


def check(folder: Path) -> None:
    """Raise FileError for rules that cannot be completed: git follows no link, and we write through none."""
    path = folder / NAME
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise FileError(Problem(path, None, "is no file of its own, and git would not read it; take it away"))


def complete(folder: Path, kind: str) -> Completion:
    """Add to a folder's ignore rules those of the template of that kind that it has not.

    What is there stays as it is, line for line. Raise FileError where that cannot be read or written.
    """
    check(folder)
    path = folder / NAME
    (rules,) = scaffold.template(kind).glob("*/gitignore.txt")
    with atomic.on_disk(path):
        if not path.exists():
            shutil.copyfile(rules, path)
            return Completion(path, is_new=True)
        before = path.read_bytes()
    there = {line.strip() for line in before.decode("utf-8", "replace").splitlines()}
    wanted = (line.strip() for line in rules.read_text(encoding="utf-8").splitlines())
    missing = tuple(line for line in wanted if line and not line.startswith("#") and line not in there)
    if missing:
        end = b"\r\n" if b"\r\n" in before else b"\n"
        gap = b"" if before.endswith(b"\n") or not before else end
        lines = ("", _HEADING, *missing, "") if before else (_HEADING, *missing, "")
        atomic.write_bytes(path, before + gap + end.join(line.encode() for line in lines))
    return Completion(path, added=missing)
