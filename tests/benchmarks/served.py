"""Measure a served marketplace on each database: requests in a second, and how long they took.

python -m tests.benchmarks.served [--seconds 2] [--rounds 2]

Requests come over HTTP, signed once each, with no SDK in the way; workers are in processes beside the
server. Both databases take turns in one run, so that their ratio holds on any machine; the figures do not.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from decimal import Decimal
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from mturk_tasks.marketplace.operator import requesters
from mturk_tasks.marketplace.server.keys import Pair
from mturk_tasks.marketplace.storage import opening
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.marketplace.worker import work
from tests import postgres
from tests.server.conftest import QUESTION
from tests.server.market import Market, served_market
from tests.server.raw import signed

CLIENTS = (1, 16, 64)
PROCESSES = 2  # that the clients are spread over
KIND = {"Title": "Name a colour", "Description": "One picture", "AssignmentDurationInSeconds": 600}
PLACES = 100_000  # of each HIT that workers work on, more than a run takes
HITS = 16


@dataclass
class Figures:
    """Operations in a second, and how long each took, in milliseconds."""

    rates: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        ordered = sorted(self.times)
        return f"{median(self.rates):6.0f}/s  p95 {ordered[int(len(ordered) * 0.95)]:7.1f} ms"


def calling(url: str, pair: Pair, operation: str, body: bytes) -> Callable[[], None]:
    """Return what makes one call over a connection of its own that stays open."""
    connection = HTTPConnection(urlsplit(url).netloc, timeout=60)

    def call() -> None:
        connection.request("POST", "/", body, signed(url, pair, operation, body))
        response = connection.getresponse()
        text = response.read()
        assert response.status == 200, text

    return call


def working(store: Store, prefix: str) -> Callable[[], None]:
    """Return what accepts and submits one assignment, each time as another worker."""
    names = iter(range(10**9))

    def act() -> None:
        now, worker_id = datetime.now(timezone.utc), f"AW{prefix}{next(names)}"
        held = work.accept_any(store, worker_id, None, now)
        assert held is not None
        work.submit(store, held.assignment_id, worker_id, "", now)

    return act


def run(acts: Sequence[Callable[[], None]], seconds: float) -> list[float]:
    """Let each act go on in a thread of its own; return how long each time took, in milliseconds."""
    end = time.monotonic() + seconds
    times: list[list[float]] = [[] for _ in acts]

    def again(act: Callable[[], None], mine: list[float]) -> None:
        while time.monotonic() < end:
            began = time.perf_counter()
            act()
            mine.append((time.perf_counter() - began) * 1000)

    started = [threading.Thread(target=again, args=pair) for pair in zip(acts, times, strict=True)]
    for one in started:
        one.start()
    for one in started:
        one.join()
    return [one for mine in times for one in mine]


def client(arguments: Sequence[str]) -> None:
    """Be one of the processes that clients are in: told what to do, say how long it took."""
    given = json.loads(arguments[0])
    with ExitStack() as stack:
        if given["operation"] == "work":
            place = given["address"]
            store = (
                opening.open_url(place) if "://" in place else opening.open_store(Path(place), grouped=True)
            )
            stack.enter_context(store)
            acts = [working(store, f"{given['name']}X{number}X") for number in range(given["threads"])]
        else:
            pair = Pair(*given["pair"])
            body = given["body"].encode()
            acts = [calling(given["url"], pair, given["operation"], body) for _ in range(given["threads"])]
        print("ready", flush=True)
        sys.stdin.readline()
        print(json.dumps(run(acts, given["seconds"])))


def measure(told: dict[str, object], clients: int, seconds: float, figures: Figures) -> None:
    processes = min(clients, PROCESSES)
    common = {**told, "threads": clients // processes, "seconds": seconds}
    names = [f"{time.monotonic_ns()}X{number}" for number in range(processes)]
    said = together("tests.benchmarks.served", [{**common, "name": name} for name in names])
    figures.times += said
    figures.rates.append(len(said) / seconds)


def together(module: str, told: Sequence[Mapping[str, object]]) -> list[Any]:
    """Run a benchmark's clients, a process for each that is told what to do; return what all of them said.

    They begin at the same moment, when all are ready.
    """
    started = []
    for given in told:
        command = [sys.executable, "-m", module, "--client", json.dumps(given)]
        started.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
    for one in started:
        assert one.stdout
        assert one.stdout.readline() == "ready\n"
    for one in started:
        assert one.stdin
        one.stdin.write("\n")
        one.stdin.flush()
    return [each for one in started for each in json.loads(one.communicate()[0])]


def jobs(market: Market, address: str) -> dict[str, dict[str, object]]:
    """Return what is measured, by name; there is work for every worker."""
    requesters.fund(market.store, "ada", Decimal("1000000.00"), datetime.now(timezone.utc))
    asked = market.clients[0]
    type_id = asked.create_hit_type(Reward="0.00", **KIND)["HITTypeId"]
    new = {"HITTypeId": type_id, "LifetimeInSeconds": 36000, "Question": QUESTION}
    hit_id = ""
    for _ in range(HITS):
        hit_id = asked.create_hit_with_hit_type(MaxAssignments=PLACES, **new)["HIT"]["HITId"]
    common: dict[str, object] = {
        "url": market.servers[0].url,
        "pair": (market.pair.access_key_id, market.pair.secret),
        "address": address,
    }
    bodies = {"GetHIT": {"HITId": hit_id}, "CreateHITWithHITType": new}
    calls = {name: {**common, "operation": name, "body": json.dumps(body)} for name, body in bodies.items()}
    return {**calls, "accept + submit": {**common, "operation": "work"}}


@contextmanager
def markets(folder: Path) -> Iterator[dict[str, dict[str, dict[str, object]]]]:
    """Serve a marketplace on each database."""
    with ExitStack() as stack:
        server = stack.enter_context(postgres.running())
        url = postgres.address(server, durable=True)
        addresses = {"sqlite": str(folder / "market.db"), "postgresql": url}
        found = {}
        for name, address in addresses.items():
            (folder / name).mkdir()
            market = stack.enter_context(served_market(folder / name, address, 1))
            found[name] = jobs(market, address)
        yield found


def main(arguments: Sequence[str]) -> None:
    if arguments[:1] == ["--client"]:
        client(arguments[1:])
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--rounds", type=int, default=2)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, markets(Path(folder)) as found:
        for operation in next(iter(found.values())):
            for clients in CLIENTS:
                figures = {name: Figures() for name in found}
                for _ in range(given.rounds):
                    for name, told in found.items():
                        measure(told[operation], clients, given.seconds, figures[name])
                told_figures = "   ".join(f"{name} {each}" for name, each in figures.items())
                sqlite, server = (median(one.rates) for one in figures.values())
                print(
                    f"{operation:20} {clients:2} clients  {told_figures}   {server / sqlite:.2f}", flush=True
                )


if __name__ == "__main__":
    main(sys.argv[1:])
