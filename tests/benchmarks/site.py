"""Measure the worker site: submits in a second, who was refused for what, and pages among many HITs.

python -m tests.benchmarks.site [--seconds 5] [--rounds 2] [--workers 1 10] [--hits 1000]

Workers do what browsers without scripts do: they sign in, and then accept, get the work page, submit and
get the receipt, again and again; the forms' token comes from the pages, and redirects are followed: an
accept lasts until the work page is there, a submit until the receipt is. They are in processes beside the
server. Databases, and pages with few and many HITs, take turns in one run, so that their ratios hold on
any machine; the figures do not.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import re
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from decimal import Decimal
from http.client import HTTPConnection, HTTPResponse, RemoteDisconnected
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode, urlsplit

from sqlalchemy import insert, select
from urllib3 import encode_multipart_formdata

from mturk_tasks.marketplace.operator import requesters
from mturk_tasks.marketplace.storage.schema import hit
from mturk_tasks.marketplace.web.accounts import accounts
from tests import postgres
from tests.benchmarks.served import PROCESSES, run, together
from tests.server.market import Market, served_market
from tests.web.conftest import TOKEN
from tests.web.forms import FORM

PLACES = 1000  # of each HIT, more than there are workers
GROUPS = 10
SIZES = (10, 1000)  # HITs of each group on the pages that are compared
ANSWER = {"q1": "owl", "q2": "1"}
KIND = {"Description": "One picture, one word", "Reward": "0.00", "AssignmentDurationInSeconds": 600}
DONE, BUSY, TAKEN = "done", "busy", "taken"  # ends of a walk; a HIT is taken where others were faster
NAMES = itertools.count()


@dataclass
class Figures:
    """Walks in a second, milliseconds of accepts and submits, and how many walks ended how."""

    rates: list[float] = field(default_factory=list)
    accepts: list[float] = field(default_factory=list)
    submits: list[float] = field(default_factory=list)
    ends: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        return (
            f"{median(self.rates):5.1f} submits/s  accept p95 {p95(self.accepts):6.1f} ms  "
            f"submit p95 {p95(self.submits):6.1f} ms  {self.ends.total()} accepts, refused: "
            f"{self.ends[BUSY]} {BUSY}, {self.ends[TAKEN]} {TAKEN}"
        )


@dataclass(frozen=True)
class Seen:
    """The page at which a browser is after it has followed where it was led."""

    path: str
    status: int
    text: str


class Browser:
    """Keep one connection, the cookie, and the token of the last page that had one."""

    def __init__(self, url: str) -> None:
        self._connection = HTTPConnection(urlsplit(url).netloc, timeout=60)
        self._cookie = self._token = ""

    def get(self, path: str) -> Seen:
        return self._ask("GET", path)

    def post(self, path: str, **fields: str) -> Seen:
        kind = "application/x-www-form-urlencoded"
        return self._ask("POST", path, urlencode({"token": self._token, **fields}).encode(), kind)

    def post_parts(self, path: str, **fields: str) -> Seen:
        """Send a form that could have files."""
        return self._ask("POST", path, *encode_multipart_formdata({"token": self._token, **fields}))

    def sign_in(self, name: str, password: str) -> None:
        self.get("/sign-in")
        assert self.post("/sign-in", name=name, password=password).path == "/"

    def _ask(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> Seen:
        about = {"Content-Type": kind} if kind else {}
        response = self._response(method, path, body, {"Cookie": self._cookie, **about})
        text = response.read().decode()
        self._cookie = (response.getheader("Set-Cookie") or self._cookie).partition(";")[0]
        found = TOKEN.search(text)
        self._token = found[1] if found else self._token
        leads = response.getheader("Location")
        return self._ask("GET", leads) if leads else Seen(path, response.status, text)

    def _response(self, *request: Any) -> HTTPResponse:
        """Ask once more, as browsers do, where the server has closed a connection that was idle."""
        try:
            self._connection.request(*request)
            return self._connection.getresponse()
        except RemoteDisconnected:
            self._connection.close()
            self._connection.request(*request)
            return self._connection.getresponse()


def walk(browser: Browser, group: str, think: float = 0) -> tuple[str, float, float]:
    """Do one HIT of a group; return how that ended, and how long accepting and submitting took.

    `think` is how many seconds pass between the two, on average.
    """
    began = time.perf_counter()
    work = browser.post(f"/groups/{group}/accept")
    accepting = (time.perf_counter() - began) * 1000
    time.sleep(random.uniform(0, 2 * think))  # noqa: S311  # nobody's secret
    between = time.perf_counter()
    if not work.path.startswith("/work/"):
        assert work.status == 503 or "said=all_taken" in work.path, work
        return BUSY if work.status == 503 else TAKEN, accepting, 0
    done = browser.post_parts(f"{work.path}/submit", **ANSWER)
    assert done.path.endswith("/receipt"), done
    return DONE, accepting, (time.perf_counter() - between) * 1000


def client(arguments: Sequence[str]) -> None:
    """Be one of the processes that workers are in: told who they are, say how each walk went."""
    given = json.loads(arguments[0])
    walks: list[tuple[str, float, float]] = []

    def walking(name: str, password: str) -> Callable[[], None]:
        browser = Browser(given["url"])
        browser.sign_in(name, password)
        browser.get(f"/groups/{given['group']}")
        return lambda: walks.append(walk(browser, given["group"], given["think"]))

    acts = [walking(*who) for who in given["people"]]
    print("ready", flush=True)
    sys.stdin.readline()
    run(acts, given["seconds"])
    print(json.dumps(walks))


def measure(
    market: Market, group: str, workers: int, seconds: float, figures: Figures, *, think: float = 0
) -> None:
    """Let people work for some seconds, each at one of the servers."""
    people = newcomers(market, workers)
    common = {"group": group, "seconds": seconds, "think": think}
    processes = min(workers, max(PROCESSES, len(market.servers)))
    told = [
        {
            **common,
            "url": market.servers[number % len(market.servers)].url,
            "people": people[number::processes],
        }
        for number in range(processes)
    ]
    walks = together("tests.benchmarks.site", told)
    figures.ends.update(end for end, _, _ in walks)
    figures.accepts += [accepting for end, accepting, _ in walks if end == DONE]
    figures.submits += [submitting for end, _, submitting in walks if end == DONE]
    figures.rates.append(sum(end == DONE for end, _, _ in walks) / seconds)


def newcomers(market: Market, count: int) -> list[tuple[str, str]]:
    """Make accounts, and return names and passwords."""
    names = [f"anna{next(NAMES)}" for _ in range(count)]
    return [(name, accounts.add(market.store, name, datetime.now(timezone.utc))[1]) for name in names]


def offer(market: Market, groups: int, hits: int) -> str:
    """Offer HITs in groups, and return the ID of one group; all but the first HIT of each are copies."""
    group = ""
    for number in range(groups):
        new = {"Title": f"Name the bird {number}", "LifetimeInSeconds": 36000, "MaxAssignments": PLACES}
        made = market.clients[0].create_hit(**KIND, **new, Question=FORM)["HIT"]
        group = made["HITTypeId"]
        with market.store.writing() as db:
            row = db.execute(select(hit).where(hit.c.hit_id == made["HITId"])).one()
            kept = {name: value for name, value in row._mapping.items() if name != "id"}
            db.execute(insert(hit), [copied(kept) for _ in range(hits - 1)])
    return group


def copied(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "hit_id": f"3{secrets.token_hex(14).upper()}", "shuffle": secrets.randbelow(2**31 - 1)}


@contextmanager
def markets(folder: Path, servers: int = 1) -> Iterator[dict[str, Market]]:
    """Serve an empty marketplace on each database, on PostgreSQL by so many processes."""
    with ExitStack() as stack:
        server = stack.enter_context(postgres.running())
        url = postgres.address(server, durable=True)
        addresses = {"sqlite": str(folder / "market.db"), "postgresql": url}
        found = {}
        for name, address in addresses.items():
            (folder / name).mkdir(parents=True)
            found[name] = stack.enter_context(
                served_market(folder / name, address, servers if "://" in address else 1)
            )
            requesters.fund(found[name].store, "ada", Decimal("1000000.00"), datetime.now(timezone.utc))
        yield found


def measure_walks(found: dict[str, Market], given: argparse.Namespace) -> None:
    """Print how one worker and several at once get on, on each database."""
    groups = {name: offer(market, 1, given.hits) for name, market in found.items()}
    for workers in given.workers:
        figures = {name: Figures() for name in found}
        for _ in range(given.rounds):
            for name, market in found.items():
                measure(market, groups[name], workers, given.seconds, figures[name])
        for name, each in figures.items():
            print(f"{workers:2} workers  {name:10}  {each}", flush=True)


def measure_pages(small: dict[str, Market], large: dict[str, Market], seconds: float) -> None:
    """Print how long pages take with few HITs and with many, on each database."""
    for name in small:
        both = [small[name], large[name]]
        groups = [offer(market, GROUPS, hits) for market, hits in zip(both, SIZES, strict=True)]
        browsers = [Browser(market.servers[0].url) for market in both]
        for browser, market in zip(browsers, both, strict=True):
            browser.sign_in(*newcomers(market, 1)[0])
        paths = {"/": ["/", "/"], "/groups/<id>": [f"/groups/{group}" for group in groups]}
        for shown, of_each in paths.items():
            few, many = alternately(browsers, of_each, seconds)
            sizes = [f"{GROUPS * hits:6,} HITs" for hits in SIZES]
            print(
                f"GET {shown:13} {name:10}  {sizes[0]} {few:6.1f} ms  {sizes[1]} {many:6.1f} ms  "
                f"{many / few:.2f}",
                flush=True,
            )


def alternately(browsers: Sequence[Browser], paths: Sequence[str], seconds: float) -> list[float]:
    """Return the median of how long the page of each took, in milliseconds."""
    times: list[list[float]] = [[] for _ in browsers]
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for browser, path, mine in zip(browsers, paths, times, strict=True):
            began = time.perf_counter()
            seen = browser.get(path)
            mine.append((time.perf_counter() - began) * 1000)
            assert seen.status == 200, seen
            assert re.search("Name the bird", seen.text)
    return [median(mine) for mine in times]


def p95(times: Sequence[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def main(arguments: Sequence[str]) -> None:
    if arguments[:1] == ["--client"]:
        client(arguments[1:])
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 10], help="at once")
    parser.add_argument("--hits", type=int, default=1000, help="of their group; each worker does one once")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with markets(folder / "walked") as found:
            measure_walks(found, given)
        with markets(folder / "small") as small, markets(folder / "large") as large:
            measure_pages(small, large, given.seconds)


if __name__ == "__main__":
    main(sys.argv[1:])
