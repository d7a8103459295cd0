"""The worker's whole round on the site: accept, page, submit, receipt, beside what the server can answer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from tests.benchmarks.harness import Row, Samples, at_least, at_most, benchmark
from tests.benchmarks.site import BUSY, DONE, Figures, markets, measure, offer, p95
from tests.server.market import Market

SECONDS = 6.0
PEOPLE = 20
CROWD = 64
THOUGHT = 1.0  # seconds, on average


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


@benchmark("thinking")
def thinking() -> Iterator[Row]:
    """Compare accepts of 64 people who think a second with those of one who does, on each database."""
    with served() as found:
        for name, market in found.items():
            group = offer(market, 1, 2000)
            one, many = Figures(), Figures()
            measure(market, group, 1, 2 * SECONDS, one, think=THOUGHT)
            measure(market, group, CROWD, 3 * SECONDS, many, think=THOUGHT)
            alone, slow = median(one.accepts), p95(many.accepts)
            what = f"accept of {CROWD} people who think a second, p95 ÷ median of one alone, {name}"
            sides = {
                f"{CROWD} people": f"{slow:.0f} ms",
                "one": f"{alone:.1f} ms",
                "rounds": f"{many.rates[0]:.1f}/s",
            }
            yield Row(what, slow / alone, at_most(3), sides)
            slowest = max(*many.accepts, *many.submits)
            yield Row(f"their slowest accept or submit in milliseconds, {name}", slowest, at_most(500), {})


@benchmark("two-processes")
def two_processes() -> Iterator[Row]:
    """Compare the servers' CPU for a round on PostgreSQL where two processes serve with where one does."""
    spent: dict[int, float] = {}
    rates: dict[int, float] = {}
    for servers in (1, 2):
        with TemporaryDirectory() as folder, markets(Path(folder), servers) as found:
            market, figures = found["postgresql"], Figures()
            group = offer(market, 1, 2000)
            measure(market, group, PEOPLE, 1, Figures())  # statements are compiled
            before = cpu(market)
            measure(market, group, PEOPLE, 2 * SECONDS, figures)
            spent[servers] = (cpu(market) - before) / figures.ends[DONE]
            rates[servers] = figures.rates[0]
    sides = {
        name: f"{1000 * spent[servers]:.1f} ms at {rates[servers]:.1f}/s"
        for servers, name in ((2, "two"), (1, "one"))
    }
    yield Row("CPU of a round on PostgreSQL, two processes ÷ one", spent[2] / spent[1], at_most(1.1), sides)


def cpu(market: Market) -> float:
    return sum(server.cpu_seconds() for server in market.servers)
