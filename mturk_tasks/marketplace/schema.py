"""The marketplace's tables, the same for SQLite and PostgreSQL.

A partial index holds only what its query looks for, so that a million finished HITs cost nothing.
Its condition must stand in the query word for word, bound parameters do not match: the conditions
are therefore named here and used by both. An index that begins with `status` would be preferred to
them and then walked from end to end: there is none.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    false,
    literal_column,
)

from mturk_tasks.vocabulary.statuses import ASSIGNABLE, DISPOSED, REVIEWABLE, REVIEWING, SUBMITTED

VERSION: Final = 1
ACCEPTED: Final = "Accepted"
RETURNED: Final = "Returned"
ABANDONED: Final = "Abandoned"

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


def _key() -> Column[int]:
    """Return a table's own short key; SQLite numbers rows by itself only in an INTEGER column."""
    return Column("id", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)


def _public_id(name: str) -> Column[str]:
    return Column(name, String(64), nullable=False, unique=True)


def word(text: str) -> ColumnElement[str]:
    """Return a status as it stands in an index's condition, not as a bound parameter."""
    return literal_column(f"'{text}'", String)


def _partial(
    name: str, *columns: ColumnElement[Any], where: ColumnElement[bool], unique: bool = False
) -> Index:
    return Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("version", Integer, nullable=False),
    Column("offset", BigInteger, nullable=False),  # milliseconds the sandbox's clock is ahead
)

hit_type = Table(
    "hit_type",
    metadata,
    _key(),
    _public_id("hit_type_id"),
    _public_id("hit_group_id"),
    Column("digest", String(64), nullable=False, unique=True),  # of all that makes two types equal
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("keywords", Text),
    Column("reward", Dollars, nullable=False),
    Column("assignment_duration", Integer, nullable=False),  # seconds
    Column("auto_approval_delay", Integer, nullable=False),  # seconds
)

question = Table(
    "question",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("text", Text, nullable=False),
)

hit = Table(
    "hit",
    metadata,
    _key(),
    _public_id("hit_id"),
    Column("hit_type", ForeignKey("hit_type.id"), nullable=False),
    Column("question", ForeignKey("question.digest"), nullable=False),
    Column("annotation", Text),
    Column("created", Moment, nullable=False),
    Column("expiration", Moment, nullable=False),
    Column("expired", Boolean, nullable=False),
    Column("status", String(16), nullable=False),
    Column("changed", Moment, nullable=False),  # when `status` last became what it is
    Column("created_with", Integer, nullable=False),  # assignments at creation: below 10 stays below 10
    Column("max_assignments", Integer, nullable=False),
    Column("available", Integer, nullable=False),
    Column("pending", Integer, nullable=False),
    Column("completed", Integer, nullable=False),
    Column("fee", Dollars, nullable=False),  # for one assignment, as it was when the money was held
    Column("shuffle", Integer, nullable=False),  # a random place among the HITs offered
)

assignment = Table(
    "assignment",
    metadata,
    _key(),
    _public_id("assignment_id"),
    Column("hit", ForeignKey("hit.id"), nullable=False),
    Column("worker", ForeignKey("worker.worker_id"), nullable=False),
    Column("status", String(16), nullable=False),
    Column("accepted", Moment, nullable=False),
    Column("deadline", Moment, nullable=False),
    Column("ended", Moment),  # when it was returned or abandoned
    Column("submitted", Moment),
    Column("auto_approval", Moment),
    Column("approved", Moment),
    Column("rejected", Moment),
    Column("answer", Text),
    Column("feedback", Text),
)

bonus = Table(
    "bonus",
    metadata,
    _key(),
    Column("assignment", ForeignKey("assignment.id"), nullable=False, index=True),
    Column("hit", ForeignKey("hit.id"), nullable=False, index=True),
    Column("amount", Dollars, nullable=False),
    Column("reason", Text, nullable=False),
    Column("granted", Moment, nullable=False),
)

worker = Table(
    "worker",
    metadata,
    Column("worker_id", String(64), primary_key=True),
    Column("simulated", Boolean, nullable=False),
    Column("registered", Moment, nullable=False),
)

block = Table(  # of any well-formed ID: a block may wait for a worker who signs up later
    "block",
    metadata,
    _key(),
    Column("worker_id", String(64), nullable=False, unique=True),
    Column("reason", Text, nullable=False),
)

token = Table(
    "token",
    metadata,
    Column("operation", String(64), primary_key=True),
    Column("token", String(64), primary_key=True),
    Column("spent", Moment, nullable=False, index=True),
    Column("hit_id", String(64)),  # what the first call made
)

ledger = Table(
    "ledger",
    metadata,
    _key(),
    Column("time", Moment, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("amount", Dollars, nullable=False),
    Column("hit", ForeignKey("hit.id"), nullable=False, index=True),
    Column("assignment", ForeignKey("assignment.id")),
    Column("worker", ForeignKey("worker.worker_id")),
)

OFFERED = hit.c.status == word(ASSIGNABLE)
LISTED = hit.c.status != word(DISPOSED)
UNEXPIRED = hit.c.expired.is_(false())
FINISHED = hit.c.status.in_([word(REVIEWABLE), word(REVIEWING)])
HELD = assignment.c.status == word(ACCEPTED)
UNDECIDED = assignment.c.status == word(SUBMITTED)
STANDING = assignment.c.ended.is_(None)

_partial("hit_offered", hit.c.shuffle, where=OFFERED)
_partial("hit_listed", hit.c.created, hit.c.id, where=LISTED)
_partial("hit_unexpired", hit.c.expiration, where=UNEXPIRED)
_partial("hit_finished", hit.c.changed, where=FINISHED)
_partial("hit_reviewable", hit.c.expiration, hit.c.id, where=FINISHED)
_partial("assignment_held", assignment.c.deadline, where=HELD)
_partial("assignment_undecided", assignment.c.auto_approval, where=UNDECIDED)
_partial("assignment_standing", assignment.c.hit, assignment.c.worker, where=STANDING, unique=True)
Index("assignment_by_hit", assignment.c.hit, assignment.c.submitted, assignment.c.id)
