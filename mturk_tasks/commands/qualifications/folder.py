"""Which qualification type a folder made, in which marketplace, and what was done about it since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Final

from mturk_tasks.client import qualifications
from mturk_tasks.commands import batches, origins
from mturk_tasks.commands import journal as records
from mturk_tasks.commands.context import CommandContext, ProblemCollector
from mturk_tasks.commands.journal import Entry
from mturk_tasks.errors import DoesNotExist, FileError, MTurkTasksError, Problem, RecordsError, ServiceError
from mturk_tasks.files import grants, survey
from mturk_tasks.files.survey import TypeFiles
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

TYPE = "type"  # the one item that is created, changed and deleted in a type's own journal
CHANGE = "change"


@dataclass(frozen=True)
class FolderQualification:
    """One qualification type: its ID, and the files and the journal of the folder that made it.

    The ID is empty where making it was begun and did not end well. A type that is named by its ID alone
    has no files and no journal of its own.
    """

    type_id: str
    files: TypeFiles = field(default=TypeFiles(Path(), ""))
    entries: tuple[Entry, ...] = ()

    @property
    def journaled(self) -> bool:
        """Say whether the type has a journal of its own."""
        return bool(self.entries)

    @property
    def retired(self) -> bool:
        """Say whether the type was deleted."""
        return TYPE in records.done(self.entries, batches.DELETE)


def find(context: CommandContext, files: TypeFiles) -> FolderQualification:
    """Return the type of a folder in this command's marketplace; raise RecordsError where there is none."""
    found = belonging(context, files)
    if found is None:
        origins.must_be_here(context, files, records.read(files.journal))
        raise RecordsError(f"{files.label} is not in {context.environment.name} yet; begin with inv create")
    if found.retired:
        raise RecordsError(f"{files.label} was retired; inv create makes it anew")
    if not found.type_id:
        raise RecordsError(f"creating {files.label} did not end well; inv create goes on with it")
    return found


def of_id_file(context: CommandContext, path: Path) -> FolderQualification:
    """Return the type that an ID file names; its journal, where it has one, must be of this place."""
    if not path.exists() and (other := survey.files_of(path).success).exists():
        path = other
    type_id = grants.read_type_id(path)
    files = survey.files_of(path)
    entries = records.read(files.journal)
    origins.must_be_here(context, files, entries)
    return FolderQualification(type_id, files, tuple(entries))


def belonging(context: CommandContext, files: TypeFiles) -> FolderQualification | None:
    """Return the type of a folder in this marketplace, one of the old tools too, or None."""
    for place in origins.candidates(files):
        entries = records.read(place.journal)
        if origins.is_here(context, entries):
            made = records.done(entries, batches.CREATE).get(TYPE, {})
            of_place = survey.TypeFiles(place.folder, place.label)
            return FolderQualification(made.get("type_id", ""), of_place, tuple(entries))
    return _of_old_tools(files)


def _of_old_tools(files: TypeFiles) -> FolderQualification | None:
    """Return the type of an ID file that no journal speaks of, or None."""
    if records.read(files.journal):
        return None
    there = (path for path in (files.success, files.plain_success) if path.exists())
    path = next(there, None)
    return FolderQualification(grants.read_type_id(path), files) if path else None


# Find the qualification types that a survey's properties name, for the environment of the
# command.


Requirements = tuple[QualificationRequirement, ...]

_OF_ITS_OWN: Final = "0000000000"  # begins the ID of a type that is the marketplace's own
_KEY: Final = "qualification"


def resolve(context: CommandContext, asked: Sequence[QualificationRequirement], path: Path) -> Requirements:
    """Return the requirements with IDs that are good here: folders looked up, Masters translated.

    `path` is the properties file they stand in. Raise FileError, by line, for a folder that has no type
    in this environment, and for a type that the service does not have, or that is not active there.
    """
    each = ProblemCollector()
    found = [each(partial(_found, context, one, path)) for one in asked]
    good = [one for one in found if one is not None]
    for one in good:
        each(partial(_check, context, one, path))
    if each.problems:
        raise each.error()
    return tuple(good)


def _found(context: CommandContext, one: QualificationRequirement, path: Path) -> QualificationRequirement:
    if one.folder:
        return replace(one, type_id=_of_folder(context, one, path))
    if one.type_id not in MASTERS:
        return one
    here = MASTERS_IN_PRODUCTION if context.environment.name == PRODUCTION else MASTERS_IN_SANDBOX
    if one.type_id != here:
        context.console.note(
            f"note: {path}:{one.line}: {one.type_id} are the Masters of the other environment; {here} is sent"
        )
    return replace(one, type_id=here)


def _of_folder(context: CommandContext, one: QualificationRequirement, path: Path) -> str:
    """Return the ID of the type that the folder made in this environment."""
    folder = path.parent / one.folder
    try:
        if not folder.is_dir():
            raise FileError(Problem(folder, None, "is no folder"))
        return find(context, survey.find_definition(folder).files).type_id
    except MTurkTasksError as error:
        raise _problem(path, one, f"@{one.folder} names no qualification here: {error}") from error


def _check(context: CommandContext, one: QualificationRequirement, path: Path) -> None:
    """Raise FileError unless a requester's type is there and may be asked for."""
    if one.type_id in MASTERS or one.type_id in SYSTEM:
        return
    try:
        kind = qualifications.get(context.client, one.type_id)
    except DoesNotExist as error:
        meant = f" ({SYSTEM_ONCE[one.type_id]})" if one.type_id in SYSTEM_ONCE else ""
        what = f"the qualification {one.type_id}{meant} does not exist in {context.environment.name}"
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
