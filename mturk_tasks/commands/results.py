"""Fetch the work done on a survey's HITs into its results file (getResults)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mturk_tasks.batch.runner import run as run_batch
from mturk_tasks.commands import sets
from mturk_tasks.commands.desk import Desk
from mturk_tasks.errors import RecordsError, ServiceError, Unavailable
from mturk_tasks.files import results
from mturk_tasks.files.dates import format_date
from mturk_tasks.files.results import Mark, Results, Row
from mturk_tasks.report.summary import Summary, clock_time, count, percent
from mturk_tasks.requester import assignments, hits
from mturk_tasks.requester.records import Assignment, Hit
from mturk_tasks.vocabulary import columns, statuses
from mturk_tasks.vocabulary.environments import Environment
from mturk_tasks.vocabulary.money import format_usd

NOTHING = "none"


@dataclass(frozen=True)
class Work:
    """A HIT and the work submitted on it; None and nothing where the HIT is deleted."""

    hit_id: str
    hit: Hit | None
    assignments: tuple[Assignment, ...]


def run(desk: Desk, label: str = "", *, pairs: bool = False) -> Summary:
    """Write the results file anew, the requester's marks in it carried over.

    Rows of HITs that are deleted by now stay as they were fetched. Raise RecordsError where nothing
    was loaded, FileError where the file that is there cannot be read.
    """
    found = sets.find(desk, label)
    before = results.read_if_there(found.files.results)
    desk.console.say("--[Retrieving Results]----------")
    work, failed = fetch(desk, found.hit_ids, say=True)
    desk.console.say("--[Done Retrieving Results]----------")
    rows, answers = table(work, before, desk.environment, pairs=pairs)
    summary = _summary(work, failed)
    if not desk.dry:
        results.write(found.files.results, answers, rows, pairs=pairs)
        written = f"Results have been written to file '{found.files.results}'."
        summary = Summary(
            ("", written, "", *summary.lines), summary.counts, (), (found.files.results,), summary.exit_code
        )
    return summary


def fetch(desk: Desk, hit_ids: Sequence[str], *, say: bool = False) -> tuple[list[Work], int]:
    """Return each HIT with its work, in order, and how many could not be retrieved."""
    work: list[Work] = []
    failed = 0
    with desk.console.progress(len(hit_ids) if say else 0, "Retrieving results") as step:
        outcomes = run_batch(
            hit_ids, lambda hit_id: look(desk, hit_id), workers=desk.workers, fatal=(Unavailable,)
        )
        for number, outcome in enumerate(outcomes, 1):
            place = f"HIT {number}/{len(hit_ids)}"
            if outcome.ok:
                work.append(outcome.value())
                if say:
                    step(f"Retrieved {place}, {outcome.item}")
                continue
            if isinstance(outcome.error, Unavailable):
                raise outcome.error
            failed += 1
            desk.console.note(f"Error retrieving HIT results for {place} ({outcome.item}): {outcome.error}")
    return work, failed


def look(desk: Desk, hit_id: str) -> Work:
    """Return one HIT as it is now with its work."""
    hit = hits.find(desk.client, hit_id)
    return Work(hit_id, hit, tuple(assignments.of_hit(desk.client, hit_id)) if hit else ())


def table(
    work: Sequence[Work], before: Results | None, environment: Environment, *, pairs: bool
) -> tuple[list[Row], list[str]]:
    """Return the rows of a results file and the names of its answer columns, question order first."""
    marks = before.marks() if before else {}
    kept = _kept(work, before, pairs=pairs)
    rows: list[Row] = []
    seen: dict[str, None] = dict.fromkeys(_question_columns(work))
    for item in work:
        rows += kept.get(item.hit_id, [])
        if item.hit is None:
            continue
        shared = _hit_cells(item.hit, environment)
        if not item.assignments:
            rows.append({**shared, columns.ANSWER_PAIRS: NOTHING})
        for assignment in item.assignments:
            answers = _answers(assignment)
            cells = {f"{columns.ANSWER_PREFIX}{question}": value for question, value in answers}
            seen.update(dict.fromkeys(cells))
            in_one = "\t".join(f"{question}={value}" for question, value in answers)
            own = _assignment_cells(assignment, marks.get(assignment.assignment_id))
            rows.append({**shared, **own, **cells, columns.ANSWER_PAIRS: in_one})
    seen.update(dict.fromkeys(name for row in rows for name in row if name.startswith(columns.ANSWER_PREFIX)))
    return rows, [] if pairs else list(seen)


def _answers(assignment: Assignment) -> list[tuple[str, str]]:
    """Return each question's identifier with its answer in one text."""
    from mturk_tasks.markup.answers import parse
    from mturk_tasks.markup.fault import Unreadable

    try:
        return [(answer.question, answer.flat) for answer in parse(assignment.answer)]
    except Unreadable as error:
        what = f"assignment {assignment.assignment_id} has an answer that cannot be read: {error}"
        raise ServiceError("list_assignments_for_hit", "AnswerUnreadable", what) from error


def _kept(work: Sequence[Work], before: Results | None, *, pairs: bool) -> dict[str, list[Row]]:
    """Return the rows that were fetched of HITs that are deleted by now."""
    gone = {item.hit_id for item in work if item.hit is None}
    kept: dict[str, list[Row]] = {}
    if gone and before and (columns.ANSWER_PAIRS in before.columns) != pairs:
        raise RecordsError(
            f"{before.path} holds the work of deleted HITs in the other layout, and it cannot be fetched "
            "again; use the same layout, or move the file"
        )
    for row in before.rows if before else ():
        if row[columns.HIT_ID] in gone:
            kept.setdefault(row[columns.HIT_ID], []).append(
                {name: cell or None for name, cell in row.items()}
            )
    return kept


def _question_columns(work: Iterable[Work]) -> list[str]:
    from mturk_tasks.markup.identifiers import question_identifiers

    first = next((item.hit for item in work if item.hit), None)
    names = question_identifiers(first.question) if first else []
    return [f"{columns.ANSWER_PREFIX}{name}" for name in names]


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


def _summary(work: Sequence[Work], failed: int) -> Summary:
    done = [assignment for item in work for assignment in item.assignments]
    wanted = sum(item.hit.max_assignments for item in work if item.hit)
    spans = [(one.submitted - one.accepted).total_seconds() for one in done if one.submitted and one.accepted]
    gone = sum(item.hit is None for item in work)
    lines = [
        f"Assignments completed: {len(done)}/{wanted} ({percent(len(done), wanted)})",
        f"         Time elapsed: {clock_time(_elapsed(work))} (h:mm:ss)",
        *([f"  Average submit time: {sum(spans) / len(spans):.1f} seconds"] if spans else []),
        *([f"{count(gone, 'HIT')} deleted by now; rows fetched earlier are kept."] if gone else []),
    ]
    counts = {"completed": len(done), "assignments": wanted, "deleted": gone, "failed": failed}
    return Summary(tuple(lines), counts, exit_code=1 if failed else 0)


def _elapsed(work: Sequence[Work]) -> float:
    """Return the seconds from the creation of the first HIT to the last submission."""
    begun = [item.hit.created for item in work if item.hit and item.assignments]
    ended = [one.submitted for item in work for one in item.assignments if one.submitted]
    return (max(ended) - min(begun)).total_seconds() if begun and ended else 0.0


def marked(before: Results | None) -> Mapping[str, Mark]:
    """Return the assignments that are marked for rejection."""
    marks = before.marks() if before else {}
    return {assignment_id: mark for assignment_id, mark in marks.items() if mark.reject}
