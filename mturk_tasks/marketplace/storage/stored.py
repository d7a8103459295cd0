"""How moments and amounts are stored: as whole numbers, so that nothing is rounded.

SQLite cannot add up whole numbers beyond 2^63, where one amount may be a hundredth of that: it adds up
their thousand millions and what is left of each, and the two sums become one number here.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import BigInteger, Dialect, TypeDecorator
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
