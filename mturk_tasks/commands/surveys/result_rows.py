"""The rows of a results file, made from HITs and the work on them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Final

from mturk_tasks.client.records import Assignment, Hit
from mturk_tasks.commands.batches import Work
from mturk_tasks.errors import FileError, Problem, RecordsError, ServiceError
from mturk_tasks.files import table
from mturk_tasks.files.results import Mark, Results, Row
from mturk_tasks.lib.money import format_usd
from mturk_tasks.lib.time import format_date, parse_date
from mturk_tasks.vocabulary import columns, statuses
from mturk_tasks.vocabulary.columns import heading
from mturk_tasks.vocabulary.environments import Site

if TYPE_CHECKING:
    from mturk_tasks.markup.answers import Answer

# What stands in a results file that is fetched anew and is not told anew: no row of it is
# dropped.


_MOMENTS = ("creationtime", columns.ACCEPT_TIME, columns.SUBMIT_TIME)


@dataclass
class Carried:
    """The rows that stay: of other HITs above and below these, and of these what is not told anew.

    `own` are the columns that the requester added, `notes` their cells by assignment, or by HIT where
    there is none.
    """

    above: list[Row] = field(default_factory=list)
    below: list[Row] = field(default_factory=list)
    of_hits: dict[str, list[Row]] = field(default_factory=dict)
    own: tuple[str, ...] = ()
    notes: dict[str, Row] = field(default_factory=dict)

    @property
    def others(self) -> tuple[int, int]:
        """Return how many rows of other HITs stay, and of how many HITs."""
        rows = [*self.above, *self.below]
        return len(rows), len({row[columns.HIT_ID] for row in rows})

    @property
    def done(self) -> list[Row]:
        """Return the rows of these HITs that hold work which is not told anew."""
        return [row for rows in self.of_hits.values() for row in rows if row.get(columns.ASSIGNMENT_ID)]

    @property
    def wanted(self) -> int:
        """Return how many assignments were asked for by the HITs whose work is not told anew."""
        return sum(_wanted(rows) for rows in self.of_hits.values())

    def times(self) -> Iterator[tuple[datetime | None, datetime | None, datetime | None]]:
        """Yield when the HIT of each such row was made, when its work was accepted and when submitted."""
        for row in self.done:
            created, accepted, submitted = (parse_date(row.get(name) or "") for name in _MOMENTS)
            yield created, accepted, submitted


def carry(before: Results | None, work: Sequence[Work], unseen: Collection[str], *, prefix: str) -> Carried:
    """Return what stays of an earlier file, beside the work that is told anew.

    `unseen` are HITs that could not be looked at; names of answer columns begin with `prefix`.
    """
    if before is None:
        return Carried()
    told = {assignment.assignment_id for item in work for assignment in item.assignments}
    live = {item.hit_id for item in work if item.hit is not None}
    asked = {*(item.hit_id for item in work), *unseen}
    carried = Carried(own=_own(before, prefix))
    others = carried.above
    for row in before.standing():
        hit_id, assignment_id = row[columns.HIT_ID] or "", row[columns.ASSIGNMENT_ID] or ""
        if hit_id in asked:
            others = carried.below
        if assignment_id in told or (hit_id in live and not assignment_id):
            carried.notes[assignment_id or hit_id] = {name: row[name] for name in carried.own}
        elif hit_id in asked:
            carried.of_hits.setdefault(hit_id, []).append(row)
        else:
            others.append(row)
    return carried


def refuse_other_layout(before: Results | None, carried: Carried, *, pairs: bool) -> None:
    """Raise RecordsError where rows that stay have their answers in the other layout."""
    stays = (*carried.above, *carried.below, *carried.done)
    done = any(row[columns.ASSIGNMENT_ID] for row in stays)
    if before and done and (columns.ANSWER_PAIRS in before.columns) != pairs:
        raise RecordsError(
            f"{before.path} holds work of deleted or other HITs in the other layout, and it cannot be "
            "fetched again; use the same layout, or another file"
        )


def _own(before: Results, prefix: str) -> tuple[str, ...]:
    """Return the columns that no fetch has written."""
    answers = {prefix, columns.ANSWER_PREFIX}
    fixed = {*columns.RESULT, columns.ANSWER_PAIRS}
    return tuple(name for name in before.columns if name not in fixed and not name.startswith(tuple(answers)))


def _wanted(rows: Sequence[Row]) -> int:
    """Return how many assignments a HIT asked for, at least as many as were done."""
    said = [int(row["assignments"] or 0) for row in rows if (row.get("assignments") or "").isdecimal()]
    return max([*said, sum(bool(row.get(columns.ASSIGNMENT_ID)) for row in rows)])


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
    done = {assignment.assignment_id for item in work for assignment in item.assignments}
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
            **_assignment_cells(assignment, marks.get(assignment.assignment_id)),
            **_answer_cells(assignment, layout),
            **{name: cell or "" for name, cell in carried.notes.get(assignment.assignment_id, {}).items()},
        }
        for assignment in item.assignments
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
        assignment.assignment_id: [
            *(value for _, value in _answers(assignment)),
            *_answer_cells(assignment, Layout(pairs=True)).values(),
        ]
        for item in work
        for assignment in item.assignments
    }


def _answers(assignment: Assignment) -> list[tuple[str, str]]:
    """Return each question's identifier with its answer in one text."""
    answers = answers_in(assignment.answer, f"assignment {assignment.assignment_id}")
    return [(answer.question, answer.flat) for answer in answers]


