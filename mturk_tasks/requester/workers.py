"""Workers that a requester wants no more work from."""

from __future__ import annotations

from mturk_tasks.service.calls import call
from mturk_tasks.service.session import Client


def block(client: Client, worker_id: str, reason: str) -> None:
    """Keep a worker from accepting this requester's HITs; the worker does not see the reason."""
    call(client, "create_worker_block", WorkerId=worker_id, Reason=reason)


def unblock(client: Client, worker_id: str, reason: str = "") -> None:
    """Let a worker accept this requester's HITs again."""
    call(client, "delete_worker_block", WorkerId=worker_id, Reason=reason or None)
