"""Where the marketplace's state lives: one SQLite file that several processes may use, or memory."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, inspect, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool, StaticPool

from mturk_tasks.errors import MTurkTasksError, Unavailable
from mturk_tasks.marketplace import migration, schema
from mturk_tasks.vocabulary.money import FeeTable

_PATIENCE: Final = 30.0  # seconds to wait for another process

_CAUSES: Final = {
    "is full": "the disk is full; make room and try again, nothing was changed",
    "readonly database": "it cannot be written; check the permissions of the file and its folder",
    "unable to open": "it cannot be opened; check the permissions of the file and its folder",
    "disk i/o error": "the disk refused to read or write; check the disk and its free space",
    "is locked": f"another process held it for more than {_PATIENCE:.0f} seconds; try again",
    "not a database": "it is no database; move it away to begin anew, or restore a copy",
    "malformed": "it is damaged; move it away to begin anew, or restore a copy",
}


class Store:
    """Give transactions on the marketplace's tables; `fees` is what the marketplace takes.

    Everything committed is on the disk: write-ahead log, `synchronous=FULL`.
    """

    def __init__(self, engine: Engine, name: str, *, shared: bool) -> None:
        self.fees = FeeTable()
        self.play = True  # whether money never runs out, as it is in a new store unless it is said otherwise
        self.address = ""  # of the served marketplace, as https://market.example.org
        self._engine = engine
        self._writer = engine.execution_options(writes=True)
        self._name = name
        self._turn = threading.RLock()
        self._reading_turn: AbstractContextManager[Any] = self._turn if shared else nullcontext()

    @classmethod
    def open(cls, path: Path | None, *, play: bool = True) -> Store:
        """Open the file, making it and its folder where there are none; None is a store in memory.

        Money is `play` money in a new store unless it is said otherwise; in an old one it is what it was.
        Raise MTurkTasksError when the file cannot be used, or was made by a newer version.
        """
        if path is None:
            store = cls._in_memory(_connect(":memory:"), "the sandbox in memory")
            store.play = play
            store._prepare()
            return store
        engine = create_engine(
            "sqlite://", creator=lambda: _connect(str(path.absolute())), poolclass=QueuePool
        )
        _begin_explicitly(engine)
        store = cls(engine, str(path), shared=False)
        store.play = play
        with store._closed_on_failure():
            with store._explained():
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                _use_write_ahead_log(engine)
            store._prepare()
        return store

    @classmethod
    def copy_of(cls, path: Path) -> Store:
        """Return a copy in memory of the file, or an empty store where there is no file.

        Nothing on the disk is made or changed.
        """
        copy = _connect(":memory:")
        store = cls._in_memory(copy, f"a copy of {path}")
        with store._closed_on_failure():
            if path.exists():
                with store._explained():
                    _copy(path, copy)
            store._prepare()
        return store

    @classmethod
    def _in_memory(cls, connection: sqlite3.Connection, name: str) -> Store:
        engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
        _begin_explicitly(engine)
        return cls(engine, name, shared=True)

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
        with self._explained(), self._reading_turn, self._engine.begin() as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open the only transaction that writes at this time; it is committed when the block ends.

        An exception undoes it whole.
        """
        with self._explained(), self._turn, self._writer.begin() as db:
            yield db

    @contextmanager
    def _closed_on_failure(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.close()
            raise

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn what the disk or the file refuses into a sentence; anything else is a fault of ours."""
        try:
            yield
        except (DBAPIError, sqlite3.Error, OSError) as error:
            text = str(getattr(error, "orig", error))
            cause = next((said for mark, said in _CAUSES.items() if mark in text.lower()), None)
            if cause is None and not isinstance(error, OSError):
                raise
            raise Unavailable(f"{self._name}: {cause or text}") from error

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
            version = _version(db)  # another process may have been first
            if version is None:
                migration.create(db, play=self.play)
            elif version < schema.VERSION:
                migration.upgrade(db, version)
            else:
                return version
            return schema.VERSION


def _version(db: Connection) -> int | None:
    if not inspect(db).has_table(schema.meta.name):
        return None
    version: int = db.execute(select(schema.meta.c.version)).scalar_one()
    return version


def _connect(database: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        database,
        timeout=_PATIENCE,
        isolation_level=None,  # transactions begin where `_begin_explicitly` says, never by themselves
        check_same_thread=False,  # the pool sees to it that one thread at a time uses it
        uri=database.startswith("file:"),
    )
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    return connection


def _copy(path: Path, into: sqlite3.Connection) -> None:
    """Copy a file's content; read-only, SQLite would leave the two files of its log behind."""
    with closing(_connect(f"{path.absolute().as_uri()}?mode=rw")) as original:
        original.backup(into)


def _begin_explicitly(engine: Engine) -> None:
    """Begin writing transactions as such: one that turns from reading to writing may fail at once."""

    def begin(db: Connection) -> None:
        writes = db.get_execution_options().get("writes")
        db.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    event.listen(engine, "begin", begin)


def _use_write_ahead_log(engine: Engine) -> None:
    """Switch a new file to the write-ahead log, which it then keeps.

    SQLite does not wait for its turn here, so that two processes with one new file must ask again.
    """
    _until_free(lambda: _switch(engine))


def _switch(engine: Engine) -> None:
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA journal_mode=WAL")
    finally:
        connection.close()


def _until_free(act: Callable[[], None]) -> None:
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            return act()
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(0.01)