def answers_in(document: str, what: str) -> list[Answer]:
    """Return the answers in a document; raise ServiceError, about `what`, where there is none to be read."""
    from mturk_tasks.markup.answers import parse
    from mturk_tasks.markup.xml import Unreadable

    try:
        return parse(document)
    except Unreadable as error:
        told = f"{what} has an answer that cannot be read: {error}"
        raise ServiceError("list_assignments_for_hit", "AnswerUnreadable", told) from error


def identifiers(work: Iterable[Work]) -> list[str]:
    """Return the identifiers of the questions that a survey's HITs ask, in the order of the form."""
    from mturk_tasks.markup.documents import question_identifiers

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


# Whether a results file that somebody changed still has a row for each piece of work it speaks
# of.
#
# A quote too many, typed into a cell of answers, makes one cell of the rows below it. What
# workers typed may look the same, so nothing is guessed: the service knows what was answered,
# and which work there is.


_WORD = re.compile(r"[A-Za-z0-9]+")


def refuse_swallowed(file: Results | None, work: Sequence[Work]) -> None:
    """Raise FileError where a cell of answers holds the IDs of work that has no row, and is no answer.

    Letters and digits are compared, which every program keeps. A file that stands as it was written is
    taken as it stands.
    """
    if file is None or file.as_written:
        return
    known = {assignment.assignment_id for item in work for assignment in item.assignments}
    missing = known - {row[columns.ASSIGNMENT_ID] for row in file.rows}
    typed = [name for name in file.columns if name not in columns.RESULT]
    suspects = [
        (at, cells)
        for at, row in enumerate(file.rows if missing else ())
        if (cells := [row[name] for name in typed if not missing.isdisjoint(_WORD.findall(row[name]))])
    ]
    answers = told(work) if suspects else {}
    problems: list[Problem] = []
    for at, cells in suspects:
        said = [_plain(answer) for answer in answers.get(file.rows[at][columns.ASSIGNMENT_ID], ())]
        if not all(any(answer.startswith(_plain(cell)) for answer in said) for cell in cells):  # or cut short
            problems.append(table.swallowing(file.path, file.source[at]))
    if problems:
        raise FileError(*problems)


def _plain(text: str) -> str:
    return "".join(_WORD.findall(text))
