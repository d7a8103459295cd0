"""Writing in turns: first come, first served, and one commit for all who waited meanwhile.

A commit that reaches the disk takes longer than what is committed. While it lasts, others come to
wait; they then write one after another in one transaction, each within a savepoint of its own, and
the last of them commits for all. Nobody goes on before that commit, so that what is answered is on
the disk, a refusal that rests on another's change included.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

# A gate for threads that is fair: who comes first goes first.
#
# Python's own locks let a thread that has just left come in again before those who wait; under
# load somebody then waits for seconds.


class Gate:
    """Let as many threads in as there are places, in the order they come."""

    def __init__(self, places: int, patience: float | None = None) -> None:
        self._free = places
        self._patience = patience  # seconds
        self._guard = threading.Lock()
        self._queue: deque[threading.Event] = deque()

    def enter(self) -> None:
        """Wait for a place; raise TimeoutError where there was none for too long."""
        mine = threading.Event()
        with self._guard:
            if self._free:
                self._free -= 1
                return
            self._queue.append(mine)
        try:
            if mine.wait(self._patience):
                return
        except BaseException:  # an interruption
            if not self._withdraw(mine):
                self.leave()
            raise
        if self._withdraw(mine):
            raise TimeoutError

    def leave(self) -> None:
        """Give the place to who waits longest."""
        with self._guard:
            if self._queue:
                self._queue.popleft().set()
            else:
                self._free += 1

    def _withdraw(self, mine: threading.Event) -> bool:
        """Leave the queue; say no where the place came at the last moment."""
        with self._guard:
            if mine not in self._queue:
                return False
            self._queue.remove(mine)
            return True

    @property
    def waiting(self) -> int:
        """How many threads wait."""
        return len(self._queue)

    def __enter__(self) -> None:
        self.enter()

    def __exit__(self, *_: object) -> None:
        self.leave()


_LARGEST: Final = 64  # turns in one transaction, so that other processes come in between


class _Group:
    """Hold one transaction, and what became of it."""

    def __init__(self, db: Connection) -> None:
        self.db = db
        self.turns = 0
        self.error: BaseException | None = None
        self._over = threading.Event()

    @contextmanager
    def undone_alone(self) -> Iterator[None]:
        """Undo what an exception leaves behind, and nothing of the others in the group."""
        self.turns += 1
        self.db.exec_driver_sql("SAVEPOINT turn")
        try:
            yield
            self.db.exec_driver_sql("RELEASE turn")
        except BaseException as error:
            self._undo(error)
            raise

    def end(self) -> None:
        """Commit; whether that worked or not, all who wait for it learn."""
        try:
            if self.error is None:
                self.db.commit()
        except BaseException as error:  # raised by each who waits
            self.error = error
        finally:
            self._over.set()
            self.db.close()

    def wait(self) -> None:
        """Return when the changes are on the disk; raise what hindered that."""
        self._over.wait()
        if self.error is not None:
            raise self.error

    def _undo(self, error: BaseException) -> None:
        try:
            self.db.exec_driver_sql("ROLLBACK TO turn")
            self.db.exec_driver_sql("RELEASE turn")
        except DBAPIError:  # a disk that is full, or fails, has ended the transaction as a whole
            self.error = error


class GroupCommit:
    """Give threads their turns to write; `writer` begins transactions that write."""

    def __init__(self, writer: Engine) -> None:
        self._writer = writer
        self._gate = Gate(1)
        self._group: _Group | None = None

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a part of a transaction; it is on the disk when the block is left, or undone."""
        self._gate.enter()
        try:
            group = self._group = self._group or self._begin()
        except BaseException:
            self._gate.leave()
            raise
        try:
            with group.undone_alone():
                yield group.db
        finally:
            try:
                if group.error is not None or group.turns >= _LARGEST or not self._gate.waiting:
                    self._group = None
                    group.end()
            finally:
                self._gate.leave()
            group.wait()

    def _begin(self) -> _Group:
        db = self._writer.connect()
        try:
            db.begin()
        except BaseException:
            db.close()
            raise
        return _Group(db)
