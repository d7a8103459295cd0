"""Write everything of one requester as JSON lines, for another marketplace or for reading.

The first line says what the file is, the last one what was in it, with a digest of every byte before:
a file that was cut or changed is known by it. Secrets and access keys are not in it.

In a written row a public ID stands where the database has a key of its own, so that the row can be
entered anywhere. Its requester is not in it: that is the one the whole is about.
"""

from __future__ import annotations

import hashlib
import json
import os
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    LargeBinary,
    Select,
    Table,
    bindparam,
    func,
    or_,
    select,
)

from mturk_tasks.errors import UsageError
from mturk_tasks.lib.money import CENT
from mturk_tasks.marketplace.due import process_due
from mturk_tasks.marketplace.operator import requesters
from mturk_tasks.marketplace.storage import about, column_types, schema, snapshots
from mturk_tasks.marketplace.storage.column_types import Dollars, Moment
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
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.marketplace.storage.transactions import read_transaction

HEADER: Final = "header"
END: Final = "end"
_FORMAT: Final = "mturk-tasks export"
_HEADER_MEMBERS: Final = {"kind", "version", "time", "play", "requester", "counts"}
_ROWS_AT_A_TIME: Final = 500  # in memory
_LONGEST_LINE: Final = 64 * 1024 * 1024  # bytes; a question and an answer have far less
_MOMENT: Final = "%Y-%m-%dT%H:%M:%S.%f"
_LARGEST: Final = Decimal(10**16)  # dollars; what a column of cents holds
_OWN_KEYS: Final = {"id", "requester"}  # keys of the database a row comes from
_COMPUTED: Final = {(hit_type.name, "digest")}  # from the other values and the requester's new key
# A message without a sender goes along where there is only one requester that it can be about.
_ALONE: Final = select(func.count() == 1).select_from(requester).scalar_subquery()

Line = dict[str, Any]


@dataclass(frozen=True)
class Manifest:
    """What an export says of itself: whom it is about, and how many rows of each kind it has.

    `time` is when it was written, as text. `marketplaces` are the IDs under which its HITs may be known;
    exports of earlier versions have none.
    """

    requester: str
    play: bool
    time: str
    counts: dict[str, int]
    marketplaces: tuple[str, ...]


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Open a new file for an export, for its owner alone; it has its name when the block ends.

    Raise UsageError where the name is taken, or the disk refuses it.
    """
    if path.exists():
        raise UsageError(f"{path} is there already; nothing is overwritten")
    with snapshots.unfinished(path) as part:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
        snapshots.sync(path.absolute().parent)


def export(store: Store, name: str, file: BinaryIO, now: datetime) -> dict[str, int]:
    """Write all that a requester has at one moment; return how many rows there are of each kind.

    What is due by now happens first. Raise UsageError where there is no such requester.
    """
    process_due(store, now)
    with read_transaction(store, now) as transaction:
        db, owner = transaction.db, requesters.fetch(transaction, name)
        counts, terms = counted(db, owner.key), about.read(db)
        header = {
            "kind": HEADER,
            "format": _FORMAT,
            "version": schema.VERSION,
            "time": _written(transaction.now),
            "source": store.file.name if store.file else "a database",
            "marketplaces": [terms.marketplace_id, *terms.former_ids],
            "play": store.play,
            "requester": owner.name,
            "counts": counts,
        }
        digest = hashlib.sha256()
        _put(file, header, digest)
        for belonging in belongings():
            columns, parameters = belonging.columns, {"owner": owner.key}
            options = {"yield_per": _ROWS_AT_A_TIME}
            for row in db.execute(belonging.query(), parameters, execution_options=options):
                values = {column.name: _written(value) for column, value in zip(columns, row, strict=True)}
                _put(file, {"kind": belonging.kind, "row": values}, digest)
        _put(file, {"kind": END, "counts": counts, "sha256": digest.hexdigest()}, digest)
    return counts


def opened(path: Path) -> BinaryIO:
    """Open an export to be read; raise UsageError where it cannot be."""
    try:
        return path.open("rb")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error


def verified(file: BinaryIO) -> Manifest:
    """Return what an export says of itself, if it is whole and unchanged; read it to its end.

    Raise UsageError for any other file.
    """
    digest = hashlib.sha256()
    first = last = b""
    for line in lines(file):
        digest.update(last)
        first, last = first or line, line
    header, end = parsed(first), parsed(last)
    complete = header.get("format") == _FORMAT and header.keys() >= _HEADER_MEMBERS
    if not (complete and isinstance(header["version"], int) and isinstance(header["counts"], dict)):
        raise UsageError("this is no export of a requester")
    if header["version"] > schema.VERSION:
        raise UsageError(
            f"this export was made by a newer version of mturk-tasks ({header['version']}, "
            f"this one knows {schema.VERSION}); update mturk-tasks"
        )
    if end.get("kind") != END or not last.endswith(b"\n"):
        raise UsageError("this export was cut: its end is missing")
    if end.get("sha256") != digest.hexdigest() or end.get("counts") != header["counts"]:
        raise UsageError("this export was changed after it was written")
    named = header.get("marketplaces", [])
    marketplaces = tuple(named) if isinstance(named, list) else (named,)
    return Manifest(header["requester"], header["play"], header["time"], header["counts"], marketplaces)


def lines(file: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of a file from its beginning; none is ever longer than a row can be."""
    file.seek(0)
    while line := file.readline(_LONGEST_LINE):
        yield line


def parsed(line: bytes) -> Line:
    """Return what a line says; raise UsageError for one that is none of an export."""
    try:
        read = json.loads(line)
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise UsageError("this is no export of a requester")
    return read


def counted(db: Connection, owner: int) -> dict[str, int]:
    """Return how many rows of each kind belong to the requester of a key."""
    return {
        belonging.kind: db.execute(belonging.count(), {"owner": owner}).scalar_one()
        for belonging in belongings()
    }


@dataclass(frozen=True)
class Belonging:
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
        return "requester" in self.table.columns and self.table is not message

    def query(self) -> Select[Any]:
        """Return the query for the rows, the first entered first."""
        columns = (_public(column).label(column.name) for column in self.columns)
        return select(*columns).where(self.owned).order_by(*self.table.primary_key.columns)

    def count(self) -> Select[Any]:
        """Return the query for how many there are."""
        return select(func.count()).select_from(self.table).where(self.owned)


def belongings() -> list[Belonging]:
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
    parent = column_types.parent(column)
    if parent is None:
        return None
    named = column_types.public_id(schema.metadata.tables[parent.table.name])
    return None if named is None or named.name == parent.name else named


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


def _put(file: BinaryIO, line: Line, digest: Any) -> None:
    text = json.dumps(line, ensure_ascii=False).encode() + b"\n"
    digest.update(text)
    file.write(text)


def _public(column: Column[Any]) -> ColumnElement[Any]:
    """Return what is written for a column."""
    named, parent = reference(column), column_types.parent(column)
    if named is None or parent is None:
        return column
    return select(named).where(parent == column).scalar_subquery()


def _written(value: Any) -> Any:
    """Return a value as it is written: moments are ISO 8601 in UTC, money is text, bytes are base64."""
    if isinstance(value, bytes):
        return b64encode(value).decode()
    if isinstance(value, datetime):
        return f"{value.astimezone(timezone.utc):{_MOMENT}}"[:-3] + "Z"
    return str(value) if isinstance(value, Decimal) else value


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
