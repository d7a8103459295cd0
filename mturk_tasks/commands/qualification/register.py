"""Which qualification type a folder made, in which marketplace, and what was done about it since."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from mturk_tasks.batch import journal as records
from mturk_tasks.batch.journal import Entry
from mturk_tasks.commands import marketplaces, sets
from mturk_tasks.commands.desk import Desk
from mturk_tasks.errors import RecordsError
from mturk_tasks.files import definition, qualifications
from mturk_tasks.files.definition import TypeFiles

TYPE = "type"  # the one item that is created, changed and deleted in a type's own journal
CHANGE = "change"


@dataclass(frozen=True)
class Registered:
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
        return TYPE in records.done(self.entries, sets.DELETE)


def find(desk: Desk, files: TypeFiles) -> Registered:
    """Return the type of a folder in this command's marketplace; raise RecordsError where there is none."""
    found = belonging(desk, files)
    if found is None:
        marketplaces.must_be_here(desk, files, records.read(files.journal))
        raise RecordsError(f"{files.label} is not in {desk.environment.name} yet; begin with inv create")
    if found.retired:
        raise RecordsError(f"{files.label} was retired; inv create makes it anew")
    if not found.type_id:
        raise RecordsError(f"creating {files.label} did not end well; inv create goes on with it")
    return found


def of_id_file(desk: Desk, path: Path) -> Registered:
    """Return the type that an ID file names; its journal, where it has one, must be of this place."""
    if not path.exists() and (other := definition.files_of(path).success).exists():
        path = other
    type_id = qualifications.read_type_id(path)
    files = definition.files_of(path)
    entries = records.read(files.journal)
    marketplaces.must_be_here(desk, files, entries)
    return Registered(type_id, files, tuple(entries))


def belonging(desk: Desk, files: TypeFiles) -> Registered | None:
    """Return the type of a folder in this marketplace, one of the old tools too, or None."""
    for place in marketplaces.candidates(files):
        entries = records.read(place.journal)
        if marketplaces.is_here(desk, entries):
            made = records.done(entries, sets.CREATE).get(TYPE, {})
            of_place = definition.TypeFiles(place.folder, place.label)
            return Registered(made.get("type_id", ""), of_place, tuple(entries))
    return _of_old_tools(files)


def _of_old_tools(files: TypeFiles) -> Registered | None:
    """Return the type of an ID file that no journal speaks of, or None."""
    if records.read(files.journal):
        return None
    there = (path for path in (files.success, files.plain_success) if path.exists())
    path = next(there, None)
    return Registered(qualifications.read_type_id(path), files) if path else None
