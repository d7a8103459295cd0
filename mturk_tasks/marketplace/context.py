"""What every operation works with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from mturk_tasks.vocabulary.money import FeeTable


@dataclass(frozen=True)
class Context:
    """Hold one transaction, the marketplace's moment in it, and what the marketplace takes.

    `requester` is the key of who asks, None where workers or time act. `watched` says that some
    requester asked to be told of events, `play` that money never runs out, `locks` that others write
    at the same time, so that rows must be locked before anything is decided on them. `address` is where
    the marketplace can be reached from outside, empty where nobody serves it.
    """

    db: Connection
    now: datetime
    fees: FeeTable
    watched: bool = False
    requester: int | None = None
    play: bool = True
    locks: bool = False
    address: str = ""

    def at(self, moment: datetime) -> Context:
        """Return the same transaction at another moment, for what should be dated then."""
        return replace(self, now=moment)
