"""What a marketplace is: its ID, those of marketplaces imported into it, what it takes, where it is."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from mturk_tasks.errors import MTurkTasksError
from mturk_tasks.marketplace.storage.schema import former_marketplace, meta
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.vocabulary.money import AMAZONS_FEE, FeeTable, fee_named


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


def remember_address(store: Store, url: str) -> None:
    """Keep where the marketplace is served, for links that are made while another process serves it."""
    with store.writing() as db:
        db.execute(update(meta).values(address=url.rstrip("/")))
