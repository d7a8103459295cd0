"""Find out about rows whose HIT may or may not have been created.

Within a day the service answers a repeated token with the HIT it made, so repeating is safe. After
that a repeat would make, and pay for, a second HIT: the marketplace is searched instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from mturk_tasks.batch import journal as records
from mturk_tasks.batch.journal import Entry, Journal
from mturk_tasks.commands import sets
from mturk_tasks.commands.desk import Desk
from mturk_tasks.commands.plan import Plan, PlannedHit
from mturk_tasks.errors import RecordsError
from mturk_tasks.requester import hits
from mturk_tasks.requester.records import Hit

_TOKEN_LIVES = timedelta(hours=23)  # the service says 24; clocks differ
CREATE = "create"
SKIP = "skip"
ANSWERS = ("", CREATE, SKIP)


def settle(
    desk: Desk,
    plan: Plan,
    journal: Journal,
    entries: Sequence[Entry],
    todo: Sequence[PlannedHit],
    answer: str,
) -> list[PlannedHit]:
    """Return what of `todo` may be created; what turns out to be there already is noted in the journal.

    `answer` is what the requester says of rows that cannot be found out about: create or skip them.
    Raise RecordsError where there are such rows and no answer.
    """
    old = [hit for hit in todo if hit.row.key in _too_old(entries, desk.clock())]
    if not old:
        return list(todo)
    types = {entry["hit_type_id"] for entry in records.matching(entries, event="hit_type")}
    lost = _adopt(desk, journal, entries, old, types)
    if lost and not answer:
        lines = ", ".join(str(hit.row.line) for hit in lost)
        raise RecordsError(
            f"{plan.input.path.name}: whether line {lines} got a HIT more than a day ago is not known, and "
            "none was found; --uncertain create makes one, --uncertain skip leaves it"
        )
    again = lost if answer == CREATE else []
    return [hit for hit in todo if hit not in old or hit in again]


def _too_old(entries: Sequence[Entry], now: datetime) -> set[str]:
    waiting = records.open_intents(entries, sets.CREATE)
    return {
        key for key, entry in waiting.items() if now - datetime.fromisoformat(entry["time"]) > _TOKEN_LIVES
    }


def _adopt(
    desk: Desk, journal: Journal, entries: Sequence[Entry], old: Sequence[PlannedHit], types: set[str]
) -> list[PlannedHit]:
    """Note the HITs that are there for these rows; return the rows for which none was found."""
    known = {entry["hit_id"] for entry in sets.created(entries)}
    free = [
        hit for hit in hits.every_hit(desk.client) if hit.hit_type_id in types and hit.hit_id not in known
    ]
    lost = []
    for planned in old:
        found = next((hit for hit in free if _same(hit, planned)), None)
        if found is None:
            lost.append(planned)
            continue
        free.remove(found)
        row = planned.row
        journal.conclude(
            sets.CREATE,
            row.key,
            records.DONE,
            row=row.number,
            line=row.line,
            hit_id=found.hit_id,
            hit_type_id=found.hit_type_id,
            adopted=True,
            time=sets.stamp(desk.clock()),
        )
    return lost


def _same(hit: Hit, planned: PlannedHit) -> bool:
    return hit.question == planned.question and hit.annotation == planned.annotation
