"""The gate for answers: what is stored as one has passed here, whichever way it came.

What may pass is decided by `markup.answer_rules`. Nothing is locked meanwhile: the expressions of a form
may take their time.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import select

from mturk_tasks.errors import MTurkTasksError
from mturk_tasks.marketplace.due import process_due
from mturk_tasks.marketplace.storage.schema import assignment, hit, question, uploaded_file
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.marketplace.storage.transactions import read_transaction
from mturk_tasks.markup.answer_rules import Files, objection

# What workers are not let do, and why.


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


def must_fit_assignment(store: Store, assignment_id: str, worker_id: str, answer: str, now: datetime) -> None:
    """Raise Refused for an answer that the question of a worker's assignment does not ask for.

    An assignment that is unknown, or another's, is not judged here.
    """
    mine = (assignment.c.assignment_id == assignment_id, assignment.c.worker == worker_id)
    query = select(question.c.text, hit.c.id).join_from(assignment, hit).join(question).where(*mine)
    kept = uploaded_file.c
    process_due(store, now)
    with read_transaction(store, now) as transaction:
        row = transaction.db.execute(query).one_or_none()
        if row is None:
            return
        sent = select(kept.question, kept.file_id, kept.name).where(
            kept.hit == row.id, kept.worker == worker_id
        )
        files: dict[str, frozenset[str]] = {}
        for asked, file_id, name in transaction.db.execute(sent):
            files[asked] = files.get(asked, frozenset()) | {f"{file_id}/{name}"}
    must_fit(row.text, answer, files)


def must_fit(document: str, answer: str, files: Files) -> None:
    """Raise Refused for an answer that a question or test does not ask for; `files` came before it."""
    wrong = objection(document, answer, files)
    if wrong:
        raise Refused(wrong.reason, wrong.text)
