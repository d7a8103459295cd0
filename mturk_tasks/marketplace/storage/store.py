"""Transactions on the marketplace's tables, in an SQLite file, in memory, or on a PostgreSQL server.

Two transactions may hinder each other: both make the same row, or each waits for the other. The database
lets one go on and undoes the other, which begins anew and then finds what the first has done.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import wraps
from pathlib import Path
from types import TracebackType
from typing import Any, Final, ParamSpec, Protocol, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft

from mturk_tasks.errors import Unavailable

_TRIES: Final = 8
_PAUSE: Final = 0.005  # seconds, doubled by each try

P = ParamSpec("P")
R = TypeVar("R")


class Collision(Unavailable):
    """Another transaction came in between; nothing was changed."""


def retried(operation: Callable[P, R]) -> Callable[P, R]:
    """Let an operation that is one transaction begin anew when another came in between.

    Raise Collision after several tries.
    """

    @wraps(operation)
    def until_done(*given: P.args, **named: P.kwargs) -> R:
        for tried in range(_TRIES - 1):
            try:
                return operation(*given, **named)
            except Collision:
                time.sleep(random.uniform(0, _PAUSE * 2**tried))  # noqa: S311  # not a secret
        return operation(*given, **named)

    return until_done


class Database(Protocol):
    """One kind of database: how it opens transactions, and what its errors mean.

    `locks` says that others write at the same time, so that what a decision rests on is locked; `errors`
    are those of its own beside SQLAlchemy's.
    """

    engine: Engine
    locks: bool
    errors: tuple[type[Exception], ...]

    def reading(self) -> AbstractContextManager[Connection]:
        """Open a transaction that sees one state."""

    def value(self, query: str) -> Any:
        """Return the one value that a query has, in no transaction."""

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
    """The marketplace's tables; every committed transaction is on the disk.

    `play` says that money never runs out, `file` where the tables are unless in memory or behind a server,
    `address` where the marketplace is served, as https://market.example.org.
    """

    def __init__(self, database: Database, name: str, *, play: bool = True, file: Path | None = None) -> None:
        self.play = play
        self.file = file
        self.name = name
        self.engine = database.engine
        self.address = ""
        self.locks = database.locks
        self._database = database
        self._errors: tuple[type[Exception], ...] = (DBAPIError, NoConnectionLeft, *database.errors)

    def close(self) -> None:
        """Close every connection; the store cannot be used afterwards."""
        self.engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that sees one state of the tables from its first query to its end."""
        with self.explained(), self._database.reading() as db:
            yield db

    def value(self, query: str) -> Any:
        """Return the one value that a query has as it is now: cheaper than to open a transaction for it."""
        with self.explained():
            return self._database.value(query)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that may write; it is committed when the block ends.

        An exception undoes it whole. On SQLite it is the only one at this time. On PostgreSQL there
        are others: it raises Collision where one of them came in between.
        """
        with self.explained(), self._database.writing() as db:
            yield db

    @contextmanager
    def settling(self) -> Iterator[bool]:
        """Say whether this process is the one to do what time alone does, until the block ends.

        For what looks again and again: of several processes one does it, the others are told no.
        """
        with self.explained(), self._database.settling() as mine:
            yield mine

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Turn what the database refuses into a sentence; anything else is a fault of ours."""
        try:
            yield
        except self._errors as error:
            if self._database.is_collision(error):
                raise Collision(f"{self.name}: others changed the same; try again") from error
            cause = self._database.cause(error)
            if cause is None:
                raise
            raise Unavailable(f"{self.name}: {cause}") from error

    def hold_alone(self, db: Connection) -> None:
        """Let no other process make or upgrade the tables until the transaction ends."""
        self._database.hold_alone(db)
