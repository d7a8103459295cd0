"""Decide which batch a load belongs to: a new one, or one that is continued."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mturk_tasks.client import hits
from mturk_tasks.commands import archive, batches, journal, origins
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.journal import Entry
from mturk_tasks.commands.surveys.plan import Plan
from mturk_tasks.console.summary import count
from mturk_tasks.errors import RecordsError, UsageError
from mturk_tasks.files import survey
from mturk_tasks.files.survey import BatchFiles


@dataclass(frozen=True)
class Destination:
    """Where a load's set stands, what its journal says so far, and which older set makes way for it."""

    files: BatchFiles
    entries: tuple[Entry, ...] = ()
    moves: tuple[archive.Move, ...] = ()

    def clear(self) -> None:
        """Rename the files of the set that makes way; nothing is overwritten."""
        archive.move(self.moves)


def choose_batch(
    context: CommandContext, plan: Plan, label: str, *, resume: bool, append: bool
) -> Destination:
    """Return the place of a load.

    Raise RecordsError where HITs are live already and neither `--resume` nor `--append` is given, where
    an old success file without a journal names HITs that are known here, where there is nothing to
    continue, or where the files to continue with are not the same.
    """
    if resume and append:
        raise UsageError("--resume and --append exclude each other")
    files = survey.set_files(context.folder, label)
    if not files.folder.is_dir():
        raise UsageError(f"label {label} leads to a folder that is not there: {files.folder}")
    batch = batches.journaled(context, label)
    if resume or append:
        if batch is None:
            origins.must_be_here(context, files, journal.read(files.journal))
            raise RecordsError(
                f"nothing was loaded as {label} into {context.environment.name}; leave out the option"
            )
        _compare(plan, batch.entries, append=append)
        return Destination(batch.files, batch.entries)
    if batch is None:
        return Destination(
            files, moves=(*archive.making_way(context, files), *archive.elsewhere(context, files))
        )
    others = archive.elsewhere(context, files) if batch.files != files else ()
    return Destination(files, moves=(_over(context, batch), *others))


def _over(context: CommandContext, batch: batches.Batch) -> archive.Move:
    """Return where a set goes whose HITs are all deleted; raise RecordsError where one is not."""
    label = batch.files.label
    if journal.open_intents(batch.entries, batches.CREATE):
        raise RecordsError(f"{label}: an earlier load was interrupted; go on with inv load --resume")
    deleted = journal.done(batch.entries, batches.DELETE)
    live = [hit_id for hit_id in batch.hit_ids if hit_id not in deleted and _is_live(context, hit_id)]
    if live:
        raise RecordsError(
            f"{count(len(live), 'HIT')} of the load {label} {'is' if len(live) == 1 else 'are'} not deleted; "
            "--resume creates what is missing, --append adds new rows, --label NAME makes another set"
        )
    return archive.finished(context, batch.files)


def _is_live(context: CommandContext, hit_id: str) -> bool:
    hit = hits.find(context.client, hit_id)
    return hit is not None and not hit.deleted


def _compare(plan: Plan, entries: Sequence[Entry], *, append: bool) -> None:
    """Raise RecordsError where a file is not the one that was loaded; an appended input may have grown."""
    loads = journal.matching(entries, event="load")
    before = loads[-1]["digests"] if loads else plan.digests
    changed = [name for name in before if before[name] != plan.digests[name]]
    if append and "input" in changed:
        changed.remove("input")
    if changed:
        paths = ", ".join(str(getattr(plan.survey, name).name) for name in changed)
        hint = "if only rows were added, --append creates those; " if changed == ["input"] else ""
        raise RecordsError(
            f"{paths} changed since the load; {hint}put it back, or load under another --label"
        )
