"""A requester moves from one marketplace to another, whole or not at all."""

from __future__ import annotations

import io
import json
from decimal import Decimal

import pytest
from sqlalchemy import func, select, update

from mturk_tasks.errors import UsageError
from mturk_tasks.marketplace import profiles, requesters, work
from mturk_tasks.marketplace.profiles import Profile
from mturk_tasks.marketplace.storage import schema
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.marketplace.upkeep.checks import check
from mturk_tasks.marketplace.upkeep.exports import export
from mturk_tasks.marketplace.upkeep.imports import import_
from tests.marketplace.busy import client_of, enter, fill

OF_PEOPLE = {"account", "session", "invitation", "password_link", "attempt"}  # the site's, no requester's
OF_THE_PLACE = {"meta", "former_marketplace"}


@pytest.fixture
def source(tmp_path, at):
    with Store.open(tmp_path / "source.db", play=False) as store:
        fill(store, enter(store, at, "ada"), at)
        yield store


@pytest.fixture
def target(tmp_path):
    with Store.open(tmp_path / "target.db", play=False) as store:
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


def test_the_rows_of_others_stay_behind(source, at):
    ben = enter(source, at, "ben")
    ben.create_worker_block(WorkerId="AW7", Reason="of ben")
    content = exported(source, at)
    assert b"AW7" not in content
    assert "message" not in {line["kind"] for line in rows(content)}


def test_who_is_known_already_is_not_overwritten(written, target, at):
    for worker_id, profile in (("AW1", Profile(country="FR", master=True)), ("AW2", Profile(adult=True))):
        work.register(target, worker_id, False, at.now)
        profiles.describe(target, worker_id, profile, at.now)
    import_(target, io.BytesIO(written), at.now)
    assert profiles.read(target, "AW1", at.now) == Profile(country="FR", master=True)
    assert profiles.read(target, "AW2", at.now) == Profile(adult=True)


def test_a_country_that_nobody_knew_is_taken_over(written, target, at):
    work.register(target, "AW1", False, at.now)
    import_(target, io.BytesIO(written), at.now)
    assert profiles.read(target, "AW1", at.now) == Profile(country="DE")


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
    with Store.open(tmp_path / "other.db") as other:
        import_(other, io.BytesIO(content), at.now)
        with other.reading() as db:
            offset = db.execute(select(schema.meta.c.offset)).scalar_one()
        assert check(other) == []
        refused(other, content, at, "is in this marketplace already")
    assert offset == (written_at - at.now).total_seconds() * 1000


def test_nobody_of_that_name_is_a_sentence(source, at):
    with pytest.raises(UsageError, match="there is no requester eve"):
        exported(source, at, "eve")
