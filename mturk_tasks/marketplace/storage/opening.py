"""Open a marketplace's store, its tables made or brought up to date."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, inspect, make_url, select
from sqlalchemy.exc import ArgumentError

from mturk_tasks.errors import MTurkTasksError, UsageError
from mturk_tasks.lib import disk
from mturk_tasks.marketplace.storage import migration, postgres, schema, snapshots, sqlite
from mturk_tasks.marketplace.storage.store import Database, Store


def open_store(path: Path | None, *, play: bool = True, grouped: bool = False) -> Store:
    """Open the file, making it and its folder where there are none; None is a store in memory.

    Money is `play` money in a new store unless told otherwise; in an old one it is what it was.
    `grouped` is for many threads: they write in the order they come, and share commits.
    Raise MTurkTasksError when the file cannot be used, or was made by a newer version.
    """
    if path is None:
        store = Store(sqlite.in_memory(), "the sandbox in memory", play=play)
        _prepare(store)
        return store
    database = sqlite.in_file(path, grouped=grouped)
    store = Store(database, str(path), play=play, file=path)
    with _closed_on_failure(store):
        with store.explained():
            disk.make_folder(path.parent)
            with suppress(OSError):  # SQLite is refused as well, and says it better
                disk.make_file(path)
            sqlite.use_write_ahead_log(database)
        _prepare(store)
    return store


def open_url(url: str, *, play: bool = False) -> Store:
    """Open the database at a URL as `postgresql+psycopg://user@host/name`, made ready if it is new.

    Raise UsageError for a URL of another kind, MTurkTasksError when the database cannot be used, or
    its tables were made by a newer version.
    """
    name, database = _at(url)
    store = Store(database, name, play=play)
    with _closed_on_failure(store):
        _prepare(store)
    return store


def open_copy(path: Path) -> Store:
    """Return a copy in memory of the file, or an empty store where there is no file.

    Nothing on the disk is made or changed.
    """
    database = sqlite.in_memory()
    store = Store(database, f"a copy of {path}")
    with _closed_on_failure(store):
        if path.exists():
            with store.explained():
                sqlite.copy(path, database)
        _prepare(store)
    return store


@contextmanager
def _closed_on_failure(store: Store) -> Iterator[None]:
    try:
        yield
    except BaseException:
        store.close()
        raise


def _prepare(store: Store) -> None:
    """Make the tables or bring them up to date, in one transaction; refuse those of a newer version."""
    with store.reading() as db:
        version = _version(db)
    if version is None or version < schema.VERSION:
        version = _bring_up_to_date(store)
    if version > schema.VERSION:
        raise MTurkTasksError(
            f"{store.name} was made by a newer version of mturk-tasks (its tables are of version "
            f"{version}, this one knows {schema.VERSION}); update mturk-tasks"
        )

    with store.reading() as db:
        store.play = db.execute(select(schema.meta.c.play)).scalar_one()


def _bring_up_to_date(store: Store) -> int:
    with store.writing() as db:
        store.hold_alone(db)
        version = _version(db)  # another process may have been first
        if version is None:
            migration.create(db, play=store.play)
        elif version < schema.VERSION:
            _keep_earlier(store)
            migration.upgrade(db, version)
        else:
            return version
        return schema.VERSION


def _keep_earlier(store: Store) -> None:
    """Write the file as it was before its tables change beside it, once; nobody writes meanwhile."""
    copy = store.file and snapshots.before_version(store.file, schema.VERSION)
    if copy and not copy.exists():
        with store.reading() as db:
            snapshots.take(db, copy)


def _at(url: str) -> tuple[str, Database]:
    """Return the name of the database at a URL, which does not tell the password, and the database."""
    try:
        address = make_url(url)
    except ArgumentError:
        address = None
    if address is None or address.drivername != postgres.DRIVER:
        raise UsageError(f"the address of a database begins with {postgres.DRIVER}://")
    name = address.set(query={}).render_as_string(hide_password=True)
    try:
        return name, postgres.PostgresDatabase(address)
    except ImportError as error:
        raise UsageError("PostgreSQL needs psycopg: pip install 'mturk-tasks[postgres]'") from error


def _version(db: Connection) -> int | None:
    if not inspect(db).has_table(schema.meta.name):
        return None
    version: int = db.execute(select(schema.meta.c.version)).scalar_one()
    return version
