"""Loading over a network: how near the limit of latency, of the disk, and of an allowance of calls."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

from tests.benchmarks.folders import Folder, folder
from tests.benchmarks.harness import Row, Samples, at_least, at_most, benchmark, share
from tests.benchmarks.standin import StandIn, standing_in

ROWS = 3200
WORKERS = 32
LATENCY = 0.1  # seconds
LIMIT = 100.0  # calls a second
LIMITED = 2000  # HITs

SLOW_DISK = """\
import os, time, sys
real = os.fsync
def slow(file):
    time.sleep(0.005)
    real(file)
os.fsync = slow
from mturk_tasks.commands.journal import Journal
Journal.__init__.__kwdefaults__["sync"] = slow
from mturk_tasks.tasks.program import main
sys.argv[0] = "mturk"
main()
"""


def load(survey: Folder, service: StandIn, label: str, *, program: str = "mturk") -> float:
    service.set(reset=1)
    words = ("load", "--label", label, "--force", "--workers", str(WORKERS))
    return survey.run(*words, endpoint=service.url, program=program)


@benchmark("load")
def loading() -> Iterator[Row]:
    """Load 3,200 HITs at 100 ms with 32 workers: the share of rows, latency and workers."""
    ideal = ROWS * LATENCY / WORKERS
    calls, whole = [], []
    with folder(ROWS) as survey, standing_in() as service:
        service.set(latency=LATENCY)
        for number in range(3):
            whole.append(load(survey, service, f"set{number}"))
            calls.append(service.stats()["seconds"])
    yield share("load, the calls alone", at_least(0.95), ideal, Samples(tuple(calls)))
    yield share("load, the whole command", at_least(0.90), ideal, Samples(tuple(whole)))


@benchmark("load-slow-disk")
def loading_to_a_slow_disk() -> Iterator[Row]:
    """Load 1,600 HITs with 5 ms added to each trip to the disk, against none."""
    plain, slow = [], []
    with folder(1600) as survey, standing_in() as service:
        service.set(latency=LATENCY)
        survey.write("slow.py", SLOW_DISK)
        for number in range(3):
            load(survey, service, f"plain{number}")
            plain.append(service.stats()["seconds"])
            service.set(reset=1)
            words = ("load", "--label", f"slow{number}", "--force", "--workers", str(WORKERS))
            survey.run("slow.py", *words, endpoint=service.url, program="python")
            slow.append(service.stats()["seconds"])
    slower, faster = Samples(tuple(slow)), Samples(tuple(plain))
    figure = slower.median / faster.median
    sides = {"slow": f"{slower} s", "plain": f"{faster} s"}
    yield Row("load with 5 ms a trip to the disk ÷ without", figure, at_most(1.10), sides)


@benchmark("limit")
def limited() -> Iterator[Row]:
    """Load 2,000 HITs where 100 calls a second are allowed, which nobody knows; then once more."""
    with folder(LIMITED) as survey, standing_in() as service:
        service.set(latency=0.05)
        for name, goals in (("unknown", (0.90, 0.08)), ("remembered", (0.96, 0.04))):
            service.set(rate=0, burst=0)
            service.set(rate=LIMIT)
            load(survey, service, name)
            stats = service.stats()
            ideal = (LIMITED - LIMIT) / LIMIT
            refused = stats["counts"].get("refused", 0) / LIMITED
            taken = Samples((stats["accepted_at"][-1],))
            yield share(f"{name} limit: share of what it allows", at_least(goals[0]), ideal, taken)
            yield Row(f"{name} limit: refused calls ÷ HITs", refused, at_most(goals[1]))
            failed = LIMITED - len(stats["accepted_at"])
            yield Row(f"{name} limit: HITs that failed", failed, at_most(0))


@benchmark("limit-changes")
def changing_limit() -> Iterator[Row]:
    """Halve the limit in mid-run and double it again: seconds until nine tenths of it are used."""
    with folder(3000) as survey, standing_in() as service:
        service.set(latency=0.05, rate=LIMIT)

        def change() -> None:
            while not service.stats()["accepted_at"]:
                time.sleep(0.05)
            time.sleep(10)
            service.set(rate=LIMIT / 2)
            time.sleep(15)
            service.set(rate=LIMIT)

        changing = threading.Thread(target=change)
        changing.start()
        load(survey, service, "changing")
        changing.join()
        accepted = service.stats()["accepted_at"]
    a_second = [sum(moment <= each < moment + 1 for each in accepted) for moment in range(int(accepted[-1]))]
    for what, begun, limit in (("halved", 10, LIMIT / 2), ("doubled", 25, LIMIT)):
        low, high = 0.9 * limit, 1.15 * limit
        found = next((n for n, calls in enumerate(a_second[begun:]) if low <= calls <= high), 99)
        yield Row(f"limit {what} in mid-run: seconds until it is used", found, at_most(10))
