"""Many at once: threads, and processes on one file or server."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

from mturk_tasks.client.session import connect
from mturk_tasks.marketplace.api.endpoint import attach
from mturk_tasks.marketplace.storage import opening
from mturk_tasks.marketplace.worker import answering, work

ACCEPT = """
import pathlib, sys
from datetime import datetime
from mturk_tasks.marketplace.worker import answering, work
from mturk_tasks.marketplace.storage import opening

address, hit_id, now, worker_id = sys.argv[1:]
with opening.open_url(address) if "://" in address else opening.open_store(pathlib.Path(address)) as store:
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        work.accept(store, worker_id, hit_id, datetime.fromisoformat(now))
        print("won")
    except answering.Refused as refusal:
        print(refusal.reason)
"""

WORK = """
import itertools, pathlib, sys
from datetime import datetime
from mturk_tasks.marketplace.worker import answering, work
from mturk_tasks.marketplace.storage import opening

address, hit_id, now, answer = sys.argv[1:]
moment = datetime.fromisoformat(now)
store = opening.open_url(address) if "://" in address else opening.open_store(pathlib.Path(address))
for n in itertools.count():
    worker_id = f"AW{n}"
    held = work.accept(store, worker_id, hit_id, moment)
    work.submit(store, held.assignment_id, worker_id, answer, moment)
    print(worker_id, flush=True)
"""


@pytest.mark.crash
def test_what_a_killed_process_told_a_worker_is_kept(address, client, post, get, at, answer):
    hit_id = post(MaxAssignments=100_000)["HITId"]
    given = [address, hit_id, at.now.isoformat(), answer]
    process = subprocess.Popen([sys.executable, "-c", WORK, *given], stdout=subprocess.PIPE, text=True)
    told = [process.stdout.readline().strip() for _ in range(25)]
    process.kill()
    told += process.communicate()[0].split()

    pages = client.get_paginator("list_assignments_for_hit").paginate(HITId=hit_id)
    kept = [found["WorkerId"] for page in pages for found in page["Assignments"]]

    assert kept[: len(told)] == told
    assert get(hit_id)["NumberOfAssignmentsAvailable"] in (100_000 - len(kept), 100_000 - len(kept) - 1)


def test_of_many_threads_as_many_win_as_there_are_places(store, post, get, at):
    hit_id = post(MaxAssignments=3)["HITId"]

    def attempt(n):
        try:
            work.accept(store, f"AW{n}", hit_id, at.now)
        except answering.Refused as refusal:
            return refusal.reason
        return "won"

    with ThreadPoolExecutor(8) as pool:
        outcomes = sorted(pool.map(attempt, range(16)))

    assert outcomes == ["full"] * 13 + ["won"] * 3
    assert get(hit_id)["NumberOfAssignmentsPending"] == 3


@pytest.mark.long
def test_of_two_processes_one_wins_the_last_place(address, store, post, get, at):
    hit_id = post()["HITId"]
    common = [sys.executable, "-c", ACCEPT, address, hit_id, at.now.isoformat()]
    started = [
        subprocess.Popen([*common, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for name in ("AW1", "AW2")
    ]
    assert [process.stdout.readline() for process in started] == ["ready\n"] * 2

    for process in started:
        process.stdin.write("\n")
        process.stdin.flush()
    outcomes = sorted(process.communicate(timeout=60)[0] for process in started)

    assert outcomes == ["full\n", "won\n"]
    assert get(hit_id)["NumberOfAssignmentsPending"] == 1


@pytest.mark.parametrize("where", ["file", "memory"])
def test_a_worker_in_two_windows_gets_one_assignment(tmp_path, kind, question, at, where):
    with opening.open_store(tmp_path / "other.db" if where == "file" else None) as store:
        client = connect(None)
        attach(client, store, lambda: at.now)
        request = {**kind, "LifetimeInSeconds": 3600, "Question": question, "MaxAssignments": 5}
        hit_id = client.create_hit(**request)["HIT"]["HITId"]

        def attempt(_):
            try:
                return work.accept(store, "AW1", hit_id, at.now).hit_id
            except answering.Refused as refusal:
                return refusal.reason

        with ThreadPoolExecutor(4) as pool:
            outcomes = sorted(pool.map(attempt, range(4)))

    assert outcomes == sorted([hit_id, "repeated", "repeated", "repeated"])


def test_one_token_used_by_many_threads_makes_one_hit(client, kind, question):
    request = {**kind, "LifetimeInSeconds": 3600, "Question": question, "UniqueRequestToken": "once"}

    def attempt(_):
        try:
            return client.create_hit(**request)["HIT"]["HITId"]
        except ClientError as refusal:
            return refusal.response["Error"]["Message"]

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(attempt, range(6)))

    (hit,) = client.list_hits()["HITs"]
    assert all(hit["HITId"] in outcome for outcome in outcomes)
    assert outcomes.count(hit["HITId"]) == 1
