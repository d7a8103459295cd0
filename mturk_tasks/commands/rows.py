"""The rows of a results file, made from HITs and the work on them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from mturk_tasks.commands.work import Work
from mturk_tasks.errors import RecordsError, ServiceError
from mturk_tasks.files.dates import format_date
from mturk_tasks.files.results import Mark, Results, Row
from mturk_tasks.requester.records import Assignment, Hit
from mturk_tasks.vocabulary import columns, statuses
from mturk_tasks.vocabulary.environments import Environment
from mturk_tasks.vocabulary.headings import heading
from mturk_tasks.vocabulary.money import format_usd

if TYPE_CHECKING:
    from mturk_tasks.markup.answers import Answer

NOTHING = "none"


@dataclass(frozen=True)
class Layout:
    """How answers stand in a results file: in one column as pairs, or in columns named with a prefix."""

    pairs: bool = False
    prefix: str = columns.ANSWER_PREFIX


def rows_of(
    work: Sequence[Work],
    unseen: Collection[str],
    before: Results | None,
    environment: Environment,
    layout: Layout,
) -> tuple[list[Row], list[str]]:
    """Return the rows of a results file and the names of its answer columns, question order first.

    What was fetched before of HITs that are deleted by now, or could not be seen this time, stays.
    """
    marks = before.marks() if before else {}
    kept = _kept({item.hit_id for item in work if item.hit is None} | set(unseen), before, layout)
    rows: list[Row] = []
    for item in work:
        rows += kept.pop(item.hit_id, [])
        rows += _rows(item, marks, environment, layout)
    rows += [row for left in kept.values() for row in left]
    seen = dict.fromkeys(heading(f"{layout.prefix}{name}") for name in identifiers(work))
    fixed = {*columns.RESULT, columns.ANSWER_PAIRS}
    seen.update(dict.fromkeys(name for row in rows for name in row if name not in fixed))
    return rows, [] if layout.pairs else list(seen)


def _rows(item: Work, marks: dict[str, Mark], environment: Environment, layout: Layout) -> list[Row]:
    if item.hit is None:
        return []
    shared = _hit_cells(item.hit, environment)
    if not item.assignments:
        return [{**shared, columns.ANSWER_PAIRS: NOTHING}]
    return [
        {**shared, **_assignment_cells(one, marks.get(one.assignment_id)), **_answer_cells(one, layout)}
        for one in item.assignments
    ]


def _answer_cells(assignment: Assignment, layout: Layout) -> dict[str, str | None]:
    answers = _answers(assignment)
    if layout.pairs:
        return {
            columns.ANSWER_PAIRS: "\t".join(f"{heading(question)}={value}" for question, value in answers)
        }
    return {heading(f"{layout.prefix}{question}"): value for question, value in answers}


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


def _kept(lost: Collection[str], before: Results | None, layout: Layout) -> dict[str, list[Row]]:
    """Return the rows that were fetched before of HITs that are lost now."""
    kept: dict[str, list[Row]] = {}
    for row in before.rows if before else ():
        if row[columns.HIT_ID] in lost:
            cells = {name: cell or None for name, cell in row.items()}
            kept.setdefault(row[columns.HIT_ID], []).append(cells)
    if kept and before and (columns.ANSWER_PAIRS in before.columns) != layout.pairs:
        raise RecordsError(
            f"{before.path} holds the work of deleted HITs in the other layout, and it cannot be fetched "
            "again; use the same layout, or move the file"
        )
    return kept


def identifiers(work: Iterable[Work]) -> list[str]:
    """Return the identifiers of the questions that a survey's HITs ask, in the order of the form."""
    from mturk_tasks.markup.identifiers import question_identifiers

    first = next((item.hit for item in work if item.hit), None)
    return question_identifiers(first.question) if first else []


def _hit_cells(hit: Hit, environment: Environment) -> dict[str, str | None]:
    values = (
        hit.hit_id,
        hit.hit_type_id,
        hit.title,
        hit.description,
        hit.keywords or None,
        format_usd(hit.reward),
        format_date(hit.created),
        str(hit.max_assignments),
        str(hit.available),
        str(hit.pending),
        str(hit.completed),
        hit.status,
        hit.review_status or None,
        hit.annotation or None,
        str(hit.assignment_duration),
        str(hit.auto_approval_delay),
        format_date(hit.expires),
        environment.manage_url(hit.hit_id) or None,
    )
    return dict(zip(columns.RESULT_HIT, values, strict=True))


def _assignment_cells(assignment: Assignment, mark: Mark | None) -> dict[str, str | None]:
    values = (
        assignment.assignment_id,
        assignment.worker_id,
        assignment.status,
        _date(assignment.auto_approval),
        _date(assignment.accepted),
        _date(assignment.submitted),
        _date(assignment.approved),
        _date(assignment.rejected),
        _date(assignment.deadline),
        (mark and mark.feedback) or assignment.feedback or None,
    )
    marked = (mark and mark.reject) or ("y" if assignment.status == statuses.REJECTED else None)
    return {**dict(zip(columns.RESULT_ASSIGNMENT, values, strict=True)), columns.REJECT: marked}


def _date(moment: datetime | None) -> str | None:
    return format_date(moment) if moment else None
