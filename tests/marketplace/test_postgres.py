"""What a server's database brings with it: it may be away, refuse, and be used by others at once."""

from __future__ import annotations

import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError
from sqlalchemy import create_engine, event, insert, select, text, update

from mturk_tasks.errors import MTurkTasksError, Unavailable, UsageError
from mturk_tasks.marketplace import due
from mturk_tasks.marketplace.qualifications import eligibility
from mturk_tasks.marketplace.storage import opening, schema
from mturk_tasks.marketplace.storage import store as transactions
from mturk_tasks.marketplace.storage.store import Collision, retried
from mturk_tasks.marketplace.worker import answering, qualifications, work
from tests.postgres import address as address_of
from tests.postgres import running
from tests.stores import look

pytestmark = pytest.mark.postgres
ON_SERVER = pytest.mark.parametrize("address", ["postgresql"], indirect=True)
THREADS = 8


def at_once(act):
    """Run an act in several threads that begin together; return what each returned or raised."""
    begin = threading.Barrier(THREADS)

    def attempt(number):
        begin.wait()
        try:
            return act(number)
        except (ClientError, answering.Refused) as refusal:
            return type(refusal)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(attempt, range(THREADS)))


@pytest.mark.parametrize("url", ["sqlite:///x.db", "nonsense", "postgresql://localhost/x", "mysql://x/y"])
def test_an_address_of_another_kind_is_a_sentence(url):
    with pytest.raises(UsageError, match=r"begins with postgresql\+psycopg://"):
        opening.open_url(url)


def test_a_server_that_cannot_be_reached_is_a_sentence_without_the_password():
    with pytest.raises(Unavailable, match="it cannot be reached") as caught:
        opening.open_url("postgresql+psycopg://ada:secret@127.0.0.1:1/none")

    assert "ada:***@127.0.0.1:1/none" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_driver_that_is_not_there_is_a_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(UsageError, match=r"pip install 'mturk-tasks\[postgres\]'"):
        opening.open_url("postgresql+psycopg://127.0.0.1:1/none")


@ON_SERVER
def test_tables_of_a_newer_version_are_refused(store, address):
    with store.writing() as db:
        db.execute(update(schema.meta).values(version=schema.VERSION + 1))

    with pytest.raises(MTurkTasksError, match="newer version of mturk-tasks"):
        opening.open_url(address)


@ON_SERVER
def test_a_database_that_is_read_only_is_a_sentence(store, address, at):
    parted = "&" if "?" in address else "?"
    url = f"{address}{parted}options=-c%20default_transaction_read_only%3Don"
    with opening.open_url(url) as reader, pytest.raises(Unavailable, match="it is read-only"):
        work.register(reader, "AW1", False, at.now)


