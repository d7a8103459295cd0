"""How moments and amounts are stored: as whole numbers, so that nothing is rounded.

SQLite cannot add up whole numbers beyond 2^63, where one amount may be a hundredth of that: it adds up
their thousand millions and what is left of each, and the two sums become one number here.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from string import ascii_uppercase, digits
from typing import Any, Final

from sqlalchemy import BigInteger, Column, Connection, Dialect, String, Table, TypeDecorator
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MILLISECOND = timedelta(milliseconds=1)
_PIECE: Final = 10**9


def to_milliseconds(moment: datetime) -> int:
    """Return the whole milliseconds since 1970; a naive moment raises TypeError."""
    return (moment - _EPOCH) // _MILLISECOND


def from_milliseconds(count: int) -> datetime:
    """Return the moment, in UTC, that many milliseconds after 1970 began."""
    return _EPOCH + count * _MILLISECOND


class Moment(TypeDecorator[datetime]):
    """Keep an aware moment as whole milliseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Return what is stored."""
        return None if value is None else to_milliseconds(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Return what was meant."""
        return None if value is None else from_milliseconds(value)


class Dollars(TypeDecorator[Decimal]):
    """Keep an amount of dollars as whole cents."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Return what is stored."""
        return None if value is None else int(value.scaleb(2))

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """Return what was meant."""
        return None if value is None else Decimal(value).scaleb(-2)


class DollarTotal(TypeDecorator[Decimal]):
    """Read a sum of amounts, however large: whole cents, or their thousand millions and the rest as text."""

    impl = BigInteger
    cache_ok = True

    def process_result_value(self, value: int | Decimal | str | None, dialect: Dialect) -> Decimal | None:
        """Return what was meant."""
        if value is None:
            return None
        if isinstance(value, str):
            many, rest = value.split()
            value = int(many) * _PIECE + int(rest)
        return Decimal(value).scaleb(-2)


class dollar_total(FunctionElement[Decimal]):  # noqa: N801  # SQLAlchemy names SQL functions so
    """Give the exact sum of an expression's amounts; nothing where there are none."""

    inherit_cache = True
    type = DollarTotal()


@compiles(dollar_total)
def _added(element: dollar_total, compiler: SQLCompiler, **given: Any) -> str:
    return f"coalesce(sum({compiler.process(element.clauses, **given)}), 0)"


@compiles(dollar_total, "sqlite")
def _added_in_pieces(element: dollar_total, compiler: SQLCompiler, **given: Any) -> str:
    amount = f"({compiler.process(element.clauses, **given)})"
    many, rest = (f"coalesce(sum({amount} {of} {_PIECE}), 0)" for of in "/%")
    return f"({many} || ' ' || {rest})"


# Put texts in one order, whichever database holds them: that of their code points.


class InCodePoints(FunctionElement[str]):
    """A text column that is compared as SQLite does; PostgreSQL goes by the language of the database."""

    type = String()
    inherit_cache = True


@compiles(InCodePoints)
def _as_it_is(element: InCodePoints, compiler: Any, **options: Any) -> str:
    written: str = compiler.process(element.clauses, **options)
    return written


@compiles(InCodePoints, "postgresql")
def _collated(element: InCodePoints, compiler: Any, **options: Any) -> str:
    return f'{compiler.process(element.clauses, **options)} COLLATE "C"'


# Write a row that may be there already: the last one written wins, in one statement.


def upsert(db: Connection, table: Table, key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Insert a row, or give the row of that key these values."""
    insert = postgresql.insert if db.dialect.name == "postgresql" else sqlite.insert
    written = insert(table).values(**key, **values)
    db.execute(written.on_conflict_do_update(index_elements=list(key), set_=dict(values)))


# By what a row is known outside its own database: public IDs, where keys are numbers of one
# database.


def new_marketplace_id() -> str:
    """Return an ID for a marketplace: 20 of A to Z and 0 to 9, at random."""
    return "".join(secrets.choice(ascii_uppercase + digits) for _ in range(20))


def is_marketplace_id(value: object) -> bool:
    """Say whether a value that came from elsewhere can be a marketplace's ID."""
    return isinstance(value, str) and re.fullmatch("[A-Z0-9]{1,64}", value) is not None


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
