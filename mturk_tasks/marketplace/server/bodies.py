"""How large the body of a request may be, and how much of all bodies there is room for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

ROOM: Final = 256 * 2**20  # bytes of all bodies under way; as much again for those with a permit
REFUSED: Final = "mturk_tasks.refused"  # where the environment of a refused request holds its Refusal


@dataclass(frozen=True)
class Head:
    """The head of a request: its decoded path, and its headers by names in capitals with _ for a dash."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Allowance:
    """How many bytes a body may have; `permitted` says that the marketplace itself signed for so many."""

    size: int
    permitted: bool = False


NOTHING: Final = Allowance(1024)  # at an address that takes no body, or for what needs no look at the address
Allowed = Callable[[Head], Allowance]


@dataclass(frozen=True)
class Refusal:
    """Why a body is not read: 413 where it is larger than `limit` bytes, 503 where there is no room now."""

    status: int
    limit: int


class Room:
    """Count the bytes that are kept of all bodies under way, by any thread."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.used = 0
        self._lock = threading.Lock()

    def has(self, count: int) -> bool:
        """Say whether so many more bytes fit in now."""
        return self.used + count <= self.size

    def take(self, count: int) -> bool:
        """Take so many bytes if they fit in, and say whether they did."""
        with self._lock:
            if not self.has(count):
                return False
            self.used += count
            return True

    def give_back(self, count: int) -> None:
        """Give back what was taken."""
        with self._lock:
            self.used -= count


class Door:
    """What decides over the bodies that come to one server.

    Bodies with a permit have a room of their own, so that strangers cannot keep them out.
    """

    def __init__(self, allowed: Allowed, room: int) -> None:
        self.allowed = allowed
        self._strangers, self._permitted = Room(room), Room(room)

    def room(self, allowance: Allowance) -> Room:
        """Return where a body is counted."""
        return self._permitted if allowance.permitted else self._strangers
