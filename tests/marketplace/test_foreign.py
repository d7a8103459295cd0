"""From a backup come the rows of a marketplace's tables and nothing else, whoever wrote the file."""

from __future__ import annotations

import io
import shutil
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import select, text, update

from mturk_tasks.errors import UsageError
from mturk_tasks.marketplace.operator import backup
from mturk_tasks.marketplace.operator.checks import check
from mturk_tasks.marketplace.operator.exports import export
from mturk_tasks.marketplace.operator.imports import import_
from mturk_tasks.marketplace.storage import opening, schema, snapshots
from mturk_tasks.marketplace.worker import work
from tests.marketplace.conftest import At

STEALING = (
    "CREATE TRIGGER steal AFTER INSERT ON message WHEN new.subject <> 'x' BEGIN INSERT INTO message "
    "(worker_id, subject, text, sent) SELECT 'AEVIL', 'x', password, 0 FROM account; END"
)
FOREIGN = {
    STEALING: "trigger steal of message",
    "CREATE VIEW passwords AS SELECT password FROM account": "view passwords",
    "CREATE TABLE colours (name TEXT)": "table colours",
    "CREATE VIRTUAL TABLE words USING fts5(word)": "table words",
    "CREATE INDEX by_title ON hit_type (upper(title))": "index by_title of hit_type",
    "ALTER TABLE account ADD COLUMN note TEXT": "column note of account",
    "ALTER TABLE account ADD COLUMN shown TEXT AS (password)": "column shown of account",
    "ALTER TABLE account RENAME TO accounts; CREATE VIEW account AS SELECT * FROM accounts": "view account",
}


@pytest.fixture(scope="module")
def healthy(tmp_path_factory):
    folder, at = tmp_path_factory.mktemp("healthy"), At()
    with opening.open_store(folder / "market.db") as store:
        work.register(store, "AW1", False, at.now)
        with store.writing() as db:
            db.execute(update(schema.meta).values(address="http://evil.example"))
        return backup.backup(store, folder / "backup.db", at.now)


@pytest.fixture
def changed(healthy, tmp_path):
    """Return a backup after statements of somebody else."""

    def change(script):
        path = shutil.copy(healthy, tmp_path / "backup.db")
        with closing(sqlite3.connect(path)) as db:
            db.executescript(script)
        return path

    return change


@pytest.mark.parametrize(("script", "named"), FOREIGN.items())
def test_what_is_no_table_of_a_marketplace_is_refused_by_name(changed, tmp_path, at, script, named):
    with pytest.raises(UsageError, match=f"holds what no marketplace has.*{named}"):
        backup.restore(changed(script), tmp_path / "new.db", at.now)
    assert not (tmp_path / "new.db").exists()


@pytest.mark.parametrize("script", FOREIGN)
def test_nothing_but_rows_is_taken_even_where_nobody_has_looked(changed, tmp_path, script):
    taken = tmp_path / "taken.db"
    snapshots.copy_backup(changed(script), taken)
    assert snapshots.verify(taken)["worker"] == 1


def test_no_name_hides_a_trigger(changed, tmp_path, at):
    hidden = "PRAGMA writable_schema=ON; UPDATE sqlite_master SET name = 'sqlite_stat1', sql = "
    hidden += "replace(sql, 'steal', 'sqlite_stat1') WHERE name = 'steal'"
    with pytest.raises(UsageError, match="trigger sqlite_stat1 of message"):
        backup.restore(changed(f"{STEALING}; {hidden}"), tmp_path / "new.db", at.now)


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("DROP TABLE draft; ALTER TABLE block DROP COLUMN reason", "it has no block.reason, draft"),
        ("INSERT INTO meta SELECT * FROM meta", "is no backup"),
        ("DELETE FROM meta", "is no backup"),
        ("UPDATE meta SET version = 'six'", "is no backup"),
        ("UPDATE meta SET version = 99", "newer version of mturk-tasks"),
        ("UPDATE worker SET registered = 'yesterday'", "in worker.registered stands 'yesterday', no int"),
        ("UPDATE worker SET country = x'00'", r"in worker.country stands b'\\x00', no str"),
    ],
)
def test_rows_that_no_marketplace_has_are_refused(changed, tmp_path, at, script, said):
    with pytest.raises(UsageError) as caught:
        backup.restore(changed(script), tmp_path / "new.db", at.now)
    assert said.replace(r"\\", "\\") in str(caught.value)
    assert not (tmp_path / "new.db").exists()


def test_where_the_site_is_must_be_said_anew_after_a_restore(healthy, tmp_path, at):
    backup.restore(healthy, tmp_path / "new.db", at.now)
    with opening.open_store(tmp_path / "new.db") as store, store.reading() as db:
        assert db.execute(select(schema.meta.c.address)).scalar_one() is None


def test_a_restored_marketplace_keeps_its_id(healthy, tmp_path, at):
    backup.restore(healthy, tmp_path / "new.db", at.now)
    asked = "SELECT marketplace_id FROM meta"
    with closing(sqlite3.connect(healthy)) as old, closing(sqlite3.connect(tmp_path / "new.db")) as new:
        assert new.execute(asked).fetchall() == old.execute(asked).fetchall()


@pytest.mark.parametrize(("script", "named"), list(FOREIGN.items())[:-1])
def test_check_names_what_a_marketplace_in_use_has_besides(changed, script, named):
    with opening.open_store(changed(script)) as store:
        assert [finding for finding in check(store) if finding.startswith(f"{named} is none")]


@pytest.mark.parametrize("script", list(FOREIGN)[:-1])
def test_a_backup_leaves_out_what_is_none_of_a_marketplaces(changed, tmp_path, at, script):
    with opening.open_store(changed(script)) as store:
        written = backup.backup(store, tmp_path / "written.db", at.now)
    assert snapshots.verify(written)["worker"] == 1


def test_a_view_of_the_operators_is_no_hindrance_to_an_import(changed, tmp_path, at):
    file = io.BytesIO()
    with opening.open_store(tmp_path / "source.db") as source:
        export(source, "sandbox", file, at.now)
    with opening.open_store(changed("CREATE VIEW names AS SELECT name FROM account")) as store:
        assert import_(store, file, at.now)["requester"] == 1


@pytest.mark.postgres
def test_check_names_a_trigger_on_a_server(postgres):
    body = "CREATE FUNCTION pass() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'"
    with opening.open_url(postgres) as store:
        with store.writing() as db:
            db.execute(text(f"{body}; CREATE TRIGGER pry BEFORE INSERT ON account EXECUTE FUNCTION pass()"))
        found = check(store)
        with store.writing() as db:
            db.execute(text("DROP FUNCTION pass CASCADE"))
        assert "trigger pry of account" in found[0]
        assert check(store) == found[1:]
