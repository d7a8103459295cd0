"""Earlier versions go on: 1 had no qualifications, 2 no reviews, 3 one requester, 4 no worker site."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import inspect, select

from mturk_tasks.errors import MTurkTasksError
from mturk_tasks.marketplace import work
from mturk_tasks.marketplace.storage import migration, schema
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.marketplace.transport import attach
from mturk_tasks.marketplace.upkeep.checks import check
from mturk_tasks.service.session import connect
from tests.marketplace.policies import answers, plurality

HERE = Path(__file__).parent


@pytest.fixture(params=[1, 2, 3, 4])
def version(request):
    return request.param


@pytest.fixture
def old(tmp_path, version):
    path = tmp_path / "sandbox.db"
    with closing(sqlite3.connect(path)) as db:
        db.executescript((HERE / f"version_{version}.sql").read_text(encoding="utf-8"))
    return path


def system_types(db):
    return db.execute(select(schema.qualification_type).where(schema.qualification_type.c.system)).all()


def tables(store):
    """Return every table with its columns, and every index."""
    with store.reading() as db:
        looked = inspect(db)
        return {
            name: (
                {
                    (column["name"], str(column["type"]), column["nullable"])
                    for column in looked.get_columns(name)
                },
                {(index["name"], *index["column_names"]) for index in looked.get_indexes(name)},
            )
            for name in looked.get_table_names()
        }


def test_an_old_file_comes_to_have_what_a_new_one_has(old, tmp_path):
    with Store.open(old) as upgraded, Store.open(tmp_path / "new.db") as new:
        assert tables(upgraded) == tables(new)
        for store in (upgraded, new):
            with store.reading() as db:
                assert db.execute(select(schema.meta.c.version)).scalar_one() == schema.VERSION
                assert len(system_types(db)) == 6


def test_what_an_old_file_holds_goes_on(old, at, answer):
    with Store.open(old) as store:
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
    with Store.open(old) as store:
        assert check(store) == []


def test_equal_hit_types_stay_equal(old, at, kind):
    with Store.open(old) as store:
        client = connect(None)
        attach(client, store, lambda: at.now)
        (hit,) = client.list_hits()["HITs"]

        assert client.create_hit_type(**kind)["HITTypeId"] == hit["HITTypeId"]


def test_a_copy_of_an_old_file_works_and_leaves_it_old(old):
    before = old.read_bytes()
    with Store.copy_of(old) as copy, copy.reading() as db:
        assert db.execute(select(schema.meta.c.version)).scalar_one() == schema.VERSION
    assert old.read_bytes() == before


def test_an_old_file_takes_review_policies(old, at, kind, question):
    policy = plurality(ApproveIfWorkerAgreementScoreIsAtLeast=100)
    with Store.open(old) as store:
        client = connect(None)
        attach(client, store, lambda: at.now)
        hit = client.create_hit(**kind, LifetimeInSeconds=60, Question=question, **policy)["HIT"]
        held = work.accept(store, "AW2", hit["HITId"], at.now)
        work.submit(store, held.assignment_id, "AW2", answers(colour="green"), at.now)
        (done,) = client.list_assignments_for_hit(HITId=hit["HITId"])["Assignments"]

    assert done["AssignmentStatus"] == "Approved"


def test_a_step_that_fails_leaves_the_file_as_it_was(old, version, monkeypatch):
    def fail(db):
        schema.metadata.create_all(db)
        raise MTurkTasksError("no")

    monkeypatch.setattr(migration, "_STEPS", {version: fail})
    with pytest.raises(MTurkTasksError, match="no"):
        Store.open(old)

    with closing(sqlite3.connect(old)) as db:
        names = {name for (name,) in db.execute("SELECT name FROM sqlite_master")}
        assert db.execute("SELECT version FROM meta").fetchone() == (version,)
    assert "draft" not in names
    assert "account" not in names


def test_many_processes_may_open_an_old_file_at_one_moment(old):
    script = (
        "import sys, pathlib; from mturk_tasks.marketplace.storage.store import Store; sys.stdin.read(1); "
    )
    script += "Store.open(pathlib.Path(sys.argv[1])).close()"
    command = [sys.executable, "-c", script, str(old)]
    started = [subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)]
    for process in started:
        process.stdin.write(b"x")
        process.stdin.flush()

    said = [process.communicate(timeout=60)[1] for process in started]

    assert said == [b""] * 4
    with Store.open(old) as store, store.reading() as db:
        assert len(system_types(db)) == 6


def test_who_is_blocked_and_which_tokens_are_spent_is_kept(tmp_path, at, kind, question, refused):
    path = tmp_path / "sandbox.db"
    with closing(sqlite3.connect(path)) as db:
        db.executescript((HERE / "version_3.sql").read_text(encoding="utf-8"))
    with Store.open(path) as store:
        client = connect(None)
        attach(client, store, lambda: at.now)
        assert [one["WorkerId"] for one in client.list_worker_blocks()["WorkerBlocks"]] == ["AW9"]
        with refused("RequestError", code="HitAlreadyExists"):
            client.create_hit(**kind, LifetimeInSeconds=60, Question=question, UniqueRequestToken="spent")
        (own,) = client.list_qualification_types(MustBeRequestable=True)["QualificationTypes"]
        assert own["Name"] == "Trees"
