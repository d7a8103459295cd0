"""Where the marketplace's state lives: an SQLite file, memory, or a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol

from sqlalchemy import Connection, Engine, inspect, make_url, select
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft

from mturk_tasks.errors import MTurkTasksError, Unavailable, UsageError
from mturk_tasks.lib import disk
from mturk_tasks.marketplace.storage import migration, postgres, schema, snapshots, sqlite
from mturk_tasks.marketplace.storage.collisions import Collision

_ERRORS: Final = (DBAPIError, NoConnectionLeft, *sqlite.ERRORS)


class Database(Protocol):
    """Give transactions in the way of one kind of database, and tell what its errors mean.

    `locks` says that others write at the same time, so that what a decision rests on is locked.
    """

    engine: Engine
    locks: bool

    def reading(self) -> AbstractContextManager[Connection]:
        """Open a transaction that sees one state."""

    def writing(self) -> AbstractContextManager[Connection]:
        """Open a transaction that may write."""

    def settling(self) -> AbstractContextManager[bool]:
        """Say whether this process may do what time alone does, for the length of a block."""

    def hold_alone(self, db: Connection) -> None:
        """Let no one else make or upgrade the tables until the transaction ends."""

    def cause(self, error: Exception) -> str | None:
        """Return what the database refused as a sentence, None for a fault of ours."""

    def is_collision(self, error: Exception) -> bool:
        """Say whether another transaction came in between, and all can be tried again."""


class Store:
    """Give transactions on the marketplace's tables; everything committed is on the disk."""

    def __init__(self, database: Database, name: str, *, play: bool = True) -> None:
        self.play = play  # whether money never runs out; an old store knows it better
        self.file: Path | None = None  # where it is, unless it is in memory or behind a server
        self.address = ""  # of the served marketplace, as https://market.example.org
        self.locks = database.locks
        self._database = database
        self._engine = database.engine
        self._name = name

    @classmethod
    def open(cls, path: Path | None, *, play: bool = True, grouped: bool = False) -> Store:
        """Open the file, making it and its folder where there are none; None is a store in memory.

        Money is `play` money in a new store unless it is said otherwise; in an old one it is what it was.
        `grouped` is for many threads: they write in the order they come, and share commits.
        Raise MTurkTasksError when the file cannot be used, or was made by a newer version.
        """
        if path is None:
            store = cls(sqlite.in_memory(), "the sandbox in memory", play=play)
            store._prepare()
            return store
        database = sqlite.in_file(path, grouped=grouped)
        store = cls(database, str(path), play=play)
        store.file = path
        with store._closed_on_failure():
            with store._explained():
                disk.make_folder(path.parent)
                with suppress(OSError):  # SQLite is refused as well, and says it better
                    disk.make_file(path)
                sqlite.use_write_ahead_log(database)
            store._prepare()
        return store

    @classmethod
    def open_url(cls, url: str, *, play: bool = False) -> Store:
        """Open the database at a URL as `postgresql+psycopg://user@host/name`, made ready if it is new.

        Raise UsageError for a URL of another kind, MTurkTasksError when the database cannot be used, or
        its tables were made by a newer version.
        """
        name, database = _at(url)
        store = cls(database, name, play=play)
        with store._closed_on_failure():
            store._prepare()
        return store

    @classmethod
    def copy_of(cls, path: Path) -> Store:
        """Return a copy in memory of the file, or an empty store where there is no file.

        Nothing on the disk is made or changed.
        """
        database = sqlite.in_memory()
        store = cls(database, f"a copy of {path}")
        with store._closed_on_failure():
            if path.exists():
                with store._explained():
                    sqlite.copy(path, database)
            store._prepare()
        return store

    def close(self) -> None:
        """Close every connection; the store cannot be used afterwards."""
        self._engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that sees one state of the tables from its first query to its end."""
        with self._explained(), self._database.reading() as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that may write; it is committed when the block ends.

        An exception undoes it whole. On SQLite it is the only one at this time. On PostgreSQL there
        are others: it raises Collision where one of them came in between.
        """
        with self._explained(), self._database.writing() as db:
            yield db

    @contextmanager
    def settling(self) -> Iterator[bool]:
        """Say whether this process is the one to do what time alone does, until the block ends.

        For what looks again and again: of several processes one does it, the others are told no.
        """
        with self._explained(), self._database.settling() as mine:
            yield mine

    @contextmanager
    def _closed_on_failure(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.close()
            raise

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn what the database refuses into a sentence; anything else is a fault of ours."""
        try:
            yield
        except _ERRORS as error:
            if self._database.is_collision(error):
                raise Collision(f"{self._name}: others changed the same; try again") from error
            cause = self._database.cause(error)
            if cause is None:
                raise
            raise Unavailable(f"{self._name}: {cause}") from error

    def _prepare(self) -> None:
        """Make the tables or bring them up to date, in one transaction; refuse those of a newer version."""
        with self.reading() as db:
            version = _version(db)
        if version is None or version < schema.VERSION:
            version = self._bring_up_to_date()
        if version > schema.VERSION:
            raise MTurkTasksError(
                f"{self._name} was made by a newer version of mturk-tasks (its tables are of version "
                f"{version}, this one knows {schema.VERSION}); update mturk-tasks"
            )

        with self.reading() as db:
            self.play = db.execute(select(schema.meta.c.play)).scalar_one()

    def _bring_up_to_date(self) -> int:
        with self.writing() as db:
            self._database.hold_alone(db)
            version = _version(db)  # another process may have been first
            if version is None:
                migration.create(db, play=self.play)
            elif version < schema.VERSION:
                self._keep_earlier()
                migration.upgrade(db, version)
            else:
                return version
            return schema.VERSION

    def _keep_earlier(self) -> None:
        """Write the file as it was before its tables change beside it, once; nobody writes meanwhile."""
        kept = self.file and snapshots.before_version(self.file, schema.VERSION)
        if kept and not kept.exists():
            with self.reading() as db:
                snapshots.take(db, kept)


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
