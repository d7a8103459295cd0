"""What belongs to one requester: which rows of which tables, and how they are written for elsewhere.

In a written row a public ID stands where the database has a key of its own, so that the row can be
entered anywhere. Its requester is not in it: that is the one the whole is about.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import Decimal
from functools import partial
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    LargeBinary,
    Table,
    bindparam,
    func,
    or_,
    select,
)

from mturk_tasks.lib.money import CENT
from mturk_tasks.marketplace.storage import column_types, schema
from mturk_tasks.marketplace.storage.column_types import Dollars, Moment

_ROWS_AT_A_TIME: Final = 500  # in memory
_MOMENT: Final = "%Y-%m-%dT%H:%M:%S.%f"
_LARGEST: Final = Decimal(10**16)  # dollars; what a column of cents holds
_OWN_KEYS: Final = {"id", "requester"}  # keys of the database a row comes from
_COMPUTED: Final = {(schema.hit_type.name, "digest")}  # from the other values and the requester's new key
_OWNER: Final = bindparam("owner", type_=schema.requester.c.id.type)
_SENDER: Final = schema.message.c.requester
# A message without a sender goes along where there is only one requester that it can be about.
_ALONE: Final = select(func.count() == 1).select_from(schema.requester).scalar_subquery()
_SENT: Final = or_(_SENDER == _OWNER, _SENDER.is_(None) & _ALONE)


@dataclass(frozen=True)
class ExportTable:
    """The rows of one table that belong to the requester whose key is the parameter `owner`."""

    table: Table
    owned: ColumnElement[bool]

    @property
    def kind(self) -> str:
        """Return the word for a row."""
        return self.table.name

    @property
    def columns(self) -> list[Column[Any]]:
        """Return the columns that are written."""
        dropped = _OWN_KEYS if self.names_owner else _OWN_KEYS - {"requester"}
        columns = (column for column in self.table.columns if column.name not in dropped)
        return [column for column in columns if (self.kind, column.name) not in _COMPUTED]

    @property
    def names_owner(self) -> bool:
        """Say whether each row itself says which requester it belongs to; a message may have no sender."""
        return "requester" in self.table.columns and self.table is not schema.message

    def rows(self, db: Connection, owner: int) -> Iterator[dict[str, Any]]:
        """Yield the rows of a requester as they are written, the first entered first."""
        columns = [_public(column).label(column.name) for column in self.columns]
        query = select(*columns).where(self.owned).order_by(*self.table.primary_key.columns)
        options = {"yield_per": _ROWS_AT_A_TIME}
        for row in db.execute(query, {"owner": owner}, execution_options=options):
            yield {name: written(value) for name, value in row._mapping.items()}

    def count(self, db: Connection, owner: int) -> int:
        """Return how many rows a requester has."""
        query = select(func.count()).select_from(self.table).where(self.owned)
        return int(db.execute(query, {"owner": owner}).scalar_one())


# What belongs to the requester of a query, by the keys that refer to it.
_TYPES = select(schema.hit_type.c.id).where(schema.hit_type.c.requester == _OWNER)
_HITS = select(schema.hit.c.id).where(schema.hit.c.requester == _OWNER)
_QUALIFICATION_TYPES = select(schema.qualification_type.c.id).where(
    schema.qualification_type.c.requester == _OWNER
)
_OF_HITS = schema.assignment.c.hit.in_(_HITS)
_ASSIGNMENTS = select(schema.assignment.c.id).where(_OF_HITS)
_HELD = schema.qualification.c.qualification_type.in_(_QUALIFICATION_TYPES)
_ASKED = schema.qualification_request.c.qualification_type.in_(_QUALIFICATION_TYPES)
_BLOCKED = schema.block.c.requester == _OWNER
_STUDIES = select(schema.study.c.id).where(schema.study.c.requester == _OWNER)
_IN_STUDIES = schema.participant.c.study.in_(_STUDIES)
_CONCERNED = (
    select(schema.participant.c.worker).where(_IN_STUDIES),
    select(schema.assignment.c.worker).where(_OF_HITS),
    select(schema.qualification.c.worker_id).where(_HELD),
    select(schema.qualification_request.c.worker_id).where(_ASKED),
    select(schema.block.c.worker_id).where(_BLOCKED),
)
_TEXTS = (
    select(schema.study.c.consent).where(schema.study.c.requester == _OWNER),
    select(schema.participant.c.consent).where(_IN_STUDIES),
    select(schema.hit.c.question).where(schema.hit.c.requester == _OWNER),
    select(schema.qualification_type.c.test).where(schema.qualification_type.c.requester == _OWNER),
    select(schema.qualification_request.c.test).where(_ASKED),
)


def of_requester() -> list[ExportTable]:
    """Return all that belongs to a requester, what is referred to before what refers to it."""
    return [
        ExportTable(schema.requester, schema.requester.c.id == _OWNER),
        ExportTable(schema.worker, or_(*(schema.worker.c.worker_id.in_(ids) for ids in _CONCERNED))),
        ExportTable(schema.question, or_(*(schema.question.c.digest.in_(digests) for digests in _TEXTS))),
        ExportTable(schema.hit_type, schema.hit_type.c.requester == _OWNER),
        ExportTable(schema.qualification_type, schema.qualification_type.c.requester == _OWNER),
        ExportTable(schema.requirement, schema.requirement.c.hit_type.in_(_TYPES)),
        ExportTable(schema.notification, schema.notification.c.hit_type.in_(_TYPES)),
        ExportTable(schema.hit, schema.hit.c.requester == _OWNER),
        ExportTable(
            schema.participation_type,
            schema.participation_type.c.qualification_type.in_(_QUALIFICATION_TYPES),
        ),
        ExportTable(schema.counted_hit, schema.counted_hit.c.hit.in_(_HITS)),
        ExportTable(schema.counted_hit_type, schema.counted_hit_type.c.hit_type.in_(_TYPES)),
        ExportTable(schema.study, schema.study.c.requester == _OWNER),
        ExportTable(schema.study_hit, schema.study_hit.c.hit.in_(_HITS)),
        ExportTable(schema.study_link, schema.study_link.c.study.in_(_STUDIES)),
        ExportTable(schema.participant, _IN_STUDIES),
        ExportTable(schema.assignment, _OF_HITS),
        ExportTable(schema.bonus, schema.bonus.c.hit.in_(_HITS)),
        ExportTable(schema.deposit, schema.deposit.c.requester == _OWNER),
        ExportTable(schema.ledger, schema.ledger.c.requester == _OWNER),
        ExportTable(schema.block, _BLOCKED),
        ExportTable(schema.qualification, _HELD),
        ExportTable(schema.qualification_request, _ASKED),
        ExportTable(schema.review, schema.review.c.hit.in_(_HITS)),
        ExportTable(schema.draft, schema.draft.c.hit.in_(_HITS)),
        ExportTable(schema.test_draft, schema.test_draft.c.qualification_type.in_(_QUALIFICATION_TYPES)),
        ExportTable(schema.late_answer, schema.late_answer.c.assignment.in_(_ASSIGNMENTS)),
        ExportTable(schema.uploaded_file, schema.uploaded_file.c.hit.in_(_HITS)),
        ExportTable(schema.event, schema.event.c.requester == _OWNER),
        ExportTable(schema.token, schema.token.c.requester == _OWNER),
        ExportTable(schema.message, _SENT),
    ]


def counted(db: Connection, owner: int) -> dict[str, int]:
    """Return how many rows of each kind belong to the requester of a key."""
    return {exported.kind: exported.count(db, owner) for exported in of_requester()}


def reference(column: Column[Any]) -> Column[Any] | None:
    """Return the public ID that is written for a column, None where the column is written as it is."""
    parent = column_types.parent(column)
    if parent is None:
        return None
    named = column_types.public_id(schema.metadata.tables[parent.table.name])
    return None if named is None or named.name == parent.name else named


def written(value: Any) -> Any:
    """Return a value as it is written: moments are ISO 8601 in UTC, money is text, bytes are base64."""
    if isinstance(value, bytes):
        return b64encode(value).decode()
    if isinstance(value, datetime):
        return f"{value.astimezone(timezone.utc):{_MOMENT}}"[:-3] + "Z"
    return str(value) if isinstance(value, Decimal) else value


def reader(column: Column[Any]) -> Callable[[Any], Any]:
    """Return what makes a column's value of what was written for it; it raises ValueError or TypeError."""
    if isinstance(column.type, Moment):
        return _moment
    if isinstance(column.type, LargeBinary):
        return _bytes
    if isinstance(column.type, Dollars):
        return _amount
    named = reference(column)
    return partial(_plain, (column if named is None else named).type.python_type)


def _public(column: Column[Any]) -> ColumnElement[Any]:
    """Return what is written for a column."""
    named, parent = reference(column), column_types.parent(column)
    if named is None or parent is None:
        return column
    return select(named).where(parent == column).scalar_subquery()


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    return datetime.strptime(text, f"{_MOMENT}Z").replace(tzinfo=timezone.utc)


def _bytes(text: str) -> bytes:
    return b64decode(text, validate=True)


def _amount(text: str | None) -> Decimal | None:
    if text is None:
        return None
    amount = Decimal(text)
    if not (amount.is_finite() and abs(amount) <= _LARGEST and amount == amount.quantize(CENT)):
        raise ValueError(f"{text!r} is no amount that is stored")
    return amount


def _plain(kind: type, value: Any) -> Any:
    if value is not None and type(value) is not kind:
        raise TypeError(f"{value!r:.80} is no {kind.__name__}")
    return value
