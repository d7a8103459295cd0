"""Qualifications as a worker finds them, on each database."""

from __future__ import annotations

from sqlalchemy import event

from mturk_tasks.marketplace.web import qualification_pages
from mturk_tasks.marketplace.worker import qualifications
from tests.stores import look

WORKER = "AW1"


def test_each_qualification_has_the_last_request_for_it(store, at, client, qualify):
    again, once, never = (
        qualify(Name=name, **more)
        for name, more in (("again", {"RetryDelayInSeconds": 60}), ("once", {}), ("never", {}))
    )
    for type_id in (again, once, again):
        request_id = qualifications.request(store, WORKER, type_id, at.now).request_id
        client.reject_qualification_request(QualificationRequestId=request_id)
        at.later(seconds=61)
    qualifications.request(store, WORKER, again, at.now)
    listed = {one.name: one.state for one in look(store, at.now, qualification_pages.listed, WORKER, ())}

    assert listed == {"again": "pending", "once": "never", "never": "free"}
    assert look(store, at.now, qualification_pages.find, WORKER, never).state == "free"
    assert look(store, at.now, qualification_pages.find, WORKER, again).state == "pending"


def test_a_longer_list_of_qualifications_is_not_asked_for_one_by_one(store, at, qualify):
    def asked():
        statements = []
        event.listen(store.engine, "before_cursor_execute", note := lambda *told: statements.append(told[2]))
        look(store, at.now, qualification_pages.listed, WORKER, ())
        event.remove(store.engine, "before_cursor_execute", note)
        return len(statements)

    qualify()
    before = asked()
    for number in range(5):
        qualify(Name=f"Trees {number}")

    assert asked() == before
