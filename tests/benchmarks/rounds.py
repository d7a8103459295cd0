"""The worker's whole round on the site: accept, page, submit, receipt, beside what the server can answer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from tests.benchmarks.harness import Row, Samples, at_least, at_most, benchmark
from tests.benchmarks.site import BUSY, Figures, markets, measure, offer, p95
from tests.server.market import Market

SECONDS = 6.0
PEOPLE = 20


@contextmanager
def served() -> Iterator[dict[str, Market]]:
    with TemporaryDirectory() as name, markets(Path(name)) as found:
        yield found


def answers(market: Market, seconds: float = 2.0) -> float:
    """Return how many requests for /healthz one client gets answered in a second."""
    connection = HTTPConnection(urlsplit(market.servers[0].url).netloc, timeout=60)
    count, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        count += 1
    connection.close()
    return count / seconds


@benchmark("rounds")
def rounds() -> Iterator[Row]:
    """Compare rounds of 20 people in a second with a quarter of the requests for /healthz."""
    figures: dict[str, Figures] = {}
    healthz: dict[str, list[float]] = {}
    with served() as found:
        groups = {name: offer(market, 1, 2000) for name, market in found.items()}
        for _ in range(3):
            for name, market in found.items():
                measure(market, groups[name], PEOPLE, SECONDS, figures.setdefault(name, Figures()))
                healthz.setdefault(name, []).append(answers(market))
    for name, figure in figures.items():
        rates, quick = Samples(tuple(figure.rates)), Samples(tuple(healthz[name]))
        sides = {
            "rounds": f"{rates}/s",
            "healthz": f"{quick}/s",
            "accept p95": f"{p95(figure.accepts):.0f} ms",
        }
        yield Row(
            f"rounds of {PEOPLE} people ÷ a quarter of /healthz, {name}",
            4 * rates.median / quick.median,
            at_least(0.25),
            sides,
        )
        yield Row(
            f"rounds refused, {name}", figure.ends[BUSY], at_most(0), {"rounds": str(figure.ends.total())}
        )
    rate = {name: Samples(tuple(figure.rates)).median for name, figure in figures.items()}
    yield Row("rounds on PostgreSQL ÷ on SQLite", rate["postgresql"] / rate["sqlite"], at_least(0.8), {})
