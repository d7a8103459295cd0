"""How moments and amounts are stored: as whole numbers, so that nothing is rounded."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal

from sqlalchemy import BigInteger, Dialect, TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MILLISECOND = timedelta(milliseconds=1)


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
