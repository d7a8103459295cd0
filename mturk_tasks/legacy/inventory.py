"""Say what an old folder holds: surveys, qualifications, and what the old tools left of their work."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from mturk_tasks.errors import FileError
from mturk_tasks.files import properties as property_files
from mturk_tasks.files import results, survey
from mturk_tasks.lib import text

SURVEY = "survey"
QUALIFICATION = "qualification"
_SETTINGS: Final = "mturk.properties"  # of the old tools, not of a survey
_SIGNS: Final = (  # keys that no other program's properties have together
    {"title", "reward"},
    {"name", "description", "retrydelayinseconds"},
    {"name", "description", "autogranted"},
)


def projects(folder: Path) -> list[Path]:
    """Return the properties files of surveys and qualifications, sorted."""
    return sorted(path for path in folder.glob("*.properties") if path.name != _SETTINGS)


def is_project(folder: Path) -> bool:
    """Say whether a folder holds a survey or a qualification, and no properties of something else."""
    if not projects(folder):
        return False
    if any(next(folder.glob(f"*.{ending}"), None) for ending in ("input", "question")):
        return True
    return any(signs <= _keys_if_readable(path) for path in projects(folder) for signs in _SIGNS)


def kind(folder: Path) -> str:
    """Return what a folder holds: a qualification has a name, a survey has rows and pays a reward."""
    if next(folder.glob("*.input"), None):
        return SURVEY
    keys = {key for path in projects(folder) for key in _keys(path)}
    return QUALIFICATION if "name" in keys and "reward" not in keys else SURVEY


def contents(folder: Path) -> list[str]:
    """Return a phrase for each thing that is found; what cannot be read is named with the reason."""
    names = [path.stem for path in projects(folder)]
    what = kind(folder)
    told = [f"{what} {names[0]}"] if len(names) == 1 else []
    if len(names) > 1:
        told = [f"{len(names)} properties files ({', '.join(names)}): name one in invoke.yaml (mturk: name:)"]
    ids = set(folder.glob("*.properties.success"))
    receipts = [path for path in sorted(folder.glob("*.success")) if path not in ids]
    told += [f"{path.name} with the ID of a qualification" for path in sorted(ids)]
    if what == SURVEY:
        told += [f"{path.name} with {_counted(path, _hits, 'HIT')}" for path in receipts]
    told += [f"{path.name} with {_counted(path, _rows, 'row')}" for path in sorted(folder.glob("*.results"))]
    return told


def _keys(path: Path) -> set[str]:
    return {key for _, key, _ in property_files.parse(text.read(path)).entries}


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
    """Write how many there are; one that cannot be read is no reason to stop."""
    try:
        number = number_of(path)
    except FileError as error:
        first, *others = error.problems
        return f"what cannot be read ({first.text}{f', and {len(others)} more' if others else ''})"
    return f"{number} {what}{'' if number == 1 else 's'}"
