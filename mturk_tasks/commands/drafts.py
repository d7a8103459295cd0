"""Write what workers have typed and not submitted into a file of its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mturk_tasks.commands.desk import Desk
from mturk_tasks.commands.rows import answers_in, identifiers
from mturk_tasks.commands.sets import HitSet
from mturk_tasks.commands.work import Work
from mturk_tasks.errors import FileError, Problem
from mturk_tasks.files import atomic, table, text
from mturk_tasks.files.dates import format_date
from mturk_tasks.files.results import Row
from mturk_tasks.report.summary import Summary, count
from mturk_tasks.requester import kept
from mturk_tasks.requester.records import Draft
from mturk_tasks.vocabulary import columns
from mturk_tasks.vocabulary.headings import heading, tidied


def fetch(desk: Desk, found: HitSet) -> list[Draft]:
    """Return the drafts on the HITs of a set, in the order of the HITs.

    Raise ServiceError where the marketplace keeps none.
    """
    places = {hit_id: place for place, hit_id in enumerate(found.hit_ids)}
    own = [one for one in kept.drafts(desk.client) if one.hit_id in places]
    return sorted(own, key=lambda one: places[one.hit_id])


def write(found: HitSet, drafts: Sequence[Draft], work: Sequence[Work]) -> Summary:
    """Write the drafts of a set anew; columns of the form's questions come first and in their order.

    What was written before of other HITs, or of HITs that are deleted by now, stays: nothing tells it
    again. Raise FileError where what is there cannot be read.
    """
    path = found.files.drafts
    rows = [*_kept(path, drafts, work), *map(_row, drafts)]
    named = dict.fromkeys(heading(f"{columns.ANSWER_PREFIX}{name}") for name in identifiers(work))
    named.update(dict.fromkeys(name for row in rows for name in row if name not in columns.DRAFT))
    header = (*columns.DRAFT, *named)
    atomic.write(path, table.format_quoted(header, ([row.get(name) for name in header] for row in rows)))
    line = f"{count(len(rows), 'draft')} written to file '{path}'."
    return Summary((line,), {"drafts": len(rows)}, files=(path,))


def _kept(path: Path, drafts: Sequence[Draft], work: Sequence[Work]) -> list[Row]:
    """Return the rows of an earlier file that the marketplace cannot tell any more."""
    if not path.exists() or not path.stat().st_size:
        return []
    parsed = table.parse(text.read(path).text, path)
    missing = [name for name in columns.DRAFT[:2] if name not in parsed.columns]
    if missing:
        what = f"is there and has no column {', '.join(missing)}; move it away to fetch drafts"
        raise FileError(Problem(path, parsed.header.line, what))
    live = {item.hit_id for item in work if item.hit is not None}
    told = {one.assignment_id for one in drafts}
    return [
        {tidied(name): cell or None for name, cell in record.items()}
        for record in parsed.records()
        if record[columns.HIT_ID] not in live and record[columns.ASSIGNMENT_ID] not in told
    ]


def _row(one: Draft) -> Row:
    fixed = (one.hit_id, one.assignment_id, one.worker_id, one.status.lower(), format_date(one.saved))
    answers = answers_in(one.answer, f"the draft of assignment {one.assignment_id}")
    return {
        **dict(zip(columns.DRAFT, fixed, strict=True)),
        **{heading(f"{columns.ANSWER_PREFIX}{answer.question}"): answer.flat for answer in answers},
    }
