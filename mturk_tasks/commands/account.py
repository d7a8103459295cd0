"""The account as a whole: its balance, and the end of everything in it (getBalance, resetAccount)."""

from __future__ import annotations

from mturk_tasks.commands import fates, sets
from mturk_tasks.commands.desk import Desk
from mturk_tasks.commands.fates import Fate
from mturk_tasks.commands.work import fetch
from mturk_tasks.report.summary import Summary, count
from mturk_tasks.requester import hits
from mturk_tasks.vocabulary.money import format_usd


def balance(desk: Desk) -> Summary:
    """Say what there is to spend."""
    there = desk.account.balance
    items = ({"id": "balance", "status": "available", "amount": str(there)},)
    return Summary((f"Your account balance: {format_usd(there)}",), items=items)


def reset(desk: Desk) -> Summary:
    """Approve what is submitted and delete every HIT of the account but those being worked on."""
    hit_ids = [hit.hit_id for hit in hits.every_hit(desk.client)]
    if not hit_ids:
        return Summary(("There are no HITs in your account to delete.",), {"deleted": 0, "left": 0})
    work, unseen = fetch(desk, hit_ids)
    decided = [fates.decide(item, approve=True, expire=True) for item in work]
    ending = [fate for fate in decided if fate.delete]
    busy = [fate for fate in decided if not fate.delete]
    if desk.dry:
        return Summary((f"Dry run: {fates.describe(ending, desk.fee)}",), {"planned": len(ending)})
    warning = f"You are about to delete ALL your HITs from the {desk.environment.name} marketplace."
    plan = fates.describe(ending, desk.fee, f"{warning}\nThat is {count(len(ending), 'HIT')}.")
    desk.confirm(f"PLEASE READ THIS CAREFULLY\n\n{plan}")
    return _delete(desk, ending, busy, unseen)


def _delete(desk: Desk, ending: list[Fate], busy: list[Fate], unseen: list[str]) -> Summary:
    total = len(ending) + len(busy) + len(unseen)
    desk.console.say(f"--- Starting to reset account ({total} HITs) ---")
    with sets.open_book(desk, sets.NO_SET, "reset") as book:
        outcomes = fates.carry_out(book, ending, "Resetting the account")
    deleted = sum(outcome.ok for outcome in outcomes)
    failed = len(unseen) + len(ending) - deleted
    left = sum(1 for _ in hits.every_hit(desk.client))
    lines = (
        "--- Finished to reset account ---",
        f"  {deleted} HITs have been deleted or were deleted previously.",
        f"  {failed} HITs failed to delete.",
        f"  {len(busy)} HITs could not be deleted because they are currently being worked on.",
        f"  {left} HITs are left in your account",
    )
    counts = {"deleted": deleted, "failed": failed, "busy": len(busy), "left": left}
    kept = ({"id": fate.work.hit_id, "status": "kept", "error": fate.stays} for fate in busy)
    items = (*map(fates.item, outcomes), *kept, *map(fates.unseen, unseen))
    return Summary(lines, counts, items, exit_code=int(failed > 0 or left > 0))
