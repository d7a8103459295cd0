"""Set the files of one marketplace aside when another one, or a new beginning, needs their names."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from mturk_tasks.commands import journal, origins
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.journal import Journal
from mturk_tasks.console.summary import count
from mturk_tasks.errors import FileError, Problem, RecordsError
from mturk_tasks.files import results, survey
from mturk_tasks.files.survey import BatchFiles
from mturk_tasks.lib import text
from mturk_tasks.lib.disk import unwritable
from mturk_tasks.vocabulary import columns

Move = tuple[BatchFiles, BatchFiles]


def finished(context: CommandContext, files: BatchFiles) -> Move:
    """Return where files go whose HITs, or whose qualification type, are gone: their label gets the time."""
    return files, files.under(f"{files.label}.{context.clock():%Y%m%dT%H%M%SZ}")


def of_old_tools(files: BatchFiles) -> Move:
    """Return where files go that no journal speaks of: the first name at which nothing stands."""
    names = (f"{files.label}.amazon{f'.{number}' if number > 1 else ''}" for number in itertools.count(1))
    free = (
        candidate for candidate in map(files.under, names) if not any(path.exists() for path in candidate.all)
    )
    return files, next(free)


def elsewhere(context: CommandContext, files: BatchFiles) -> tuple[Move, ...]:
    """Return where files of another marketplace go that stand under this label, and say so in a line."""
    first = origins.header(journal.read(files.journal))
    if first is None:
        return ()
    places = [files.under(name) for name in origins.names_aside(files.label, first)]
    free = next(
        (candidate for candidate in places if not any(path.exists() for path in candidate.all)), places[-1]
    )
    verb = "would be" if context.dry else "are"
    context.console.note(f"note: {origins.told(files, first)} {verb} set aside as {free.label}.*")
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


# Make way for a load where the old tools left a set: receipts of HITs that no journal speaks of.
#
# Such a set is Amazon's, which is gone, or one of ours whose journal is lost. The marketplace is
# asked for its HITs: it makes way where none of them is known.


def making_way(context: CommandContext, files: BatchFiles) -> tuple[Move, ...]:
    """Return where the files of an old set go that stand under a label, and say so in a line.

    `LABEL.input.success`, as the old program called it where no label was given, counts as well. Raise
    RecordsError where one of the HITs is known here, FileError for a receipt that cannot be read.
    """
    old = [candidate for candidate in (files, files.under(f"{files.label}.input")) if _is_old(candidate)]
    receipts = [candidate for candidate in old if candidate.success.exists()]
    if not receipts:
        return ()
    hit_ids = list(dict.fromkeys(hit_id for candidate in receipts for hit_id in _hit_ids(candidate)))
    if origins.any_known(context, hit_ids):
        raise RecordsError(
            f"{receipts[0].success} names HITs that are known here, and has no journal; "
            "it stays as it is; take another --label"
        )
    moves = tuple(map(of_old_tools, old))
    _tell(context, moves, len(hit_ids))
    return moves


def _is_old(files: BatchFiles) -> bool:
    """Say whether there is anything of a set, and no journal that speaks of it."""
    return any(path.exists() for path in files.all) and not journal.read(files.journal)


def _hit_ids(files: BatchFiles) -> list[str]:
    """Return the HITs that a receipt names; where it names none, those of the results beside it."""
    try:
        hit_ids = [] if text.is_empty(files.success) else survey.read_success(files.success)
        if hit_ids or not files.results.exists():
            return hit_ids
        return [row[columns.HIT_ID] for row in results.read(files.results).rows if row[columns.HIT_ID]]
    except FileError as error:
        what = "may name HITs that are still here; mend it, move it away, or take another --label"
        raise FileError(*error.problems, Problem(files.success, None, what)) from error


def _tell(context: CommandContext, moves: tuple[Move, ...], hits: int) -> None:
    there: list[Path] = [path for old, _ in moves for path in old.all if path.exists()]
    names = ", ".join(path.name for path in there)
    unknown = f"{count(hits, 'HIT')}, none known here" if hits else "no HIT"
    verb = "would be" if context.dry else "is" if len(there) == 1 else "are"
    places = " and ".join(f"{new.label}.*" for _, new in moves)
    context.console.note(f"note: {names} of the old tools ({unknown}) {verb} set aside as {places}")
