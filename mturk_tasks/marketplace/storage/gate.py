"""A gate for threads that is fair: who comes first goes first.

Python's own locks let a thread that has just left come in again before those who wait; under load
somebody then waits for seconds.
"""

from __future__ import annotations

import threading
from collections import deque


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
