"""Make way for a load where the old tools left a set: receipts of HITs that no journal speaks of.

Such a set is Amazon's, which is gone, or one of ours whose journal is lost. The marketplace is asked
for its HITs: it makes way where none of them is known.
"""

from __future__ import annotations

from pathlib import Path

from mturk_tasks.batch import journal as records
from mturk_tasks.commands import aside, marketplaces
from mturk_tasks.commands.aside import Move
from mturk_tasks.commands.desk import Desk
from mturk_tasks.errors import FileError, Problem, RecordsError
from mturk_tasks.files import results, survey, text
from mturk_tasks.files.survey import SetFiles
from mturk_tasks.report.summary import count
from mturk_tasks.vocabulary import columns


def making_way(desk: Desk, files: SetFiles) -> tuple[Move, ...]:
    """Return where the files of an old set go that stand under a label, and say so in a line.

    `LABEL.input.success`, as the old program called it where no label was given, counts as well. Raise
    RecordsError where one of the HITs is known here, FileError for a receipt that cannot be read.
    """
    old = [one for one in (files, files.under(f"{files.label}.input")) if _is_old(one)]
    receipts = [one for one in old if one.success.exists()]
    if not receipts:
        return ()
    hit_ids = list(dict.fromkeys(hit_id for one in receipts for hit_id in _hit_ids(one)))
    if marketplaces.any_known(desk, hit_ids):
        raise RecordsError(
            f"{receipts[0].success} names HITs that are known here, and has no journal; "
            "it stays as it is; take another --label"
        )
    moves = tuple(map(aside.of_old_tools, old))
    _tell(desk, moves, len(hit_ids))
    return moves


def _is_old(files: SetFiles) -> bool:
    """Say whether there is anything of a set, and no journal that speaks of it."""
    return any(path.exists() for path in files.all) and not records.read(files.journal)


def _hit_ids(files: SetFiles) -> list[str]:
    """Return the HITs that a receipt names; where it names none, those of the results beside it."""
    try:
        hit_ids = [] if text.is_empty(files.success) else survey.read_success(files.success)
        if hit_ids or not files.results.exists():
            return hit_ids
        return [row[columns.HIT_ID] for row in results.read(files.results).rows if row[columns.HIT_ID]]
    except FileError as error:
        what = "may name HITs that are still here; mend it, move it away, or take another --label"
        raise FileError(*error.problems, Problem(files.success, None, what)) from error


def _tell(desk: Desk, moves: tuple[Move, ...], hits: int) -> None:
    there: list[Path] = [path for old, _ in moves for path in old.all if path.exists()]
    names = ", ".join(path.name for path in there)
    unknown = f"{count(hits, 'HIT')}, none known here" if hits else "no HIT"
    verb = "would be" if desk.dry else "is" if len(there) == 1 else "are"
    places = " and ".join(f"{new.label}.*" for _, new in moves)
    desk.console.note(f"note: {names} of the old tools ({unknown}) {verb} set aside as {places}")
