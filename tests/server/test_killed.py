"""Servers killed again and again while requesters call and sixty-four workers work: nothing is lost.

MTURK_TEST_KILLS=30 pytest tests/server/test_killed.py kills ten times as often as the suite does.
"""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.server.bustle import crowd
from tests.server.market import served_market

pytestmark = pytest.mark.crash

KILLS = int(os.environ.get("MTURK_TEST_KILLS", "3"))
CALLERS = 4
HITS = 8  # of each caller from one kill to the next


@pytest.mark.parametrize(
    ("address", "servers"),
    [
        pytest.param("sqlite", 1, id="sqlite"),
        pytest.param("postgresql", 1, id="postgresql", marks=pytest.mark.postgres),
        pytest.param("postgresql", 2, id="postgresql-two-servers", marks=pytest.mark.postgres),
    ],
    indirect=["address"],
)
def test_what_a_killed_server_has_answered_is_there_once(tmp_path, address, servers, kind, question, capsys):
    with served_market(tmp_path, address, servers) as market, crowd(address) as workers:
        callers = market.callers(CALLERS, kind, question)
        with ThreadPoolExecutor(CALLERS) as pool:
            working = [pool.submit(caller.work, HITS * (KILLS + 1)) for caller in callers]
            for number in range(KILLS):
                wait_for(callers, working, CALLERS * HITS * (number + 1))
                market.servers[number % servers].kill()
                market.servers[number % servers].start()
            for one in working:
                one.result()
        workers.end()
        market.must_hold(callers, workers.submitted)

    with capsys.disabled():
        print(told(callers, workers))  # noqa: T201  # what the load was, for the note
    assert len(workers.submitted) == 2 * CALLERS * HITS * (KILLS + 1)


def wait_for(callers, working, hits):
    """Return when there are so many HITs, or when no more are to come."""
    while sum(len(caller.hits) for caller in callers) < hits:
        ended = [one for one in working if one.done()]
        if len(ended) == len(working) or any(one.exception() for one in ended):
            return
        time.sleep(0.005)


def told(callers, workers):
    decided = sum(len(caller.approved) + len(caller.rejected) for caller in callers)
    return (
        f" {KILLS} kills: {sum(len(caller.hits) for caller in callers)} HITs made, "
        f"{len(workers.submitted)} assignments submitted, {decided} decided; "
        f"{sum(caller.calls for caller in callers)} calls of the API, {workers.calls} of workers"
    )
