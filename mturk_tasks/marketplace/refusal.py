"""What workers are not let do, and why."""

from __future__ import annotations

from typing import Literal

from mturk_tasks.errors import MTurkTasksError

Reason = Literal[
    "unknown", "blocked", "repeated", "full", "expired", "not held", "invalid",
    "unqualified", "inactive", "pending", "no retake", "too soon", "too many",
    "too many fields", "too large",
]  # fmt: skip


class Refused(MTurkTasksError):
    """Say why a worker may not do this; `reason` is the same in one word or two."""

    def __init__(self, reason: Reason, text: str) -> None:
        super().__init__(text)
        self.reason = reason
