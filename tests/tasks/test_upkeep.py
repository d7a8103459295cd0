"""An operator looks after a marketplace with whole command lines."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest
from invoke.program import Program

from mturk_tasks.commands.marketplace import databases
from mturk_tasks.marketplace.storage import opening
from tests.marketplace.busy import enter, fill
from tests.marketplace.conftest import At

pytestmark = pytest.mark.walk


@pytest.fixture
def market(tmp_path):
    """A marketplace with real money, in which everything has happened."""
    path, at = tmp_path / "market.db", At()
    with opening.open_store(path, play=False) as store:
        fill(store, enter(store, at, "ada"), at)
    return path


def break_(path):
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE requester SET balance = balance + 1")
        db.commit()


def database(path):
    return ("--database", str(path))


def test_a_backup_is_written_and_restored(mturk, market, tmp_path):
    (tmp_path / "copies").mkdir()
    said = mturk("marketplace.backup", *database(market), "--to", "copies")
    (written,) = (tmp_path / "copies").iterdir()
    break_(market)
    restored = mturk("marketplace.restore", "--from", str(written), *database(market), "--force")

    assert (said.code, said.out) == (0, f"copies/{written.name} is written and verified\n")
    assert restored.code == 0
    assert "market.before-restore-" in restored.out
    assert mturk("marketplace.check", *database(market)).code == 0


def test_a_backup_stands_beside_the_marketplace_unless_it_is_said_where(mturk, market, tmp_path):
    assert mturk("marketplace.backup", *database(f"sqlite:///{market}")).code == 0
    assert len(list(tmp_path.glob("market.backup-*.db"))) == 1


def test_a_requester_moves(mturk, market):
    exported = mturk("marketplace.export", "--requester", "ada", "--to", "ada.jsonl", *database(market))
    entered = mturk("marketplace.import", "--from", "ada.jsonl", *database("other.db"), "--force")
    again = mturk("marketplace.import", "--from", "ada.jsonl", *database("other.db"), "--force")

    assert (exported.code, entered.code) == (0, 0)
    assert entered.out == "ada is in other.db now\n"
    assert again.code == 2
    assert "requester ada" in again.err
    assert mturk("marketplace.check", *database("other.db")).out == "other.db: nothing is wrong\n"


def test_an_export_is_for_its_owners_eyes_and_overwrites_nothing(mturk, market, tmp_path):
    words = ("marketplace.export", "--requester", "ada", "--to", "ada.jsonl", *database(market))
    assert mturk(*words).code == 0
    assert (tmp_path / "ada.jsonl").stat().st_mode & 0o777 == 0o600
    assert "is there already" in mturk(*words).err


def test_a_refused_export_leaves_no_file(mturk, market, tmp_path):
    ended = mturk("marketplace.export", "--requester", "eve", "--to", "eve.jsonl", *database(market))
    assert (ended.code, ended.err) == (2, "error: there is no requester eve\n")
    assert list(tmp_path.glob("*eve*")) == []


@pytest.mark.parametrize("command", ["restore", "import"])
def test_nothing_is_replaced_or_entered_unasked(mturk, market, command):
    mturk("marketplace.backup", *database(market), "--to", "restore.file")
    mturk("marketplace.export", "--requester", "ada", "--to", "import.file", *database(market))
    ended = mturk(f"marketplace.{command}", "--from", f"{command}.file", *database("other.db"))
    assert ended.code == 2
    assert "needs a confirmation" in ended.err
    assert mturk("marketplace.status", *database("other.db")).err == (
        "error: there is no marketplace at other.db\n"
    )


@pytest.mark.parametrize("command", ["restore", "import"])
def test_a_foreign_file_is_refused_before_anything_is_asked(mturk, market, tmp_path, command):
    (tmp_path / "foreign").write_text("a\tb\n")
    ended = mturk(f"marketplace.{command}", "--from", "foreign", *database(market))
    assert ended.code == 2
    assert "this is no export of a requester" in ended.err or "is no backup of a marketplace" in ended.err


def test_a_check_that_finds_something_ends_in_1(mturk, market):
    break_(market)
    told = mturk("marketplace.check", *database(market))
    document = json.loads(mturk("marketplace.check", *database(market), "--json").out)

    assert told.code == 1
    assert "deposits and ledger leave" in told.out
    assert (document["ok"], document["counts"]) == (False, {"findings": 1})
    assert "deposits and ledger leave" in document["items"][0]["finding"]


def test_a_status_is_told_to_people_and_to_programs(mturk, market):
    told = mturk("marketplace.status", *database(market)).out
    document = json.loads(mturk("marketplace.status", *database(market), "--json").out)

    assert "real money" in told
    assert document["counts"]["hits Disposed"] >= 1
    assert document["facts"]["money"] == "real"


def test_the_sandbox_is_meant_where_nothing_is_said(mturk, home):
    opening.open_store(home / "sandbox.db").close()
    assert mturk("marketplace.check").out == "the sandbox: nothing is wrong\n"


@pytest.mark.parametrize(
    "words",
    [
        ("backup", "--to", "new"),
        ("export", "--requester", "ada", "--to", "new"),
        ("restore", "--from", "market.copy"),
        ("check",),
        ("status",),
    ],
)
def test_a_dry_run_writes_nothing(mturk, market, tmp_path, words):
    mturk("marketplace.backup", *database(market), "--to", "market.copy")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    ended = mturk("--dry", f"marketplace.{words[0]}", *words[1:], *database(market))
    assert ended.code == 0
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("command", ["restore", "export", "import"])
def test_what_is_missing_is_named(mturk, command):
    ended = mturk(f"marketplace.{command}")
    assert ended.code == 2
    assert "Missing: --" in ended.err


def test_a_database_nobody_can_open_is_a_sentence(mturk):
    ended = mturk("marketplace.status", *database("ftp://x"))
    assert (ended.code, ended.err[:37]) == (2, "error: 'ftp://x' names no marketplace")


def test_invoke_has_the_tasks_at_the_root(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tasks.py").write_text(
        "from mturk_tasks.tasks.collections import root_tasks\nns = root_tasks()\n"
    )
    with pytest.raises(SystemExit):
        Program(name="Invoke", binary="inv").run(["inv", "--list", "marketplace"])
    assert "check" in capsys.readouterr().out


def test_a_database_that_others_may_read_is_named_with_what_mends_it(mturk, market, tmp_path):
    tmp_path.chmod(0o755)
    market.chmod(0o644)
    named = mturk("marketplace.status", *database(market))
    market.chmod(0o600)
    databases.warn_if_exposed.cache_clear()
    mended = mturk("marketplace.status", *database(market))

    assert named.code == 0
    assert "market.db may be read by others" in named.err.replace(", market.db-wal, market.db-shm", "")
    assert f"type: chmod 600 {market}" in named.err
    assert mended.err == ""


def test_however_much_money_there_is_status_and_check_tell_of_it(mturk, market):
    with closing(sqlite3.connect(market)) as db:
        db.execute("UPDATE ledger SET amount = 9000000000000000000")
        db.commit()
    assert mturk("marketplace.status", *database(market)).code == 0
    checked = mturk("marketplace.check", *database(market))
    assert checked.code == 1
    assert "findings" in checked.out
