"""What belongs to one requester: which rows of which tables, and how they are written for elsewhere.

In a written row a public ID stands where the database has a key of its own, so that the row can be
entered anywhere. Its requester is not in it: that is the one the whole is about.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, LargeBinary, Select, Table, bindparam, func, or_, select

from mturk_tasks.marketplace.storage import identity, schema
from mturk_tasks.marketplace.storage.schema import (
    assignment,
    block,
    bonus,
    deposit,
    draft,
    event,
    hit,
    hit_type,
    late_answer,
    ledger,
    message,
    notification,
    qualification,
    qualification_request,
    qualification_type,
    question,
    requester,
    requirement,
    review,
    test_draft,
    token,
    uploaded_file,
    worker,
)
from mturk_tasks.marketplace.storage.stored import Dollars, Moment

_WRITTEN: Final = "%Y-%m-%dT%H:%M:%S.%f"
_LEFT_OUT: Final = {"id", "requester"}  # keys of the database a row comes from
_MADE_ANEW: Final = {(hit_type.name, "digest")}  # from the other values and the requester's new key
# A message without a sender goes along where there is only one requester that it can be about.
_ALONE: Final = select(func.count() == 1).select_from(requester).scalar_subquery()


@dataclass(frozen=True)
class Belonging:
    """The rows of one table that belong to the requester whose key is the parameter `owner`."""

    table: Table
    mine: ColumnElement[bool]

    @property
    def kind(self) -> str:
        """Return the word for a row."""
        return self.table.name

    @property
    def columns(self) -> list[Column[Any]]:
        """Return the columns that are written."""
        left_out = _LEFT_OUT if self.is_owned else _LEFT_OUT - {"requester"}
        kept = (column for column in self.table.columns if column.name not in left_out)
        return [column for column in kept if (self.kind, column.name) not in _MADE_ANEW]

    @property
    def is_owned(self) -> bool:
        """Say whether each row itself says which requester it belongs to; a message may have no sender."""
        return "requester" in self.table.columns and self.table is not message

    def query(self) -> Select[Any]:
        """Return the query for the rows, the first entered first."""
        columns = (_shown(column).label(column.name) for column in self.columns)
        return select(*columns).where(self.mine).order_by(*self.table.primary_key.columns)

    def count(self) -> Select[Any]:
        """Return the query for how many there are."""
        return select(func.count()).select_from(self.table).where(self.mine)


def of_all() -> list[Belonging]:
    """Return all that belongs to a requester, what is referred to before what refers to it."""
    owner = bindparam("owner", type_=requester.c.id.type)
    types = select(hit_type.c.id).where(hit_type.c.requester == owner)
    hits = select(hit.c.id).where(hit.c.requester == owner)
    kinds = select(qualification_type.c.id).where(qualification_type.c.requester == owner)
    works = assignment.c.hit.in_(hits)
    held = qualification.c.qualification_type.in_(kinds)
    asked = qualification_request.c.qualification_type.in_(kinds)
    blocked = block.c.requester == owner
    concerned = (
        select(assignment.c.worker).where(works),
        select(qualification.c.worker_id).where(held),
        select(qualification_request.c.worker_id).where(asked),
        select(block.c.worker_id).where(blocked),
    )
    texts = (
        select(hit.c.question).where(hit.c.requester == owner),
        select(qualification_type.c.test).where(qualification_type.c.requester == owner),
        select(qualification_request.c.test).where(asked),
    )
    return [
        Belonging(requester, requester.c.id == owner),
        Belonging(worker, or_(*(worker.c.worker_id.in_(ids) for ids in concerned))),
        Belonging(question, or_(*(question.c.digest.in_(digests) for digests in texts))),
        Belonging(hit_type, hit_type.c.requester == owner),
        Belonging(qualification_type, qualification_type.c.requester == owner),
        Belonging(requirement, requirement.c.hit_type.in_(types)),
        Belonging(notification, notification.c.hit_type.in_(types)),
        Belonging(hit, hit.c.requester == owner),
        Belonging(assignment, works),
        Belonging(bonus, bonus.c.hit.in_(hits)),
        Belonging(deposit, deposit.c.requester == owner),
        Belonging(ledger, ledger.c.requester == owner),
        Belonging(block, blocked),
        Belonging(qualification, held),
        Belonging(qualification_request, asked),
        Belonging(review, review.c.hit.in_(hits)),
        Belonging(draft, draft.c.hit.in_(hits)),
        Belonging(test_draft, test_draft.c.qualification_type.in_(kinds)),
        Belonging(late_answer, late_answer.c.assignment.in_(select(assignment.c.id).where(works))),
        Belonging(uploaded_file, uploaded_file.c.hit.in_(hits)),
        Belonging(event, event.c.requester == owner),
        Belonging(token, token.c.requester == owner),
        Belonging(message, or_(message.c.requester == owner, message.c.requester.is_(None) & _ALONE)),
    ]


def reference(column: Column[Any]) -> Column[Any] | None:
    """Return the public ID that is written for a column, None where the column is written as it is."""
    parent = identity.parent(column)
    if parent is None:
        return None
    named = identity.public_id(schema.metadata.tables[parent.table.name])
    return None if named is None or named.name == parent.name else named


def write(column: Column[Any], value: Any) -> Any:
    """Return a value as it is written: moments are ISO 8601 in UTC, money is text, bytes are base64."""
    if isinstance(value, bytes):
        return b64encode(value).decode()
    if isinstance(value, datetime):
        return f"{value.astimezone(timezone.utc):{_WRITTEN}}"[:-3] + "Z"
    return str(value) if isinstance(value, Decimal) else value


def reader(column: Column[Any]) -> Callable[[Any], Any]:
    """Return what makes a column's value of what was written for it; it raises ValueError or TypeError."""
    if isinstance(column.type, Moment):
        return _moment
    if isinstance(column.type, LargeBinary):
        return _bytes
    return _amount if isinstance(column.type, Dollars) else _same


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    return datetime.strptime(text, f"{_WRITTEN}Z").replace(tzinfo=timezone.utc)


def _bytes(text: str) -> bytes:
    return b64decode(text, validate=True)


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _same(value: Any) -> Any:
    return value


def _shown(column: Column[Any]) -> ColumnElement[Any]:
    named, parent = reference(column), identity.parent(column)
    if named is None or parent is None:
        return column
    return select(named).where(parent == column).scalar_subquery()
