"""Rows whose HIT may or may not have been created by a load that was interrupted.

Within a day the service answers a repeated token with the HIT it made, so repeating is safe. After that a
repeat would make, and pay for, a second HIT: the marketplace is searched instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from mturk_tasks.client import hits
from mturk_tasks.client.records import Hit
from mturk_tasks.commands import batches, journal
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.journal import Entry, Journal
from mturk_tasks.commands.surveys.plan import Plan, PlannedHit
from mturk_tasks.errors import RecordsError

CREATE: Final = "create"
SKIP: Final = "skip"
ANSWERS: Final = ("", CREATE, SKIP)


def settle(
    context: CommandContext,
    plan: Plan,
    batch_journal: Journal,
    planned: Sequence[PlannedHit],
    answer: str,
) -> list[PlannedHit]:
    """Return the planned HITs that may be created; note in the journal those that exist already.

    `answer` is what the requester says of rows that cannot be found out about: create or skip them.
    Raise RecordsError where there are such rows and no answer.
    """
    entries = journal.read(batch_journal.path)
    old_keys = _too_old(entries, context.clock())
    old = [hit for hit in planned if hit.row.key in old_keys]
    lost = _adopt(context, batch_journal, entries, old) if old else []
    if lost and not answer:
        lines = ", ".join(str(hit.row.line) for hit in lost)
        raise RecordsError(
            f"{plan.input.path.name}: whether line {lines} got a HIT more than a day ago is not known, and "
            "none was found; --uncertain create makes one, --uncertain skip leaves it"
        )
    again = lost if answer == CREATE else []
    return [hit for hit in planned if hit not in old or hit in again]


def _too_old(entries: Sequence[Entry], now: datetime) -> set[str]:
    """Return the rows that were begun so long ago that their tokens do not protect them any more."""
    waiting = journal.open_intents(entries, batches.CREATE)
    return {
        key
        for key, entry in waiting.items()
        if now - datetime.fromisoformat(entry["time"]) > batches.TOKEN_LIVES
    }


def _adopt(
    context: CommandContext, batch_journal: Journal, entries: Sequence[Entry], old: Sequence[PlannedHit]
) -> list[PlannedHit]:
    """Note the HITs that exist for these rows; return the rows for which there is none."""
    types = {entry["hit_type_id"] for entry in journal.matching(entries, event="hit_type")}
    known = {entry["hit_id"] for entry in batches.created(entries)}
    free = [
        hit for hit in hits.every_hit(context.client) if hit.hit_type_id in types and hit.hit_id not in known
    ]
    lost = []
    for planned in old:
        match = next((hit for hit in free if _same(hit, planned)), None)
        if match is None:
            lost.append(planned)
            continue
        free.remove(match)
        row = planned.row
        batch_journal.conclude(
            batches.CREATE,
            row.key,
            journal.DONE,
            row=row.number,
            line=row.line,
            hit_id=match.hit_id,
            hit_type_id=match.hit_type_id,
            adopted=True,
            time=batches.stamp(context.clock()),
        )
    return lost


def _same(hit: Hit, planned: PlannedHit) -> bool:
    return hit.question == planned.question and hit.annotation == planned.annotation
