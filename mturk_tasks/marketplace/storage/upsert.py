"""Write a row that may be there already: the last one written wins, in one statement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def upsert(db: Connection, table: Table, key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Insert a row, or give the row of that key these values."""
    insert = postgresql.insert if db.dialect.name == "postgresql" else sqlite.insert
    written = insert(table).values(**key, **values)
    db.execute(written.on_conflict_do_update(index_elements=list(key), set_=dict(values)))
