"""The rows of a results file, made from HITs and the work on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Final

from mturk_tasks.commands.carried import Carried
from mturk_tasks.commands.work import Work
from mturk_tasks.errors import ServiceError
from mturk_tasks.files.dates import format_date
from mturk_tasks.files.results import Mark, Results, Row
from mturk_tasks.requester.records import Assignment, Hit
from mturk_tasks.vocabulary import columns, statuses
from mturk_tasks.vocabulary.environments import Site
from mturk_tasks.vocabulary.headings import heading
from mturk_tasks.vocabulary.money import format_usd

if TYPE_CHECKING:
    from mturk_tasks.markup.answers import Answer

NOTHING = "none"
_NO_ASSIGNMENT: Final = {  # the old program left these two bare; the others were empty words to it
    **dict.fromkeys((*columns.RESULT_ASSIGNMENT, columns.REJECT), ""),
    **dict.fromkeys((columns.ASSIGNMENT_ID, columns.WORKER_ID)),
}


@dataclass(frozen=True)
class Layout:
    """How answers stand in a results file: in one column as pairs, or in columns named with a prefix."""

    pairs: bool = False
    prefix: str = columns.ANSWER_PREFIX


def rows_of(
    work: Sequence[Work],
    before: Results | None,
    carried: Carried,
    site: Site,
    layout: Layout,
) -> tuple[list[Row], list[str]]:
    """Return the rows of a results file and the names of its answer columns, question order first.

    Rows that were there and are not told anew stay as they stand: those of HITs that are deleted by now, or
    could not be seen this time, in their HIT's place; those of other HITs above and below. A row with work
    that is told has a value in each column, an empty one at least, as the old program wrote it.
    """
    marks = before.marks() if before else {}
    left = dict(carried.of_hits)
    rows = [*carried.above]
    for item in work:
        rows += left.pop(item.hit_id, [])
        rows += _rows(item, marks, carried, site, layout)
    rows += [*chain.from_iterable(left.values()), *carried.below]
    seen = dict.fromkeys(_column(name, layout) for name in identifiers(work))
    fixed = {*columns.RESULT, columns.ANSWER_PAIRS, *carried.own}
    seen.update(dict.fromkeys(name for row in rows for name in row if name not in fixed))
    answers = [] if layout.pairs else list(seen)
    empty = dict.fromkeys([*answers, *carried.own], "")
    done = {one.assignment_id for item in work for one in item.assignments}
    return [{**empty, **row} if row[columns.ASSIGNMENT_ID] in done else row for row in rows], answers


def _rows(item: Work, marks: Mapping[str, Mark], carried: Carried, site: Site, layout: Layout) -> list[Row]:
    if item.hit is None:
        return []
    shared = _hit_cells(item.hit, site)
    if not item.assignments:
        idle = {**_NO_ASSIGNMENT, columns.ANSWER_PAIRS: NOTHING}
        return [{**shared, **idle, **carried.notes.get(item.hit_id, {})}]
    return [
        {
            **shared,
            **_assignment_cells(one, marks.get(one.assignment_id)),
            **_answer_cells(one, layout),
            **{name: cell or "" for name, cell in carried.notes.get(one.assignment_id, {}).items()},
        }
        for one in item.assignments
    ]


def _answer_cells(assignment: Assignment, layout: Layout) -> dict[str, str]:
    answers = _answers(assignment)
    if layout.pairs:
        return {
            columns.ANSWER_PAIRS: "\t".join(f"{heading(question)}={value}" for question, value in answers)
        }
    return {_column(question, layout): value for question, value in answers}


def _column(question: str, layout: Layout) -> str:
    """Return the column of a question's answers, never a fixed one: pages name their fields as they like."""
    name = heading(f"{layout.prefix}{question}")
    plain = name.strip().lower()
    return name if plain and plain not in columns.RESULT else heading(f"{columns.ANSWER_PREFIX}{question}")


def told(work: Iterable[Work]) -> dict[str, list[str]]:
    """Return what was answered in each assignment, as it can stand in one cell of either layout."""
    return {
        one.assignment_id: [
            *(value for _, value in _answers(one)),
            *_answer_cells(one, Layout(pairs=True)).values(),
        ]
        for item in work
        for one in item.assignments
    }


def _answers(assignment: Assignment) -> list[tuple[str, str]]:
    """Return each question's identifier with its answer in one text."""
    answers = answers_in(assignment.answer, f"assignment {assignment.assignment_id}")
    return [(answer.question, answer.flat) for answer in answers]


def answers_in(document: str, what: str) -> list[Answer]:
    """Return the answers in a document; raise ServiceError, about `what`, where there is none to be read."""
    from mturk_tasks.markup.answers import parse
    from mturk_tasks.markup.fault import Unreadable

    try:
        return parse(document)
    except Unreadable as error:
        told = f"{what} has an answer that cannot be read: {error}"
        raise ServiceError("list_assignments_for_hit", "AnswerUnreadable", told) from error


def identifiers(work: Iterable[Work]) -> list[str]:
    """Return the identifiers of the questions that a survey's HITs ask, in the order of the form."""
    from mturk_tasks.markup.identifiers import question_identifiers

    first = next((item.hit for item in work if item.hit), None)
    return question_identifiers(first.question) if first else []


def _hit_cells(hit: Hit, site: Site) -> dict[str, str]:
    values = (
        hit.hit_id,
        hit.hit_type_id,
        hit.title,
        hit.description,
        hit.keywords,
        format_usd(hit.reward),
        format_date(hit.created),
        str(hit.max_assignments),
        str(hit.available),
        str(hit.pending),
        str(hit.completed),
        hit.status,
        hit.review_status,
        hit.annotation,
        str(hit.assignment_duration),
        str(hit.auto_approval_delay),
        format_date(hit.expires),
        site.manage_url(hit.hit_id),
    )
    return dict(zip(columns.RESULT_HIT, values, strict=True))


def _assignment_cells(assignment: Assignment, mark: Mark | None) -> dict[str, str]:
    values = (
        assignment.assignment_id,
        assignment.worker_id,
        assignment.status,
        _date(assignment.auto_approval),
        _date(assignment.accepted),
        _date(assignment.submitted),
        _date(assignment.approved),
        _date(assignment.rejected),
        "",  # of the deadline, which the old program never told of submitted work
        (mark and mark.feedback) or assignment.feedback,
    )
    marked = (mark and mark.reject) or ("y" if assignment.status == statuses.REJECTED else "")
    return {**dict(zip(columns.RESULT_ASSIGNMENT, values, strict=True)), columns.REJECT: marked}


def _date(moment: datetime | None) -> str:
    return format_date(moment) if moment else ""
