"""Write the state that a transaction sees into an SQLite file of its own, whole or not at all.

Whatever the database, the file is SQLite: it can be looked into, checked, and be restored elsewhere.
"""

from __future__ import annotations

import contextlib
import os
import reprlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, NullPool, create_engine, delete, func, insert, inspect, select

from mturk_tasks.errors import MTurkTasksError, UsageError
from mturk_tasks.lib import disk
from mturk_tasks.marketplace.storage import migration, schema

_AT_A_TIME: Final = 500  # rows in memory
_WITH_ADDRESS: Final = 5  # the first version that keeps where the site is
_COUNT: Final = "SELECT count(*) FROM {}"  # names in these are those of frozen tables, never a file's
_SELECT: Final = "SELECT {} FROM {}"
_INSERT: Final = "INSERT INTO {} ({}) VALUES ({})"
_NO_BACKUP: Final = "is no backup of a marketplace"


def before_version(path: Path, version: int) -> Path:
    """Return where the state of a file is kept that is about to become of a version."""
    return path.with_name(f"{path.stem}.before-version-{version}{path.suffix}")


def take(db: Connection, path: Path) -> dict[str, int]:
    """Write what a transaction sees into a new file that only its owner may read; return the rows by table.

    The file has its name only when it is complete, on the disk and verified. Raise UsageError where
    one has that name already.
    """
    if path.exists():
        raise UsageError(f"{path} is there already; nothing is overwritten")
    expected = _counts(db)
    with unfinished(path) as part:
        if db.dialect.name == "sqlite":
            _copy_file(db, part)
        else:
            _copy_into(db, part)
        written = verify(part)
        if written != expected:
            raise MTurkTasksError(f"{path}: the copy has other rows than the original; try again")
        sync(part)
        part.rename(path)
        sync(path.parent)
    return expected


def verify(path: Path) -> dict[str, int]:
    """Return how many rows the tables of a backup have.

    Raise UsageError for a file that is none, is damaged, holds anything but a marketplace's tables, or was
    made by a newer version.
    """
    with _untrusted(path) as db:
        version = _version(path, db)
        faults = [text for (text,) in db.execute("PRAGMA quick_check") if text != "ok"]
        if faults:
            raise UsageError(f"{path} is damaged: {faults[0]}")
        found = [str(one) for one in migration.in_file(db, version)]
        if found:
            raise UsageError(
                f"{path} holds what no marketplace has, so that it may have been changed: {', '.join(found)}"
            )
        missing = migration.missing_in_file(db, version)
        if missing:
            raise UsageError(f"{path} {_NO_BACKUP}: it has no {', '.join(missing)}")
        names = sorted(migration.tables_of(version))
        return {name: db.execute(_COUNT.format(name)).fetchone()[0] for name in names}


def copy_backup(path: Path, target: Path) -> None:
    """Write the rows of a backup into a new file with the tables of the backup's version, and nothing else.

    Where browsers found the site is left out: who restores says it anew. Raise UsageError for rows that
    no marketplace has.
    """
    with _untrusted(path) as source, closing(sqlite3.connect(target, isolation_level=None)) as copy:
        version = _version(path, source)
        copy.execute("BEGIN")
        for statement in migration.tables(version, "sqlite"):
            copy.execute(statement)
        for table, columns in migration.tables_of(version).items():
            names, places = ", ".join(f'"{name}"' for name in columns), ", ".join("?" * len(columns))
            rows = source.execute(_SELECT.format(names, table))
            copy.executemany(_INSERT.format(table, names, places), _typed(path, table, columns, rows))
        if version >= _WITH_ADDRESS:
            copy.execute("UPDATE meta SET address = NULL")
        copy.execute("COMMIT")


def copy_rows(source: Connection, target: Connection) -> None:
    """Replace every row of a database by those of another one; both are of the present version."""
    for table in reversed(schema.metadata.sorted_tables):
        target.execute(delete(table))
    for table in schema.metadata.sorted_tables:
        found = source.execute(select(table), execution_options={"yield_per": _AT_A_TIME})
        for rows in found.mappings().partitions():
            target.execute(insert(table), [dict(row) for row in rows])
    if target.dialect.name == "postgresql":
        _count_on(target)


