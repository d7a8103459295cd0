from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from decimal import Decimal

import pytest
from sqlalchemy import insert, select, update

from mturk_tasks.errors import MTurkTasksError
from mturk_tasks.marketplace.storage import opening, schema
from mturk_tasks.marketplace.worker import work

SQLITE = pytest.mark.parametrize("address", ["sqlite"], indirect=True)


def test_what_was_done_is_there_after_reopening(tmp_path, at):
    path = tmp_path / "new" / "folder" / "sandbox.db"
    with opening.open_store(path) as store:
        work.register(store, "AW1", False, at.now)

    with opening.open_store(path) as store, store.reading() as db:
        assert db.execute(select(schema.worker.c.worker_id)).scalars().all() == ["AW1"]


@SQLITE
def test_commits_are_durable_and_keys_are_checked(store):
    with store.reading() as db:
        asked = [db.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
        assert asked == ["wal", 2]
        assert db.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert db.exec_driver_sql("PRAGMA busy_timeout").scalar() == 30_000


def test_an_exception_undoes_the_whole_transaction(store):
    def fail():
        with store.writing() as db:
            db.execute(insert(schema.block).values(requester=schema.SANDBOX, worker_id="AW1", reason="r"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    with store.reading() as db:
        assert db.execute(select(schema.block)).all() == []


@pytest.mark.parametrize("amount", ["0.00", "0.01", "0.29", "1.10", "14000000000000.05"])
def test_amounts_and_moments_are_kept_exactly(store, at, amount):
    at.later(milliseconds=987)
    values = {"hit_type_id": "3T", "hit_group_id": "3G", "digest": "d", "title": "t", "description": "d"}
    durations = {"assignment_duration": 60, "auto_approval_delay": 0}
    worker = {"worker_id": "AW1", "simulated": False, "registered": at.now}
    with store.writing() as db:
        db.execute(insert(schema.hit_type).values(**values, **durations, reward=Decimal(amount)))
        db.execute(insert(schema.worker).values(worker))

    with store.reading() as db:
        assert db.execute(select(schema.hit_type.c.reward)).scalar_one() == Decimal(amount)
        assert db.execute(select(schema.worker.c.registered)).scalar_one() == at.now


def test_a_file_of_a_newer_version_is_refused(tmp_path):
    path = tmp_path / "sandbox.db"
    with opening.open_store(path) as store, store.writing() as db:
        db.execute(update(schema.meta).values(version=schema.VERSION + 1))

    for open_it in (opening.open_store, opening.open_copy):
        with pytest.raises(MTurkTasksError, match="newer version of mturk-tasks"):
            open_it(path)


def test_a_dry_copy_of_nothing_creates_nothing(tmp_path, at):
    path = tmp_path / "home" / "sandbox.db"
    with opening.open_copy(path) as store:
        work.register(store, "AW1", False, at.now)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("in_use", [False, True])
def test_a_dry_copy_changes_nothing(tmp_path, at, in_use):
    path = tmp_path / "sand box?.db"
    original = opening.open_store(path)
    work.register(original, "AW1", False, at.now)
    if not in_use:
        original.close()
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir() if file.suffix == ".db"}

    with opening.open_copy(path) as copy:
        work.register(copy, "AW2", False, at.now)
        with copy.reading() as db:
            assert len(db.execute(select(schema.worker)).all()) == 2

    after = {file.name: file.read_bytes() for file in tmp_path.iterdir() if file.suffix == ".db"}
    assert after == before
    assert in_use or [file.name for file in tmp_path.iterdir()] == [path.name]
    original.close()


def test_a_folder_in_place_of_the_file_is_a_sentence(tmp_path):
    with pytest.raises(MTurkTasksError, match="cannot be opened; check the permissions"):
        opening.open_store(tmp_path)


def test_a_file_in_place_of_the_folder_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(MTurkTasksError, match=r"sandbox\.db"):
        opening.open_store(tmp_path / "file" / "sandbox.db")


@pytest.mark.parametrize("open_it", [opening.open_store, opening.open_copy])
def test_a_file_that_is_no_database_is_a_sentence_and_stays_as_it_is(tmp_path, open_it):
    path = tmp_path / "sandbox.db"
    path.write_bytes(b"colour\tpicture\n" * 300)
    with pytest.raises(MTurkTasksError, match="it is no database; move it away"):
        open_it(path)
    assert path.read_bytes() == b"colour\tpicture\n" * 300


def test_a_damaged_file_is_a_sentence(tmp_path):
    path = tmp_path / "sandbox.db"
    opening.open_store(path).close()
    content = bytearray(path.read_bytes())
    content[100:4096] = b"\xee" * 3996
    path.write_bytes(content)

    with pytest.raises(MTurkTasksError, match="it is damaged; move it away"):
        opening.open_store(path)


@SQLITE
def test_a_full_disk_is_a_sentence_and_changes_nothing(store, at):
    with store.writing() as db:
        pages = db.exec_driver_sql("PRAGMA page_count").scalar()
        db.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    def write():
        with store.writing() as db:
            db.execute(insert(schema.block).values(requester=schema.SANDBOX, worker_id="AW1", reason="r"))
            db.execute(insert(schema.question).values(digest="d", text="x" * 1_000_000))

    with pytest.raises(MTurkTasksError, match="the disk is full; make room"):
        write()

    with store.reading() as db:
        assert db.execute(select(schema.block)).all() == []


def test_a_file_another_process_will_not_let_go_is_a_sentence(tmp_path, monkeypatch):
    path = tmp_path / "sandbox.db"
    opening.open_store(path).close()
    monkeypatch.setattr("mturk_tasks.marketplace.storage.sqlite._PATIENCE", 0.05)
    with closing(sqlite3.connect(path, isolation_level=None)) as holder, opening.open_store(path) as store:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(MTurkTasksError, match="another process held it"), store.writing():
            pass


def test_two_stores_in_memory_are_apart(at):
    with opening.open_store(None) as one, opening.open_store(None) as other:
        work.register(one, "AW1", False, at.now)
        with other.reading() as db:
            assert db.execute(select(schema.worker)).all() == []


@pytest.mark.long
def test_many_processes_may_open_a_new_file_at_one_moment(tmp_path):
    script = "import sys, pathlib; from mturk_tasks.marketplace.storage import opening; sys.stdin.read(1); "
    script += "opening.open_store(pathlib.Path(sys.argv[1])).close()"
    command = [sys.executable, "-c", script, str(tmp_path / "home" / "sandbox.db")]
    started = [subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(6)]
    for process in started:
        process.stdin.write(b"x")
        process.stdin.flush()

    said = [process.communicate(timeout=60)[1] for process in started]

    assert said == [b""] * 6
    assert [process.returncode for process in started] == [0] * 6
