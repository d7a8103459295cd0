"""Make the tables, and bring those of an earlier version up to the present one, step by step.

New tables are today's; each step is the frozen text of the version it starts from.
"""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal

from sqlalchemy import Connection, insert, text

from mturk_tasks.errors import MTurkTasksError
from mturk_tasks.marketplace import system_types
from mturk_tasks.marketplace.storage import frozen, schema
from mturk_tasks.marketplace.storage.identity import new_marketplace_id


def create(db: Connection, *, play: bool) -> None:
    """Make every table of the present version, with what is always in them.

    Where money is `play`, there is a requester from the beginning.
    """
    schema.metadata.create_all(db)
    marketplace_id = new_marketplace_id()
    db.execute(
        insert(schema.meta).values(version=schema.VERSION, offset=0, play=play, marketplace_id=marketplace_id)
    )
    system_types.install(db)
    if play:
        _install_requester(db)


def upgrade(db: Connection, version: int) -> None:
    """Take the tables from an earlier version to the present one."""
    dialect = db.dialect.name
    if version < frozen.FIRST[dialect]:
        raise MTurkTasksError(f"no marketplace of version {version} was ever kept in {dialect}")
    given = {"marketplace_id": new_marketplace_id()}
    for earlier in range(version, schema.VERSION):
        for statement in frozen.step(earlier, dialect):
            db.execute(text(statement), given if ":marketplace_id" in statement else {})
    db.execute(text("UPDATE meta SET version = :version"), {"version": schema.VERSION})


def _install_requester(db: Connection) -> None:
    """Enter the requester that a sandbox has from the beginning: the first, so that its key is SANDBOX."""
    values = {"requester_id": "ASANDBOX", "name": "sandbox"}
    since = datetime(1970, 1, 1, tzinfo=timezone.utc)
    db.execute(
        insert(schema.requester), {**values, "registered": since, "disabled": False, "balance": Decimal(0)}
    )
