"""SQLite: one file that several processes may use, or memory; one transaction writes at a time.

Everything committed is on the disk: write-ahead log, `synchronous=FULL`.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool, StaticPool

from mturk_tasks.marketplace.storage.group_commit import GroupCommit

try:
    import fcntl
except ImportError:  # not every system has it
    fcntl = None  # type: ignore[assignment]  # the name then says that there is none

_PATIENCE: Final = 30.0  # seconds to wait for another process
_CONNECTIONS: Final = 64  # as many as the threads of a server that read at once

_CAUSES: Final = {
    "is full": "the disk is full; make room and try again, nothing was changed",
    "readonly database": "it cannot be written; check the permissions of the file and its folder",
    "unable to open": "it cannot be opened; check the permissions of the file and its folder",
    "disk i/o error": "the disk refused to read or write; check the disk and its free space",
    "is locked": f"another process held it for more than {_PATIENCE:.0f} seconds; try again",
    "not a database": "it is no database; move it away to begin anew, or restore a copy",
    "malformed": "it is damaged; move it away to begin anew, or restore a copy",
}


class SQLiteDatabase:
    """Give transactions on one file or memory; `grouped` lets threads that wait share a commit."""

    locks = False  # nobody else writes while a transaction does
    errors: tuple[type[Exception], ...] = (sqlite3.Error, OSError)

    def __init__(self, engine: Engine, *, shared: bool = False, grouped: bool = False) -> None:
        self.engine = engine
        self._writer = engine.execution_options(writes=True)
        self._turn = threading.RLock()
        self._turns = GroupCommit(self._writer) if grouped else None
        self._reading_turn: AbstractContextManager[Any] = self._turn if shared else nullcontext()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that sees one state."""
        with self._reading_turn, self.engine.begin() as db:
            yield db

    def value(self, query: str) -> Any:
        """Return the one value that a query has, in no transaction."""
        with self._reading_turn, closing(self.engine.raw_connection()) as connection:
            driver: Any = connection.driver_connection
            return driver.execute(query).fetchone()[0]

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open the only transaction that writes at this time."""
        if self._turns is not None:
            with self._turns.writing() as db:
                yield db
            return
        with self._turn, self._writer.begin() as db:
            yield db

    @contextmanager
    def settling(self) -> Iterator[bool]:
        """Say yes: writing keeps others out as it is."""
        yield True

    def hold_alone(self, db: Connection) -> None:
        """Do nothing: a transaction that writes is alone."""

    def cause(self, error: Exception) -> str | None:
        """Return what the disk or the file refused as a sentence, None for a fault of ours."""
        text = str(getattr(error, "orig", error))
        said = next((said for mark, said in _CAUSES.items() if mark in text.lower()), None)
        return said or (text if isinstance(error, OSError) else None)

    def is_collision(self, error: Exception) -> bool:
        """Say no: transactions that write come one after another."""
        return False


def in_file(path: Path, *, grouped: bool) -> SQLiteDatabase:
    """Return the database of a file, which is not touched yet."""
    creator = _connector(str(path.absolute()))
    engine = create_engine(
        "sqlite://", creator=creator, poolclass=QueuePool, pool_size=_CONNECTIONS, max_overflow=0
    )
    _begin_explicitly(engine, _Door(path.absolute().parent))
    return SQLiteDatabase(engine, grouped=grouped)


def in_memory() -> SQLiteDatabase:
    """Return an empty database in memory."""
    connection = _connect(":memory:")
    engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
    _begin_explicitly(engine, nullcontext())
    return SQLiteDatabase(engine, shared=True)


def copy(path: Path, into: SQLiteDatabase) -> None:
    """Copy a file's content; read-only, SQLite would leave the two files of its log behind."""
    copied = into.engine.raw_connection()
    with closing(_connect(f"{path.absolute().as_uri()}?mode=rw")) as original:
        driver: Any = copied.driver_connection
        original.backup(driver)


def use_write_ahead_log(database: SQLiteDatabase) -> None:
    """Switch a new file to the write-ahead log, which it then keeps.

    SQLite does not wait for its turn here, so that two processes with one new file must ask again.
    """
    _until_free(lambda: _switch(database.engine))


class _Door:
    """Let the processes that want to write wait in one place, where no one overtakes for ever.

    SQLite asks again and again whether the file is free; a process that writes without a pause would
    be before it each time. Who begins holds the folder's lock: nobody else begins meanwhile. Where
    folders cannot be locked, SQLite's own way must do.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._handle: int | None = None

    def __enter__(self) -> None:
        if fcntl is None:
            return
        with suppress(OSError):
            if self._handle is None:
                self._handle = os.open(self._folder, os.O_RDONLY | os.O_CLOEXEC)
            fcntl.flock(self._handle, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        if fcntl is not None and self._handle is not None:
            with suppress(OSError):
                fcntl.flock(self._handle, fcntl.LOCK_UN)

    def close(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def _connector(database: str) -> Callable[[], sqlite3.Connection]:
    return lambda: _connect(database)


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
    connection.execute("PRAGMA trusted_schema=OFF")  # a file's own triggers and views are others' code
    return connection


def _begin_explicitly(engine: Engine, door: _Door | nullcontext[None]) -> None:
    """Begin writing transactions as such: one that turns from reading to writing may fail at once."""

    def begin(db: Connection) -> None:
        if db.get_execution_options().get("writes"):
            with door:
                db.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            db.exec_driver_sql("BEGIN")

    event.listen(engine, "begin", begin)
    if isinstance(door, _Door):
        event.listen(engine, "engine_disposed", lambda _: door.close())


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
