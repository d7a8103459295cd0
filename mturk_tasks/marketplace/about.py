"""What a marketplace is: its ID, those of marketplaces that were imported into it, and what it takes."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from mturk_tasks.errors import MTurkTasksError
from mturk_tasks.marketplace.storage.schema import former_marketplace, meta
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.vocabulary.money import AMAZONS_FEE, FeeTable, fee_named


@dataclass(frozen=True)
class About:
    """A marketplace's IDs, and the name of its fee: `amazon`, or a share as 0.1."""

    marketplace_id: str
    former_ids: tuple[str, ...]
    fee: str


def read(db: Connection) -> About:
    """Return what the marketplace is now."""
    own = db.execute(select(meta.c.marketplace_id, meta.c.fee)).one()
    former = select(former_marketplace.c.marketplace_id).order_by(former_marketplace.c.marketplace_id)
    return About(own.marketplace_id, tuple(db.execute(former).scalars()), own.fee or AMAZONS_FEE)


def fee_table(stored: str | None) -> FeeTable:
    """Return the table of a fee as the database has it; raise MTurkTasksError where it is none."""
    found = fee_named(stored or AMAZONS_FEE)
    if found is None:
        raise MTurkTasksError(f"the marketplace's fee is {stored!r}, which is no share; set it with --fee")
    return found


def set_fee(store: Store, name: str) -> None:
    """Take this fee from now on; HITs that are there keep theirs."""
    with store.writing() as db:
        db.execute(update(meta).values(fee=None if name == AMAZONS_FEE else name))
