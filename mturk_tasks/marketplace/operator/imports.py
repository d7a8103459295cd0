"""Enter what `exports` wrote into another marketplace: all of it, with its IDs, or nothing."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby, islice
from typing import Any, BinaryIO, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    bindparam,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.exc import DataError, IntegrityError

from mturk_tasks.errors import UsageError
from mturk_tasks.marketplace.due import write_current
from mturk_tasks.marketplace.hits import hits
from mturk_tasks.marketplace.operator import checks, export_tables, exports
from mturk_tasks.marketplace.operator.export_tables import ExportTable
from mturk_tasks.marketplace.operator.exports import END, HEADER, Manifest
from mturk_tasks.marketplace.storage import column_types, schema
from mturk_tasks.marketplace.storage.column_types import to_milliseconds
from mturk_tasks.marketplace.storage.schema import hit_type, meta, question, requester, worker
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.marketplace.storage.transactions import Transaction

_ROWS_AT_A_TIME: Final = 500  # in memory
_SKEW: Final = timedelta(minutes=5)  # between the clocks of two machines
_SHOWN: Final = 3  # findings in a refusal
_SHARED: Final = {worker.name, question.name, schema.message.name}  # may be there from other requesters

Row = dict[str, Any]


def import_(store: Store, file: BinaryIO, now: datetime) -> dict[str, int]:
    """Enter a requester with everything that an export holds; return how many rows there are of each kind.

    All in one transaction, which ends with a check of the whole marketplace. A worker or a question
    that is known stays; a worker's country is taken over where none is known. Raise UsageError, with
    nothing changed, for a file that is no whole export, for a requester or an ID that is here
    already, and for play money where money is real or the reverse.
    """
    manifest = exports.verified(file)
    _refuse_impossible(manifest, store, now)
    with write_current(store, now) as transaction:
        _catch_up(transaction, manifest)
        entered: Counter[str] = Counter()
        owner = 0
        for kind, rows in _batches(file):
            entered[kind] += len(rows)
            if kind == requester.name:
                owner = _enter_requester(transaction.db, rows)
            else:
                _enter(transaction.db, kind, rows, owner)
        _enter_marketplaces(transaction.db, manifest.marketplaces)
        _refuse_incomplete(transaction.db, owner, entered, manifest.counts)
        _refuse_unhealthy(transaction)
    return manifest.counts


def _refuse_impossible(manifest: Manifest, store: Store, now: datetime) -> None:
    """Refuse what cannot be true here: another kind of money, and a time to come."""
    if manifest.play != store.play:
        kinds = ("play money", "real money") if manifest.play else ("real money", "play money")
        raise UsageError(f"this export is about {kinds[0]}, this marketplace about {kinds[1]}")
    if not store.play and _time_of(manifest) > now + _SKEW:
        raise UsageError(f"this export was written at {manifest.time}, which is still to come here")


def _time_of(manifest: Manifest) -> datetime:
    try:
        moment: datetime = export_tables.reader(schema.hit.c.created)(manifest.time)
    except (ValueError, TypeError) as error:
        raise UsageError(f"this export does not say when it was written: {error}") from error
    return moment


def _catch_up(transaction: Transaction, manifest: Manifest) -> None:
    """Let the sandbox's clock be where that of the export was: work done would lie in the future."""
    ahead = to_milliseconds(_time_of(manifest)) - to_milliseconds(transaction.now)
    if transaction.play and ahead > 0:
        transaction.db.execute(update(meta).values(offset=meta.c.offset + ahead))


def _enter_marketplaces(db: Connection, marketplace_ids: Iterable[str]) -> None:
    """Note from which marketplaces something comes: what was loaded into those belongs here from now on."""
    former = schema.former_marketplace
    for marketplace_id in marketplace_ids:
        if not column_types.is_marketplace_id(marketplace_id):
            raise UsageError(f"this export names a marketplace that cannot be one: {marketplace_id!r:.80}")
        own = select(meta.c.version).where(meta.c.marketplace_id == marketplace_id)
        known = select(former).where(former.c.marketplace_id == marketplace_id)
        if not (db.execute(own).all() or db.execute(known).all()):
            db.execute(insert(former).values(marketplace_id=marketplace_id))


def _batches(file: BinaryIO) -> Iterator[tuple[str, list[Row]]]:
    """Yield the rows of an export, some of one kind and with the same columns at a time."""
    for (kind, _), alike in groupby(_kinds_and_rows(file), key=lambda line: (line[0], tuple(line[1]))):
        while batch := [row for _, row in islice(alike, _ROWS_AT_A_TIME)]:
            yield kind, batch


def _kinds_and_rows(file: BinaryIO) -> Iterator[tuple[str, Row]]:
    for line in map(exports.parsed, exports.lines(file)):
        kind, row = line.get("kind"), line.get("row")
        if kind in (HEADER, END):
            continue
        if not isinstance(row, dict):
            raise UsageError("this export holds a line without a row")
        yield str(kind), row


def _enter_requester(db: Connection, rows: Sequence[Row]) -> int:
    """Enter the requester, or take the same one that is here and has nothing yet; return the key."""
    values, *more = _read(_export_table(requester.name), rows)
    if more:
        raise UsageError("this export is about several requesters")
    same = or_(requester.c.requester_id == values["requester_id"], requester.c.name == values["name"])
    present = db.execute(select(requester.c.id, requester.c.requester_id, requester.c.name).where(same)).all()
    if not present:
        return int(db.execute(insert(requester).returning(requester.c.id), values).scalar_one())
    (key, requester_id, name), *others = present
    alike = (requester_id, name) == (values["requester_id"], values["name"])
    if others or not alike or _has_anything(db, key):
        raise UsageError(f"requester {name} ({requester_id}) is in this marketplace already")
    db.execute(update(requester).where(requester.c.id == key).values(**values))
    return int(key)


