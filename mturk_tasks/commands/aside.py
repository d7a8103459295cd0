"""Set the files of one marketplace aside when another one, or a new beginning, needs their names."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from itertools import count
from pathlib import Path

from mturk_tasks.batch import journal as records
from mturk_tasks.batch.journal import Journal
from mturk_tasks.commands import marketplaces
from mturk_tasks.commands.desk import Desk
from mturk_tasks.errors import RecordsError
from mturk_tasks.files.atomic import unwritable
from mturk_tasks.files.survey import SetFiles

Move = tuple[SetFiles, SetFiles]


def finished(desk: Desk, files: SetFiles) -> Move:
    """Return where files go whose HITs, or whose qualification type, are gone: their label gets the time."""
    return files, files.under(f"{files.label}.{desk.clock():%Y%m%dT%H%M%SZ}")


def of_old_tools(files: SetFiles) -> Move:
    """Return where files go that no journal speaks of: the first name at which nothing stands."""
    names = (f"{files.label}.amazon{f'.{number}' if number > 1 else ''}" for number in count(1))
    free = (one for one in map(files.under, names) if not any(path.exists() for path in one.all))
    return files, next(free)


def elsewhere(desk: Desk, files: SetFiles) -> tuple[Move, ...]:
    """Return where files of another marketplace go that stand under this label, and say so in a line."""
    first = marketplaces.header(records.read(files.journal))
    if first is None:
        return ()
    places = [files.under(name) for name in marketplaces.names_aside(files.label, first)]
    free = next((one for one in places if not any(path.exists() for path in one.all)), places[-1])
    verb = "would be" if desk.dry else "are"
    desk.console.note(f"note: {marketplaces.told(files, first)} {verb} set aside as {free.label}.*")
    return ((files, free),)


def move(moves: Sequence[Move]) -> None:
    """Rename the files; nothing is overwritten, and nobody else may be at work on them."""
    for old, new in moves:
        with Journal(old.journal) if old.journal.exists() else nullcontext():
            for source, target in zip(old.all, new.all, strict=True):
                _rename(source, target)


def _rename(old: Path, new: Path) -> None:
    if new.exists():
        raise RecordsError(f"{new} is in the way of setting {old.name} aside; move it")
    try:
        if old.exists():
            old.rename(new)
    except OSError as error:
        raise unwritable(new, error) from error
