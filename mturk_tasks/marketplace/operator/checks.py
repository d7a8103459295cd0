"""Hold what a marketplace has stored against its own rules; a healthy one gives no findings.

Every check reads one snapshot, row by row. Nothing is changed, nor mended: a finding is a fault of
the program, or of a hand that wrote to the database.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    Table,
    UniqueConstraint,
    func,
    or_,
    select,
)

from mturk_tasks.marketplace.hits import hits
from mturk_tasks.marketplace.operator import check_queries, check_rules
from mturk_tasks.marketplace.operator.check_rules import (
    CheckedAccount,
    CheckedAssignment,
    CheckedHIT,
    CheckedRequest,
)
from mturk_tasks.marketplace.records import ledger
from mturk_tasks.marketplace.storage import column_types, migration
from mturk_tasks.marketplace.storage.schema import (
    PENDING,
    assignment,
    bonus,
    deposit,
    event,
    hit,
    hit_type,
    metadata,
    qualification,
    qualification_request,
    qualification_type,
    question,
    review,
    token,
)
from mturk_tasks.marketplace.storage.schema import ledger as entry
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.vocabulary.statuses import GRANTED, REVOKED

_ROWS_AT_A_TIME: Final = 1000  # in memory
_BY_PUBLIC_ID: Final = (  # references by public ID, of which the database knows nothing
    (event.c.hit_type_id, hit_type.c.hit_type_id),
    (event.c.hit_id, hit.c.hit_id),
    (event.c.assignment_id, assignment.c.assignment_id),
    (token.c.hit_id, hit.c.hit_id),
)
_OF_HIT: Final = entry.join(hit, entry.c.hit == hit.c.id)
_OF_WORK: Final = entry.join(assignment, entry.c.assignment == assignment.c.id)
_STRAYS: Final = (
    (
        "HIT {}: its HIT type {} belongs to another requester",
        select(hit.c.hit_id, hit_type.c.hit_type_id)
        .join_from(hit, hit_type, hit.c.hit_type == hit_type.c.id)
        .where(hit.c.requester.is_distinct_from(hit_type.c.requester)),
    ),
    (
        "ledger {}: HIT {} belongs to another requester",
        select(entry.c.id, hit.c.hit_id)
        .select_from(_OF_HIT)
        .where(entry.c.requester.is_distinct_from(hit.c.requester)),
    ),
    (
        "ledger {}: assignment {} is of another HIT, or of another worker",
        select(entry.c.id, assignment.c.assignment_id)
        .select_from(_OF_WORK)
        .where(or_(entry.c.hit != assignment.c.hit, entry.c.worker != assignment.c.worker)),
    ),
    (
        "ledger {}: there is no movement {}",
        select(entry.c.id, entry.c.kind).where(entry.c.kind.not_in(ledger.KINDS)),
    ),
    (
        "bonus {}: assignment {} is of another HIT",
        select(bonus.c.id, assignment.c.assignment_id)
        .join_from(bonus, assignment, bonus.c.assignment == assignment.c.id)
        .where(bonus.c.hit != assignment.c.hit),
    ),
    (
        "qualification type {}: is neither of the system nor of a requester",
        select(qualification_type.c.qualification_type_id).where(
            qualification_type.c.requester.is_(None) != qualification_type.c.system
        ),
    ),
    (
        "qualification {} of worker {}: there is no state {}",
        select(qualification.c.id, qualification.c.worker_id, qualification.c.status).where(
            qualification.c.status.not_in((GRANTED, REVOKED))
        ),
    ),
)


def check(store: Store) -> list[str]:
    """Return what is wrong in a marketplace, a sentence with the IDs for each thing."""
    with store.reading() as db:
        return list(findings(db, play=store.play, foreigners=True))


def findings(db: Connection, *, play: bool, foreigners: bool = False) -> Iterator[str]:
    """Yield what is wrong in the state that a transaction sees.

    With `foreigners` also what stands in the database and is none of a marketplace's.
    """
    damage = list(_damage(db))
    if damage:
        yield from damage
        return  # what is read from a damaged file means nothing
    for foreigner in migration.in_database(db) if foreigners else ():
        yield f"{foreigner} is none of a marketplace's; it may have been put there by somebody"
    yield from _orphans(db)
    yield from _duplicates(db)
    yield from _strays(db)
    yield from _digests(db)
    for hit_ in map(CheckedHIT._make, _rows(db, check_queries.HITS)):
        yield from check_rules.of_counters(hit_)
        yield from check_rules.of_state(hit_)
        yield from check_rules.of_money(hit_)
    for work in map(CheckedAssignment._make, _rows(db, check_queries.ASSIGNMENTS)):
        yield from check_rules.of_assignment(work)
    for account in map(CheckedAccount._make, _rows(db, check_queries.ACCOUNTS)):
        yield from check_rules.of_account(account, play=play)
    for request in map(CheckedRequest._make, _rows(db, check_queries.REQUESTS)):
        yield from check_rules.of_request(request)


def _rows(db: Connection, query: Select[Any]) -> Iterator[Any]:
    yield from db.execute(query, execution_options={"yield_per": _ROWS_AT_A_TIME})


def _damage(db: Connection) -> Iterator[str]:
    """Yield what SQLite itself finds wrong with its file; PostgreSQL looks after its own."""
    if db.dialect.name == "sqlite":
        for (text,) in db.exec_driver_sql("PRAGMA integrity_check"):
            if text != "ok":
                yield f"the database is damaged: {text}"


def _orphans(db: Connection) -> Iterator[str]:
    """Yield rows that refer to what is not there."""
    for table in metadata.sorted_tables:
        for column in table.columns:
            parent = column_types.parent(column)
            if parent is not None:
                yield from _missing(db, column, parent)
    for column, parent in _BY_PUBLIC_ID:
        yield from _missing(db, column, parent)
    for kind, parent in (("HIT", hit.c.hit_id), ("Assignment", assignment.c.assignment_id)):
        yield from _missing(db, review.c.subject, parent, review.c.subject_type == kind)


def _missing(
    db: Connection, column: Column[Any], parent: Column[Any], *among: ColumnElement[bool]
) -> Iterator[str]:
    table, other = metadata.tables[column.table.name], parent.table.alias()
    exists = select(other.c[parent.name]).where(other.c[parent.name] == column).exists()
    query = select(column, *column_types.label(table)).where(column.is_not(None), ~exists, *among)
    for value, *name in _rows(db, query):
        yield f"{_row_name(table, name)}: its {_table_name(parent.table)} {value} does not exist"


def _duplicates(db: Connection) -> Iterator[str]:
    """Yield what is there twice and may be there once; indexes see to it unless they are gone."""
    for table in metadata.sorted_tables:
        for columns, among in _unique(table):
            query = select(*columns, func.count()).where(*among).group_by(*columns).having(func.count() > 1)
            for *values, times in _rows(db, query.where(*(column.is_not(None) for column in columns))):
                names = " and ".join(column.name for column in columns)
                yield f"{times} rows of {_table_name(table)} have the same {names}: {_listed(values)}"
    waiting = qualification_request.c.qualification_type, qualification_request.c.worker_id
    open_ = select(*waiting, func.count()).where(qualification_request.c.status == PENDING)
    for key, worker_id, times in _rows(db, open_.group_by(*waiting).having(func.count() > 1)):
        yield f"worker {worker_id} has {times} requests for the qualification type {key} waiting"


def _unique(table: Table) -> Iterator[tuple[Sequence[Column[Any]], Sequence[ColumnElement[bool]]]]:
    """Yield which columns of a table are unique together, and among which rows."""
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield list(constraint.columns), ()
    if len(table.primary_key.columns) > 1:
        yield list(table.primary_key.columns), ()
    for index in table.indexes:
        where = index.dialect_options["sqlite"]["where"]
        if index.unique:
            yield list(index.columns), () if where is None else (where,)


def _strays(db: Connection) -> Iterator[str]:
    """Yield rows that fit in with themselves but not with what they belong to, and impossible values."""
    for sentence, query in _STRAYS:
        for row in _rows(db, query):
            yield sentence.format(*row)
    for table, column in ((entry, entry.c.amount), (deposit, deposit.c.amount), (bonus, bonus.c.amount)):
        for amount, *name in _rows(db, select(column, *column_types.label(table)).where(column < Decimal(0))):
            yield f"{_row_name(table, name)}: ${amount:.2f} is less than nothing"
    for table in (hit_type, hit, entry, event):
        for name in _rows(db, select(*column_types.label(table)).where(table.c.requester.is_(None))):
            yield f"{_row_name(table, name)}: belongs to no requester"


def _digests(db: Connection) -> Iterator[str]:
    """Yield texts that are not what their digest was made of, and HIT types likewise."""
    for row in _rows(db, select(question)):
        if hashlib.sha256(row.text.encode()).hexdigest() != row.digest:
            yield f"question {row.digest}: its text is another one"
    for row in _rows(db, select(hit_type)):
        if hits.digest_of(row.requester, row._asdict()) != row.digest:
            yield f"HIT type {row.hit_type_id}: its digest is that of another one"


def _row_name(table: Table, name: Sequence[object]) -> str:
    return f"{_table_name(table)} {_listed(name)}"


def _table_name(table: Table) -> str:
    return {"hit": "HIT", "hit_type": "HIT type"}.get(table.name, table.name.replace("_", " "))


def _listed(values: Sequence[object]) -> str:
    return ", ".join(map(str, values))
