"""Workers of one process, each in a thread: they take what they can get until no more is to come.

python -m tests.server.crowd ADDRESS FIRST THREADS [HIT]

The first line on standard input lets them begin, the second says that nothing more will be offered.
Each first tries the HIT, if one is named. The last line on standard output tells which assignments
were submitted, and how many calls that took.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from pathlib import Path

from mturk_tasks.marketplace.storage import opening
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.marketplace.worker import answering, work

PAUSE = 2.0  # seconds, for who found nothing


class Worker:
    """One worker, and what became of each call."""

    def __init__(self, store: Store, worker_id: str) -> None:
        self._store = store
        self._id = worker_id
        self.submitted: list[str] = []
        self.calls = 0

    def try_for(self, hit_id: str) -> None:
        """Do one HIT unless others were quicker."""
        self.calls += 1
        try:
            held = work.accept(self._store, self._id, hit_id, datetime.now(timezone.utc))
        except answering.Refused as refusal:
            if refusal.reason != "full":
                raise
        else:
            self._submit(held)

    def do_all(self, last: threading.Event) -> None:
        """Do HIT after HIT; return when there is none and no more is to come."""
        while True:
            is_last = last.is_set()
            self.calls += 1
            held = work.accept_any(self._store, self._id, None, datetime.now(timezone.utc))
            if held is not None:
                self._submit(held)
            elif is_last:
                return
            else:
                last.wait(PAUSE)

    def _submit(self, held: work.Accepted) -> None:
        self.calls += 1
        work.submit(self._store, held.assignment_id, self._id, "", datetime.now(timezone.utc))
        self.submitted.append(held.assignment_id)


def main(arguments: Sequence[str]) -> None:
    address, first, threads, *hits = arguments
    store = opening.open_url(address) if "://" in address else opening.open_store(Path(address), grouped=True)
    workers = [Worker(store, f"AW{int(first) + number}") for number in range(int(threads))]
    last = threading.Event()

    def act(worker: Worker) -> None:
        for hit_id in hits:
            worker.try_for(hit_id)
        worker.do_all(last)

    print("ready", flush=True)  # noqa: T201  # to the process that started this one
    sys.stdin.readline()
    with ThreadPoolExecutor(len(workers)) as pool:
        acting = [pool.submit(act, worker) for worker in workers]
        sys.stdin.readline()
        last.set()
        for one in acting:
            one.result()
    submitted = [one for worker in workers for one in worker.submitted]
    print(json.dumps([submitted, sum(worker.calls for worker in workers)]))  # noqa: T201  # likewise


if __name__ == "__main__":
    main(sys.argv[1:])
