"""Fetch the work done on a survey's HITs into its results file (getResults)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mturk_tasks.client import assignments
from mturk_tasks.client.records import Assignment, DraftRecord
from mturk_tasks.commands import batches
from mturk_tasks.commands.batches import DELETED, UNKNOWN, Batch, Work, fetch_work
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.surveys import download, late
from mturk_tasks.commands.surveys.result_rows import (
    Carried,
    Layout,
    answers_in,
    carry,
    identifiers,
    refuse_other_layout,
    refuse_swallowed,
    rows_of,
)
from mturk_tasks.console.summary import Summary, clock_time, count, share
from mturk_tasks.errors import FileError, Problem
from mturk_tasks.files import results, table
from mturk_tasks.files.results import Mark, Results, Row
from mturk_tasks.lib import disk, text
from mturk_tasks.lib.text import clean
from mturk_tasks.lib.time import format_date
from mturk_tasks.vocabulary import columns
from mturk_tasks.vocabulary.columns import heading, tidied
from mturk_tasks.vocabulary.statuses import TEST_WORKER, is_test_worker

# Fetch the files that workers sent with their answers, each once, into a folder beside the
# results.


@dataclass(frozen=True)
class Upload:
    """One file of an answer, and where it goes."""

    assignment_id: str
    question: str
    size: int
    path: Path


def fetch_uploads(context: CommandContext, found: Batch, work: Sequence[Work]) -> Summary:
    """Fetch the files of submitted work that are not there yet; nothing is overwritten."""
    wanted = [one for item in work for done in item.assignments for one in _of(done, found.files.uploads)]
    there = [one for one in wanted if one.path.exists()]
    new = [one for one in wanted if not one.path.exists()]
    problems = [_changed(one) for one in there if one.path.stat().st_size != one.size]
    problems += [
        f"Error: {outcome.item.path} could not be fetched: {outcome.error}"
        for outcome in context.each(new, lambda one: _save(context, one))
        if not outcome.ok
    ]
    for problem in problems:
        context.console.note(problem)
    done = sum(one.path.exists() for one in new)
    lines = [f"{count(done, 'file')} fetched into folder '{found.files.uploads}'."] if wanted else []
    lines += [] if wanted else ["No files were sent."]
    return Summary(
        tuple(lines), {"files": done, "files_failed": len(problems)}, exit_code=int(bool(problems))
    )


def _of(done: Assignment, folder: Path) -> Iterator[Upload]:
    """Yield the files of an assignment; two that would have one name, in whatever case, get a number."""
    taken: set[str] = set()
    own = folder / clean(done.assignment_id)
    for answer in answers_in(done.answer, f"assignment {done.assignment_id}"):
        if answer.file_name is None:
            continue
        name = _free(f"{clean(answer.question, 'question')}-{clean(answer.file_name)}", taken)
        yield Upload(done.assignment_id, answer.question, answer.file_size, own / name)


def _free(name: str, taken: set[str]) -> str:
    """Return the name, with a number in front of it where it is taken, and take it."""
    names = (name, *(f"{number}-{name}" for number in range(2, len(taken) + 3)))
    free = next(one for one in names if one.casefold() not in taken)
    taken.add(free.casefold())
    return free


def _save(context: CommandContext, one: Upload) -> None:
    content = assignments.content(context.client, one.assignment_id, one.question, one.size)
    with disk.on_disk(one.path):
        one.path.parent.mkdir(parents=True, exist_ok=True)
    disk.write_bytes(one.path, content)


def _changed(one: Upload) -> str:
    problem = Problem(one.path, None, f"is not the file of {one.size} bytes that was sent; it is left alone")
    return f"Error: {FileError(problem)}"


# Write what workers have typed and not submitted into a file of its own.


def fetch_drafts(context: CommandContext, found: Batch) -> list[DraftRecord]:
    """Return the drafts on the HITs of a set, in the order of the HITs.

    Raise ServiceError where the marketplace keeps none.
    """
    places = {hit_id: place for place, hit_id in enumerate(found.hit_ids)}
    own = [one for one in assignments.drafts(context.client) if one.hit_id in places]
    return sorted(own, key=lambda one: places[one.hit_id])


def write(found: Batch, drafts: Sequence[DraftRecord], work: Sequence[Work]) -> Summary:
    """Write the drafts of a set anew; columns of the form's questions come first and in their order.

    What was written before of other HITs, or of HITs that are deleted by now, stays: nothing tells it
    again. Raise FileError where what is there cannot be read.
    """
    path = found.files.drafts
    rows = [*_kept(path, drafts, work), *map(_row, drafts)]
    named = dict.fromkeys(heading(f"{columns.ANSWER_PREFIX}{name}") for name in identifiers(work))
    named.update(dict.fromkeys(name for row in rows for name in row if name not in columns.DRAFT))
    header = (*columns.DRAFT, *named)
    disk.write(path, table.format_quoted(header, ([row.get(name) for name in header] for row in rows)))
    line = f"{count(len(rows), 'draft')} written to file '{path}'."
    return Summary((line,), {"drafts": len(rows)}, files=(path,))


def _kept(path: Path, drafts: Sequence[DraftRecord], work: Sequence[Work]) -> list[Row]:
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


def _row(one: DraftRecord) -> Row:
    fixed = (one.hit_id, one.assignment_id, one.worker_id, one.status.lower(), format_date(one.saved))
    answers = answers_in(one.answer, f"the draft of assignment {one.assignment_id}")
    return {
        **dict(zip(columns.DRAFT, fixed, strict=True)),
        **{heading(f"{columns.ANSWER_PREFIX}{answer.question}"): answer.flat for answer in answers},
    }


@dataclass(frozen=True)
class Besides:
    """What is fetched beside the submitted work: half-done answers, and the files that workers sent."""

    drafts: bool = False
    files: bool = False


NOTHING_BESIDES = Besides()


def run(
    context: CommandContext,
    label: str = "",
    *,
    success: Path | None = None,
    output: Path | None = None,
    layout: Layout | None = None,
    kind: str = "",
    besides: Besides = NOTHING_BESIDES,
) -> Summary:
    """Write the results file anew, the requester's marks and columns in it carried over.

    The HITs are those of a set, or of a success file; the file is the set's own unless `output` names
    another. Rows of other HITs, and of HITs that are deleted by now, stay as they are. With a `kind`, csv,
    jsonl or xlsx, a download as the web site had it is written besides; `besides` says what else. Raise
    RecordsError where nothing was loaded, FileError where a file that is there cannot be read.
    """
    found = batches.find(context, label, success)
    path = output or found.files.results
    before = results.read_if_there(path)
    also = download.begin(context, found, kind) if kind else None
    drafted = fetch_drafts(context, found) if besides.drafts else None
    context.console.say("--[Retrieving Results]----------")
    work, failed = fetch_work(context, found.hit_ids, deleted=found.deleted, say=True)
    context.console.say("--[Done Retrieving Results]----------")
    layout = layout or Layout()
    refuse_swallowed(before, work)
    carried = carry(before, work, failed, prefix=layout.prefix)
    refuse_other_layout(before, carried, pairs=layout.pairs)
    rows, answers = rows_of(work, before, carried, context.site, layout)
    summary = _summary(work, failed, carried)
    if context.dry:
        return summary
    results.write(path, answers, rows, own=carried.own, pairs=layout.pairs)
    if also:
        also.write(rows, answers)
    files = (path, also.path) if also else (path,)
    written = [f"Results have been written to file '{file}'." for file in files]
    lines = ("", *written, "", *summary.lines, *late.mention(context, found))
    summary = replace(summary, lines=lines, files=files)
    if drafted is not None:
        summary = _joined(summary, write(found, drafted, work))
    return _joined(summary, fetch_uploads(context, found, work)) if besides.files else summary


def _joined(one: Summary, other: Summary) -> Summary:
    return replace(
        one,
        lines=(*one.lines, *other.lines),
        counts={**one.counts, **other.counts},
        files=(*one.files, *other.files),
        exit_code=max(one.exit_code, other.exit_code),
    )


def _summary(work: Sequence[Work], failed: Sequence[str], carried: Carried) -> Summary:
    fetched = [assignment for item in work for assignment in item.assignments]
    done = len(fetched) + len(carried.done)
    wanted = sum(item.hit.max_assignments for item in work if item.hit) + carried.wanted
    gone, unknown = (sum(item.status == status for item in work) for status in (DELETED, UNKNOWN))
    tests = sum(is_test_worker(one.worker_id) for one in fetched)
    rows, others = carried.others
    of_others = f"{count(rows, 'row')} of {count(others, 'other HIT')} kept."
    lines = [
        f"Assignments completed: {share(done, wanted)}",
        *_durations(work, carried),
        *([f"{count(tests, 'answer')} by test workers, {TEST_WORKER}…"] if tests else []),
        *([f"{count(gone, 'HIT')} deleted by now; rows fetched earlier are kept."] if gone else []),
        *([f"{count(unknown, 'HIT')} unknown here; rows fetched earlier are kept."] if unknown else []),
        *([of_others] if rows else []),
    ]
    counts = {
        "completed": done,
        "assignments": wanted,
        "tests": tests,
        "deleted": gone,
        "unknown": unknown,
        "failed": len(failed),
        **({"kept": rows} if rows else {}),
    }
    items = [
        *({"id": item.hit_id, "status": item.status} for item in work),
        *({"id": hit_id, "status": "failed", "error": "could not be retrieved"} for hit_id in failed),
    ]
    return Summary(tuple(lines), counts, tuple(items), exit_code=1 if failed or unknown else 0)


def _durations(work: Sequence[Work], carried: Carried) -> list[str]:
    """Say how long it took from the creation of the first HIT to the last submission, and each on average."""
    fetched = ((item.hit, one) for item in work if item.hit for one in item.assignments)
    times = [*((hit.created, one.accepted, one.submitted) for hit, one in fetched), *carried.times()]
    spans = [(ended - began).total_seconds() for _, began, ended in times if began and ended]
    begun = [created for created, _, _ in times if created]
    ended = [submitted for _, _, submitted in times if submitted]
    elapsed = (max(ended) - min(begun)).total_seconds() if begun and ended else 0.0
    return [
        f"         Time elapsed: {clock_time(elapsed)} (h:mm:ss)",
        *([f"  Average submit time: {sum(spans) / len(spans):.1f} seconds"] if spans else []),
    ]


def marked(before: Results | None) -> Mapping[str, Mark]:
    """Return the assignments that are marked for rejection."""
    marks = before.marks() if before else {}
    return {assignment_id: mark for assignment_id, mark in marks.items() if mark.reject}
