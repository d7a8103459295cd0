"""Connections of waitress whose bodies are measured before they are kept, and whose senders must not dawdle.

waitress has one limit for all addresses, and keeps what it reads in files until the application sees it.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import WSGITask
from waitress.utilities import BadRequest

BODY_BUDGET: Final = 256 * 2**20  # bytes of all bodies under way; as much again for those with a permit
REFUSED: Final = "mturk_tasks.refused"  # where the environment of a refused request holds its Refusal
IDLE: Final = 60  # seconds until a connection without a request is closed, and for a request to arrive
SLOWEST: Final = 20_000  # bytes a second that give a large one more time
LINGERS: Final = 30  # seconds in which the rest of a refused body is thrown away
_CONTROL_LINE: Final = 1024  # bytes; waitress sets no limit to the line before a chunk
_TRAILER: Final = 16384  # bytes after the last chunk


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


@dataclass(frozen=True)
class Refusal:
    """Why a body is not read: 413 where it is larger than `limit` bytes, 503 where there is no room now."""

    status: int
    limit: int


class ByteBudget:
    """The bytes that are kept of all bodies under way, counted by any thread."""

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


class BodyLimits:
    """What decides over the bodies that come to one server: how large each may be, and all together.

    Bodies with a permit have a budget of their own, so that strangers cannot keep them out.
    """

    def __init__(self, allowed: Callable[[Head], Allowance], budget: int) -> None:
        self.allowed = allowed
        self._strangers, self._permitted = ByteBudget(budget), ByteBudget(budget)

    def budget(self, allowance: Allowance) -> ByteBudget:
        """Return where a body is counted."""
        return self._permitted if allowance.permitted else self._strangers


class ReceivedRequest(HTTPRequestParser):  # type: ignore[misc]  # waitress has no types
    """A request as it arrives; one whose body is refused is complete at once, without a body."""

    refusal: Refusal | None = None
    error: Any  # of waitress, as the next
    body_rcv: Any

    def __init__(self, adj: Adjustments, limits: BodyLimits) -> None:
        super().__init__(adj)
        self._limits = limits
        self._allowance = NOTHING
        self._is_judged = False
        self._taken = 0

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head; raise ParsingError where it is not clear how long the body is (RFC 9112, 6.1)."""
        try:
            super().parse_header(header_plus)
        except ValueError:  # of more digits than Python reads
            raise ParsingError("Content-Length is invalid") from None
        left_alone = "TRANSFER_ENCODING" in self.headers  # as waitress does before HTTP/1.1
        if left_alone or (self.chunked and "CONTENT_LENGTH" in self.headers):
            raise ParsingError("Content-Length and Transfer-Encoding do not go together")

    def received(self, data: bytes) -> int:
        """Take what has arrived and return how much of it belongs to this request."""
        consumed = int(super().received(data))
        if self.error is None and self.body_rcv is not None:
            if self._is_judged:
                self._count()
            else:
                self._judge()
        if self.error is not None or self.refusal is not None:
            self.expect_continue = False  # waitress would ask for the body of what it has refused
            return len(data)
        return consumed

    def close(self) -> None:
        """Forget the body."""
        super().close()
        self._give_back()

    def _judge(self) -> None:
        """Decide by the head whether the body is read."""
        self._is_judged = True
        if self.chunked or self.content_length > NOTHING.size:
            path = self.path.encode("latin-1").decode("utf-8", "replace")
            self._allowance = self._limits.allowed(Head(self.command, path, self.query, self.headers))
        if self.content_length > self._allowance.size:
            self._refuse(413)
        elif not self._limits.budget(self._allowance).has(self.content_length):
            self._refuse(503)
        elif self._allowance.permitted:
            self._take(self.content_length)  # who is let in can send all of it

    def _count(self) -> None:
        """Count what has come, in which the lengths of chunks are counted too."""
        receiver = self.body_rcv
        if self.chunked and (len(receiver.control_line) > _CONTROL_LINE or len(receiver.trailer) > _TRAILER):
            self.error, self.completed = BadRequest("Invalid chunk"), True
        elif self.body_bytes_received > self._allowance.size:
            self._refuse(413)
        else:
            self._take(self.body_bytes_received - self._taken)

    def _take(self, count: int) -> None:
        if count <= 0:
            return
        if self._limits.budget(self._allowance).take(count):
            self._taken += count
        else:
            self._refuse(503)

    def _give_back(self) -> None:
        taken, self._taken = self._taken, 0
        if taken:
            self._limits.budget(self._allowance).give_back(taken)

    def _refuse(self, status: int) -> None:
        self.refusal, self.completed = Refusal(status, self._allowance.size), True
        super().close()
        self.body_rcv = None
        self._give_back()


class Task(WSGITask):  # type: ignore[misc]  # waitress has no types
    """Have a request answered; after a refused one the connection ends, since its body is still coming."""

    def execute(self) -> None:
        """Answer."""
        if self.request.refusal is not None:
            self.channel.lingers = True
            self.set_close_on_finish()
        super().execute()

    def get_environment(self) -> dict[str, Any]:
        """Return what the application is told, the refusal with it."""
        environ: dict[str, Any] = super().get_environment()
        if self.request.refusal is not None:
            environ[REFUSED] = self.request.refusal
        return environ


class Channel(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    """A connection on which a request must arrive within the time that one may idle, a large one at a rate.

    waitress counts from the last byte: a byte a second would hold a connection for days. After a refusal
    the rest of the body is read and thrown away for a while: a browser that is cut off while it sends
    shows no answer.
    """

    task_class = Task
    request: ReceivedRequest | None = None
    lingers = False
    began: float
    arrived: int
    last_activity: float
    _ends: float | None = None  # when it lingers no longer

    def parser_class(self, adj: Adjustments) -> ReceivedRequest:
        """Return what takes the next request."""
        return ReceivedRequest(adj, self.server.body_limits)

    def received(self, data: bytes) -> bool:
        """Take what has arrived."""
        if self._ends is not None:
            self.last_activity = self._ends - IDLE
            return False
        if self.request is None:
            self.began, self.arrived = self.last_activity, 0
        self.arrived += len(data)
        self.last_activity = min(self.last_activity, self.began + self.arrived / SLOWEST)
        return bool(super().received(data))

    def handle_close(self) -> None:
        """Close the connection; at first only our half of it where a refused body is still coming."""
        if self.lingers and self._ends is None and self._is_half_closed():
            self.will_close = self.close_when_flushed = False
            self._ends = self.last_activity + LINGERS
            self.last_activity = self._ends - IDLE
            return
        if self.request is not None:
            self.request.close()
            self.request = None
        super().handle_close()

    def _is_half_closed(self) -> bool:
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)
            return True
        return False
