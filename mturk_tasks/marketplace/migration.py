"""Make the tables, and bring those of an earlier version up to the present one, step by step.

Each step belongs to the version it starts from and adds what the next one has; nothing is taken away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import Column, Connection, Index, insert, update
from sqlalchemy.schema import CreateColumn

from mturk_tasks.marketplace import schema, system_types

Step = Callable[[Connection], None]


def create(db: Connection) -> None:
    """Make every table of the present version, with what is always in them."""
    schema.metadata.create_all(db)
    db.execute(insert(schema.meta).values(version=schema.VERSION, offset=0))
    system_types.install(db)


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


_STEPS: Final[Mapping[int, Step]] = {1: _add_qualifications, 2: _add_reviews}


def _add_column(db: Connection, column: Column[Any]) -> None:
    written = CreateColumn(column).compile(dialect=db.dialect)
    db.exec_driver_sql(f"ALTER TABLE {column.table.name} ADD COLUMN {written}")


def _index(indexes: set[Index], name: str) -> Index:
    return next(index for index in indexes if index.name == name)
