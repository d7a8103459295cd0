"""A service that answers as MTurk's API does, at a latency, up to a rate, with errors and resets as told.

It stands in for a service of others in benchmarks and shares no code with the marketplace. Run as a program
it prints its port, and obeys GET /set?latency=…&rate=…&burst=…&errors=…&resets=… and GET /stats.
"""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

HIT_TYPE = "3TYPE0000000000000000000000000"


@dataclass
class TokenBucket:
    """An allowance of `rate` calls a second, of which up to `burst` may come at once; 0 allows all."""

    rate: float = 0.0
    burst: float = 0.0
    tokens: float = 0.0
    last: float = 0.0

    def takes(self, now: float) -> bool:
        if not self.rate:
            return True
        self.tokens = min(self.burst, self.tokens + (now - self.last) * self.rate)
        self.last = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


@dataclass
class Service:
    """What the service has been told to be, and what it has counted."""

    latency: float = 0.0
    errors: float = 0.0  # share of calls that end with 503
    resets: float = 0.0  # share of calls whose connection is closed instead of an answer
    bucket: TokenBucket = field(default_factory=TokenBucket)
    counts: Counter[str] = field(default_factory=Counter)
    first: float = 0.0
    last: float = 0.0
    accepted_at: list[float] = field(default_factory=list)
    made: int = 0

    def set(self, values: dict[str, float]) -> None:
        for name in ("latency", "errors", "resets"):
            setattr(self, name, values.get(name, getattr(self, name)))
        if "rate" in values:
            burst = values.get("burst", values["rate"])
            tokens = min(self.bucket.tokens, burst) if self.bucket.rate else burst
            self.bucket = TokenBucket(values["rate"], burst, tokens, time.monotonic())
        if values.get("reset"):
            self.counts, self.first, self.last, self.accepted_at = Counter(), 0.0, 0.0, []

    def answer(self, operation: str, request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        now = time.monotonic()
        self.counts[operation] += 1
        if not self.bucket.takes(now):
            self.counts["refused"] += 1
            return 400, {"__type": "ThrottlingException", "message": "Rate exceeded"}
        if random.random() < self.errors:  # noqa: S311  # no secret
            self.counts["failed"] += 1
            return 503, {"__type": "ServiceFault", "message": "again"}
        if operation == "CreateHITWithHITType":
            self.first = self.first or now
            self.last = now + self.latency
            self.accepted_at.append(now)
        answers = getattr(self, operation, None)
        if answers is None:
            return 400, {"__type": "UnknownOperationException", "message": operation}
        return 200, answers(request)

    def GetAccountBalance(self, _: dict[str, Any]) -> dict[str, Any]:  # noqa: N802  # the operation's name
        return {"AvailableBalance": "10000.00"}

    def CreateHITType(self, _: dict[str, Any]) -> dict[str, Any]:  # noqa: N802  # likewise
        return {"HITTypeId": HIT_TYPE}

    def CreateHITWithHITType(self, request: dict[str, Any]) -> dict[str, Any]:  # noqa: N802  # likewise
        self.made += 1
        return {"HIT": {**described(f"3HIT{self.made:026}"), "Question": request.get("Question", "")}}

    def stats(self) -> dict[str, Any]:
        return {
            "counts": self.counts,
            "seconds": self.last - self.first,
            "accepted_at": [moment - self.first for moment in self.accepted_at],
        }


def described(hit_id: str) -> dict[str, Any]:
    """Return a HIT as the API has it."""
    moment = 1790000000.0
    return {
        "HITId": hit_id,
        "HITTypeId": HIT_TYPE,
        "CreationTime": moment,
        "Title": "Name the bird",
        "Description": "One picture, one name",
        "HITStatus": "Assignable",
        "MaxAssignments": 1,
        "Reward": "0.10",
        "AutoApprovalDelayInSeconds": 259200,
        "Expiration": moment + 86400,
        "AssignmentDurationInSeconds": 600,
        "NumberOfAssignmentsPending": 0,
        "NumberOfAssignmentsAvailable": 1,
        "NumberOfAssignmentsCompleted": 0,
    }


class Connection(asyncio.Protocol):
    """One connection of a client: requests come one after the other, each answered after the latency."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.buffer = b""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, end, body = self.buffer.partition(b"\r\n\r\n")
        if not end:
            return
        headers = dict(line.split(": ", 1) for line in head.decode("latin-1").split("\r\n")[1:])
        headers = {name.lower(): value for name, value in headers.items()}
        length = int(headers.get("content-length", "0"))
        if len(body) < length:
            return
        self.buffer = body[length:]
        path = head.split(b" ", 2)[1].decode()
        if path.startswith(("/set", "/stats")):
            self._control(path)
            return
        operation = headers["x-amz-target"].rpartition(".")[2]
        status, answer = self.service.answer(operation, json.loads(body[:length] or b"{}"))
        if random.random() < self.service.resets:  # noqa: S311  # no secret
            self.transport.abort()
            return
        asyncio.get_running_loop().call_later(self.service.latency, self._send, status, answer)

    def _control(self, path: str) -> None:
        if path.startswith("/set"):
            given = dict(parse_qsl(urlsplit(path).query))
            self.service.set({name: float(value) for name, value in given.items()})
        self._send(200, self.service.stats())

    def _send(self, status: int, answer: dict[str, Any]) -> None:
        body = json.dumps(answer).encode()
        about = (
            "content-type: application/x-amz-json-1.1",
            f"content-length: {len(body)}",
            "x-amzn-requestid: 1",
        )
        head = "\r\n".join((f"HTTP/1.1 {status} -", *about))
        self.transport.write(f"{head}\r\n\r\n".encode() + body)


async def serve() -> None:
    service = Service()
    server = await asyncio.get_running_loop().create_server(lambda: Connection(service), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


class StandIn:
    """The service in a process of its own, as who measures sees it."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._port = port

    def set(self, **values: float) -> None:
        self._ask(f"/set?{urlencode(values)}")

    def stats(self) -> dict[str, Any]:
        return self._ask("/stats")

    def _ask(self, path: str) -> dict[str, Any]:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=60)
        connection.request("GET", path)
        answer: dict[str, Any] = json.loads(connection.getresponse().read())
        connection.close()
        return answer


@contextmanager
def standing_in() -> Iterator[StandIn]:
    """Run the service until the block ends."""
    command = [sys.executable, "-m", "tests.benchmarks.standin"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield StandIn(int(process.stdout.readline()))
        finally:
            process.kill()


if __name__ == "__main__":
    asyncio.run(serve())
