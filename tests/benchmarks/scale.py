"""Pages and an accept with a million open HITs in 5,000 groups, beside 10,000 in 50."""

from __future__ import annotations

import itertools
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timezone

from sqlalchemy import insert, select, text

from mturk_tasks.lib.ids import new_id
from mturk_tasks.marketplace.storage.schema import hit, hit_type
from tests.benchmarks.harness import Row, at_most, benchmark
from tests.benchmarks.rounds import served
from tests.benchmarks.site import KIND, Browser, newcomers, p95
from tests.server.market import Market
from tests.web.forms import FORM

SMALL, LARGE = (50, 200), (5000, 200)  # groups, and HITs in each
ROUNDS = 30
LOT = 20_000  # rows to an insert


def fill(market: Market, groups: int, each: int) -> list[str]:
    """Offer HITs, all but the first as copies of its rows, and return the IDs of their types."""
    made = market.clients[0].create_hit(
        **KIND, Title="Name the bird", LifetimeInSeconds=864000, MaxAssignments=1, Question=FORM
    )["HIT"]
    with market.store.writing() as db:
        first = db.execute(select(hit).where(hit.c.hit_id == made["HITId"])).one()._mapping
        kind = db.execute(select(hit_type).where(hit_type.c.id == first["hit_type"])).one()._mapping
        kinds = [
            {
                **kind,
                "id": None,
                "hit_type_id": new_id(),
                "hit_group_id": new_id(),
                "digest": secrets.token_hex(32),
            }
            for _ in range(groups)
        ]
        for one in kinds:
            del one["id"]
        db.execute(insert(hit_type), kinds)
        types = [one["hit_type_id"] for one in kinds]
        keys = db.execute(select(hit_type.c.id).where(hit_type.c.id > first["hit_type"])).scalars().all()
        same = {name: value for name, value in first.items() if name != "id"}
        new = (
            {**same, "hit_id": new_id(), "hit_type": key, "shuffle": secrets.randbelow(2**31 - 1)}
            for key in keys
            for _ in range(each)
        )
        while lot := list(itertools.islice(new, LOT)):
            db.execute(insert(hit), lot)
        if market.store.locks:
            db.execute(text("ANALYZE"))
    return types


def timed(acts: Sequence[Callable[[], object]]) -> list[float]:
    """Return the 95th percentile of the milliseconds of each act, all in turn in every round."""
    times: list[list[float]] = [[] for _ in acts]
    for number in range(ROUNDS + 2):
        for act, mine in zip(acts, times, strict=True):
            began = time.perf_counter()
            act()
            if number >= 2:
                mine.append((time.perf_counter() - began) * 1000)
    return [p95(mine) for mine in times]


@benchmark("million")
def million() -> Iterator[Row]:
    """Compare pages and an accept with a million open HITs with the same at 10,000, on each database."""
    with served() as small, served() as large:
        for name in small:
            few = walks(small[name], fill(small[name], *SMALL))
            many = walks(large[name], fill(large[name], *LARGE))
            for what in many:
                low, high = timed([few[what], many[what]])
                sides = {"10,000": f"{low:.1f} ms", "1,000,000": f"{high:.1f} ms"}
                yield Row(
                    f"{what}, {name}: p95 at 1,000,000 HITs ÷ at 10,000", high / low, at_most(1.5), sides
                )


def walks(market: Market, types: Sequence[str]) -> dict[str, Callable[[], object]]:
    """Return what a worker does, by name."""
    browser = Browser(market.servers[0].url)
    browser.sign_in(*newcomers(market, 1)[0])
    group = itertools.cycle(types[:40])

    def accept() -> None:
        held = browser.post(f"/groups/{next(group)}/accept")
        assert held.path.startswith("/work/"), held
        assert browser.post(f"{held.path}/return").status == 200

    assert datetime.now(timezone.utc)
    return {
        "front page": lambda: browser.get("/"),
        "group page": lambda: browser.get(f"/groups/{next(group)}"),
        "accept and return": accept,
        "dashboard": lambda: browser.get("/dashboard"),
    }
