"""Make the tables, and bring those of an earlier version up to the present one, step by step.

New tables are today's; each step is the frozen text of the version it starts from.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, bindparam, create_mock_engine, insert, make_url, text

from mturk_tasks.errors import MTurkTasksError
from mturk_tasks.marketplace.storage import schema, system_types
from mturk_tasks.marketplace.storage.column_types import new_marketplace_id

# The tables of earlier versions as SQL, and the steps from one version to the next.
#
# `versions/5.sqlite.sql` holds the tables of a new database of version 5,
# `versions/5_to_6.sqlite.sql` what takes one to version 6; the same for PostgreSQL, which came
# with version 4. What was released stays as it is: nothing here is made of today's tables, which
# may change in whatever way.
#
# To begin version N + 1: write down version N while `schema` still has it, with `python -m
# mturk_tasks.marketplace.storage.migration sqlite > versions/N.sqlite.sql`, the same with
# `postgresql`; then raise `schema.VERSION`, change the tables there, and write the step
# `N_to_M.DIALECT.sql` by hand. Until it is released, an addition is a statement at a step's end.
# The tests of migration compare an upgraded database of every version with a new one.


FIRST: Final = {"sqlite": 1, "postgresql": 4}  # versions in which a marketplace could first be kept there
_TEXTS: Final = Path(__file__).with_name("versions")


def tables(version: int, dialect: str) -> list[str]:
    """Return the statements that make the tables and indexes of a version."""
    if version == schema.VERSION:
        return _statements(today(dialect))
    return _statements(_read(f"{version}.{dialect}.sql"))


def step(version: int, dialect: str) -> list[str]:
    """Return the statements that take a database of a version to the next; `:marketplace_id` is bound."""
    return _statements(_read(f"{version}_to_{version + 1}.{dialect}.sql"))


def today(dialect: str) -> str:
    """Return the present version's tables as they are to be frozen."""
    made: list[str] = []
    url = make_url(f"{dialect}://" if dialect == "sqlite" else f"{dialect}+psycopg://")
    spoken = url.get_dialect()()
    engine = create_mock_engine(
        url, lambda statement, *_: made.append(str(statement.compile(dialect=spoken)).strip())
    )
    schema.metadata.create_all(engine, checkfirst=False)
    lines = ";\n".join(made).replace("\t", "    ").splitlines()
    return (
        "\n".join([f"-- A new database of version {schema.VERSION}; frozen.", *map(str.rstrip, lines)])
        + ";\n"
    )


def _read(name: str) -> str:
    return (_TEXTS / name).read_text(encoding="utf-8")


def _statements(script: str) -> list[str]:
    text = "".join(f"{line}\n" for line in script.splitlines() if not line.startswith("--"))
    return [statement for statement in text.split(";\n") if statement.strip()]


if __name__ == "__main__":
    sys.stdout.write(today(sys.argv[1]))


def create(db: Connection, *, play: bool) -> None:
    """Make every table of the present version, with what is always in them."""
    schema.metadata.create_all(db)
    begin(db, play=play)


def begin(db: Connection, *, play: bool) -> None:
    """Enter what every marketplace has from the beginning: where money is `play`, a requester as well."""
    marketplace_id = new_marketplace_id()
    db.execute(
        insert(schema.meta).values(version=schema.VERSION, offset=0, play=play, marketplace_id=marketplace_id)
    )
    system_types.install(db)
    if play:
        _install_requester(db)


def upgrade(db: Connection, version: int) -> None:
    """Take the tables from an earlier version to the present one."""
    dialect = db.dialect.name
    if version < FIRST[dialect]:
        raise MTurkTasksError(f"no marketplace of version {version} was ever kept in {dialect}")
    given = {"marketplace_id": new_marketplace_id()}
    for earlier in range(version, schema.VERSION):
        for statement in step(earlier, dialect):
            db.execute(text(statement), given if ":marketplace_id" in statement else {})
    db.execute(text("UPDATE meta SET version = :version"), {"version": schema.VERSION})


def _install_requester(db: Connection) -> None:
    """Enter the requester that a sandbox has from the beginning: the first, so that its key is SANDBOX."""
    values = {"requester_id": "ASANDBOX", "name": "sandbox"}
    since = datetime(1970, 1, 1, tzinfo=timezone.utc)
    db.execute(
        insert(schema.requester), {**values, "registered": since, "disabled": False, "balance": Decimal(0)}
    )


