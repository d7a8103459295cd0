"""Folders of the old tools: what they hold, and adopting them, one or a tree of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from mturk_tasks import scaffold
from mturk_tasks.errors import FileError, MTurkTasksError, Problem, UsageError
from mturk_tasks.files import properties, results, survey
from mturk_tasks.legacy import configuration
from mturk_tasks.lib import text
from mturk_tasks.lib.disk import on_disk
from mturk_tasks.scaffold import GitignoreChange

SURVEY: Final = "survey"
QUALIFICATION: Final = "qualification"
_TEMPLATES: Final = {SURVEY: "hit", QUALIFICATION: "qual"}
_SIGNS: Final = (  # keys that no other program's properties have together
    {"title", "reward"},
    {"name", "description", "retrydelayinseconds"},
    {"name", "description", "autogranted"},
)


def kind(folder: Path) -> str:
    """Return what a folder holds: a qualification has a name, a survey has rows and pays a reward."""
    if next(folder.glob("*.input"), None):
        return SURVEY
    keys = {key for path in _properties(folder) for key in _keys(path)}
    return QUALIFICATION if "name" in keys and "reward" not in keys else SURVEY


def contents(folder: Path) -> list[str]:
    """Return a phrase for each thing in a folder; what cannot be read is named with the reason."""
    names = [path.stem for path in _properties(folder)]
    what = kind(folder)
    phrases = [f"{what} {names[0]}"] if len(names) == 1 else []
    if len(names) > 1:
        phrases = [
            f"{len(names)} properties files ({', '.join(names)}): name one in invoke.yaml (mturk: name:)"
        ]
    ids = set(folder.glob("*.properties.success"))
    receipts = [path for path in sorted(folder.glob("*.success")) if path not in ids]
    sorted(folder.glob("*.results"))
    phrases += [f"{path.name} with the ID of a qualification" for path in sorted(ids)]
    if what == SURVEY:
        phrases += [f"{path.name} with {_counted(path, _hits, 'HIT')}" for path in receipts]
    phrases += [
        f"{path.name} with {_counted(path, _rows, 'row')}" for path in sorted(folder.glob("*.results"))
    ]
    return phrases


def adopt(folder: Path) -> tuple[list[Path], GitignoreChange]:
    """Add `tasks.py` and `invoke.yaml` to an old folder, and complete its ignore rules; touch nothing else.

    They are those of a qualification where the folder holds one. Return the two files, and the change of
    the rules. Raise FileError if one of the files exists, UsageError if there is neither a survey nor a
    qualification, or no folder.
    """
    _check_folder(folder)
    if not _properties(folder):
        raise UsageError(f"{folder} holds no survey and no qualification; there is no .properties file in it")
    if existing := _task_files(folder):
        raise FileError(*(Problem(path, None, "is there already and stays as it is") for path in existing))
    scaffold.check_gitignore(folder)
    template = _TEMPLATES[kind(folder)]
    with on_disk(folder):
        return scaffold.add_tasks(folder, template)


@dataclass
class Tree:
    """Folders of a tree: adopted with their contents, ours already, and failed with the reason."""

    adopted: dict[Path, list[str]] = field(default_factory=dict)
    already: list[Path] = field(default_factory=list)
    failed: dict[Path, str] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)


def adopt_tree(top: Path) -> Tree:
    """Adopt `top` and each folder below it that holds a survey or a qualification.

    Links to folders are not followed and hidden folders not entered. A folder that cannot be adopted stops
    nothing. Raise UsageError if `top` is not a folder.
    """
    _check_folder(top)
    tree = Tree()
    for folder in _folders(top, tree):
        try:
            _adopt_in_tree(folder, tree)
        except MTurkTasksError as error:
            tree.failed[folder] = str(error).replace("\n", "; ")
    return tree


def _adopt_in_tree(folder: Path, tree: Tree) -> None:
    if not _is_project(folder):
        return
    if len(_task_files(folder)) == len(scaffold.TASK_FILES):
        tree.already.append(folder)
        return
    phrases = contents(folder)
    added, rules = adopt(folder)
    tree.adopted[folder] = phrases
    tree.files += [*added, *rules.files]


def _folders(top: Path, tree: Tree) -> Iterator[Path]:
    """Yield the folders of a tree in order; one that cannot be opened is noted as failed."""

    def fail(error: OSError) -> None:
        tree.failed[Path(error.filename)] = f"cannot be opened: {error.strerror}"

    for path, names, _ in os.walk(top, followlinks=False, onerror=fail):
        names[:] = sorted(name for name in names if not name.startswith("."))
        yield Path(path)


def _check_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise UsageError(f"{folder} {'is no directory' if folder.exists() else 'does not exist'}")


def _is_project(folder: Path) -> bool:
    """Say whether a folder holds a survey or a qualification, and not only properties of something else."""
    files = _properties(folder)
    if not files:
        return False
    if any(next(folder.glob(f"*.{ending}"), None) for ending in ("input", "question")):
        return True
    return any(signs <= _keys_if_readable(path) for path in files for signs in _SIGNS)


def _properties(folder: Path) -> list[Path]:
    """Return the properties files of surveys and qualifications, sorted."""
    return sorted(path for path in folder.glob("*.properties") if path.name != configuration.NAME)


def _task_files(folder: Path) -> list[Path]:
    """Return which of the files exist that make a folder one of ours."""
    return [folder / name for name in scaffold.TASK_FILES if os.path.lexists(folder / name)]


def _keys(path: Path) -> set[str]:
    return {key for _, key, _ in properties.parse(text.read(path)).entries}


def _keys_if_readable(path: Path) -> set[str]:
    try:
        return _keys(path)
    except FileError:
        return set()


def _hits(path: Path) -> int:
    return 0 if text.is_empty(path) else len(survey.read_success(path))


def _rows(path: Path) -> int:
    return len(results.read(path).rows)


def _counted(path: Path, number_of: Callable[[Path], int], what: str) -> str:
    """Write how many things a file holds, or why it cannot be read."""
    try:
        number = number_of(path)
    except FileError as error:
        first, *others = error.problems
        return f"what cannot be read ({first.text}{f', and {len(others)} more' if others else ''})"
    return f"{number} {what}{'' if number == 1 else 's'}"
