"""Make the tables, and bring those of an earlier version up to the present one, step by step.

Each step belongs to the version it starts from and adds what the next one has; nothing is taken away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Column, Connection, Index, insert, inspect, update
from sqlalchemy.schema import CreateColumn

from mturk_tasks.marketplace import system_types
from mturk_tasks.marketplace.storage import schema

Step = Callable[[Connection], None]


def create(db: Connection, *, play: bool) -> None:
    """Make every table of the present version, with what is always in them.

    Where money is `play`, there is a requester from the beginning.
    """
    schema.metadata.create_all(db)
    db.execute(insert(schema.meta).values(version=schema.VERSION, offset=0, play=play))
    system_types.install(db)
    if play:
        _install_requester(db)


def upgrade(db: Connection, version: int) -> None:
    """Take the tables from an earlier version to the present one."""
    for step in range(version, schema.VERSION):
        _STEPS[step](db)
    db.execute(update(schema.meta).values(version=schema.VERSION))


def _add_qualifications(db: Connection) -> None:
    """Go from version 1 to 2: qualification types, who holds them, messages and notifications."""
    schema.metadata.create_all(db)
    _add_column(db, schema.hit_type.c.requirements)
    profile = ("country", "subdivision", "adult", "master", "submitted_before", "approved_before")
    for name in profile:
        _add_column(db, schema.worker.c[name])
    for table, name in ((schema.assignment, "assignment_by_worker"), (schema.hit, "hit_by_type")):
        _index(table.indexes, name).create(db)
    system_types.install(db)


def _add_reviews(db: Connection) -> None:
    """Go from version 2 to 3: review policies and what they did."""
    schema.metadata.create_all(db)
    for name in ("review_policies", "review_due"):
        _add_column(db, schema.hit.c[name])
    _index(schema.hit.indexes, "hit_unreviewed").create(db)


def _add_requesters(db: Connection) -> None:
    """Go from version 3 to 4: several requesters; what there is belongs to the sandbox's own."""
    for statement in _MAKE_ROOM:
        db.exec_driver_sql(statement)
    schema.metadata.create_all(db)
    _install_requester(db)
    for statement in _MOVE_IN:
        db.exec_driver_sql(statement)
    _add_column(db, schema.meta.c.play)
    for table in (schema.hit_type, schema.hit, schema.ledger, schema.qualification_type, schema.event):
        _add_column(db, table.c.requester)
        db.execute(update(table).values(requester=schema.SANDBOX))
    systems = schema.qualification_type.c.system.is_(True)
    db.execute(update(schema.qualification_type).where(systems).values(requester=None))
    for table, name in (
        (schema.hit, "hit_of_requester"),
        (schema.hit, "hit_to_review"),
        (schema.ledger, "ledger_of_requester"),
    ):
        _index(table.indexes, name).create(db)


def _add_site(db: Connection) -> None:
    """Go from version 4 to 5: drafts, late answers, files, and the worker site's accounts."""
    schema.metadata.create_all(db)
    _add_column(db, schema.worker.c.tests_for)
    _add_column(db, schema.meta.c.address)


_MAKE_ROOM: Final = (  # for tables whose keys now begin with the requester
    "DROP INDEX hit_listed",
    "DROP INDEX hit_reviewable",
    "DROP INDEX ix_token_spent",
    "ALTER TABLE block RENAME TO block_before",
    "ALTER TABLE token RENAME TO token_before",
)
_MOVE_IN: Final = (
    "INSERT INTO block (id, requester, worker_id, reason) SELECT id, 1, worker_id, reason FROM block_before",
    "INSERT INTO token (requester, operation, token, spent, hit_id) "
    "SELECT 1, operation, token, spent, hit_id FROM token_before",
    "DROP TABLE block_before",
    "DROP TABLE token_before",
)


def _install_requester(db: Connection) -> None:
    """Enter the requester that a sandbox has from the beginning: the first, so that its key is SANDBOX."""
    values = {"requester_id": "ASANDBOX", "name": "sandbox"}
    since = datetime(1970, 1, 1, tzinfo=timezone.utc)
    db.execute(
        insert(schema.requester), {**values, "registered": since, "disabled": False, "balance": Decimal(0)}
    )


_STEPS: Final[Mapping[int, Step]] = {
    1: _add_qualifications,
    2: _add_reviews,
    3: _add_requesters,
    4: _add_site,
}


def _add_column(db: Connection, column: Column[Any]) -> None:
    """Add a column, unless an earlier step has made the whole table as it is now."""
    if column.name in {there["name"] for there in inspect(db).get_columns(column.table.name)}:
        return
    written = CreateColumn(column).compile(dialect=db.dialect)
    db.exec_driver_sql(f"ALTER TABLE {column.table.name} ADD COLUMN {written}")


def _index(indexes: set[Index], name: str) -> Index:
    return next(index for index in indexes if index.name == name)
