"""By what a row is known outside its own database: public IDs, where keys are numbers of one database."""

from __future__ import annotations

import secrets
from string import ascii_uppercase, digits
from typing import Any

from sqlalchemy import Column, Table


def new_marketplace_id() -> str:
    """Return an ID for a marketplace: 20 of A to Z and 0 to 9, at random."""
    return "".join(secrets.choice(ascii_uppercase + digits) for _ in range(20))


def public_id(table: Table) -> Column[Any] | None:
    """Return the column that names a row of a table everywhere, None where rows have no name."""
    key, *more = table.primary_key.columns
    if not more and key.name != "id":
        return key
    return next((column for column in table.columns if column.unique), None)


def parent(column: Column[Any]) -> Column[Any] | None:
    """Return the column that a column refers to, None for one that refers to nothing."""
    found = next(iter(column.foreign_keys), None)
    return None if found is None else found.column


def label(table: Table) -> list[Column[Any]]:
    """Return the columns that name a row in a sentence: its public ID, or its key."""
    named = public_id(table)
    return list(table.primary_key.columns) if named is None else [named]
