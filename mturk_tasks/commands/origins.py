"""Tell what was made in the marketplace of this command from what was made in another one.

A journal's first line names the marketplace's ID, and that alone decides. Where a journal names none, it
belongs here if anything that it made is known here; where the service tells none, environment and
address decide.
"""

from __future__ import annotations

import glob
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, Final

from mturk_tasks.client import hits, qualifications
from mturk_tasks.commands import journal
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.journal import Entry
from mturk_tasks.console.summary import clock_time, count
from mturk_tasks.errors import DoesNotExist, RecordsError, ServiceError
from mturk_tasks.files.survey import BatchFiles
from mturk_tasks.lib.time import format_date
from mturk_tasks.vocabulary.environments import Environment

CREATE: Final = "create"
_ASKED: Final = 20  # HITs of one load are in one marketplace: the first tell it


def header(entries: Iterable[Entry]) -> Entry | None:
    """Return a journal's first line, which says where what it speaks of was made."""
    first = next(iter(entries), None)
    return first if first and first["event"] == "set" else None


def named(context: CommandContext) -> dict[str, Any]:
    """Return what journals say of where a command acts."""
    return {
        "environment": context.environment.name,
        "endpoint": context.environment.endpoint,
        **({"marketplace": context.marketplace.id} if context.marketplace.id else {}),
    }


def is_here(context: CommandContext, entries: Sequence[Entry]) -> bool:
    """Say whether a journal speaks of what was made in the marketplace of this command."""
    first = header(entries)
    if first is None:
        return False
    made = list(journal.done(entries, CREATE).values())
    if not context.marketplace.ids or not (made or "marketplace" in first):
        return (first["environment"], first["endpoint"]) == (
            context.environment.name,
            context.environment.endpoint,
        )
    if "marketplace" in first:
        return first["marketplace"] in context.marketplace.ids
    return any(_is_known(context, entry) for entry in islice(made, _ASKED))


def _is_known(context: CommandContext, made: Entry) -> bool:
    """Say whether the service knows a HIT or a qualification type, a deleted one too."""
    if "hit_id" in made:
        return hits.find(context.client, made["hit_id"]) is not None
    try:
        qualifications.get(context.client, made["type_id"])
    except DoesNotExist:
        return False
    except ServiceError:  # deleted: there was one
        return True
    return True


def must_be_here(context: CommandContext, files: BatchFiles, entries: Sequence[Entry]) -> None:
    """Raise RecordsError where a journal says that its set was loaded into another marketplace."""
    first = header(entries)
    if first and not is_here(context, entries):
        raise RecordsError(
            f"{files.label} was loaded into another marketplace ({_written(first)}); "
            f"this is {_written(named(context))}"
        )


def must_be_known(context: CommandContext, files: BatchFiles, hit_ids: Sequence[str]) -> None:
    """Raise RecordsError where HITs that no journal speaks of are all unknown here."""
    if hit_ids and not any_known(context, hit_ids):
        raise RecordsError(
            f"{files.success}: {count(len(hit_ids), 'HIT')} unknown here, made in another marketplace; "
            f"this is {_written(named(context))}; a load under that label sets the file aside"
        )


def any_known(context: CommandContext, hit_ids: Sequence[str]) -> bool:
    """Say whether one of these HITs, deleted ones among them, is known here; raise Unavailable offline."""
    outcomes = context.each(hit_ids, lambda hit_id: hits.find(context.client, hit_id))
    return any(outcome.value() for outcome in outcomes)


def _written(first: Entry) -> str:
    """Write which marketplace a journal means."""
    return ", ".join((first["environment"], first["endpoint"], *filter(None, [first.get("marketplace")])))


def candidates(files: BatchFiles) -> list[BatchFiles]:
    """Return where sets of a label can stand: under it, or set aside when a load began elsewhere."""
    pattern = f"{glob.escape(files.label)}.*{files.journal.suffix}"
    aside = (files.under(path.stem) for path in sorted(files.folder.glob(pattern)))
    return [files, *(candidate for candidate in aside if _was_set_aside(files.label, candidate))]


def _was_set_aside(label: str, files: BatchFiles) -> bool:
    first = header(journal.read(files.journal))
    return first is not None and first["label"] == label and files.label in names_aside(label, first)


def names_aside(label: str, first: Entry) -> list[str]:
    """Return under which labels a set can be set aside, the shortest first."""
    environment = Environment(first["environment"], first["endpoint"], site="")
    names = [f"{label}.{environment.name}", f"{label}.{environment.tag}"]
    if "marketplace" in first:
        names.append(f"{label}.{environment.name}.{first['marketplace']}")
    return list(dict.fromkeys(names))


def told(files: BatchFiles, first: Entry) -> str:
    """Say of files of another marketplace which that is."""
    return f"{files.label}.* of another marketplace ({_written(first)})"


def place(context: CommandContext, now: datetime) -> list[tuple[str, str]]:
    """Return the rows about where a command acts and what time it is there."""
    where = "embedded" if context.environment.embedded else context.environment.endpoint
    rows = [("environment", f"{context.environment.name} ({where})")]
    if context.marketplace.id:
        rows.append(("marketplace", context.marketplace.id))
    if context.market is not None:
        ahead = context.market().ahead()
        moved = f", {clock_time(ahead)} ahead" if ahead >= 1 else ""
        rows.append(("the sandbox's clock", f"{format_date(now)}{moved}"))
    return rows


def at_commit(entry: Entry) -> str:
    """Say from which commit a command was run, by its entry in a journal."""
    commit = entry["commit"] or ""
    dirty = ", with changes not committed" if entry["dirty"] else ""
    left_out = ", ".join(entry.get("not_compared", ()))
    unsure = f", {left_out} not compared" if left_out else ""
    return f"at commit {commit[:10]}{dirty}{unsure}" if commit else "not in git"