def _has_anything(db: Connection, owner: int) -> bool:
    """Say whether anything belongs to a requester beyond the name; messages cannot tell."""
    counts = export_tables.counted(db, owner)
    return any(counts[kind] for kind in counts if kind not in (requester.name, schema.message.name))


def _enter(db: Connection, kind: str, rows: Sequence[Row], owner: int) -> None:
    exported = _export_table(kind)
    values = _read(exported, rows)
    if kind == worker.name:
        values = [row for row in values if not _is_known_worker(db, row)]
    elif kind == question.name:
        values = [row for row in values if not _is_known_question(db, row)]
    elif kind == hit_type.name:
        values = [{**row, "digest": hits.digest_of(owner, row)} for row in values]
    elif kind == schema.message.name:
        _refuse_other_senders(db, values, owner)
    if not values:
        return
    given = [{f"given_{name}": value for name, value in row.items()} for row in values]
    try:
        db.execute(_insertion(exported, list(values[0]), owner), given)
    except IntegrityError as error:
        raise UsageError(
            f"a row of the kind {kind} is in this marketplace already, or belongs to none: {error.orig}"
        ) from error
    except (DataError, OverflowError) as error:
        raise UsageError(f"a row of the kind {kind} holds what cannot be stored: {error}") from error


def _refuse_other_senders(db: Connection, messages: Sequence[Row], owner: int) -> None:
    """Refuse messages in the name of another requester."""
    own = db.execute(select(requester.c.requester_id).where(requester.c.id == owner)).scalar_one()
    others = {row.get("requester") for row in messages} - {None, own}
    if others:
        raise UsageError(f"the export holds messages of another requester ({others.pop()})")


def _insertion(exported: ExportTable, names: Sequence[str], owner: int) -> Insert:
    """Return the statement that enters rows, with this database's keys where they have public IDs."""
    values: dict[str, ColumnElement[Any]] = {}
    for name in names:
        column = exported.table.c[name]
        named, parent = export_tables.reference(column), column_types.parent(column)
        if named is None or parent is None:
            values[name] = bindparam(f"given_{name}", type_=column.type)
        else:
            wanted = bindparam(f"given_{name}", type_=named.type)
            values[name] = select(parent).where(named == wanted).scalar_subquery()
    if exported.names_owner:
        values["requester"] = literal(owner)
    return insert(exported.table).values(values)


def _export_table(kind: str) -> ExportTable:
    exported = next((table for table in export_tables.of_requester() if table.kind == kind), None)
    if exported is None:
        raise UsageError(f"an export has no rows of the kind {kind}")
    return exported


def _read(exported: ExportTable, rows: Sequence[Row]) -> list[Row]:
    """Return rows with the values that their columns take; what an earlier version had not is nothing."""
    readers = {column.name: export_tables.reader(column) for column in exported.columns}
    unknown = set(rows[0]) - set(readers)
    if unknown:
        raise UsageError(f"a row of the kind {exported.kind} has no {', '.join(sorted(unknown))}")
    optional = {column.name for column in exported.columns if column.nullable}
    preset = {column.name for column in exported.columns if column.server_default is not None}
    missing = set(readers) - set(rows[0]) - optional - preset
    if missing:
        raise UsageError(f"a row of the kind {exported.kind} lacks {', '.join(sorted(missing))}")
    empty = dict.fromkeys(sorted(optional - set(rows[0])))
    try:
        return [{**empty, **{name: readers[name](value) for name, value in row.items()}} for row in rows]
    except (ValueError, TypeError, ArithmeticError) as error:
        raise UsageError(f"a row of the kind {exported.kind} cannot be read: {error}") from error


def _is_known_worker(db: Connection, row: Row) -> bool:
    """Say whether a worker is here, who then stays as here, but for a country that nobody knew."""
    same = worker.c.worker_id == row["worker_id"]
    known = db.execute(select(worker).where(same)).one_or_none()
    if known is None:
        return False
    if known.simulated != row["simulated"]:
        raise UsageError(f"worker {row['worker_id']} is a person in one place and simulated in the other")
    if known.country is None and row["country"] is not None:
        home = {"country": row["country"], "subdivision": row["subdivision"]}
        db.execute(update(worker).where(same).values(**home))
    return True


def _is_known_question(db: Connection, row: Row) -> bool:
    if hashlib.sha256(row["text"].encode()).hexdigest() != row["digest"]:
        raise UsageError(f"question {row['digest']} has another text")
    same = select(question.c.digest).where(question.c.digest == row["digest"])
    return db.execute(same).one_or_none() is not None


def _refuse_incomplete(
    db: Connection, owner: int, entered: Mapping[str, int], expected: Mapping[str, int]
) -> None:
    """Refuse unless all that the export counted was read, and is here now."""
    present = export_tables.counted(db, owner)
    for kind, count in expected.items():
        if entered.get(kind, 0) != count or (kind not in _SHARED and present.get(kind) != count):
            raise UsageError(f"the export counts {count} rows of the kind {kind}, other than it has")


def _refuse_unhealthy(transaction: Transaction) -> None:
    findings = list(islice(checks.findings(transaction.db, play=transaction.play), _SHOWN))
    if findings:
        raise UsageError(f"with this export the marketplace would not be healthy: {'; '.join(findings)}")
