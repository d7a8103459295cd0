"""PostgreSQL: a server that many processes write to at once.

Transactions that write see what others have committed as soon as it is there (READ COMMITTED), and
lock what they decide on; those that read see one state throughout.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import URL, Connection, create_engine, func, select
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft

from mturk_tasks.marketplace.storage.group_commit import Gate

DRIVER: Final = "postgresql+psycopg"

_CONNECTIONS: Final = 16  # of one process: its threads share them, and five processes fit a server's 100
_PATIENCE: Final = 30  # seconds to wait for a row, or for a connection
_REACHABLE: Final = 5  # seconds to wait for the server
_SETTLING: Final = 7_203_417_001  # any numbers that no other program's locks have
_PREPARING: Final = 7_203_417_002
_COLLISIONS: Final = ("23505", "40001", "40P01")  # a row that is there already, a deadlock

_GONE: Final = "it cannot be reached; check that the server runs, its address and the login"
_CAUSES: Final = {  # by the beginning of the SQLSTATE
    "53100": "its disk is full; make room and try again, nothing was changed",
    "53300": "it has no connection left; allow it more, or run fewer processes",
    "25006": "it cannot be written: it is read-only",
    "55P03": f"another transaction held a row for more than {_PATIENCE} seconds; try again",
    "57014": "the server broke off what took too long; try again",
    "42501": "the login lacks the right to use its tables",
    "28": "it refuses the login; check user and password",
    "3D000": "there is no such database; make it with createdb",
    "57P": "it is stopping or starting; try again",
    "08": _GONE,
    "58": "its disk refused to read or write; check the disk and its free space",
    "XX001": "it is damaged; restore a backup",
    "XX002": "it is damaged; restore a backup",
}


class PostgresDatabase:
    """Give transactions on a server's database."""

    locks = True  # others write at the same time: what a decision rests on is locked
    errors: tuple[type[Exception], ...] = ()

    def __init__(self, url: URL) -> None:
        self.engine = create_engine(
            url,
            pool_size=_CONNECTIONS,
            max_overflow=1,  # for `settling`, which others must not keep waiting
            pool_timeout=_PATIENCE,
            pool_pre_ping=True,  # a server that was away is found again without a failed call
            isolation_level="READ COMMITTED",
            connect_args={
                "connect_timeout": _REACHABLE,
                "options": f"-c lock_timeout={_PATIENCE}s -c timezone=UTC",
                **url.query,
            },
        )
        self._gate = Gate(_CONNECTIONS, _PATIENCE)
        self._reader = self.engine.execution_options(isolation_level="REPEATABLE READ")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that sees one state."""
        with self._gate, self._reader.begin() as db:
            yield db

    def value(self, query: str) -> Any:
        """Return the one value that a query has."""
        with self.reading() as db:
            return db.exec_driver_sql(query).scalar_one()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction beside others."""
        with self._gate, self.engine.begin() as db:
            yield db

    @contextmanager
    def settling(self) -> Iterator[bool]:
        """Say whether no other process is at it."""
        with self.engine.begin() as db:
            yield bool(db.execute(select(func.pg_try_advisory_xact_lock(_SETTLING))).scalar_one())

    def hold_alone(self, db: Connection) -> None:
        """Let no other process make or upgrade the tables until the transaction ends."""
        db.execute(select(func.pg_advisory_xact_lock(_PREPARING)))

    def cause(self, error: Exception) -> str | None:
        """Return what the server refused as a sentence, None for a fault of ours."""
        if isinstance(error, TimeoutError | NoConnectionLeft):
            return f"it was too busy for {_PATIENCE} seconds; try again"
        state = _state(error)
        found = next((said for mark, said in _CAUSES.items() if state.startswith(mark)), None)
        if found is not None:
            return found
        lost = isinstance(error, DBAPIError) and error.connection_invalidated
        return _GONE if lost or (isinstance(error, OperationalError) and not state) else None

    def is_collision(self, error: Exception) -> bool:
        """Say whether another transaction came in between, and all can be tried again."""
        return _state(error) in _COLLISIONS


def _state(error: Exception) -> str:
    return getattr(getattr(error, "orig", None), "sqlstate", None) or ""
