"""Write the work on a survey as the web site's batch download had it, each row with its input."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mturk_tasks.commands import batches
from mturk_tasks.commands.batches import Batch
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.recruited import Origin
from mturk_tasks.console.summary import count
from mturk_tasks.errors import FileError, RecordsError
from mturk_tasks.files import exports, inputs
from mturk_tasks.files.exports import Cells
from mturk_tasks.files.results import Mark, Row
from mturk_tasks.files.survey import DOWNLOADS, WORKBOOK
from mturk_tasks.lib import disk
from mturk_tasks.vocabulary import columns, statuses


@dataclass(frozen=True)
class Download:
    """A download to be written: the input's columns, the cells behind each HIT, marks written before.

    `aside` is where a workbook goes that somebody has changed. Where a study has brought the workers,
    `origins` says by worker where they come from.
    """

    path: Path
    columns: tuple[str, ...]
    inputs: Mapping[str, Cells]
    marks: Mapping[str, Cells]
    aside: Path | None = None
    origins: Mapping[str, Origin] = field(default_factory=dict)

    def write(self, rows: Iterable[Row], answers: Sequence[str]) -> None:
        """Write the rows of a results file that hold work; a HIT without any has none here.

        Rows and columns that an earlier download has besides stay: nothing else may have them.
        """
        done = {
            row[columns.ASSIGNMENT_ID] or "": exports.row(
                row,
                self.inputs.get(row.get(columns.HIT_ID) or "", {}),
                self.marks.get(row[columns.ASSIGNMENT_ID] or "", {}),
            )
            for row in rows
            if row.get(columns.ASSIGNMENT_ID)
        }
        left = [cells for key, cells in self.marks.items() if key not in done]
        recruited = columns.RECRUITED if self.origins else ()
        named = (*answers, *recruited)
        besides = self._besides(exports.header(self.columns, named), left)
        carried = {
            key: {name: cells[name] for name in besides if name in cells} for key, cells in self.marks.items()
        }
        whole = [
            {**carried.get(key, {}), **cells, **self._origin(cells[columns.BATCH_WORKER])}
            for key, cells in done.items()
        ]
        if self.aside:
            disk.rename(self.path, self.aside)
        exports.write_export(self.path, exports.header(self.columns, [*named, *besides]), [*left, *whole])

    def _origin(self, worker_id: str) -> Cells:
        own = self.origins.get(worker_id)
        return dict(zip(columns.RECRUITED, own, strict=True)) if own else {}

    def _besides(self, names: Collection[str], left: Sequence[Cells]) -> list[str]:
        """Return the columns that an earlier download has besides: the requester's, and of rows that stay."""
        made = (columns.INPUT_PREFIX, columns.ANSWER_PREFIX)
        known, kept = set(names), {name for cells in left for name in cells}
        every = dict.fromkeys(name for cells in self.marks.values() for name in cells if name not in known)
        return [name for name in every if name in kept or not name.startswith(made)]


def begin(
    context: CommandContext, batch: Batch, kind: str, origins: Mapping[str, Origin] | None = None
) -> Download:
    """Return the download of a set; raise FileError where an earlier one cannot be read.

    Raise UsageError where what writes a workbook is not installed.
    """
    path = batch.files.download(kind)
    aside = _aside(context, path) if kind == WORKBOOK else None
    marks = exports.marks(path)
    try:
        rows = inputs.read(context.survey.input)
    except FileError as error:
        context.console.note(f"note: the columns of the input are left out: {error}")
        return Download(path, (), {}, marks, aside, origins or {})
    cells = {row.key: row.cells for row in rows.rows}
    made = {entry["hit_id"]: entry["item"] for entry in batches.created(batch.entries)}
    there = {hit_id: cells[key] for hit_id, key in made.items() if key in cells}
    return Download(path, rows.columns, there, marks, aside, origins or {})


def _aside(context: CommandContext, path: Path) -> Path | None:
    """Return where the workbook goes that is there, if somebody has changed it: it gets the time."""
    exports.need_writer()
    if not path.exists() or exports.is_ours(path):
        return None
    there = path.with_name(f"{path.stem}.{context.clock():%Y%m%dT%H%M%SZ}{path.suffix}")
    context.console.note(f"note: {path.name} was changed since it was written; it is kept as {there.name}")
    return there


def compare_marks(batch: Batch, marks: Mapping[str, Mark]) -> None:
    """Raise RecordsError where a download marks rejections that the results file does not.

    Work is decided by the results file: what somebody marked elsewhere would be approved and paid.
    """
    for path in map(batch.files.download, DOWNLOADS):
        rows = exports.marks(path).items()
        alone = [key for key, row in rows if _rejects(row) and not (key in marks and marks[key].reject)]
        if alone:
            what = f"{count(len(alone), 'rejection')} marked in {path} and not in {batch.files.results.name}"
            raise RecordsError(f"{what}, which decides; mark them there, or take the marks away")


def _rejects(row: Cells) -> bool:
    waits = row.get(columns.BATCH_STATUS) != statuses.APPROVED
    return waits and bool(row.get(columns.BATCH_REJECT, "").strip())
