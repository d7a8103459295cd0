"""Questions and tests as they are kept: each text once, under its digest."""

from __future__ import annotations

import hashlib
from typing import Final

from sqlalchemy import bindparam, insert, select

from mturk_tasks.marketplace.context import Context
from mturk_tasks.marketplace.storage.schema import question

_NEW: Final = insert(question)
_SAME: Final = select(question.c.digest).where(question.c.digest == bindparam("wanted"))


def keep(context: Context, text: str) -> str:
    """Store the text unless an equal one is there, and return its digest."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    if context.db.execute(_SAME, {"wanted": digest}).one_or_none() is None:
        context.db.execute(_NEW, {"digest": digest, "text": text})
    return digest
