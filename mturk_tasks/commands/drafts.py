"""Write what workers have typed and not submitted into a file of its own."""

from __future__ import annotations

from collections.abc import Sequence

from mturk_tasks.commands.desk import Desk
from mturk_tasks.commands.rows import answers_in
from mturk_tasks.commands.sets import HitSet
from mturk_tasks.files import atomic, table
from mturk_tasks.files.dates import format_date
from mturk_tasks.files.results import Row
from mturk_tasks.report.summary import Summary, count
from mturk_tasks.requester import kept
from mturk_tasks.requester.records import Draft
from mturk_tasks.vocabulary import columns
from mturk_tasks.vocabulary.headings import heading


def fetch(desk: Desk, found: HitSet) -> list[Draft]:
    """Return the drafts on the HITs of a set, in the order of the HITs.

    Raise ServiceError where the marketplace keeps none.
    """
    places = {hit_id: place for place, hit_id in enumerate(found.hit_ids)}
    own = [one for one in kept.drafts(desk.client) if one.hit_id in places]
    return sorted(own, key=lambda one: places[one.hit_id])


def write(found: HitSet, drafts: Sequence[Draft], questions: Sequence[str]) -> Summary:
    """Write the drafts of a set, anew each time; columns of the `questions` come first and in their order."""
    rows = [_row(one) for one in drafts]
    named = dict.fromkeys(heading(f"{columns.ANSWER_PREFIX}{name}") for name in questions)
    named.update(dict.fromkeys(name for row in rows for name in row if name not in columns.DRAFT))
    header = (*columns.DRAFT, *named)
    path = found.files.drafts
    atomic.write(path, table.format_quoted(header, ([row.get(name) for name in header] for row in rows)))
    line = f"{count(len(rows), 'draft')} written to file '{path}'."
    return Summary((line,), {"drafts": len(rows)}, files=(path,))


def _row(one: Draft) -> Row:
    fixed = (one.hit_id, one.assignment_id, one.worker_id, one.status.lower(), format_date(one.saved))
    answers = answers_in(one.answer, f"the draft of assignment {one.assignment_id}")
    return {
        **dict(zip(columns.DRAFT, fixed, strict=True)),
        **{heading(f"{columns.ANSWER_PREFIX}{answer.question}"): answer.flat for answer in answers},
    }
