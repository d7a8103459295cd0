"""A requester moves from one marketplace to another, whole or not at all."""

from __future__ import annotations

import hashlib
import io
import json
from decimal import Decimal

import pytest
from sqlalchemy import func, select, update

from mturk_tasks.errors import UsageError
from mturk_tasks.marketplace.due import read_current
from mturk_tasks.marketplace.operator import requesters
from mturk_tasks.marketplace.operator.checks import check
from mturk_tasks.marketplace.operator.exports import export
from mturk_tasks.marketplace.operator.imports import import_
from mturk_tasks.marketplace.records import workers
from mturk_tasks.marketplace.records.workers import Profile
from mturk_tasks.marketplace.storage import opening, schema
from mturk_tasks.marketplace.studies import progress
from mturk_tasks.marketplace.studies.studies import known_worker
from mturk_tasks.marketplace.worker import work
from tests.marketplace.busy import client_of, enter, fill
from tests.marketplace.conftest import HIT, QUESTION, TYPE
from tests.stores import look

OF_PEOPLE = {
    "account",
    "session",
    "invitation",
    "password_link",
    "attempt",
    "panel_member",
}  # the site's, no requester's
NO_AMOUNTS = ("NaN", "1e30", "0.055", "-inf")
OF_THE_PLACE = {"meta", "former_marketplace"}


@pytest.fixture
def source(filled):
    return filled


@pytest.fixture
def target(tmp_path):
    with opening.open_store(tmp_path / "target.db", play=False) as store:
        yield store


@pytest.fixture
def written(source, at):
    return exported(source, at)


HALF = b'{"kind": "header", "format": "mturk-tasks export"}\n{"kind": "end"}\n'


def exported(store, at, name="ada"):
    file = io.BytesIO()
    export(store, name, file, at.now)
    return file.getvalue()


def rows(content):
    return [json.loads(line) for line in content.splitlines()[1:-1]]


def everything(store):
    """Return how many rows there are, by table."""
    with store.reading() as db:
        return {
            name: db.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in schema.metadata.tables.items()
        }


def refused(store, content, at, match):
    before = everything(store)
    with pytest.raises(UsageError, match=match):
        import_(store, io.BytesIO(content), at.now)
    assert everything(store) == before


def test_an_export_has_rows_of_every_kind(written):
    kinds = {line["kind"] for line in rows(written)}
    assert kinds == schema.metadata.tables.keys() - {"access_key", *OF_THE_PLACE, *OF_PEOPLE}


def test_no_secret_leaves_with_an_export(source, at):
    with source.writing() as db:
        key = select(schema.requester.c.id).scalar_subquery()
        values = {"access_key_id": "AKIA1", "secret": "c2VjcmV0", "created": at.now}
        db.execute(schema.access_key.insert().values(requester=key, **values))
    content = exported(source, at)
    assert b"AKIA1" not in content
    assert b"c2VjcmV0" not in content


def test_a_requester_arrives_whole_and_healthy(written, target, at):
    import_(target, io.BytesIO(written), at.now)
    assert check(target) == []
    assert rows(exported(target, at)) == rows(written)


def test_the_longest_question_arrives_as_it_was(source, target, at):
    longest = QUESTION.replace("</form>", f"{'é' * ((1_000_000 - len(QUESTION)) // 2)}</form>")
    client_of(source, at, 1).create_hit(**{**TYPE, **HIT, "Question": longest})

    import_(target, io.BytesIO(exported(source, at)), at.now)

    assert check(target) == []
    with target.reading() as db:
        assert db.execute(select(schema.question.c.text).where(schema.question.c.text == longest)).all()


def test_keys_of_another_database_do_not_matter(written, target, at):
    fill(target, enter(target, at, "ben"), at)
    import_(target, io.BytesIO(written), at.now)
    assert check(target) == []
    moved = [line for line in rows(exported(target, at)) if line["kind"] not in ("message", "worker")]
    assert moved == [line for line in rows(written) if line["kind"] not in ("message", "worker")]


def test_life_goes_on_after_a_move(written, target, at, kind):
    import_(target, io.BytesIO(written), at.now)
    ada = client_of(target, at, requesters.listed(target, at.now)[0].key)
    open_ = next(hit for hit in ada.list_hits()["HITs"] if hit["NumberOfAssignmentsAvailable"])
    asking = open_["QualificationRequirements"]
    again = ada.create_hit_type(**kind, QualificationRequirements=asking)["HITTypeId"]
    held = work.accept(target, "AW1", ada.create_hit(**hit_of(open_, kind))["HIT"]["HITId"], at.now)
    at.later(days=200)
    ada.list_hits()

    assert again == open_["HITTypeId"]
    assert held
    assert check(target) == []


def hit_of(hit, kind):
    return {**kind, "Question": hit["Question"], "LifetimeInSeconds": 600}


