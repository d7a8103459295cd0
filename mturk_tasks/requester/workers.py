"""Workers that a requester wants no more work from."""

from __future__ import annotations

from mturk_tasks.service.calls import call, every
from mturk_tasks.service.session import Client


def block(client: Client, worker_id: str, reason: str) -> None:
    """Keep a worker from accepting this requester's HITs; the worker does not see the reason."""
    call(client, "create_worker_block", WorkerId=worker_id, Reason=reason)


def unblock(client: Client, worker_id: str, reason: str = "") -> None:
    """Let a worker accept this requester's HITs again."""
    call(client, "delete_worker_block", WorkerId=worker_id, Reason=reason or None)


def blocked(client: Client) -> set[str]:
    """Return the workers that are blocked."""
    return {one["WorkerId"] for one in every(client, "list_worker_blocks", "WorkerBlocks")}
