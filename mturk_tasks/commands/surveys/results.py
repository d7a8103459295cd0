"""Fetch the work done on a survey's HITs into its results file (getResults)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mturk_tasks.client import assignments, hits
from mturk_tasks.client.records import Assignment, DraftRecord
from mturk_tasks.commands import batches, fetched, recruited
from mturk_tasks.commands.batches import DELETED, UNKNOWN, Batch, Work, fetch_work
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.surveys import download, late, tidy
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
from mturk_tasks.files.survey import PARQUET, TIDY
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


def fetch_uploads(context: CommandContext, batch: Batch, work: Sequence[Work]) -> Summary:
    """Fetch the files of submitted work that are not there yet; nothing is overwritten."""
    wanted = [
        upload for item in work for done in item.assignments for upload in _of(done, batch.files.uploads)
    ]
    there = [upload for upload in wanted if upload.path.exists()]
    new = [upload for upload in wanted if not upload.path.exists()]
    problems = [_changed(upload) for upload in there if upload.path.stat().st_size != upload.size]
    problems += [
        f"Error: {outcome.item.path} could not be fetched: {outcome.error}"
        for outcome in context.each(new, lambda upload: _save(context, upload))
        if not outcome.ok
    ]
    for problem in problems:
        context.console.note(problem)
    done = sum(upload.path.exists() for upload in new)
    lines = [f"{count(done, 'file')} fetched into folder '{batch.files.uploads}'."] if wanted else []
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
    free = next(candidate for candidate in names if candidate.casefold() not in taken)
    taken.add(free.casefold())
    return free


def _save(context: CommandContext, upload: Upload) -> None:
    content = assignments.content(context.client, upload.assignment_id, upload.question, upload.size)
    with disk.on_disk(upload.path):
        upload.path.parent.mkdir(parents=True, exist_ok=True)
    disk.write_bytes(upload.path, content)


def _changed(upload: Upload) -> str:
    problem = Problem(
        upload.path, None, f"is not the file of {upload.size} bytes that was sent; it is left alone"
    )
    return f"Error: {FileError(problem)}"


# Write what workers have typed and not submitted into a file of its own.


def fetch_drafts(context: CommandContext, batch: Batch) -> list[DraftRecord]:
    """Return the drafts on the HITs of a set, in the order of the HITs.

    Raise ServiceError where the marketplace keeps none.
    """
    places = {hit_id: place for place, hit_id in enumerate(batch.hit_ids)}
    own = [draft for draft in assignments.drafts(context.client) if draft.hit_id in places]
    return sorted(own, key=lambda draft: places[draft.hit_id])


def write(batch: Batch, drafts: Sequence[DraftRecord], work: Sequence[Work]) -> Summary:
    """Write the drafts of a set anew; columns of the form's questions come first and in their order.

    What was written before of other HITs, or of HITs that are deleted by now, stays: nothing tells it
    again. Raise FileError where what is there cannot be read.
    """
    path = batch.files.drafts
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
    told = {draft.assignment_id for draft in drafts}
    return [
        {tidied(name): cell or None for name, cell in record.items()}
        for record in parsed.records()
        if record[columns.HIT_ID] not in live and record[columns.ASSIGNMENT_ID] not in told
    ]


def _row(draft: DraftRecord) -> Row:
    fixed = (
        draft.hit_id,
        draft.assignment_id,
        draft.worker_id,
        draft.status.lower(),
        format_date(draft.saved),
    )
    answers = answers_in(draft.answer, f"the draft of assignment {draft.assignment_id}")
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
    kinds: Sequence[str] = (),
    besides: Besides = NOTHING_BESIDES,
) -> Summary:
    """Write the results file anew, the requester's marks and columns in it carried over.

    The HITs are those of a set, or of a success file; the file is the set's own unless `output` names
    another. Rows of other HITs, and of HITs that are deleted by now, stay as they are. For each of the
    `kinds` it is written in another format besides; `besides` says what else. Raise RecordsError where
    nothing was loaded, FileError where a file that is there cannot be read.
    """
    batch = batches.find(context, label, success)
    path = output or batch.files.results
    before = results.read_if_there(path)
    tidy.check(kinds)
    origins = recruited.origins(context, batch) if kinds else {}
    also = [download.begin(context, batch, kind, origins) for kind in kinds if kind not in (TIDY, PARQUET)]
    drafted = fetch_drafts(context, batch) if besides.drafts else None
    context.console.say("--[Retrieving Results]----------")
    seen = fetched.read(batch.files.fetched, context.marketplace.id)
    work, failed = fetch_work(context, batch.hit_ids, deleted=batch.deleted, say=True, before=seen)
    context.console.say("--[Done Retrieving Results]----------")
    work = _with_a_question(context, work)
    layout = layout or Layout()
    refuse_swallowed(before, work)
    carried = carry(before, work, failed, prefix=layout.prefix)
    refuse_other_layout(before, carried, pairs=layout.pairs)
    rows, answers = rows_of(work, before, carried, context.site, layout)
    summary = _summary(work, failed, carried)
    if context.dry:
        return summary
    results.write(path, answers, rows, own=carried.own, pairs=layout.pairs)
    seen.write()
    for other in also:
        other.write(rows, answers)
    tidied = {kind: batch.files.download(kind) for kind in kinds if kind in (TIDY, PARQUET)}
    if tidied:
        tidy.write(context, path, tidied, origins)
    files = (path, *(other.path for other in also), *tidied.values())
    written = [f"Results have been written to file '{file}'." for file in files]
    lines = ("", *written, "", *summary.lines, *late.mention(context, batch))
    summary = replace(summary, lines=lines, files=files)
    if drafted is not None:
        summary = _joined(summary, write(batch, drafted, work))
    return _joined(summary, fetch_uploads(context, batch, work)) if besides.files else summary


def _with_a_question(context: CommandContext, work: Sequence[Work]) -> list[Work]:
    """Return the work, the first HIT with its question, which gives the columns their order."""
    first = next((item for item in work if item.hit), None)
    if first is None or first.hit is None or first.hit.question:
        return list(work)
    asked = replace(first, hit=hits.get(context.client, first.hit_id))
    return [asked if item is first else item for item in work]


def _joined(first: Summary, second: Summary) -> Summary:
    return replace(
        first,
        lines=(*first.lines, *second.lines),
        counts={**first.counts, **second.counts},
        files=(*first.files, *second.files),
        exit_code=max(first.exit_code, second.exit_code),
    )


def _summary(work: Sequence[Work], failed: Sequence[str], carried: Carried) -> Summary:
    fetched = [assignment for item in work for assignment in item.assignments]
    done = len(fetched) + len(carried.done)
    wanted = sum(item.hit.max_assignments for item in work if item.hit) + carried.wanted
    gone, unknown = (sum(item.status == status for item in work) for status in (DELETED, UNKNOWN))
    tests = sum(is_test_worker(assignment.worker_id) for assignment in fetched)
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
    fetched = ((item.hit, assignment) for item in work if item.hit for assignment in item.assignments)
    times = [
        *((hit.created, assignment.accepted, assignment.submitted) for hit, assignment in fetched),
        *carried.times(),
    ]
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
