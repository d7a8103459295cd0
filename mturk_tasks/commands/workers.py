"""Block and unblock workers (blockWorker, unblockWorker)."""

from __future__ import annotations

from mturk_tasks.commands import sets
from mturk_tasks.commands.desk import Desk
from mturk_tasks.report.summary import Summary
from mturk_tasks.requester import workers


def block(desk: Desk, worker_id: str, reason: str) -> Summary:
    """Block one worker; the reason stays with the requester."""
    said = f"Blocked {worker_id} with reason: {reason}"
    return _do(desk, "block", worker_id, said, lambda: workers.block(desk.client, worker_id, reason))


def unblock(desk: Desk, worker_id: str, reason: str = "") -> Summary:
    """Unblock one worker; it is fine if there is no block."""
    said = f"Unblocked {worker_id} with reason:  {reason}"  # two blanks, as ever
    return _do(desk, "unblock", worker_id, said, lambda: workers.unblock(desk.client, worker_id, reason))


def _do(desk: Desk, action: str, worker_id: str, said: str, act: sets.Act) -> Summary:
    verb = f"{action.capitalize()}ed"
    items = ({"id": worker_id, "status": verb.lower()},)
    if desk.dry:
        return Summary((f"Dry run: {worker_id} would be {verb.lower()}.",))
    with sets.open_book(desk, sets.NO_SET, action) as book:
        book.perform(action, book.worker(worker_id), act)
    return Summary((said,), {verb.lower(): 1}, items)
