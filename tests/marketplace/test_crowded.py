"""Sixty-four workers at once, in several processes, and a requester who decides meanwhile."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from mturk_tasks.client.session import connect
from mturk_tasks.marketplace.api.endpoint import attach
from mturk_tasks.marketplace.operator import requesters
from mturk_tasks.marketplace.records import ledger
from mturk_tasks.marketplace.storage.schema import assignment, hit, hit_type
from mturk_tasks.vocabulary.statuses import APPROVED, SUBMITTED

pytestmark = pytest.mark.walk

PROCESSES = 2
THREADS = 32
CROWD = """
import json, pathlib, sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from mturk_tasks.marketplace.worker import answering, work
from mturk_tasks.marketplace.storage import opening
from mturk_tasks.marketplace.storage import opening

address, now, answer, first, threads, hit_id = sys.argv[1:]
moment = datetime.fromisoformat(now)
place = pathlib.Path(address)
store = opening.open_url(address) if "://" in address else opening.open_store(place, grouped=True)

def find(worker_id):
    try:
        if hit_id:
            return work.accept(store, worker_id, hit_id, moment)
        return work.accept_any(store, worker_id, None, moment)
    except answering.Refused as refusal:
        assert refusal.reason in ("full", "repeated"), refusal
        return None

def act(number):
    done = []
    worker_id = f"AW{int(first) + number}"
    while (held := find(worker_id)) is not None:
        work.submit(store, held.assignment_id, worker_id, answer, moment)
        done.append(held.assignment_id)
    return done

print("ready", flush=True)
sys.stdin.readline()
with ThreadPoolExecutor(int(threads)) as pool:
    print(json.dumps([one for done in pool.map(act, range(int(threads))) for one in done]))
"""


@pytest.fixture
def real(reopening):
    with reopening(False) as store:
        yield store


@pytest.fixture
def ada(real, at):
    key = requesters.add(real, "ada", at.now).key
    requesters.fund(real, "ada", Decimal("1000.00"), at.now)
    client = connect(None)
    attach(client, real, lambda: at.now, key)
    return client


@pytest.fixture
def crowd(address, at, answer):
    """Let 64 workers take what they can get, and return the assignments they were told are submitted."""

    def work_while(meanwhile, hit_id=""):
        given = [sys.executable, "-c", CROWD, address, at.now.isoformat(), answer]
        pipes: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        started = [
            subprocess.Popen([*given, str(number * THREADS), str(THREADS), hit_id], text=True, **pipes)
            for number in range(PROCESSES)
        ]
        assert [process.stdout.readline() for process in started] == ["ready\n"] * PROCESSES
        for process in started:
            process.stdin.write("\n")
            process.stdin.flush()
        with ThreadPoolExecutor(1) as pool:
            deciding = pool.submit(meanwhile, lambda: any(process.poll() is None for process in started))
            said = [process.communicate(timeout=120) for process in started]
            deciding.result()
        assert [errors for _, errors in said] == [""] * PROCESSES
        return [one for told, _ in said for one in json.loads(told)]

    return work_while


def decide(client, hit_ids, goes_on):
    """Approve what is there, with a bonus for every fifth, until the crowd has gone."""
    seen = []
    while True:
        last = not goes_on()
        for hit_id in hit_ids:
            found = client.list_assignments_for_hit(HITId=hit_id, AssignmentStatuses=["Submitted"])
            for one in found["Assignments"]:
                client.approve_assignment(AssignmentId=one["AssignmentId"])
                seen.append(one)
                if len(seen) % 5 == 0:
                    names = {name: one[name] for name in ("AssignmentId", "WorkerId")}
                    client.send_bonus(BonusAmount="0.01", Reason="quick", **names)
        if last:
            return
        time.sleep(0.2)  # not all calls shall be the requester's


def assert_all_is_there(store, told):
    with store.reading() as db:
        kept = db.execute(select(assignment.c.assignment_id, assignment.c.status, assignment.c.hit)).all()
        offered = {row.id: row.max_assignments for row in db.execute(select(hit))}
        counters = db.execute(select(hit.c.id, hit.c.available, hit.c.pending, hit.c.completed)).all()
    assert {row.assignment_id for row in kept} == set(told)
    assert {row.status for row in kept} <= {SUBMITTED, APPROVED}
    taken = Counter(row.hit for row in kept)
    decided = Counter(row.hit for row in kept if row.status == APPROVED)
    assert all(taken[key] <= places for key, places in offered.items())
    assert counters
    assert all(
        (row.available, row.pending, row.completed) == (offered[row.id] - taken[row.id], 0, decided[row.id])
        for row in counters
    )


def assert_the_ledger_is_exact(store, at):
    undecided = hit.c.max_assignments - hit.c.completed
    cover = select(func.sum(undecided * (hit_type.c.reward + hit.c.fee))).select_from(hit).join(hit_type)
    with store.reading() as db:
        sums = ledger.totals(db)
        held = ledger.held(db)
        cents = db.execute(cover).scalar_one()
    spent = sums["payment"] + sums["fee"] + sums["bonus"] + sums["bonus fee"]
    balances = sum(one.balance for one in requesters.listed(store, at.now))
    assert held == Decimal(int(cents)).scaleb(-2)
    assert balances + held + spent == Decimal("1000.00")


def test_of_one_hit_no_more_is_given_than_there_is(ada, real, crowd, at, kind, question):
    made = ada.create_hit(**kind, LifetimeInSeconds=3600, Question=question, MaxAssignments=10)["HIT"]

    told = crowd(lambda goes_on: decide(ada, [made["HITId"]], goes_on), made["HITId"])

    assert len(told) == 10
    assert_all_is_there(real, told)
    assert_the_ledger_is_exact(real, at)


def test_a_group_of_hits_is_done_once_each(ada, real, crowd, at, kind, question):
    type_id = ada.create_hit_type(**kind)["HITTypeId"]
    new = {"HITTypeId": type_id, "LifetimeInSeconds": 3600, "Question": question, "MaxAssignments": 2}
    hit_ids = [ada.create_hit_with_hit_type(**new)["HIT"]["HITId"] for _ in range(150)]

    told = crowd(lambda goes_on: decide(ada, hit_ids[::20], goes_on))

    assert len(told) == 300
    assert_all_is_there(real, told)
    assert_the_ledger_is_exact(real, at)
