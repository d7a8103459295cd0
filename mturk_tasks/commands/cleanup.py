"""Delete HITs that are done (deleteHITs), or only take them off the market: look, decide, act, look again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from mturk_tasks.commands import fates, sets
from mturk_tasks.commands.desk import Desk
from mturk_tasks.commands.fates import AT_WORK, Fate
from mturk_tasks.commands.work import fetch
from mturk_tasks.report.summary import Summary, count
from mturk_tasks.vocabulary import statuses

_STARTING: Final = "--- Starting to delete HITs ---"


def run(
    desk: Desk, label: str = "", *, success: Path | None = None, approve: bool = False, expire: bool = False
) -> Summary:
    """Delete what is reviewable and decided; list what stays and why.

    With `approve` submitted work is approved first, with `expire` live HITs are taken off the market
    first. A HIT that somebody works on is kept.
    """
    found = sets.find(desk, label, success)
    work, failed = fetch(desk, found.hit_ids, deleted=found.deleted)
    decided = [fates.decide(item, approve=approve, expire=expire) for item in work]
    plan = fates.describe(decided, desk.fee)
    if desk.dry:
        planned = sum(fate.delete for fate in decided)
        return Summary((f"Dry run: {plan}", *_kept(decided)), {"planned": planned})
    busy = [fate for fate in decided if fate.busy]
    if not busy:
        desk.console.say(_STARTING)
    else:
        desk.confirm(plan, _STARTING)
        with sets.open_book(desk, found, "cleanup") as book:
            fates.carry_out(book, busy, "Cleaning up")
    return _summary(desk, decided, failed)


def stop(desk: Desk, label: str = "", *, success: Path | None = None) -> Summary:
    """Take every HIT of a survey off the market at once; nothing is deleted or decided.

    Who has accepted an assignment may still submit it.
    """
    found = sets.find(desk, label, success)
    work, failed = fetch(desk, found.hit_ids, deleted=found.deleted)
    open_ = [Fate(item, expire=True) for item in work if item.hit and item.hit.status == statuses.ASSIGNABLE]
    strange = [item.hit_id for item in work if item.unknown]
    unknown = [f"  {count(len(strange), 'HIT')} unknown here."] if strange else []
    if not open_:
        lines = ("No HIT is open to workers.", *unknown)
        return Summary(lines, {"expired": 0}, exit_code=int(bool(failed or strange)))
    plan = fates.describe(open_, desk.fee)
    if desk.dry:
        return Summary((f"Dry run: {plan}",), {"planned": len(open_)})
    desk.console.note(plan)
    with sets.open_book(desk, found, "stop") as book:
        outcomes = fates.carry_out(book, open_, "Stopping")
    done = sum(outcome.ok for outcome in outcomes)
    lines = (f"  {done} HITs were taken off the market.", f"  {len(open_) - done} errors occurred.", *unknown)
    counts = {"expired": done, "failed": len(open_) - done}
    items = (*map(fates.item, outcomes), *map(fates.unseen, failed), *map(fates.unknown, strange))
    return Summary(lines, counts, items, exit_code=int(done < len(open_) or bool(failed or strange)))


def _summary(desk: Desk, decided: Sequence[Fate], failed: Sequence[str]) -> Summary:
    """Look again: what counts is what is left, whatever the calls said."""
    unknown = [fate.work.hit_id for fate in decided if fate.work.unknown]
    after, unseen = fetch(desk, [fate.work.hit_id for fate in decided if fate.work.hit])
    left = {item.hit_id for item in after if item.hit}
    kept = [fate for fate in decided if fate.work.hit_id in left]
    errors = len(failed) + len(unseen) + sum(fate.delete for fate in kept)
    gone = len(decided) - len(kept) - len(unseen) - len(unknown)
    lines = (
        "--- Finished to delete HITs ---",
        f"  {gone} HITs have been deleted or were deleted previously.",
        f"  {errors} errors occurred.",
        *_kept(kept),
        *([f"  {count(len(unknown), 'HIT')} unknown here."] if unknown else []),
    )
    items = [
        {"id": fate.work.hit_id, "status": "kept", "error": _why(fate)}
        if fate.work.hit_id in left
        else {"id": fate.work.hit_id, "status": "deleted"}
        for fate in decided
        if not fate.work.unknown
    ]
    items += [*map(fates.unseen, failed), *map(fates.unknown, unknown)]
    counts = {"deleted": gone, "kept": len(kept), "errors": errors, "unknown": len(unknown)}
    return Summary(lines, counts, tuple(items), exit_code=1 if kept or errors or unknown else 0)


def _kept(decided: Sequence[Fate]) -> list[str]:
    staying = [fate for fate in decided if not fate.gone and not fate.delete]
    return [f"[{fate.work.hit_id}] stays: {_why(fate)}" for fate in staying]


def _why(fate: Fate) -> str:
    if fate.expire and fate.stays == AT_WORK:
        return f"{AT_WORK}; it was taken off the market"
    return fate.stays or "the service did not delete it"
