"""How many calls it takes to know how a large set stands, and to fetch its results."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import func, select

from mturk_tasks.client import hits
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.surveys import load, results, status
from mturk_tasks.commands.surveys.load import LoadRequest
from mturk_tasks.marketplace.storage import opening
from mturk_tasks.marketplace.storage.schema import hit
from mturk_tasks.marketplace.worker import work
from tests.benchmarks.embedded import ANSWER, context_of, quietly
from tests.benchmarks.folders import Folder, folder
from tests.benchmarks.harness import Row, at_most, benchmark

PAGE = 100


def counted(context: CommandContext) -> Counter[str]:
    """Return a counter of the calls that a context makes from now on."""
    calls: Counter[str] = Counter()

    def note(event_name: str, **_: Any) -> None:
        calls[event_name.rpartition(".")[2]] += 1

    context.client.meta.events.register_first("before-send.mturk", note)
    return calls


def loaded(survey: Folder) -> list[str]:
    """Load the rows of a folder, and return the IDs of the HITs."""
    quietly(lambda: load.run(context_of(survey), LoadRequest()))
    with opening.open_store(survey.home / "sandbox.db") as store, store.reading() as db:
        return list(db.execute(select(hit.c.hit_id).order_by(hit.c.id)).scalars())


def answer(survey: Folder, hit_ids: list[str], times: int) -> None:
    now = datetime.now(timezone.utc)
    with opening.open_store(survey.home / "sandbox.db") as store:
        for worker in range(times):
            for hit_id in hit_ids:
                held = work.accept(store, f"ABENCH{worker}", hit_id, now)
                work.submit(store, held.assignment_id, f"ABENCH{worker}", ANSWER, now)


@benchmark("status")
def stands() -> Iterator[Row]:
    """Ask how 10,000 HITs stand: calls for 100 HITs, and the time beside that of those calls bare."""
    count = 10_000
    with folder(count) as survey:
        hit_ids = loaded(survey)
        ours, bare = [], []
        calls: Counter[str] = Counter()
        for _ in range(3):
            context = context_of(survey)
            calls = counted(context)
            ours.append(quietly(lambda context=context: status.run(context)))  # type: ignore[misc]  # bound now
            client = context_of(survey).client
            began = time.perf_counter()
            for begin in range(0, count, PAGE):
                hits.get_states(client, hit_ids[begin : begin + PAGE])
            bare.append(time.perf_counter() - began)
    sides = {"calls": str(calls.total()), "HITs": f"{count:,}"}
    yield Row("status: calls for 100 HITs", calls.total() / (count / PAGE), at_most(1.05), sides)
    figure = sorted(ours)[1] / sorted(bare)[1]
    sides = {"status": f"{sorted(ours)[1]:.2f} s", "calls": f"{sorted(bare)[1]:.2f} s"}
    yield Row("status of 10,000 HITs ÷ its calls bare", figure, at_most(3), sides)


@benchmark("results")
def fetched() -> Iterator[Row]:
    """Fetch the results of 1,000 HITs with three answers each, and once more after ten have changed."""
    count = 1000
    with folder(count, assignments=4) as survey:
        hit_ids = loaded(survey)
        answer(survey, hit_ids, 3)
        first_context = context_of(survey)
        calls = counted(first_context)
        seconds = quietly(lambda: results.run(first_context))
        first = dict(calls)
        now = datetime.now(timezone.utc)
        with opening.open_store(survey.home / "sandbox.db") as store:
            for hit_id in hit_ids[:10]:
                held = work.accept(store, "ABENCH9", hit_id, now)
                work.submit(store, held.assignment_id, "ABENCH9", ANSWER, now)
            with store.reading() as db:
                assert db.execute(select(func.count()).select_from(hit)).scalar_one() == count
        second_context = context_of(survey)
        calls = counted(second_context)
        again = quietly(lambda: results.run(second_context))
    of_status = count // PAGE + 1  # the pages of states, and the account with the marketplace's ID
    sides = {"calls": str(first), "taken": f"{seconds:.2f} s"}
    total = sum(first.values()) - of_status
    yield Row("results: calls a HIT with work, those of status left out", total / count, at_most(1.05), sides)
    sides = {"calls": str(dict(calls)), "taken": f"{again:.2f} s"}
    yield Row(
        "results again, 10 HITs changed: calls beside those of status",
        calls.total() - of_status,
        at_most(12),
        sides,
    )
