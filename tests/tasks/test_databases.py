"""An operator moves a marketplace between SQLite and PostgreSQL with whole command lines."""

from __future__ import annotations

import json

import pytest

from mturk_tasks.marketplace.storage import opening
from tests.marketplace.busy import enter, fill
from tests.marketplace.conftest import HIT, TYPE, At
from tests.postgres import emptied

pytestmark = [pytest.mark.postgres, pytest.mark.walk]


@pytest.fixture
def on_server(postgres):
    """The URL of an empty marketplace with real money."""
    emptied(postgres, play=False).close()
    return postgres


def fill_in(store):
    with store:
        at = At()
        fill(store, enter(store, at, "ada"), at)


@pytest.fixture
def did(mturk):
    """Run a task on a database, which must go well."""

    def run(command, database, *words):
        ended = mturk(f"marketplace.{command}", *words, "--database", str(database))
        assert ended.code == 0, ended.err
        return ended.out

    return run


@pytest.fixture
def rows(did, tmp_path):
    """Export a requester, and return every line but those that name the moment and the place."""

    def export(database, name):
        did("export", database, "--requester", "ada", "--to", name)
        lines = [json.loads(line) for line in (tmp_path / name).read_text(encoding="utf-8").splitlines()]
        return [line["row"] for line in lines if "row" in line]

    return export


def test_a_backup_of_postgresql_is_restored_into_a_file(did, rows, on_server):
    fill_in(opening.open_url(on_server))
    did("backup", on_server, "--to", "copy.db")
    did("restore", "market.db", "--from", "copy.db", "--force")

    assert did("check", "market.db") == "market.db: nothing is wrong\n"
    assert rows("market.db", "after") == rows(on_server, "before") != []


def test_a_backup_of_postgresql_is_restored_into_postgresql(did, rows, on_server):
    fill_in(opening.open_url(on_server))
    did("backup", on_server, "--to", "copy.db")
    before = rows(on_server, "before")
    emptied(on_server, play=False).close()
    did("restore", on_server, "--from", "copy.db", "--force")

    assert did("check", on_server).endswith(": nothing is wrong\n")
    assert rows(on_server, "after") == before != []


def test_a_marketplace_that_was_restored_into_postgresql_goes_on(did, on_server, postgres):
    fill_in(opening.open_url(on_server))
    did("backup", on_server, "--to", "copy.db")
    emptied(on_server, play=False).close()
    did("restore", on_server, "--from", "copy.db", "--force")
    with opening.open_url(on_server) as store:
        eve = enter(store, At(), "eve")
        eve.create_hit(**TYPE, **HIT)
        assert eve.get_account_balance()["AvailableBalance"] == "99.94"

    assert did("check", on_server).endswith(": nothing is wrong\n")


def test_a_requester_moves_from_a_file_into_postgresql(did, rows, tmp_path, on_server):
    fill_in(opening.open_store(tmp_path / "market.db", play=False))
    before = rows("market.db", "before")
    did("import", on_server, "--from", "before", "--force")

    assert did("check", on_server).endswith(": nothing is wrong\n")
    assert rows(on_server, "after") == before != []


def test_a_requester_moves_from_postgresql_into_a_file(did, rows, on_server):
    fill_in(opening.open_url(on_server))
    before = rows(on_server, "before")
    did("import", "market.db", "--from", "before", "--force")

    assert did("check", "market.db") == "market.db: nothing is wrong\n"
    assert rows("market.db", "after") == before != []
