"""Find the qualification types that a survey's properties name, for the environment of the command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from mturk_tasks.commands.desk import Desk
from mturk_tasks.commands.gathering import Gathered
from mturk_tasks.commands.qualification import register
from mturk_tasks.errors import DoesNotExist, FileError, MTurkTasksError, Problem, ServiceError
from mturk_tasks.files import definition
from mturk_tasks.requester import qualification_types
from mturk_tasks.vocabulary.environments import PRODUCTION
from mturk_tasks.vocabulary.requirements import (
    MASTERS,
    MASTERS_IN_PRODUCTION,
    MASTERS_IN_SANDBOX,
    SYSTEM,
    SYSTEM_ONCE,
    QualificationRequirement,
)
from mturk_tasks.vocabulary.statuses import ACTIVE

Requirements = tuple[QualificationRequirement, ...]

_OF_ITS_OWN: Final = "0000000000"  # begins the ID of a type that is the marketplace's own
_KEY: Final = "qualification"


def resolve(desk: Desk, asked: Sequence[QualificationRequirement], path: Path) -> Requirements:
    """Return the requirements with IDs that are good here: folders looked up, Masters translated.

    `path` is the properties file they stand in. Raise FileError, by line, for a folder that has no type
    in this environment, and for a type that the service does not have, or that is not active there.
    """
    each = Gathered()
    found = [each(partial(_found, desk, one, path)) for one in asked]
    good = [one for one in found if one is not None]
    for one in good:
        each(partial(_check, desk, one, path))
    if each.problems:
        raise each.error()
    return tuple(good)


def _found(desk: Desk, one: QualificationRequirement, path: Path) -> QualificationRequirement:
    if one.folder:
        return replace(one, type_id=_of_folder(desk, one, path))
    if one.type_id not in MASTERS:
        return one
    here = MASTERS_IN_PRODUCTION if desk.environment.name == PRODUCTION else MASTERS_IN_SANDBOX
    if one.type_id != here:
        desk.console.note(
            f"note: {path}:{one.line}: {one.type_id} are the Masters of the other environment; {here} is sent"
        )
    return replace(one, type_id=here)


def _of_folder(desk: Desk, one: QualificationRequirement, path: Path) -> str:
    """Return the ID of the type that the folder made in this environment."""
    folder = path.parent / one.folder
    try:
        if not folder.is_dir():
            raise FileError(Problem(folder, None, "is no folder"))
        return register.find(desk, definition.find(folder).files).type_id
    except MTurkTasksError as error:
        raise _problem(path, one, f"@{one.folder} names no qualification here: {error}") from error


def _check(desk: Desk, one: QualificationRequirement, path: Path) -> None:
    """Raise FileError unless a requester's type is there and may be asked for."""
    if one.type_id in MASTERS or one.type_id in SYSTEM:
        return
    try:
        kind = qualification_types.get(desk.client, one.type_id)
    except DoesNotExist as error:
        meant = f" ({SYSTEM_ONCE[one.type_id]})" if one.type_id in SYSTEM_ONCE else ""
        what = f"the qualification {one.type_id}{meant} does not exist in {desk.environment.name}"
        if one.type_id.startswith(_OF_ITS_OWN):
            what += f"; its own are {', '.join(f'{own} ({says})' for own, says in SYSTEM.items())}"
        raise _problem(path, one, what) from error
    except ServiceError as error:
        raise _problem(path, one, f"the qualification {one.type_id} cannot be used: {error}") from error
    if kind.status != ACTIVE:
        what = f"the qualification {kind.name} is {kind.status.lower()}, and no new HIT can ask for it"
        raise _problem(path, one, f"{what}; in its folder: inv update --status Active")


def _problem(path: Path, one: QualificationRequirement, text: str) -> FileError:
    return FileError(Problem(path, one.line, f"{_KEY}: {text}"))
