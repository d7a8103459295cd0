"""Earlier versions go on.

1 had no qualifications, 2 no reviews, 3 one requester, 4 no worker site, 5 no ID.
"""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import MetaData, NullPool, create_engine, insert, inspect, select, text
from sqlalchemy.exc import OperationalError

from mturk_tasks.client.session import connect
from mturk_tasks.marketplace.api.endpoint import attach
from mturk_tasks.marketplace.operator.checks import check
from mturk_tasks.marketplace.storage import migration, opening, schema
from mturk_tasks.marketplace.worker import work
from tests.marketplace.policies import answers, plurality

HERE = Path(__file__).parent
EMPTY = (  # what stands in `meta` at the least, before there was play money and since
    'INSERT INTO meta (version, "offset") VALUES (:version, 0)',
    'INSERT INTO meta (version, "offset", play) VALUES (:version, 0, true)',
)


@pytest.fixture(params=range(1, schema.VERSION))
def version(request):
    return request.param


def rows_of(version):
    """Return a database of a version in memory, with a HIT and work in it."""
    db = sqlite3.connect(":memory:")
    db.executescript((HERE / f"version_{version}.sql").read_text(encoding="utf-8"))
    return db


@pytest.fixture
def old(tmp_path, version):
    path = tmp_path / "sandbox.db"
    with closing(sqlite3.connect(path)) as db, closing(rows_of(version)) as rows:
        rows.backup(db)
    return path


def system_types(db):
    return db.execute(select(schema.qualification_type).where(schema.qualification_type.c.system)).all()


def shape(db):
    """Return all that tables are made of, whatever the order of columns, and every index."""
    looked = inspect(db)
    return {
        name: (
            {
                (column["name"], str(column["type"]), column["nullable"], str(column["default"]))
                for column in looked.get_columns(name)
            },
            {
                (
                    index["name"],
                    *index["column_names"],
                    index["unique"],
                    str(index["dialect_options"].get(f"{db.dialect.name}_where")),
                )
                for index in looked.get_indexes(name)
                if not index.get("duplicates_constraint")
            },
            looked.get_pk_constraint(name)["constrained_columns"],
            {tuple(unique["column_names"]) for unique in looked.get_unique_constraints(name)},
            {
                (*key["constrained_columns"], key["referred_table"], *key["referred_columns"])
                for key in looked.get_foreign_keys(name)
            },
        )
        for name in looked.get_table_names()
    }


def anew(db, version):
    """Make the empty tables of a version, as it made them."""
    if db.dialect.name == "postgresql":
        db.execute(text("DROP SCHEMA public CASCADE; CREATE SCHEMA public"))
    for statement in migration.tables(version, db.dialect.name):
        db.execute(text(statement))


def enter(db, version):
    """Enter what the SQLite file of the version holds into the tables of another database."""
    tables = MetaData()
    tables.reflect(db)
    with closing(rows_of(version)) as rows:
        rows.row_factory = sqlite3.Row
        for table in tables.sorted_tables:
            found = [dict(row) for row in rows.execute(f"SELECT * FROM {table.name}")]  # noqa: S608  # our own
            for row in found:
                flags = [name for name in row if str(table.c[name].type) == "BOOLEAN"]
                row.update({name: bool(row[name]) for name in flags})
            if found:
                db.execute(insert(table), found)
            if found and "id" in table.c:
                db.execute(text(f"SELECT setval('{table.name}_id_seq', {found[-1]['id']})"))


def test_every_earlier_version_is_frozen(version):
    assert set(re.findall(r"CREATE TABLE (\w+)", "\n".join(migration.tables(version, "sqlite")))) == {
        name for (name,) in rows_of(version).execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    }


def without_references(shape):
    """Return a shape but for its foreign keys, which what upgraded to version 4 left out of new columns."""
    return {name: parts[:-1] for name, parts in shape.items()}


def test_a_file_of_a_version_has_the_tables_that_are_frozen(old, version):
    made, kept = create_engine("sqlite://"), create_engine(f"sqlite:///{old}", poolclass=NullPool)
    with made.connect() as one, kept.connect() as other:
        anew(one, version)
        assert without_references(shape(one)) == without_references(shape(other))
    made.dispose()


def test_an_old_file_comes_to_have_what_a_new_one_has(old, tmp_path):
    new = opening.open_store(tmp_path / "new.db")
    with opening.open_store(old) as upgraded, upgraded.reading() as one, new.reading() as other:
        assert without_references(shape(one)) == without_references(shape(other))
        assert one.execute(select(schema.meta.c.version)).scalar_one() == schema.VERSION
        assert system_types(one) == system_types(other)


def test_the_steps_from_a_version_lead_to_what_a_new_file_has(version, tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'old.db'}", poolclass=NullPool)
    with engine.begin() as db:
        anew(db, version)
        db.execute(text(EMPTY[version > 3]), {"version": version})
    new = opening.open_store(tmp_path / "new.db")
    with (
        opening.open_store(tmp_path / "old.db") as upgraded,
        upgraded.reading() as one,
        new.reading() as other,
    ):
        assert shape(one) == shape(other)


@pytest.mark.postgres
@pytest.mark.parametrize("version", range(4, schema.VERSION))
def test_an_old_database_on_a_server_comes_to_have_what_a_new_one_has(postgres, version):
    engine = create_engine(postgres)
    with engine.begin() as db:
        anew(db, version)
        enter(db, version)
    with opening.open_url(postgres) as upgraded, upgraded.reading() as db:
        had = shape(db)
        assert len(system_types(db)) == 6
        assert db.execute(select(schema.assignment.c.worker)).scalars().all() == ["AW1"]
    assert check_of(postgres) == []
    with engine.begin() as db:
        db.execute(text("DROP SCHEMA public CASCADE; CREATE SCHEMA public"))
    with opening.open_url(postgres) as new, new.reading() as db:
        assert shape(db) == had
    engine.dispose()


