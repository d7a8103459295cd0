"""A backup is whole, whatever goes on meanwhile, and what makes way for it is kept."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from mturk_tasks.errors import UsageError
from mturk_tasks.marketplace.operator import backup, overview, requesters
from mturk_tasks.marketplace.operator.checks import check
from mturk_tasks.marketplace.storage import opening, schema, snapshots
from mturk_tasks.marketplace.worker import work
from tests.marketplace.busy import client_of

HERE = Path(__file__).parent


def contents(store):
    """Return every row of every table."""
    with store.reading() as db:
        return {
            name: db.execute(select(table).order_by(*table.primary_key)).all()
            for name, table in schema.metadata.tables.items()
        }


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def old(tmp_path):
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as db:
        db.executescript((HERE / "version_3.sql").read_text(encoding="utf-8"))
    return path


def test_a_backup_is_the_same_marketplace(filled, tmp_path, at):
    written = backup.backup(filled, tmp_path / "copies" / "one.db", at.now)
    with opening.open_store(written) as copy:
        assert contents(copy) == contents(filled)
        assert check(copy) == []


def test_a_backup_is_one_file_for_its_owner(filled, tmp_path, at):
    folder = tmp_path / "copies"
    folder.mkdir()
    written = backup.backup(filled, folder, at.now)
    assert written.name == f"market.backup-{at.now:%Y%m%dT%H%M%SZ}.db"
    assert written.stat().st_mode & 0o777 == 0o600
    assert names(folder) == [written.name]


def test_a_backup_overwrites_nothing(filled, tmp_path, at):
    (tmp_path / "one.db").write_text("mine")
    with pytest.raises(UsageError, match="is there already; nothing is overwritten"):
        backup.backup(filled, tmp_path / "one.db", at.now)
    assert (tmp_path / "one.db").read_text() == "mine"


def test_where_nothing_can_be_written_is_a_sentence(filled, tmp_path, at):
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match="cannot be written"):
        backup.backup(filled, tmp_path / "file" / "one.db", at.now)


def test_a_marketplace_in_memory_can_be_backed_up(tmp_path, at):
    with opening.open_store(None) as store:
        work.register(store, "AW1", False, at.now)
        written = backup.backup(store, tmp_path / "one.db", at.now)
    with opening.open_store(written) as copy, copy.reading() as db:
        assert db.execute(select(schema.worker.c.worker_id)).scalars().all() == ["AW1"]


@pytest.mark.long
def test_backups_taken_while_others_write_are_whole(filled, tmp_path, at, kind, question):
    client, over = client_of(filled, at, 1), threading.Event()
    made = []

    def write():
        while not over.is_set():
            given = {**kind, "Reward": "0.00", "LifetimeInSeconds": 60, "Question": question}
            made.append(client.create_hit(**given)["HIT"]["HITId"])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        taken: list[Any] = []
        while len(taken) < 5:
            before = len(made)
            taken.append((backup.backup(filled, tmp_path / f"{len(taken)}.db", at.now), before))
    finally:
        over.set()
        writer.join()

    assert len(made) > 5
    for path, before in taken:
        with opening.open_store(path) as copy, copy.reading() as db:
            there = set(db.execute(select(schema.hit.c.hit_id)).scalars())
            assert set(made[:before]) <= there
            assert check(copy) == []


def test_what_is_restored_is_what_was_backed_up(filled, tmp_path, at):
    before = contents(filled)
    written = backup.backup(filled, tmp_path / "one.db", at.now)
    at.later(days=1)
    work.register(filled, "ALATER", False, at.now)
    after = contents(filled)
    filled.close()

    aside = backup.restore(written, filled.file, at.now)

    with opening.open_store(filled.file) as restored, opening.open_store(aside) as kept:
        assert contents(restored) == before
        assert check(restored) == []
        assert contents(kept) == after
    assert aside.name == f"market.before-restore-{at.now:%Y%m%dT%H%M%SZ}.db"
    assert filled.file.stat().st_mode & 0o777 == 0o600


def test_a_backup_is_restored_where_nothing_was(filled, tmp_path, at):
    written = backup.backup(filled, tmp_path / "one.db", at.now)
    assert backup.restore(written, tmp_path / "new" / "market.db", at.now) is None
    assert names(tmp_path / "new") == ["market.db"]


def test_a_damaged_marketplace_makes_way(filled, tmp_path, at):
    written = backup.backup(filled, tmp_path / "one.db", at.now)
    ill = tmp_path / "ill.db"
    ill.write_bytes(b"colour\tpicture\n" * 300)

    aside = backup.restore(written, ill, at.now)

    assert aside.read_bytes() == b"colour\tpicture\n" * 300
    with opening.open_store(ill) as restored:
        assert check(restored) == []


def test_a_marketplace_in_use_does_not_make_way(filled, tmp_path, at):
    written = backup.backup(filled, tmp_path / "one.db", at.now)
    before = contents(filled)
    with filled.reading() as db:
        db.execute(select(schema.meta)).all()
        with pytest.raises(UsageError, match="is in use; stop what uses it"):
            backup.restore(written, filled.file, at.now)
    assert contents(filled) == before
    assert [name for name in names(tmp_path) if "restore" in name] == []


@pytest.mark.parametrize("content", [b"", b"a\tb\n" * 300, b"SQLite format 3\0" + b"x" * 5000])
def test_what_is_no_backup_is_refused_and_nothing_changes(filled, tmp_path, at, content):
    (tmp_path / "foreign").write_bytes(content)
    filled.close()
    before = names(tmp_path)
    with pytest.raises(UsageError, match="is no backup of a marketplace"):
        backup.restore(tmp_path / "foreign", filled.file, at.now)
    assert names(tmp_path) == before


def test_a_database_of_something_else_is_no_backup(tmp_path, at):
    with closing(sqlite3.connect(tmp_path / "other.db")) as db:
        db.execute("CREATE TABLE colours (name TEXT)")
    with pytest.raises(UsageError, match="is no backup of a marketplace"):
        backup.restore(tmp_path / "other.db", tmp_path / "market.db", at.now)


def test_a_cut_backup_is_refused(filled, tmp_path, at):
    written = backup.backup(filled, tmp_path / "one.db", at.now)
    written.write_bytes(written.read_bytes()[:-20_000])
    with pytest.raises(UsageError, match=r"is damaged|is no backup"):
        backup.restore(written, tmp_path / "new.db", at.now)
    assert not (tmp_path / "new.db").exists()


def test_a_backup_of_a_newer_version_is_refused(filled, tmp_path, at):
    written = backup.backup(filled, tmp_path / "one.db", at.now)
    with closing(sqlite3.connect(written)) as db:
        db.execute("UPDATE meta SET version = version + 1")
        db.commit()
    with pytest.raises(UsageError, match="newer version of mturk-tasks"):
        backup.restore(written, tmp_path / "new.db", at.now)


def test_a_backup_of_an_older_version_is_brought_up_to_date(old, tmp_path, at):
    before = old.read_bytes()
    backup.restore(old, tmp_path / "new" / "market.db", at.now)
    with opening.open_store(tmp_path / "new" / "market.db") as restored, restored.reading() as db:
        assert db.execute(select(schema.meta.c.version)).scalar_one() == schema.VERSION
    assert old.read_bytes() == before
    assert names(tmp_path / "new") == ["market.db"]


def test_a_file_is_kept_as_it_was_before_its_tables_change(old, tmp_path):
    with closing(sqlite3.connect(old)) as db:
        before = list(db.iterdump())
    opening.open_store(old).close()
    kept = snapshots.before_version(old, schema.VERSION)
    with closing(sqlite3.connect(kept)) as db:
        assert list(db.iterdump()) == before
    assert names(tmp_path) == sorted([old.name, kept.name])


def test_what_was_kept_first_stays(old):
    kept = snapshots.before_version(old, schema.VERSION)
    shutil.copyfile(old, kept)
    before = kept.read_bytes()
    opening.open_store(old).close()
    assert kept.read_bytes() == before


def test_a_dry_copy_of_an_old_file_keeps_nothing(old, tmp_path):
    opening.open_copy(old).close()
    assert names(tmp_path) == [old.name]


def test_rows_are_restored_into_an_empty_database(filled, tmp_path, at, kind, question):
    written = backup.backup(filled, tmp_path / "one.db", at.now)
    with opening.open_store(tmp_path / "other.db") as other:
        backup.restore_rows(written, other)
        assert contents(other) == contents(filled)
        assert not other.play
        client_of(other, at, 1).create_hit(**kind, LifetimeInSeconds=60, Question=question)
        assert check(other) == []


def test_rows_are_restored_into_nothing_else(filled, tmp_path, at):
    written = backup.backup(filled, tmp_path / "one.db", at.now)
    before = contents(filled)
    with pytest.raises(UsageError, match="is not empty; restore into a new database"):
        backup.restore_rows(written, filled)
    assert contents(filled) == before


def test_a_marketplace_with_a_requester_and_nothing_else_is_not_empty(filled, tmp_path, at):
    written = backup.backup(filled, tmp_path / "one.db", at.now)
    with opening.open_store(tmp_path / "other.db", play=False) as other:
        requesters.add(other, "ben", at.now)
        with pytest.raises(UsageError, match="is not empty"):
            backup.restore_rows(written, other)


def test_a_copy_row_by_row_is_the_same_as_one_page_by_page(filled, tmp_path):
    with opening.open_store(tmp_path / "rows.db") as copy:
        with filled.reading() as source, copy.writing() as target:
            snapshots.copy_rows(source, target)
        assert contents(copy) == contents(filled)


def test_an_overview_counts_what_there_is(filled, at):
    now = overview.status(filled, at.now)
    assert (now.version, now.database, now.play) == (schema.VERSION, "sqlite", False)
    assert (now.requesters, sum(now.hits.values())) == (1, 7)
    assert now.assignments == {
        "Accepted": 2,
        "Approved": 2,
        "Rejected": 1,
        "Returned": 1,
        "Submitted": 1,
        "Abandoned": 1,
    }
    assert now.balance + now.held + now.paid + now.earned == 100
    assert now.oldest is not None
    assert now.size > 4096


def test_an_overview_tells_what_time_does_next(filled, at):
    assert overview.status(filled, at.now).next_event == "an assignment is abandoned"
    at.later(minutes=11)
    assert overview.status(filled, at.now).next_event == "a HIT expires"
    at.later(days=32)
    finished = overview.status(filled, at.now)
    assert finished.next_event == "a HIT is disposed"
    assert finished.next_time > at.now + timedelta(days=80)


def test_an_overview_of_nothing_waits_for_nothing(store, at):
    with store.writing() as db:
        db.execute(insert(schema.worker).values(worker_id="AW1", simulated=True, registered=at.now))
        db.execute(update(schema.worker).values(country="DE"))
        assert db.execute(select(func.count()).select_from(schema.worker)).scalar_one() == 1
    now = overview.status(store, at.now)
    assert (now.workers, now.next_event, now.oldest) == (1, None, None)
