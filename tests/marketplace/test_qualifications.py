from __future__ import annotations

import pytest

from mturk_tasks.marketplace.records import messages
from tests.stores import look


@pytest.fixture
def grant(client):
    def act(type_id, worker_id="AW1", **more):
        client.associate_qualification_with_worker(QualificationTypeId=type_id, WorkerId=worker_id, **more)

    return act


@pytest.fixture
def revoke(client):
    def act(type_id, worker_id="AW1", **more):
        client.disassociate_qualification_from_worker(QualificationTypeId=type_id, WorkerId=worker_id, **more)

    return act


@pytest.fixture
def score(client):
    def read(type_id, worker_id="AW1"):
        return client.get_qualification_score(QualificationTypeId=type_id, WorkerId=worker_id)[
            "Qualification"
        ]

    return read


def test_a_grant_is_worth_1_unless_stated(qualify, grant, score, at):
    type_id = qualify()
    grant(type_id)

    assert score(type_id) == {
        "QualificationTypeId": type_id,
        "WorkerId": "AW1",
        "GrantTime": at.now,
        "IntegerValue": 1,
        "Status": "Granted",
    }


@pytest.mark.parametrize("value", [0, -7, 100])
def test_a_second_grant_overwrites_the_first(qualify, grant, score, at, value):
    type_id = qualify()
    grant(type_id, IntegerValue=3)
    at.later(hours=1)
    grant(type_id, IntegerValue=value)

    assert (score(type_id)["IntegerValue"], score(type_id)["GrantTime"]) == (value, at.now)


def test_a_revoked_qualification_can_be_granted_again(qualify, grant, revoke, score, refused):
    type_id = qualify()
    grant(type_id)
    revoke(type_id)
    with refused("RequestError", "called with a status of: Granted", "InvalidQualificationState"):
        score(type_id)

    grant(type_id, IntegerValue=4)

    assert score(type_id)["IntegerValue"] == 4


def test_what_was_never_granted_does_not_exist(qualify, score, revoke, refused):
    type_id = qualify()
    for act in (score, revoke):
        with refused(
            "RequestError", "You requested a Qualification that does not exist.", "QualificationDoesNotExist"
        ):
            act(type_id)


def test_what_is_revoked_cannot_be_revoked(qualify, grant, revoke, refused):
    type_id = qualify()
    grant(type_id)
    revoke(type_id)
    with refused("RequestError", "called with a status of: Granted", "InvalidQualificationState"):
        revoke(type_id)


def test_a_malformed_worker_is_refused(qualify, grant, refused):
    with refused("ValidationException", "at 'workerId' failed to satisfy constraint"):
        grant(qualify(), "W1")


def test_a_blocked_worker_is_granted_nothing(client, qualify, grant, refused):
    client.create_worker_block(WorkerId="AW1", Reason="why")
    with refused("RequestError", "Worker AW1 is blocked."):
        grant(qualify())


def test_a_score_that_is_no_integer_of_32_bits_is_refused(qualify, grant, refused):
    with refused("SerializationException", "'integerValue' is not a number of type integer"):
        grant(qualify(), IntegerValue=2**31)


def test_workers_are_listed_by_status_in_pages(client, qualify, grant, revoke, at):
    type_id = qualify()
    for number in range(5):
        grant(type_id, f"AW{number}")
        at.later(seconds=1)
    revoke(type_id, "AW2")

    def listed(**filters):
        pages = client.get_paginator("list_workers_with_qualification_type").paginate(
            QualificationTypeId=type_id, PaginationConfig={"PageSize": 2}, **filters
        )
        return [one["WorkerId"] for page in pages for one in page["Qualifications"]]

    assert listed() == listed(Status="Granted") == ["AW0", "AW1", "AW3", "AW4"]
    assert listed(Status="Revoked") == ["AW2"]


@pytest.mark.parametrize(("notify", "count"), [(True, 1), (False, 0)])
def test_a_worker_is_told_of_a_grant_unless_that_is_not_wanted(store, qualify, grant, at, notify, count):
    grant(qualify(), IntegerValue=5, SendNotification=notify)

    told = look(store, at.now, messages.read, "AW1")

    assert [(one.subject, one.text) for one in told] == [
        ("You have the qualification Trees", "Your score is 5.")
    ] * count


def test_a_worker_is_told_of_a_grant_only_where_it_changes_something(store, qualify, grant, revoke, at):
    type_id = qualify()
    for score in (5, 5, 6, 6):
        grant(type_id, IntegerValue=score)
    revoke(type_id)
    grant(type_id, IntegerValue=6)

    told = [one.text for one in look(store, at.now, messages.read, "AW1")]
    assert told == ["Your score is 6.", "Your score is 6.", "Your score is 5."]


@pytest.mark.parametrize(("given", "told"), [({"Reason": "no more"}, ["no more"]), ({}, [])])
def test_a_worker_is_told_why_a_qualification_is_revoked(store, qualify, grant, revoke, at, given, told):
    type_id = qualify()
    grant(type_id, SendNotification=False)
    revoke(type_id, **given)

    assert [one.text for one in look(store, at.now, messages.read, "AW1")] == told
