"""What a marketplace is: its ID, those of marketplaces imported into it, what it takes, where it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, select, update

from mturk_tasks.errors import UsageError
from mturk_tasks.lib.money import AMAZONS_FEE
from mturk_tasks.marketplace.storage.schema import former_marketplace, meta
from mturk_tasks.marketplace.storage.store import Store, retried


@dataclass(frozen=True)
class About:
    """A marketplace's IDs, and the name of its fee: `amazon`, or a share as 0.1.

    `address` is where it was served last, as https://market.example.org, empty where it never was.
    """

    marketplace_id: str
    former_ids: tuple[str, ...]
    fee: str
    address: str = ""


def read(db: Connection) -> About:
    """Return what the marketplace is now."""
    own = db.execute(select(meta.c.marketplace_id, meta.c.fee, meta.c.address)).one()
    former = select(former_marketplace.c.marketplace_id).order_by(former_marketplace.c.marketplace_id)
    former_ids = tuple(db.execute(former).scalars())
    return About(own.marketplace_id, former_ids, own.fee or AMAZONS_FEE, own.address or "")


def set_fee(store: Store, name: str) -> None:
    """Take this fee from now on; HITs that are there keep theirs."""
    with store.writing() as db:
        db.execute(update(meta).values(fee=None if name == AMAZONS_FEE else name))


def remember_address(store: Store, url: str) -> None:
    """Keep where the marketplace is served, for links that are made while another process serves it."""
    with store.writing() as db:
        db.execute(update(meta).values(address=url.rstrip("/")))


# The sandbox's clock: real time and an offset that only grows.
#
# Rehearsals and tests move it, so that deadlines pass without waiting.


_MILLISECOND: Final = timedelta(milliseconds=1)
_OFFSET: Final = select(meta.c.offset)
_FURTHEST: Final = timedelta(days=100 * 365)


def now(store: Store, real: datetime) -> datetime:
    """Return the sandbox's moment when the world's is `real`, in whole milliseconds."""
    return real - timedelta(microseconds=real.microsecond % 1000) + offset(store)


def offset(store: Store) -> timedelta:
    """Return how far the sandbox is ahead of the world."""
    ahead: int = store.value('SELECT "offset" FROM meta')
    return ahead * _MILLISECOND


@retried
def advance(store: Store, by: timedelta) -> None:
    """Move the sandbox's clock forward; it cannot go back, work done would lie in the future.

    Raise UsageError for a negative time, or one that leads more than a century ahead.
    """
    if by < timedelta(0):
        raise UsageError("the sandbox's clock only moves forward")
    with store.writing() as db:
        ahead = db.execute(_OFFSET.with_for_update()).scalar_one()
        if by > _FURTHEST - ahead * _MILLISECOND:
            raise UsageError(f"the sandbox's clock cannot be more than {_FURTHEST.days} days ahead")
        db.execute(update(meta).values(offset=ahead + by // _MILLISECOND))