@ON_SERVER
@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("53100", "its disk is full; make room"),
        ("53300", "it has no connection left"),
        ("55P03", "another transaction held a row"),
        ("42501", "the login lacks the right"),
        ("57P01", "it is stopping or starting"),
        ("XX001", "it is damaged"),
    ],
)
def test_what_a_server_refuses_is_a_sentence_and_changes_nothing(store, state, said):
    def write():
        with store.writing() as db:
            db.execute(insert(schema.question).values(digest="d", text="t"))
            db.execute(text(f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{state}'; END $$"))

    with pytest.raises(Unavailable, match=said):
        write()

    with store.reading() as db:
        assert db.execute(select(schema.question)).all() == []


@ON_SERVER
def test_connections_that_were_cut_are_made_anew(store, address, at):
    engine = create_engine(address)
    with engine.begin() as db:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        db.execute(text(f"{others} AND backend_type = 'client backend'"))
    engine.dispose()

    work.register(store, "AW1", False, at.now)


@pytest.mark.walk
def test_a_server_that_was_away_is_used_again_and_nothing_is_lost(at):
    with running() as server, opening.open_url(address_of(server)) as store:
        work.register(store, "AW1", False, at.now)
        server.stop()
        for _ in range(3):
            with pytest.raises(Unavailable, match="it cannot be reached"):
                work.register(store, "AW2", False, at.now)
        server.ensure_postgres_running()

        work.register(store, "AW3", False, at.now)
        with store.reading() as db:
            assert db.execute(select(schema.worker.c.worker_id)).scalars().all() == ["AW1", "AW3"]


@ON_SERVER
def test_many_may_open_a_new_database_at_one_moment(store, address):
    with store.writing() as db:
        db.execute(text("DROP SCHEMA public CASCADE; CREATE SCHEMA public"))

    at_once(lambda _: opening.open_url(address).close())

    with store.reading() as db:
        assert db.execute(select(schema.meta.c.version)).scalars().all() == [schema.VERSION]


@ON_SERVER
def test_a_reader_sees_one_state_from_its_first_query_on(store, at):
    with store.reading() as db:
        before = db.execute(select(schema.worker)).all()
        work.register(store, "AW1", False, at.now)
        assert db.execute(select(schema.worker)).all() == before == []


@ON_SERVER
def test_one_of_several_looks_after_what_time_does(store, address):
    with opening.open_url(address) as other, store.settling() as mine, other.settling() as theirs:
        assert (mine, theirs) == (True, False)

    with opening.open_url(address) as other, other.settling() as theirs:
        assert theirs


@ON_SERVER
def test_what_time_pays_is_paid_once_whoever_looks(store, client, post, do, get, at):
    hit_ids = [post(Title=f"Name a colour {n}")["HITId"] for n in range(5)]
    for hit_id in hit_ids:
        do(hit_id)
    at.later(days=31)

    at_once(lambda number: get(hit_ids[number % 5])["NumberOfAssignmentsCompleted"])

    with store.reading() as db:
        kinds = Counter(db.execute(select(schema.ledger.c.kind)).scalars())
    assert kinds == {"hold": 5, "payment": 5, "fee": 5}


@ON_SERVER
def test_no_one_is_hindered_by_settling_that_others_wait_for(store, client, post, do, at):
    hit_id = post(MaxAssignments=THREADS, AutoApprovalDelayInSeconds=0)["HITId"]

    def act(number):
        due.process_due(store, at.now)
        return bool(do(hit_id, f"AW{number}"))

    assert at_once(act) == [True] * THREADS


@ON_SERVER
def test_work_is_decided_once(client, store, post, do):
    assignment_id = do(post()["HITId"])

    outcomes = at_once(lambda _: client.approve_assignment(AssignmentId=assignment_id) and "approved")

    assert outcomes.count("approved") == 1
    with store.reading() as db:
        kinds = Counter(db.execute(select(schema.ledger.c.kind)).scalars())
    assert kinds["payment"] == 1


@ON_SERVER
def test_a_name_is_given_to_one_qualification_type(client, qualify):
    outcomes = at_once(lambda _: bool(qualify(Name="Trees")))

    assert outcomes.count(True) == 1


@ON_SERVER
def test_a_worker_in_many_windows_asks_once(store, qualify, at):
    type_id = qualify()

    outcomes = at_once(lambda _: bool(qualifications.request(store, "AW1", type_id, at.now)))

    assert outcomes.count(True) == 1


@ON_SERVER
def test_who_makes_the_same_at_once_gets_the_same(client, kind):
    made = at_once(lambda _: client.create_hit_type(**kind)["HITTypeId"])

    assert len(set(made)) == 1


@ON_SERVER
def test_who_blocks_each_other_begins_anew(store, post):
    one, two = post(Title="Name a colour 1")["HITId"], post(Title="Name a colour 2")["HITId"]
    begin, tried = threading.Barrier(2), []

    def lock(db, hit_id):
        db.execute(select(schema.hit.c.id).where(schema.hit.c.hit_id == hit_id).with_for_update())

    @retried
    def act(first, second):
        tried.append(first)
        with store.writing() as db:
            lock(db, first)
            if len(tried) <= 2:
                begin.wait(5)
            lock(db, second)
        return True

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(act, (one, two), (two, one))) == [True, True]
    assert len(tried) == 3


def test_what_collides_again_and_again_is_told(monkeypatch):
    monkeypatch.setattr(transactions, "_PAUSE", 0)
    tried = []

    @retried
    def act():
        tried.append(1)
        raise Collision("others changed the same")

    with pytest.raises(Unavailable, match="others changed the same"):
        act()
    assert len(tried) == 8


@ON_SERVER
def test_what_is_asked_often_is_found_by_indexes(store, client, post, do, at):
    hit_id = post()["HITId"]
    _multiply(store, 4000)
    do(hit_id)
    asked = []

    def note(db, cursor, statement, parameters, *_):
        if statement.lstrip().startswith(("SELECT", "UPDATE", "DELETE")):
            asked.append((statement, parameters))

    event.listen(store.engine, "before_cursor_execute", note)
    look(store, at.now, work.available, "AW1")
    held = work.accept_any(store, "AW1", None, at.now)
    work.give_back(store, held.assignment_id, "AW1", at.now)
    client.list_hits(MaxResults=5)
    client.list_assignments_for_hit(HITId=hit_id)
    event.remove(store.engine, "before_cursor_execute", note)

    with store.reading() as db:
        plans = "\n".join(
            line for one, given in asked for line in db.exec_driver_sql(f"EXPLAIN {one}", given).scalars()
        )
    for index in (
        "hit_offered",
        "hit_unexpired",
        "hit_of_requester",
        "assignment_held",
        "assignment_undecided",
    ):
        assert f"using {index}" in plans
    assert "Seq Scan on hit " not in plans
    assert "Seq Scan on assignment" not in plans


@ON_SERVER
def test_types_are_listed_by_an_index_in_the_order_of_sqlite(store, client, qualify):
    for name in ("b", "Z", "a", "é"):
        qualify(Name=name)
    asked = []
    event.listen(store.engine, "before_cursor_execute", lambda *call: asked.append(call[2:4]))
    first = client.list_qualification_types(MustBeRequestable=True, MaxResults=2)
    rest = client.list_qualification_types(MustBeRequestable=True, MaxResults=2, NextToken=first["NextToken"])

    names = [one["Name"] for page in (first, rest) for one in page["QualificationTypes"]]
    assert names == ["Z", "a", "b", "é"]
    statement, given = next(one for one in reversed(asked) if "ORDER BY" in one[0])
    with store.reading() as db:
        for way in ("seqscan", "bitmapscan", "mergejoin", "hashjoin"):  # of so few rows
            db.exec_driver_sql(f"SET LOCAL enable_{way} = off")
        plan = "\n".join(db.exec_driver_sql(f"EXPLAIN {statement}", given).scalars())
    assert "using qualification_type_in_order" in plan
    assert "Sort" not in plan


@ON_SERVER
def test_no_hit_is_compared_with_all_that_a_worker_has_done(store):
    with store.reading() as db:
        query, bound = eligibility.offered("AW1", (), ())
        asked = query.params(bound).compile(db.engine, compile_kwargs={"literal_binds": True})
        plan = "\n".join(db.exec_driver_sql(f"EXPLAIN {asked}").scalars())

    assert "SubPlan" in plan
    assert "Join" not in plan


def _multiply(store, count):
    """Copy the HIT that is there, and let some work be done on the copies."""
    hit, assignment = schema.hit, schema.assignment
    with store.writing() as db:
        row = dict(db.execute(select(hit).limit(1)).one()._mapping)
        db.execute(insert(schema.worker).values(worker_id="AWX", simulated=False, registered=row["created"]))
        del row["id"]
        new = [{**row, "hit_id": f"3{n}", "shuffle": n * 500_000} for n in range(count)]
        keys = db.execute(insert(hit).returning(hit.c.id), new).scalars().all()
        dates = {"accepted": row["created"], "deadline": row["expiration"], "submitted": row["created"]}
        done = {"worker": "AWX", "status": "Approved", **dates}
        db.execute(insert(assignment), [{**done, "assignment_id": f"3A{key}", "hit": key} for key in keys])
        db.execute(text("ANALYZE hit; ANALYZE assignment; ANALYZE notification"))
