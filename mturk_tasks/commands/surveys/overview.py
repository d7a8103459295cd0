"""Say how every survey below a directory stands, or how one comes along."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from mturk_tasks.commands import batches
from mturk_tasks.commands.batches import fetch_states
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.surveys import sets, status
from mturk_tasks.commands.surveys.sets import HERE, FoundSet
from mturk_tasks.console.summary import Summary, count, share, table
from mturk_tasks.errors import FileError, Problem
from mturk_tasks.lib.money import format_usd
from mturk_tasks.vocabulary.statuses import APPROVED, REJECTED, SUBMITTED

_HEADER = ("survey", "set", "answers", "undecided", "approved", "rejected", "paid, with fees")


def show_all(context: CommandContext, directory: Path) -> Summary:
    """Return a line for each set below a directory that belongs to this marketplace, and a count of the rest.

    Raise FileError where there is no such directory.
    """
    if not directory.is_dir():
        raise FileError(Problem(directory, None, "is no directory"))
    rows, others, failures = [], 0, []
    for folder in sets.folders_below(directory):
        inside = replace(context, folder=folder)
        for own in sets.find_all(inside):
            if own.place != HERE:
                others += 1
                continue
            row, failed = _row(context, directory, own)
            rows.append(row)
            failures += failed
    lines = [table(rows, _HEADER)] if rows else ["No set of this marketplace below here."]
    lines += [f"{count(others, 'set')} of other marketplaces or of the old tools left out."] if others else []
    items = [dict(zip(("id", "set", "answers"), row[:3], strict=True)) for row in rows]
    items += [{"id": hit_id, "status": "failed", "error": "could not be retrieved"} for hit_id in failures]
    return Summary(
        tuple(lines), {"sets": len(rows), "others": others}, tuple(items), exit_code=int(bool(failures))
    )


def _row(context: CommandContext, directory: Path, own: FoundSet) -> tuple[tuple[str, ...], list[str]]:
    batch = batches.of_journal(own.files, own.entries)
    work, failed = fetch_states(context, batch.hit_ids, deleted=batch.deleted)
    tally = status.of_set(context, batch, work)
    done, wanted = status.progress(work, tally)
    numbers = [str(sum(item.count(state) for item in work)) for state in (SUBMITTED, APPROVED, REJECTED)]
    folder = str(own.files.folder.relative_to(directory))
    return (folder, own.files.label, share(done, wanted), *numbers, format_usd(tally.paid)), failed


def watch(context: CommandContext, label: str, *, seconds: int, sleep: Callable[[float], None]) -> Summary:
    """Show the state of a set whenever it has changed, until nothing more can come; return the last one."""
    before = None
    while True:
        summary = status.run(context, label)
        told = {**summary.counts, "paid": summary.facts["paid"]}
        if not (summary.counts["assignments_available"] or summary.counts["assignments_pending"]):
            return summary
        if told != before:
            context.console.say(summary.lines[0] + "\n")
            before = told
        sleep(seconds)
