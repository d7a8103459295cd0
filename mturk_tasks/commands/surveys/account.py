"""The account as a whole: its balance, and the end of everything in it (getBalance, resetAccount)."""

from __future__ import annotations

from mturk_tasks.client import assignments, hits
from mturk_tasks.commands import batches
from mturk_tasks.commands.batches import fetch_work
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.surveys import cleanup
from mturk_tasks.commands.surveys.cleanup import HitAction
from mturk_tasks.console.summary import Summary, count
from mturk_tasks.lib.money import format_usd


def balance(context: CommandContext) -> Summary:
    """Say what there is to spend."""
    there = context.account.balance
    items = ({"id": "balance", "status": "available", "amount": str(there)},)
    return Summary((f"Your account balance: {format_usd(there)}",), items=items)


def reset(context: CommandContext) -> Summary:
    """Approve what is submitted and delete every HIT of the account but those being worked on."""
    hit_ids = [hit.hit_id for hit in hits.every_hit(context.client)]
    if not hit_ids:
        return Summary(("There are no HITs in your account to delete.",), {"deleted": 0, "left": 0})
    work, unseen = fetch_work(context, hit_ids)
    decided = [cleanup.decide(item, approve=True, expire=True) for item in work]
    ending = [action for action in decided if action.delete]
    busy = [action for action in decided if not action.delete]
    if context.dry:
        return Summary.of_dry_run(cleanup.describe(ending, context.fee), planned=len(ending))
    warning = f"You are about to delete ALL your HITs from the {context.environment.name} marketplace."
    plan = cleanup.describe(ending, context.fee, f"{warning}\nThat is {count(len(ending), 'HIT')}.")
    context.confirm(f"PLEASE READ THIS CAREFULLY\n\n{plan}")
    return _delete(context, ending, busy, unseen)


def _delete(
    context: CommandContext, ending: list[HitAction], busy: list[HitAction], unseen: list[str]
) -> Summary:
    total = len(ending) + len(busy) + len(unseen)
    context.console.say(f"--- Starting to reset account ({total} HITs) ---")
    with batches.open_journal(context, batches.NO_BATCH, "reset") as actions:
        outcomes = cleanup.carry_out(actions, ending, "Resetting the account")
    deleted, failed = len(outcomes.done), len(unseen) + len(outcomes.failed)
    left = sum(1 for _ in hits.every_hit(context.client))
    lines = (
        "--- Finished to reset account ---",
        f"  {deleted} HITs have been deleted or were deleted previously.",
        f"  {failed} HITs failed to delete.",
        f"  {len(busy)} HITs could not be deleted because they are currently being worked on.",
        f"  {left} HITs are left in your account",
    )
    counts = {"deleted": deleted, "failed": failed, "busy": len(busy), "left": left}
    kept = ({"id": action.work.hit_id, "status": "kept", "error": action.stays} for action in busy)
    items = (*map(cleanup.action_item, outcomes), *kept, *map(cleanup.unseen_item, unseen))
    return Summary(lines, counts, items, exit_code=int(failed > 0 or left > 0))


# Block and unblock workers (blockWorker, unblockWorker).


def block(context: CommandContext, worker_id: str, reason: str) -> Summary:
    """Block one worker; the reason stays with the requester."""
    said = f"Blocked {worker_id} with reason: {reason}"
    return _do(
        context, "block", worker_id, said, lambda: assignments.block(context.client, worker_id, reason)
    )


def unblock(context: CommandContext, worker_id: str, reason: str = "") -> Summary:
    """Unblock one worker; it is fine if there is no block."""
    said = f"Unblocked {worker_id} with reason:  {reason}"  # two blanks, as ever
    return _do(
        context, "unblock", worker_id, said, lambda: assignments.unblock(context.client, worker_id, reason)
    )


def _do(context: CommandContext, action: str, worker_id: str, said: str, act: batches.Act) -> Summary:
    verb = f"{action.capitalize()}ed"
    items = ({"id": worker_id, "status": verb.lower()},)
    if context.dry:
        return Summary.of_dry_run(f"{worker_id} would be {verb.lower()}.")
    with batches.open_journal(context, batches.NO_BATCH, action) as actions:
        actions.perform(action, actions.worker(worker_id), act)
    return Summary((said,), {verb.lower(): 1}, items)
