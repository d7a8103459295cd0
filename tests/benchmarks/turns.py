"""Measure accept and submit by many threads on one store: turns and shared commits against plain locks.

python tests/benchmarks/turns.py [--seconds 2] [--rounds 3] [--database postgresql+psycopg://…]

Both ways take turns in one run, so that their ratio holds on any machine; the figures do not.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from statistics import median

from mturk_tasks.client.session import connect
from mturk_tasks.marketplace.api.endpoint import attach
from mturk_tasks.marketplace.storage import opening
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.marketplace.worker import work

NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
HITS = 500
THREADS = (1, 8, 32, 64)
QUESTION = (
    '<HTMLQuestion xmlns="http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/2011-11-11/'
    'HTMLQuestion.xsd"><HTMLContent><![CDATA[<!DOCTYPE html><html><body><form><input name="colour"></form>'
    "</body></html>]]></HTMLContent><FrameHeight>400</FrameHeight></HTMLQuestion>"
)
NAMES = itertools.count()


@dataclass
class Figures:
    """Transactions in a second, and how long each took, in milliseconds."""

    rates: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        ordered = sorted(self.times)
        p95 = ordered[int(len(ordered) * 0.95)]
        return f"{median(self.rates):7.0f}/s  p95 {p95:7.1f} ms  max {ordered[-1]:7.1f} ms"


def fill(store: Store) -> None:
    client = connect(None)
    attach(client, store, lambda: NOW)
    for number in range(HITS):
        client.create_hit(
            Title=f"Name a colour {number}",
            Description="One picture, one word",
            Reward="0.05",
            AssignmentDurationInSeconds=600,
            LifetimeInSeconds=3600,
            Question=QUESTION,
            MaxAssignments=100_000,
        )


def measure(store: Store, threads: int, seconds: float, figures: Figures) -> None:
    end = time.monotonic() + seconds
    times: list[list[float]] = [[] for _ in range(threads)]

    def act(mine: list[float]) -> None:
        while time.monotonic() < end:
            worker_id = f"AW{next(NAMES)}"
            began = time.perf_counter()
            held = work.accept_any(store, worker_id, None, NOW)
            between = time.perf_counter()
            assert held is not None
            work.submit(store, held.assignment_id, worker_id, "", NOW)
            mine += [(between - began) * 1000, (time.perf_counter() - between) * 1000]

    started = [threading.Thread(target=act, args=(mine,)) for mine in times]
    began = time.monotonic()
    for one in started:
        one.start()
    for one in started:
        one.join()
    passed = time.monotonic() - began
    figures.times += [one for mine in times for one in mine]
    figures.rates.append(sum(map(len, times)) / passed)


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--database")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        stores = {
            "plain": opening.open_store(Path(folder) / "plain" / "m.db"),
            "grouped": opening.open_store(Path(folder) / "grouped" / "m.db", grouped=True),
        }
        if given.database:
            stores["postgresql"] = opening.open_url(given.database, play=True)
        for store in stores.values():
            fill(store)
        for threads in THREADS:
            found = {name: Figures() for name in stores}
            for _ in range(given.rounds):
                for name, store in stores.items():
                    measure(store, threads, given.seconds, found[name])
            for name, figures in found.items():
                print(f"{threads:2} threads  {name:10}  {figures}", flush=True)
            plain, grouped = (median(found[name].rates) for name in ("plain", "grouped"))
            print(f"            grouped / plain {grouped / plain:.2f}")
        for store in stores.values():
            store.close()


if __name__ == "__main__":
    main(sys.argv[1:])
