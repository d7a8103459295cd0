"""Open the files that a template brings in: those in the folder of the question, and no others."""

from __future__ import annotations

from pathlib import Path

from mturk_tasks.errors import FileError, Problem
from mturk_tasks.files import text
from mturk_tasks.files.text import Source


def open_file(folder: Path, name: str, trail: tuple[Path, ...]) -> Source:
    """Return a file of the folder; raise FileError for one outside it or one that is being read already.

    Links are followed before the two are compared.
    """
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise FileError(
            Problem(path, None, "is outside the folder of the question; copy it into that folder")
        )
    if any(path.resolve() == opened.resolve() for opened in trail):
        raise FileError(Problem(path, None, "brings in itself"))
    return text.read(path)
