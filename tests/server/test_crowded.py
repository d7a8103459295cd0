"""Sixty-four workers at once beside requesters who call one server, or two on one database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.server.bustle import crowd
from tests.server.market import served_market

pytestmark = pytest.mark.walk

CALLERS = 4
WANTED = 10  # assignments of the one HIT that everybody wants
GROUP = 120
SERVERS = pytest.mark.parametrize("servers", [1, 2], ids=["one-server", "two-servers"])


@SERVERS
def test_of_one_hit_no_more_is_given_than_there_is(tmp_path, address, servers, kind, question):
    with served_market(tmp_path, address, servers) as market:
        callers = market.callers(servers, kind, question)
        wanted = callers[0].create(WANTED)
        with crowd(address, wanted) as workers:
            workers.end()
        callers[-1].decide(wanted)
        market.must_hold(callers, workers.submitted)

    assert len(workers.submitted) == WANTED
    assert len(callers[-1].approved) + len(callers[-1].rejected) == WANTED


@SERVERS
def test_a_group_of_hits_is_done_once_each(tmp_path, address, servers, kind, question):
    with served_market(tmp_path, address, servers) as market, crowd(address) as workers:
        callers = market.callers(CALLERS, kind, question)
        with ThreadPoolExecutor(CALLERS) as pool:
            list(pool.map(lambda caller: caller.work(GROUP // CALLERS, places=1), callers))
        workers.end()
        market.must_hold(callers, workers.submitted)

    assert len(workers.submitted) == GROUP