@contextlib.contextmanager
def unfinished(path: Path) -> Iterator[Path]:
    """Give an empty file beside the path, for its owner alone, which is renamed when it is complete.

    Otherwise it is gone in the end. Raise UsageError where the disk refuses it.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        disk.make_folder(path.parent)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        try:
            yield part
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}") from error


def sync(path: Path) -> None:
    """Make a file, or the names in a folder, durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _copy_file(db: Connection, path: Path) -> None:
    """Copy page by page, which takes what the transaction sees and lets others write meanwhile."""
    original: Any = db.connection.driver_connection
    with closing(sqlite3.connect(path, isolation_level=None)) as copy:
        original.backup(copy)
        copy.execute("PRAGMA trusted_schema=OFF")
        migration.remove(copy, _version(path, copy))
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, whatever the original has beside it


def _copy_into(db: Connection, path: Path) -> None:
    engine = _engine(path)
    try:
        with engine.begin() as copy:
            schema.metadata.create_all(copy)
            copy_rows(db, copy)
    finally:
        engine.dispose()


def _engine(path: Path) -> Engine:
    return create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(path, check_same_thread=False), poolclass=NullPool
    )


def _counts(db: Connection) -> dict[str, int]:
    """Return the rows of every table there is, those of an older version too."""
    names = [name for name in sorted(inspect(db).get_table_names()) if name in schema.metadata.tables]
    counted = {name: select(func.count()).select_from(schema.metadata.tables[name]) for name in names}
    return {name: db.execute(query).scalar_one() for name, query in counted.items()}


@contextlib.contextmanager
def _untrusted(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a file of which nothing is believed; UsageError says what it is not."""
    if not path.is_file():
        raise UsageError(f"there is no file {path}")
    try:
        with closing(sqlite3.connect(path)) as db:
            db.execute("PRAGMA trusted_schema=OFF")
            db.execute("PRAGMA query_only=ON")
            yield db
    except sqlite3.IntegrityError as error:
        raise UsageError(f"{path} is damaged: {error}") from error
    except sqlite3.DatabaseError as error:
        raise UsageError(f"{path} {_NO_BACKUP}: {error}") from error


def _version(path: Path, db: sqlite3.Connection) -> int:
    """Return the version of a backup's tables; raise UsageError where there is none, or a newer one."""
    meta = db.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'meta'").fetchall()
    rows = db.execute("SELECT version FROM meta").fetchall() if meta else []
    if len(rows) != 1 or not isinstance(rows[0][0], int) or rows[0][0] < 1:
        raise UsageError(f"{path} {_NO_BACKUP}")
    version: int = rows[0][0]
    if version > schema.VERSION:
        raise UsageError(
            f"{path} was made by a newer version of mturk-tasks (its tables are of version {version}, "
            f"this one knows {schema.VERSION}); update mturk-tasks"
        )
    return version


def _typed(
    path: Path, table: str, columns: Mapping[str, str], rows: Iterable[tuple[Any, ...]]
) -> Iterator[tuple[Any, ...]]:
    """Yield rows whose values are of the kinds that their columns have: SQLite takes any in each."""
    kinds = [_kind(declared) for declared in columns.values()]
    for row in rows:
        for name, value, kind in zip(columns, row, kinds, strict=True):
            if value is not None and not isinstance(value, kind):
                raise UsageError(
                    f"{path} is damaged: in {table}.{name} stands {reprlib.repr(value)}, no {kind.__name__}"
                )
        yield row


def _kind(declared: str) -> type:
    """Return the type of a column's values in Python, by what the column is declared as."""
    if declared == "BLOB":
        return bytes
    return str if declared.startswith(("TEXT", "VARCHAR")) else int


def _count_on(db: Connection) -> None:
    """Let new rows be numbered after those that came with numbers of their own."""
    for table in schema.metadata.sorted_tables:
        if "id" in table.columns:
            highest = select(func.coalesce(func.max(table.c.id), 0) + 1).scalar_subquery()
            sequence = func.pg_get_serial_sequence(f'"{table.name}"', "id")
            db.execute(select(func.setval(sequence, highest, False)))  # PostgreSQL's own order
