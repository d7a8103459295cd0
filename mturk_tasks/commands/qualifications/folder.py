"""Qualification types of folders: found for a command, and named by the properties of surveys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Final

from mturk_tasks.client import qualifications
from mturk_tasks.commands import batches, journal, origins
from mturk_tasks.commands.context import CommandContext, ProblemCollector
from mturk_tasks.errors import DoesNotExist, FileError, MTurkTasksError, Problem, RecordsError, ServiceError
from mturk_tasks.files import grants, survey
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

TYPE: Final = "type"  # the one item that is created, changed and deleted in a type's own journal
CHANGE: Final = "change"
_SYSTEM_PREFIX: Final = "0000000000"  # of the IDs of the marketplace's own types

Requirements = tuple[QualificationRequirement, ...]


@dataclass(frozen=True)
class FolderQualification:
    """One qualification type: its ID, and the files and the journal of the folder that made it.

    The ID is empty if creating it was begun and failed. A type that is named by its ID alone has no files
    and no journal of its own.
    """

    type_id: str
    files: survey.TypeFiles = field(default=survey.TypeFiles(Path(), ""))
    entries: tuple[journal.Entry, ...] = ()

    @property
    def journaled(self) -> bool:
        """Say whether the type has a journal of its own."""
        return bool(self.entries)

    @property
    def retired(self) -> bool:
        """Say whether the type was deleted."""
        return TYPE in journal.done(self.entries, batches.DELETE)


def find(context: CommandContext, files: survey.TypeFiles) -> FolderQualification:
    """Return the type of a folder in this command's marketplace; raise RecordsError if there is none."""
    qualification = belonging(context, files)
    if qualification is None:
        origins.must_be_here(context, files, journal.read(files.journal))
        raise RecordsError(f"{files.label} is not in {context.environment.name} yet; begin with inv create")
    if qualification.retired:
        raise RecordsError(f"{files.label} was retired; inv create makes it anew")
    if not qualification.type_id:
        raise RecordsError(f"creating {files.label} did not end well; inv create goes on with it")
    return qualification


def belonging(context: CommandContext, files: survey.TypeFiles) -> FolderQualification | None:
    """Return the type of a folder in this marketplace, one of the old tools too, or None."""
    for candidate in origins.candidates(files):
        entries = journal.read(candidate.journal)
        if origins.is_here(context, entries):
            created = journal.done(entries, batches.CREATE).get(TYPE, {})
            type_files = survey.TypeFiles(candidate.folder, candidate.label)
            return FolderQualification(created.get("type_id", ""), type_files, tuple(entries))
    if journal.read(files.journal):
        return None
    for path in (files.success, files.plain_success):  # of the old tools, which had no journal
        if path.exists():
            return FolderQualification(grants.read_type_id(path), files)
    return None


def of_id_file(context: CommandContext, path: Path) -> FolderQualification:
    """Return the type that an ID file names; raise RecordsError if its journal is of another marketplace."""
    if not path.exists() and (other := survey.files_of(path).success).exists():
        path = other
    type_id = grants.read_type_id(path)
    files = survey.files_of(path)
    entries = journal.read(files.journal)
    origins.must_be_here(context, files, entries)
    return FolderQualification(type_id, files, tuple(entries))


def resolve(
    context: CommandContext, requirements: Sequence[QualificationRequirement], path: Path
) -> Requirements:
    """Return the requirements with IDs that are good here: folders looked up, Masters translated.

    `path` is the properties file they stand in. Raise FileError, by line, for a folder without a type in this
    environment, and for a type that the service does not have, or that is not active there.
    """
    collect = ProblemCollector()
    resolved = [collect(partial(_resolve, context, requirement, path)) for requirement in requirements]
    good = tuple(requirement for requirement in resolved if requirement)
    for requirement in good:
        collect(partial(_check, context, requirement, path))
    if collect.problems:
        raise collect.error()
    return good


def _resolve(
    context: CommandContext, requirement: QualificationRequirement, path: Path
) -> QualificationRequirement:
    if requirement.folder:
        return replace(requirement, type_id=_of_folder(context, requirement, path))
    if requirement.type_id not in MASTERS:
        return requirement
    here = MASTERS_IN_PRODUCTION if context.environment.name == PRODUCTION else MASTERS_IN_SANDBOX
    if requirement.type_id != here:
        context.console.note(
            f"note: {path}:{requirement.line}: {requirement.type_id} are the Masters "
            f"of the other environment; {here} is sent"
        )
    return replace(requirement, type_id=here)


def _of_folder(context: CommandContext, requirement: QualificationRequirement, path: Path) -> str:
    """Return the ID of the type that a folder made in this environment."""
    folder = path.parent / requirement.folder
    try:
        if not folder.is_dir():
            raise FileError(Problem(folder, None, "is no folder"))
        return find(context, survey.find_definition(folder).files).type_id
    except MTurkTasksError as error:
        what = f"@{requirement.folder} names no qualification here: {error}"
        raise _problem(path, requirement, what) from error


def _check(context: CommandContext, requirement: QualificationRequirement, path: Path) -> None:
    """Raise FileError unless a Requester's type exists and may be required."""
    type_id = requirement.type_id
    if type_id in MASTERS or type_id in SYSTEM:
        return
    try:
        current = qualifications.get(context.client, type_id)
    except DoesNotExist as error:
        meant = f" ({SYSTEM_ONCE[type_id]})" if type_id in SYSTEM_ONCE else ""
        what = f"the qualification {type_id}{meant} does not exist in {context.environment.name}"
        if type_id.startswith(_SYSTEM_PREFIX):
            what += f"; its own are {', '.join(f'{own} ({says})' for own, says in SYSTEM.items())}"
        raise _problem(path, requirement, what) from error
    except ServiceError as error:
        raise _problem(path, requirement, f"the qualification {type_id} cannot be used: {error}") from error
    if current.status != ACTIVE:
        what = f"the qualification {current.name} is {current.status.lower()}, and no new HIT can ask for it"
        raise _problem(path, requirement, f"{what}; in its folder: inv update --status Active")


def _problem(path: Path, requirement: QualificationRequirement, text: str) -> FileError:
    return FileError(Problem(path, requirement.line, f"qualification: {text}"))
