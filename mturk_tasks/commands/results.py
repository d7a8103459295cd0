"""Fetch the work done on a survey's HITs into its results file (getResults)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mturk_tasks.commands import download, drafts, late, sets, uploads
from mturk_tasks.commands.carried import Carried, carry, refuse_other_layout
from mturk_tasks.commands.desk import Desk
from mturk_tasks.commands.rows import Layout, rows_of
from mturk_tasks.commands.swallowed import refuse_swallowed
from mturk_tasks.commands.work import DELETED, UNKNOWN, Work, fetch
from mturk_tasks.files import results
from mturk_tasks.files.results import Mark, Results
from mturk_tasks.report.summary import Summary, clock_time, count, share
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
    """Write the results file anew, the requester's marks and columns in it carried over.

    The HITs are those of a set, or of a success file; the file is the set's own unless `output` names
    another. Rows of other HITs, and of HITs that are deleted by now, stay as they are. With a `kind`, csv,
    jsonl or xlsx, a download as the web site had it is written besides; `besides` says what else. Raise
    RecordsError where nothing was loaded, FileError where a file that is there cannot be read.
    """
    found = sets.find(desk, label, success)
    path = output or found.files.results
    before = results.read_if_there(path)
    also = download.begin(desk, found, kind) if kind else None
    drafted = drafts.fetch(desk, found) if besides.drafts else None
    desk.console.say("--[Retrieving Results]----------")
    work, failed = fetch(desk, found.hit_ids, deleted=found.deleted, say=True)
    desk.console.say("--[Done Retrieving Results]----------")
    layout = layout or Layout()
    refuse_swallowed(before, work)
    carried = carry(before, work, failed, prefix=layout.prefix)
    refuse_other_layout(before, carried, pairs=layout.pairs)
    rows, answers = rows_of(work, before, carried, desk.site, layout)
    summary = _summary(work, failed, carried)
    if desk.dry:
        return summary
    results.write(path, answers, rows, own=carried.own, pairs=layout.pairs)
    if also:
        also.write(rows, answers)
    files = (path, also.path) if also else (path,)
    written = [f"Results have been written to file '{file}'." for file in files]
    lines = ("", *written, "", *summary.lines, *late.mention(desk, found))
    summary = replace(summary, lines=lines, files=files)
    if drafted is not None:
        summary = _joined(summary, drafts.write(found, drafted, work))
    return _joined(summary, uploads.fetch(desk, found, work)) if besides.files else summary


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
