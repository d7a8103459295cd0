"""What a requester asked to be told is kept, in the order in which it happened."""

from __future__ import annotations

import pytest

from mturk_tasks.marketplace.api.shapes import description
from mturk_tasks.marketplace.hits import notifications
from mturk_tasks.marketplace.records import events
from mturk_tasks.marketplace.worker import work

QUEUE = "https://queue.example.org/1/mine"
ALL = [kind for kind in description()["shapes"]["EventType"]["enum"] if kind != "Ping"]


def wanting(*kinds, **changes):
    asked = {"Destination": QUEUE, "Transport": "SQS", "Version": "2014-08-15", "EventTypes": list(kinds)}
    return {**asked, **changes}


@pytest.fixture
def type_id(client, kind):
    return client.create_hit_type(**kind)["HITTypeId"]


@pytest.fixture
def told(store, at):
    return lambda: notifications.recorded(store, at.now)


@pytest.fixture
def subscribe(client, type_id):
    def act(*kinds, **more):
        client.update_notification_settings(HITTypeId=type_id, Notification=wanting(*kinds), **more)

    return act


def test_an_event_says_what_happened_when_and_to_what(store, type_id, subscribe, post, told, at):
    subscribe("AssignmentAccepted")
    hit_id = post()["HITId"]
    at.later(minutes=1)
    held = work.accept(store, "AW1", hit_id, at.now)

    assert told() == [events.Event("AssignmentAccepted", at.now, QUEUE, type_id, hit_id, held.assignment_id)]


def test_every_kind_of_event_is_kept_in_order(client, store, subscribe, post, do, told, at):
    subscribe(*ALL)
    hit_id = post(MaxAssignments=2)["HITId"]
    held = work.accept(store, "AW1", hit_id, at.now)
    work.give_back(store, held.assignment_id, "AW1", at.now)
    client.approve_assignment(AssignmentId=do(hit_id, "AW1"))
    client.reject_assignment(AssignmentId=do(hit_id, "AW2"), RequesterFeedback="no")
    client.create_additional_assignments_for_hit(HITId=hit_id, NumberOfAdditionalAssignments=1)
    work.accept(store, "AW3", hit_id, at.now)
    at.later(hours=2)
    client.delete_hit(HITId=hit_id)

    happened = [one.kind.removeprefix("Assignment") for one in told()]

    assert happened == [
        *("HITCreated", "Accepted", "Returned"),
        *("Accepted", "Submitted", "Approved"),
        *("Accepted", "Submitted", "HITReviewable", "Rejected"),
        *("HITExtended", "Accepted", "HITExpired", "Abandoned", "HITReviewable", "HITDisposed"),
    ]
    assert {one.kind for one in told()} == set(ALL)


def test_only_what_was_asked_for_is_kept(client, subscribe, post, do, told):
    subscribe("AssignmentSubmitted")
    do(post()["HITId"])
    do(post(Title="Another type")["HITId"])

    assert [one.kind for one in told()] == ["AssignmentSubmitted"]


def test_a_notification_is_switched_off_and_on(client, type_id, subscribe, post, told):
    subscribe("HITCreated", Active=False)
    post()
    client.update_notification_settings(HITTypeId=type_id, Active=True)
    hit_id = post()["HITId"]

    assert [one.hit_id for one in told()] == [hit_id]


def test_a_second_notification_replaces_the_first(subscribe, post, do, told):
    subscribe("HITCreated")
    subscribe("HITReviewable")
    do(post()["HITId"])

    assert [one.kind for one in told()] == ["HITReviewable"]


def test_a_test_event_comes_at_once(client, told, at):
    client.send_test_event_notification(Notification=wanting("HITCreated"), TestEventType="Ping")

    assert told() == [events.Event("Ping", at.now, QUEUE, None, None, None)]


@pytest.mark.parametrize(
    ("changes", "code", "text"),
    [
        ({"Transport": "Email"}, "ParameterValidationError", "not valid for the parameter Transport."),
        ({"Version": "2020-01-01"}, "ParameterValidationError", "not valid for the parameter Version."),
        ({"EventTypes": []}, "ParameterValidationError", "At least one of EventTypes must be given."),
        ({"Destination": "me@example.org"}, "RequestError", "is no destination of the transport SQS."),
        ({"Transport": "SNS"}, "RequestError", "is no destination of the transport SNS."),
    ],
)
def test_a_notification_that_could_never_be_sent_is_refused(client, type_id, refused, changes, code, text):
    asked = wanting("HITCreated", **changes)
    with refused(code, text):
        client.update_notification_settings(HITTypeId=type_id, Notification=asked)
    with refused(code, text):
        client.send_test_event_notification(Notification=asked, TestEventType="Ping")


@pytest.mark.parametrize(
    ("given", "text"),
    [({}, "Notification or Active must be given."), ({"Active": True}, "There is no notification of this")],
)
def test_settings_need_something_to_set(client, type_id, refused, given, text):
    with refused("ParameterValidationError", text):
        client.update_notification_settings(HITTypeId=type_id, **given)


def test_a_hit_type_nobody_made_has_no_settings(client, refused):
    with refused("ParameterValidationError", "is not valid for the parameter HITTypeId."):
        client.update_notification_settings(HITTypeId="3T", Active=True)
