"""Fetch the work done on a survey's HITs into its results file (getResults)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mturk_tasks.commands import download, drafts, late, sets, uploads
from mturk_tasks.commands.desk import Desk
from mturk_tasks.commands.rows import Layout, identifiers, rows_of
from mturk_tasks.commands.work import Work, fetch
from mturk_tasks.files import results
from mturk_tasks.files.results import Mark, Results
from mturk_tasks.report.summary import Summary, clock_time, count, percent
from mturk_tasks.vocabulary.workers import TEST_WORKER, is_test_worker


@dataclass(frozen=True)
class Besides:
    """What is fetched beside the submitted work: half-done answers, and the files that workers sent."""

    drafts: bool = False
    files: bool = False


NOTHING_BESIDES = Besides()


def run(
    desk: Desk,
    label: str = "",
    *,
    success: Path | None = None,
    output: Path | None = None,
    layout: Layout | None = None,
    kind: str = "",
    besides: Besides = NOTHING_BESIDES,
) -> Summary:
    """Write the results file anew, the requester's marks in it carried over.

    The HITs are those of a set, or of a success file; the file is the set's own unless `output` names
    another. Rows of HITs that are deleted by now stay as they were fetched. With a `kind`, csv, jsonl
    or xlsx, a download as the web site had it is written besides; `besides` says what else. Raise
    RecordsError where nothing was loaded, FileError where a file that is there cannot be read.
    """
    found = sets.find(desk, label, success)
    path = output or found.files.results
    before = results.read_if_there(path)
    also = download.begin(desk, found, kind) if kind else None
    drafted = drafts.fetch(desk, found) if besides.drafts else None
    desk.console.say("--[Retrieving Results]----------")
    work, failed = fetch(desk, found.hit_ids, say=True)
    desk.console.say("--[Done Retrieving Results]----------")
    layout = layout or Layout()
    rows, answers = rows_of(work, failed, before, desk.environment, layout)
    summary = _summary(work, failed)
    if desk.dry:
        return summary
    results.write(path, answers, rows, pairs=layout.pairs)
    if also:
        also.write(rows, answers)
    files = (path, also.path) if also else (path,)
    written = [f"Results have been written to file '{file}'." for file in files]
    lines = ("", *written, "", *summary.lines, *late.mention(desk, found))
    summary = replace(summary, lines=lines, files=files)
    if drafted is not None:
        summary = _joined(summary, drafts.write(found, drafted, identifiers(work)))
    return _joined(summary, uploads.fetch(desk, found, work)) if besides.files else summary


def _joined(one: Summary, other: Summary) -> Summary:
    return replace(
        one,
        lines=(*one.lines, *other.lines),
        counts={**one.counts, **other.counts},
        files=(*one.files, *other.files),
        exit_code=max(one.exit_code, other.exit_code),
    )


def _summary(work: Sequence[Work], failed: Sequence[str]) -> Summary:
    done = [assignment for item in work for assignment in item.assignments]
    wanted = sum(item.hit.max_assignments for item in work if item.hit)
    spans = [(one.submitted - one.accepted).total_seconds() for one in done if one.submitted and one.accepted]
    gone = sum(item.hit is None for item in work)
    tests = sum(is_test_worker(one.worker_id) for one in done)
    lines = [
        f"Assignments completed: {len(done)}/{wanted} ({percent(len(done), wanted)})",
        f"         Time elapsed: {clock_time(_elapsed(work))} (h:mm:ss)",
        *([f"  Average submit time: {sum(spans) / len(spans):.1f} seconds"] if spans else []),
        *([f"{count(tests, 'answer')} by test workers, {TEST_WORKER}…"] if tests else []),
        *([f"{count(gone, 'HIT')} deleted by now; rows fetched earlier are kept."] if gone else []),
    ]
    counts = {
        "completed": len(done),
        "assignments": wanted,
        "tests": tests,
        "deleted": gone,
        "failed": len(failed),
    }
    items = [
        *({"id": item.hit_id, "status": item.hit.status if item.hit else "Deleted"} for item in work),
        *({"id": hit_id, "status": "failed", "error": "could not be retrieved"} for hit_id in failed),
    ]
    return Summary(tuple(lines), counts, tuple(items), exit_code=1 if failed else 0)


def _elapsed(work: Sequence[Work]) -> float:
    """Return the seconds from the creation of the first HIT to the last submission."""
    begun = [item.hit.created for item in work if item.hit and item.assignments]
    ended = [one.submitted for item in work for one in item.assignments if one.submitted]
    return (max(ended) - min(begun)).total_seconds() if begun and ended else 0.0


def marked(before: Results | None) -> Mapping[str, Mark]:
    """Return the assignments that are marked for rejection."""
    marks = before.marks() if before else {}
    return {assignment_id: mark for assignment_id, mark in marks.items() if mark.reject}
