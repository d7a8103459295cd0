"""Threads that write in turns to one file, and share commits."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from sqlalchemy import event, insert, select

from mturk_tasks.errors import Unavailable
from mturk_tasks.marketplace.storage import opening
from mturk_tasks.marketplace.storage.schema import SANDBOX, block, question

ELSEWHERE = """
import pathlib, sys
from sqlalchemy import insert
from mturk_tasks.marketplace.storage.schema import SANDBOX, block
from mturk_tasks.marketplace.storage import opening

with opening.open_store(pathlib.Path(sys.argv[1])) as store:
    for number in range(20):
        with store.writing() as db:
            db.execute(insert(block).values(requester=SANDBOX, worker_id=f"AE{number}", reason="r"))
"""


@pytest.fixture
def grouped(tmp_path):
    with opening.open_store(tmp_path / "sandbox.db", grouped=True) as store:
        yield store


@pytest.fixture
def commits(grouped):
    """Gather the commits of the store."""
    seen = []
    event.listen(grouped.engine, "commit", lambda db: seen.append(db))
    return seen


def enter(store, worker_id, then=lambda: None):
    with store.writing() as db:
        db.execute(insert(block).values(requester=SANDBOX, worker_id=worker_id, reason="r"))
        then()


def on_the_disk(path):
    with closing(sqlite3.connect(path)) as db:
        return [name for (name,) in db.execute("SELECT worker_id FROM block ORDER BY id")]


def queue_behind_one(store, acts):
    """Run acts in the order given, while one turn before them is held until all wait."""
    waiting, gate = [], store._database._turns._gate
    with ThreadPoolExecutor(len(acts)) as pool, store.writing():
        for act in acts:
            waiting.append(pool.submit(act))
            while gate.waiting < len(waiting):
                threading.Event().wait(0.001)
    return waiting


def test_one_that_writes_alone_commits_at_once(grouped, commits, tmp_path):
    for number in range(3):
        enter(grouped, f"AW{number}")

    assert on_the_disk(tmp_path / "sandbox.db") == ["AW0", "AW1", "AW2"]
    assert len(commits) == 3


def test_those_who_wait_come_in_their_order_and_share_a_commit(grouped, commits, tmp_path):
    names = [f"AW{number}" for number in range(12)]
    waiting = queue_behind_one(grouped, [lambda name=name: enter(grouped, name) for name in names])

    assert [one.result() for one in waiting] == [None] * 12
    assert on_the_disk(tmp_path / "sandbox.db") == names
    assert len(commits) == 1


def test_what_returned_is_on_the_disk(grouped, tmp_path):
    def act(number):
        enter(grouped, f"AW{number}")
        return f"AW{number}" in on_the_disk(tmp_path / "sandbox.db")

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(act, range(200)))


def test_an_exception_undoes_its_own_turn_alone(grouped, tmp_path):
    def fail():
        raise ZeroDivisionError

    acts = [lambda: enter(grouped, "AW1"), lambda: enter(grouped, "AW2", fail), lambda: enter(grouped, "AW3")]
    first, second, third = queue_behind_one(grouped, acts)

    assert (first.result(), third.result()) == (None, None)
    with pytest.raises(ZeroDivisionError):
        second.result()
    assert on_the_disk(tmp_path / "sandbox.db") == ["AW1", "AW3"]


def test_a_full_disk_is_told_to_all_who_shared_the_commit(grouped, tmp_path):
    with grouped.writing() as db:
        pages = db.exec_driver_sql("PRAGMA page_count").scalar()
        db.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    def too_much():
        with grouped.writing() as db:
            db.execute(insert(question).values(digest="d", text="x" * 1_000_000))

    waiting = []
    with pytest.raises(Unavailable, match="the disk is full"):
        waiting += queue_behind_one(grouped, [lambda: enter(grouped, "AW1"), too_much])

    assert on_the_disk(tmp_path / "sandbox.db") == []
    enter(grouped, "AW2")
    assert on_the_disk(tmp_path / "sandbox.db") == ["AW2"]


def test_a_file_that_is_locked_hinders_only_while_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr("mturk_tasks.marketplace.storage.sqlite._PATIENCE", 0.05)
    path = tmp_path / "sandbox.db"
    with (
        opening.open_store(path, grouped=True) as store,
        closing(sqlite3.connect(path, isolation_level=None)) as holder,
    ):
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable, match="another process held it"):
            enter(store, "AW1")
        holder.execute("ROLLBACK")
        enter(store, "AW2")

    assert on_the_disk(path) == ["AW2"]


@pytest.mark.walk
def test_another_process_gets_its_turn_while_threads_write_without_a_pause(grouped, tmp_path):
    over = threading.Event()

    def act(number):
        turns = 0
        while not over.is_set():
            enter(grouped, f"AW{number}T{turns}")
            turns += 1
        return turns

    with ThreadPoolExecutor(8) as pool:
        written = [pool.submit(act, number) for number in range(8)]
        try:
            command = [sys.executable, "-c", ELSEWHERE, str(tmp_path / "sandbox.db")]
            subprocess.run(command, check=True, timeout=60)
        finally:
            over.set()

    with grouped.reading() as db:
        kept = db.execute(select(block.c.worker_id)).scalars().all()
    assert sum(name.startswith("AE") for name in kept) == 20
    assert len(kept) == 20 + sum(one.result() for one in written)