def test_who_came_to_a_study_is_the_same_worker_after_the_move(written, target, at):
    import_(target, io.BytesIO(written), at.now)
    with read_current(target, at.now) as transaction:
        (study_id,) = transaction.db.execute(
            select(schema.study.c.study_id).where(schema.study.c.source == "prolific")
        ).one()
        own = progress.find_study(transaction, study_id)
        worker_id = known_worker(transaction, own, "5f" * 12)
        assert progress.find(transaction, own, worker_id) is not None


def test_the_rows_of_others_stay_behind(source, at):
    ben = enter(source, at, "ben")
    ben.create_worker_block(WorkerId="AW7", Reason="of ben")
    content = exported(source, at)
    assert b"AW7" not in content
    (ada,) = (line["row"] for line in rows(content) if line["kind"] == "requester")
    senders = {line["row"]["requester"] for line in rows(content) if line["kind"] == "message"}
    assert senders == {ada["requester_id"]}


def test_who_is_known_already_is_not_overwritten(written, target, at):
    for worker_id, profile in (("AW1", Profile(country="FR", master=True)), ("AW2", Profile(adult=True))):
        work.register(target, worker_id, False, at.now)
        workers.describe(target, worker_id, profile, at.now)
    import_(target, io.BytesIO(written), at.now)
    assert look(target, at.now, workers.read, "AW1") == Profile(country="FR", master=True)
    assert look(target, at.now, workers.read, "AW2") == Profile(adult=True)


def test_a_country_that_nobody_knew_is_taken_over(written, target, at):
    work.register(target, "AW1", False, at.now)
    import_(target, io.BytesIO(written), at.now)
    assert look(target, at.now, workers.read, "AW1") == Profile(country="DE")


def test_a_simulated_worker_is_no_person(written, target, at):
    work.register(target, "AW1", True, at.now)
    refused(target, written, at, "AW1 is a person in one place")


def test_a_requester_is_entered_once(written, target, at):
    import_(target, io.BytesIO(written), at.now)
    refused(target, written, at, "requester ada .* is in this marketplace already")


def test_another_requester_of_that_name_is_in_the_way(written, target, at):
    requesters.add(target, "ada", at.now)
    refused(target, written, at, "is in this marketplace already")


@pytest.mark.parametrize("kind", ["hit", "assignment", "hit_type", "qualification_type"])
def test_an_id_that_is_here_already_is_refused(written, target, at, kind):
    fill(target, enter(target, at, "ben"), at)
    table = schema.metadata.tables[kind]
    taken = next(line["row"][f"{kind}_id"] for line in rows(written) if line["kind"] == kind)
    with target.writing() as db:
        first = select(func.min(table.c.id)).scalar_subquery()
        db.execute(update(table).where(table.c.id == first).values({f"{kind}_id": taken}))
    refused(target, written, at, f"a row of the kind {kind} is in this marketplace already")


@pytest.mark.parametrize("lost", [1, 2, 40, 5000])
def test_a_cut_file_is_refused(written, target, at, lost):
    refused(target, written[:-lost], at, "cut|no export")


def test_a_file_without_its_last_lines_is_refused(written, target, at):
    refused(target, b"".join(written.splitlines(keepends=True)[:-3]), at, "its end is missing")


def test_a_changed_file_is_refused(written, target, at):
    refused(target, written.replace(b'"100.00"', b'"900.00"'), at, "was changed after")


@pytest.mark.parametrize("content", [b"", b"\n", b"a\tb\n", b"{}\n", b"[1]\n", b"SQLite format 3\0", HALF])
def test_a_foreign_file_is_refused(target, at, content):
    refused(target, content, at, "this is no export of a requester")


def test_an_export_of_a_newer_version_is_refused(source, target, at, monkeypatch):
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    content = exported(source, at)
    monkeypatch.undo()
    refused(target, content, at, "newer version of mturk-tasks")


def test_an_ill_requester_is_not_let_in(source, target, at):
    with source.writing() as db:
        db.execute(update(schema.requester).values(balance=schema.requester.c.balance + Decimal("0.01")))
    refused(target, exported(source, at), at, "would not be healthy: requester A")


def test_play_money_does_not_become_real(store, target, at):
    refused(target, exported(store, at, "sandbox"), at, "play money, this marketplace about real money")


def test_a_file_from_the_future_is_refused(written, target, at):
    at.later(days=-1)
    refused(target, written, at, "still to come here")


def test_a_sandbox_moves_into_an_empty_one_and_takes_its_time_along(store, tmp_path, at):
    fill(store, client_of(store, at, schema.SANDBOX), at)
    content = exported(store, at, "sandbox")
    written_at = at.now
    at.later(days=-3)
    with opening.open_store(tmp_path / "other.db") as other:
        import_(other, io.BytesIO(content), at.now)
        with other.reading() as db:
            offset = db.execute(select(schema.meta.c.offset)).scalar_one()
        assert check(other) == []
        refused(other, content, at, "is in this marketplace already")
    assert offset == (written_at - at.now).total_seconds() * 1000


