"""What time does, whoever looks first and however late."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from mturk_tasks.marketplace.storage import schema
from mturk_tasks.marketplace.worker import work


def test_reading_writes_nothing_when_nothing_is_due(client, store, post):
    post()
    written = []
    event.listen(store.engine, "before_cursor_execute", lambda *given: written.append(given[2]))
    client.list_hits()

    assert not [
        text for text in written if text.startswith(("INSERT", "UPDATE", "DELETE", "BEGIN IMMEDIATE"))
    ]


def test_everything_at_once_ends_as_if_someone_had_looked_every_day(client, store, post, do, get, at):
    hit_id = post(MaxAssignments=3, AutoApprovalDelayInSeconds=864_000)["HITId"]
    do(hit_id)
    work.accept(store, "AW2", hit_id, at.now)
    at.later(days=400)

    hit = get(hit_id)

    assert hit["HITStatus"] == "Disposed"
    assert (hit["NumberOfAssignmentsAvailable"], hit["NumberOfAssignmentsPending"]) == (2, 0)
    assert hit["NumberOfAssignmentsCompleted"] == 1


@pytest.mark.parametrize("every", [1, 7, 200])
def test_the_state_does_not_depend_on_how_often_someone_looks(store, client, post, do, at, every):
    hit_id = post(MaxAssignments=2, AssignmentDurationInSeconds=200_000)["HITId"]
    do(hit_id)
    work.accept(store, "AW2", hit_id, at.now)
    for _ in range(0, 200, every):
        at.later(days=every)
        client.get_hit(HITId=hit_id)

    with store.reading() as db:
        columns = (schema.ledger.c.kind, schema.ledger.c.time, schema.ledger.c.amount)
        moments = db.execute(select(*columns).order_by(schema.ledger.c.id)).all()
        changed = db.execute(select(schema.hit.c.changed)).scalar_one()
    began = moments[0].time
    assert {row.kind: row.time - began for row in moments} == {
        "hold": timedelta(0),
        "payment": timedelta(days=30),
        "fee": timedelta(days=30),
        "release": timedelta(days=120, seconds=200_000),
    }
    assert changed - began == timedelta(days=120, seconds=200_000)


def test_a_refused_operation_does_not_hinder_what_time_does(client, post, get, at, refused):
    hit_id = post(MaxAssignments=2)["HITId"]
    at.later(hours=2)
    with refused("RequestError", "does not exist"):
        client.delete_hit(HITId="3NONE")

    assert get(hit_id)["HITStatus"] == "Reviewable"
