"""What stands in a database beside the tables of a marketplace: triggers, views, tables of others.

A trigger that somebody put into a backup acts when the marketplace writes. Nothing but rows is therefore
taken from a file, and only from the tables of its version.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from typing import Final

from sqlalchemy import Connection, bindparam, text

from mturk_tasks.marketplace.storage import frozen, schema

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
    db.executescript(";\n".join(frozen.tables(version, "sqlite")))
    return db
