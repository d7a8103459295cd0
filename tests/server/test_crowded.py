"""Sixty-four workers at once beside requesters who call one server, or two on one database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.server.bustle import crowd
from tests.server.market import served_market

pytestmark = pytest.mark.walk

DESKS = 4
WANTED = 10  # assignments of the one HIT that everybody wants
GROUP = 120
SERVERS = pytest.mark.parametrize("servers", [1, 2], ids=["one-server", "two-servers"])


@SERVERS
def test_of_one_hit_no_more_is_given_than_there_is(tmp_path, address, servers, kind, question):
    with served_market(tmp_path, address, servers) as market:
        desks = market.desks(servers, kind, question)
        wanted = desks[0].create(WANTED)
        with crowd(address, wanted) as workers:
            workers.end()
        desks[-1].decide(wanted)
        market.must_hold(desks, workers.submitted)

    assert len(workers.submitted) == WANTED
    assert len(desks[-1].approved) + len(desks[-1].rejected) == WANTED


@SERVERS
def test_a_group_of_hits_is_done_once_each(tmp_path, address, servers, kind, question):
    with served_market(tmp_path, address, servers) as market, crowd(address) as workers:
        desks = market.desks(DESKS, kind, question)
        with ThreadPoolExecutor(DESKS) as pool:
            list(pool.map(lambda context: context.work(GROUP // DESKS, places=1), desks))
        workers.end()
        market.must_hold(desks, workers.submitted)

    assert len(workers.submitted) == GROUP