def check_of(url):
    with opening.open_url(url) as store:
        return check(store)


def test_what_is_to_be_frozen_makes_what_a_new_file_has(tmp_path):
    with closing(sqlite3.connect(tmp_path / "frozen.db")) as db:
        db.executescript(migration.today("sqlite"))
    made = create_engine(f"sqlite:///{tmp_path / 'frozen.db'}")
    with made.connect() as one, opening.open_store(tmp_path / "new.db") as new, new.reading() as other:
        assert shape(one) == shape(other)
    made.dispose()


def test_every_marketplace_has_an_id_of_its_own(old, tmp_path):
    ids = []
    for path in (old, old, tmp_path / "one.db", tmp_path / "two.db"):
        with opening.open_store(path) as store, store.reading() as db:
            ids.append(db.execute(select(schema.meta.c.marketplace_id)).scalar_one())
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3
    assert all(re.fullmatch("[A-Z0-9]{20}", one) for one in ids)


def test_what_an_old_file_holds_goes_on(old, at, answer):
    with opening.open_store(old) as store:
        client = connect(None)
        attach(client, store, lambda: at.now)
        (hit,) = client.list_hits()["HITs"]
        (done,) = client.list_assignments_for_hit(HITId=hit["HITId"])["Assignments"]
        client.approve_assignment(AssignmentId=done["AssignmentId"])
        held = work.accept(store, "AW2", hit["HITId"], at.now)
        work.submit(store, held.assignment_id, "AW2", answer, at.now)
        again = client.create_hit_with_hit_type(
            HITTypeId=hit["HITTypeId"], LifetimeInSeconds=60, Question=hit["Question"]
        )

    assert hit["QualificationRequirements"] == again["HIT"]["QualificationRequirements"] == []


def test_an_old_file_is_healthy_once_it_is_upgraded(old):
    with opening.open_store(old) as store:
        assert check(store) == []


def test_equal_hit_types_stay_equal(old, at, kind):
    with opening.open_store(old) as store:
        client = connect(None)
        attach(client, store, lambda: at.now)
        (hit,) = client.list_hits()["HITs"]

        assert client.create_hit_type(**kind)["HITTypeId"] == hit["HITTypeId"]


def test_a_copy_of_an_old_file_works_and_leaves_it_old(old):
    before = old.read_bytes()
    with opening.open_copy(old) as copy, copy.reading() as db:
        assert db.execute(select(schema.meta.c.version)).scalar_one() == schema.VERSION
    assert old.read_bytes() == before


def test_an_old_file_takes_review_policies(old, at, kind, question):
    policy = plurality(ApproveIfWorkerAgreementScoreIsAtLeast=100)
    with opening.open_store(old) as store:
        client = connect(None)
        attach(client, store, lambda: at.now)
        hit = client.create_hit(**kind, LifetimeInSeconds=60, Question=question, **policy)["HIT"]
        held = work.accept(store, "AW2", hit["HITId"], at.now)
        work.submit(store, held.assignment_id, "AW2", answers(colour="green"), at.now)
        (done,) = client.list_assignments_for_hit(HITId=hit["HITId"])["Assignments"]

    assert done["AssignmentStatus"] == "Approved"


def test_a_step_that_fails_leaves_the_file_as_it_was(old, version, monkeypatch):
    statements = ["CREATE TABLE new (id INTEGER)", "INSERT INTO nowhere VALUES (1)"]
    monkeypatch.setattr(migration, "step", lambda *_: statements)
    with pytest.raises(OperationalError, match="no such table"):
        opening.open_store(old)

    with closing(sqlite3.connect(old)) as db:
        names = {name for (name,) in db.execute("SELECT name FROM sqlite_master")}
        assert db.execute("SELECT version FROM meta").fetchone() == (version,)
    assert "new" not in names


@pytest.mark.long
def test_many_processes_may_open_an_old_file_at_one_moment(old):
    script = "import sys, pathlib; from mturk_tasks.marketplace.storage import opening; sys.stdin.read(1); "
    script += "opening.open_store(pathlib.Path(sys.argv[1])).close()"
    command = [sys.executable, "-c", script, str(old)]
    started = [subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)]
    for process in started:
        process.stdin.write(b"x")
        process.stdin.flush()

    said = [process.communicate(timeout=60)[1] for process in started]

    assert said == [b""] * 4
    with opening.open_store(old) as store, store.reading() as db:
        assert len(system_types(db)) == 6


def test_who_is_blocked_and_which_tokens_are_spent_is_kept(tmp_path, at, kind, question, refused):
    path = tmp_path / "sandbox.db"
    with closing(sqlite3.connect(path)) as db:
        db.executescript((HERE / "version_3.sql").read_text(encoding="utf-8"))
    with opening.open_store(path) as store:
        client = connect(None)
        attach(client, store, lambda: at.now)
        assert [one["WorkerId"] for one in client.list_worker_blocks()["WorkerBlocks"]] == ["AW9"]
        with refused("RequestError", code="HitAlreadyExists"):
            client.create_hit(**kind, LifetimeInSeconds=60, Question=question, UniqueRequestToken="spent")
        (own,) = client.list_qualification_types(MustBeRequestable=True)["QualificationTypes"]
        assert own["Name"] == "Trees"
