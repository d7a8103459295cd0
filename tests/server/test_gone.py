"""The database is gone for a while under a server: calls are told so, and then it goes on by itself.

MTURK_TEST_SECONDS=10 pytest tests/server/test_gone.py lets it be away for longer than the suite does.
"""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from mturk_tasks.marketplace.storage import opening
from tests.postgres import address as address_of
from tests.postgres import running
from tests.server.market import served_market
from tests.server.raw import call, send

pytestmark = pytest.mark.crash

SECONDS = float(os.environ.get("MTURK_TEST_SECONDS", "3"))
CALLERS = 4


def ask(market, until):
    """Block one worker after another until a moment; return who was refused with what, and who was not."""
    server = market.servers[0]
    answered: list[tuple[str, int, str]] = []
    while time.monotonic() < until:
        name = f"AW{len(answered)}X{id(answered)}"
        body = f'{{"WorkerId":"{name}","Reason":"x"}}'.encode()
        reply = call(server.url, market.pair, "CreateWorkerBlock", body)
        answered.append((name, reply.status, reply.kind if reply.status != 200 else ""))
        time.sleep(0.02)
    return answered


def blocked(market):
    pages = market.clients[0].get_paginator("list_worker_blocks").paginate()
    return {one["WorkerId"] for page in pages for one in page["WorkerBlocks"]}


def told(answered, status):
    return {name for name, found, _ in answered if found == status}


@pytest.mark.postgres
def test_a_server_whose_postgresql_was_away_goes_on_and_has_lost_nothing(tmp_path):
    with running() as database, ExitStack() as stack:
        market = stack.enter_context(served_market(tmp_path, address_of(database), 1, quiet=False))
        until = time.monotonic() + SECONDS + 2
        with ThreadPoolExecutor(CALLERS) as pool:
            asking = [pool.submit(ask, market, until) for _ in range(CALLERS)]
            time.sleep(1)
            database.stop()
            assert send(f"{market.servers[0].url}", method="GET", path="/readyz").status == 503
            assert send(f"{market.servers[0].url}", method="GET", path="/healthz").status == 200
            time.sleep(SECONDS)
            database.ensure_postgres_running()
            answered = [one for each in asking for one in each.result()]

        assert call(market.servers[0].url, market.pair).status == 200
        assert {(status, kind) for _, status, kind in answered} == {(200, ""), (503, "ServiceFault")}
        assert told(answered, 200) <= blocked(market)


def test_a_server_whose_file_is_locked_by_another_process_reads_on_and_writes_later(tmp_path):
    path = tmp_path / "market.db"
    with served_market(tmp_path, str(path), 1) as market:
        with opening.open_store(path) as other, ThreadPoolExecutor(CALLERS) as pool:
            with other.writing():
                began = time.monotonic()
                asking = [pool.submit(ask, market, began + SECONDS / 2) for _ in range(CALLERS)]
                time.sleep(SECONDS)
                assert call(market.servers[0].url, market.pair).status == 200
                assert not any(one.done() for one in asking)
            answered = [one for each in asking for one in each.result()]

        assert {status for _, status, _ in answered} == {200}
        assert told(answered, 200) == blocked(market)
