"""Adopt every old folder of a tree: what cannot be adopted is named, and stops nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mturk_tasks.errors import MTurkTasksError, UsageError
from mturk_tasks.oldtools import inventory, projects


@dataclass
class Tree:
    """What was found in a tree: folders adopted with their contents, ours already, and failed with why."""

    adopted: dict[Path, list[str]] = field(default_factory=dict)
    already: list[Path] = field(default_factory=list)
    failed: dict[Path, str] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)


def adopt(top: Path) -> Tree:
    """Adopt each folder below `top`, and itself, that holds a survey or a qualification.

    Links to folders are not followed and hidden folders not entered. Raise UsageError where there is no
    such folder.
    """
    if not top.is_dir():
        raise UsageError(f"{top} {'is no directory' if top.exists() else 'does not exist'}")
    tree = Tree()
    for folder in _folders(top, tree):
        try:
            _adopt(folder, tree)
        except MTurkTasksError as error:
            tree.failed[folder] = str(error).replace("\n", "; ")
    return tree


def _adopt(folder: Path, tree: Tree) -> None:
    if not inventory.is_project(folder):
        return
    if len(projects.of_ours(folder)) == len(projects.OURS):
        tree.already.append(folder)
        return
    contents = inventory.contents(folder)
    added, ignored = projects.adopt(folder)
    tree.adopted[folder] = contents
    tree.files += [*added, *ignored.files]


def _folders(top: Path, tree: Tree) -> Iterator[Path]:
    """Yield the folders of a tree in order; one that cannot be opened is noted as failed."""

    def fail(error: OSError) -> None:
        tree.failed[Path(error.filename)] = f"cannot be opened: {error.strerror}"

    for path, names, _ in os.walk(top, followlinks=False, onerror=fail):
        names[:] = sorted(name for name in names if not name.startswith("."))
        yield Path(path)