def test_nobody_of_that_name_is_a_sentence(source, at):
    with pytest.raises(UsageError, match="there is no requester eve"):
        exported(source, at, "eve")


def forged(written, change):
    """Return an export after a change to its lines, which carries its digest all the same."""
    header, *lines, end = [json.loads(line) for line in written.splitlines()]
    change(header, lines)
    body = b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in (header, *lines))
    end["sha256"] = hashlib.sha256(body).hexdigest()
    return io.BytesIO(body + json.dumps(end).encode() + b"\n")


def test_an_import_keeps_which_marketplaces_it_came_from(written, source, target, tmp_path, at):
    import_(target, io.BytesIO(written), at.now)
    with opening.open_store(tmp_path / "third.db", play=False) as third:
        import_(third, io.BytesIO(exported(target, at)), at.now)
        came_from = ids(third)["former"]

    assert ids(target)["former"] == {ids(source)["own"]}
    assert came_from == {ids(source)["own"], ids(target)["own"]}


def ids(store):
    with store.reading() as db:
        own = db.execute(select(schema.meta.c.marketplace_id)).scalar_one()
        return {"own": own, "former": set(db.execute(select(schema.former_marketplace)).scalars())}


def test_what_comes_back_is_not_from_elsewhere(written, source, target, at):
    def came_back(header, _):
        header["marketplaces"].append(ids(target)["own"])

    import_(target, forged(written, came_back), at.now)
    assert ids(target)["former"] == {ids(source)["own"]}


def test_exports_of_earlier_versions_name_no_marketplace_and_are_taken(written, target, at):
    def earlier(header, lines):
        header["version"] = 5
        del header["marketplaces"]
        for line in lines:
            if line["kind"] == "message":
                del line["row"]["requester"]

    import_(target, forged(written, earlier), at.now)
    assert ids(target)["former"] == set()
    assert check(target) == []


@pytest.mark.parametrize("marketplace_id", ["", "<b>", "A" * 65, 7, None])
def test_what_cannot_be_a_marketplace_is_refused(written, target, at, marketplace_id):
    def change(header, _):
        header["marketplaces"] = [marketplace_id]

    with pytest.raises(UsageError, match="names a marketplace that cannot be one"):
        import_(target, forged(written, change), at.now)


def test_a_message_keeps_its_sender(source, target, at):
    with source.writing() as db:  # as messages of earlier versions have none
        db.execute(update(schema.message).values(requester=None).where(schema.message.c.id == 1))
    enter(target, at, "ben")
    import_(target, io.BytesIO(exported(source, at)), at.now)
    with target.reading() as db:
        senders = select(schema.requester.c.name).select_from(schema.message).outerjoin(schema.requester)
        assert set(db.execute(senders).scalars()) == {"ada", None}


def test_the_messages_of_a_requester_go_along_wherever_others_are(source, at):
    with source.writing() as db:
        db.execute(update(schema.message).values(requester=None).where(schema.message.c.id == 1))
        sent = db.execute(select(func.count()).select_from(schema.message)).scalar_one()
    enter(source, at, "ben")
    assert sum(line["kind"] == "message" for line in rows(exported(source, at))) == sent - 1


def test_nobody_speaks_for_another_requester(written, target, at):
    enter(target, at, "ben")
    (ben,) = requesters.listed(target, at.now)

    def speak(_, lines):
        next(line for line in lines if line["kind"] == "message")["row"]["requester"] = ben.requester_id

    with pytest.raises(UsageError, match=f"messages of another requester .{ben.requester_id}"):
        import_(target, forged(written, speak), at.now)


def changed(kind, **values):
    def change(_, lines):
        next(line for line in lines if line["kind"] == kind)["row"].update(values)

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        *(
            (changed("ledger", amount=each), "ledger cannot be read")
            for each in ("NaN", "1e30", "0.055", "-inf")
        ),
        (changed("hit", available="one"), "hit cannot be read: 'one' is no int"),
        (changed("hit", created="yesterday"), "hit cannot be read"),
        (changed("hit", expired=0), "hit cannot be read: 0 is no bool"),
        (changed("hit", available=10**30), "hit holds what cannot be stored"),
        (changed("hit", hit_type=None), "is in this marketplace already, or belongs to none"),
        (lambda _, lines: lines[1].pop("row"), "a line without a row"),
        (lambda _, lines: lines[1].update(row={}), "a row of the kind worker lacks"),
        (lambda _, lines: lines.insert(1, lines[0]), "about several requesters"),
        (lambda header, _: header.update(time=7), "does not say when it was written"),
        (lambda header, _: header.update(version="six"), "is no export of a requester"),
    ],
)
def test_what_cannot_be_a_row_is_a_sentence(written, target, at, change, said):
    refused(target, forged(written, change).getvalue(), at, said)