# What stands in a database beside the tables of a marketplace: triggers, views, tables of
# others.
#
# A trigger that somebody put into a backup acts when the marketplace writes. Nothing but rows is
# therefore taken from a file, and only from the tables of its version.


_SQLITES_OWN: Final = ("sqlite_sequence", "sqlite_stat1", "sqlite_stat4")
_AUTOMATIC: Final = "sqlite_autoindex_"
_IN_TURN: Final = ("trigger", "view", "index", "table", "column")  # what refers to others goes first
_TRIGGERS: Final = text(
    "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
    "WHERE NOT tgisinternal AND relname IN :names AND relnamespace = current_schema()::regnamespace"
).bindparams(bindparam("names", expanding=True))

Columns = dict[str, str]  # the declared types by name


@dataclass(frozen=True)
class Found:
    """Something that is none of a marketplace's: a trigger, view, index, table or column."""

    kind: str
    name: str
    table: str

    def __str__(self) -> str:
        place = "" if self.kind in ("table", "view") else f" of {self.table}"
        return f"{self.kind} {self.name}{place}"


@cache
def tables_of(version: int) -> dict[str, Columns]:
    """Return the columns of every table that a version has, what is referred to first."""
    with closing(_empty(version)) as db:
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: _columns(db, name) for name in names}


def in_file(db: sqlite3.Connection, version: int) -> list[Found]:
    """Return what an SQLite database holds beside the tables of a version; rows are not looked at."""
    own, tables = _names_of(version), tables_of(version)
    found = []
    for kind, name, table, statement in _objects(db):
        ordinary = kind != "table" or statement.upper().startswith("CREATE TABLE")
        if not ordinary or (kind, name) not in own:
            found.append(Found(kind, name, table))
        elif kind == "table":
            strange = _columns(db, name).keys() - tables[name].keys() | _computed(db, name)
            found += [Found("column", one, name) for one in sorted(strange)]
    return found


def missing_in_file(db: sqlite3.Connection, version: int) -> list[str]:
    """Return the tables and columns of a version that an SQLite database does not have."""
    there = {name for kind, name, _, _ in _objects(db) if kind == "table"}
    lacking = []
    for table, columns in tables_of(version).items():
        if table not in there:
            lacking.append(table)
        else:
            held = _columns(db, table)
            lacking += [f"{table}.{name}" for name in columns if name not in held]
    return lacking


def in_database(db: Connection) -> list[Found]:
    """Return what acts on the tables of a marketplace in use, or stands among them, and is none of it.

    On a server others may have tables and views of their own: only triggers on ours count.
    """
    if db.dialect.name == "sqlite":
        driver = db.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)  # noqa: S101  # for mypy: the dialect is SQLite's
        return in_file(driver, schema.VERSION)
    rows = db.execute(_TRIGGERS, {"names": list(schema.metadata.tables)})
    return [Found("trigger", name, table) for name, table in rows]


def remove(db: sqlite3.Connection, version: int) -> None:
    """Take what is foreign out of a copy, so that it is a marketplace and nothing else."""
    for one in sorted(in_file(db, version), key=lambda one: _IN_TURN.index(one.kind)):
        named = '"' + one.name.replace('"', '""') + '"'
        if one.kind == "column":
            db.execute(f"ALTER TABLE {one.table} DROP COLUMN {named}")
        else:
            db.execute(f"DROP {one.kind} IF EXISTS {named}")


@cache
def _names_of(version: int) -> frozenset[tuple[str, str]]:
    with closing(_empty(version)) as empty:
        return frozenset((kind, name) for kind, name, _, _ in _objects(empty))


def _objects(db: sqlite3.Connection) -> Iterator[tuple[str, str, str, str]]:
    rows = db.execute("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master").fetchall()
    for kind, name, table, statement in rows:
        own = kind in ("table", "index") and (name in _SQLITES_OWN or name.startswith(_AUTOMATIC))
        if not own:
            yield kind, name, table, statement


def _columns(db: sqlite3.Connection, table: str) -> Columns:
    return {row[1]: row[2] for row in db.execute(f"PRAGMA table_xinfo({table})")}


def _computed(db: sqlite3.Connection, table: str) -> set[str]:
    """Return the columns whose values are an expression's, not stored."""
    return {row[1] for row in db.execute(f"PRAGMA table_xinfo({table})") if row[6]}


def _empty(version: int) -> sqlite3.Connection:
    """Return an empty marketplace of a version in memory."""
    db = sqlite3.connect(":memory:")
    db.executescript(";\n".join(tables(version, "sqlite")))
    return db
