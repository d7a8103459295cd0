"""Questions and tests as they are kept: each text once, under its digest."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Final

from sqlalchemy import bindparam, delete, insert, select

from mturk_tasks.marketplace.protocol import faults
from mturk_tasks.marketplace.storage.schema import question
from mturk_tasks.marketplace.storage.schema import token as spent_token
from mturk_tasks.marketplace.storage.transactions import Transaction

_NEW: Final = insert(question)
_SAME: Final = select(question.c.digest).where(question.c.digest == bindparam("wanted"))


def keep(transaction: Transaction, text: str) -> str:
    """Store the text unless an equal one is there, and return its digest."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    if transaction.db.execute(_SAME, {"wanted": digest}).one_or_none() is None:
        transaction.db.execute(_NEW, {"digest": digest, "text": text})
    return digest


# The `UniqueRequestToken`: within 24 hours of its use it is refused, never a silent success.
#
# The token is spent in the transaction that does the work, so that both are there or neither.


_LIFE: Final = timedelta(hours=24)
_SPEND: Final = insert(spent_token)
_FORGET: Final = delete(spent_token).where(spent_token.c.spent <= bindparam("old"))
_BEFORE: Final = select(spent_token.c.hit_id).where(
    spent_token.c.requester == bindparam("of"),
    spent_token.c.operation == bindparam("by"),
    spent_token.c.token == bindparam("wanted"),
)


def spend(transaction: Transaction, operation: str, token: str | None, *, hit_id: str | None = None) -> None:
    """Note the token as used by the operation, with the HIT it made if it made one.

    Raise RequestError when it was used before; where that made a HIT, its ID is in the message.
    """
    if token is None:
        return
    db = transaction.db
    db.execute(_FORGET, {"old": transaction.now - _LIFE})
    before = db.execute(
        _BEFORE, {"of": transaction.requester, "by": operation, "wanted": token}
    ).one_or_none()
    if before is not None:
        raise faults.hit_already_exists(before.hit_id) if before.hit_id else faults.token_spent(token)
    row = {"operation": operation, "token": token, "spent": transaction.now, "hit_id": hit_id}
    db.execute(_SPEND, {**row, "requester": transaction.requester})
