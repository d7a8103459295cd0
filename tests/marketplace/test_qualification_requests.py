"""A worker asks for a qualification; the type, the key or the requester answers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mturk_tasks.marketplace.records import messages
from mturk_tasks.marketplace.worker import answering, qualifications
from mturk_tasks.markup.answers import Answer, build
from tests.stores import look


@pytest.fixture
def refusal():
    def expect(reason, act, *arguments):
        with pytest.raises(answering.Refused) as caught:
            act(*arguments)
        assert caught.value.reason == reason

    return expect


@pytest.fixture
def ask(store, at):
    return lambda type_id, worker_id="AW1": qualifications.request(store, worker_id, type_id, at.now)


@pytest.fixture
def hand_in(store, at):
    def act(request_id, tree="oak", worker_id="AW1"):
        answer = build([Answer("tree", selections=(tree,))])
        return qualifications.answer_test(store, request_id, worker_id, answer, at.now)

    return act


@pytest.fixture
def waiting(client):
    def read(**filters):
        return client.list_qualification_requests(**filters)["QualificationRequests"]

    return read


@pytest.fixture
def tested(test_form):
    return {"Test": test_form, "TestDurationInSeconds": 600}


@pytest.fixture
def scored(client):
    def read(type_id, worker_id="AW1"):
        found = client.get_qualification_score(QualificationTypeId=type_id, WorkerId=worker_id)
        return found["Qualification"]["IntegerValue"]

    return read


def test_a_request_without_a_test_waits_for_the_requester(qualify, ask, waiting, at):
    type_id = qualify()

    asked = ask(type_id)

    assert waiting() == [
        {
            "QualificationRequestId": asked.request_id,
            "QualificationTypeId": type_id,
            "WorkerId": "AW1",
            "SubmitTime": at.now,
        }
    ]


@pytest.mark.parametrize(("given", "score"), [({}, 1), ({"IntegerValue": 80}, 80)])
def test_an_accepted_request_is_a_qualification(client, qualify, ask, waiting, scored, given, score):
    type_id = qualify()
    client.accept_qualification_request(QualificationRequestId=ask(type_id).request_id, **given)

    assert waiting() == []
    assert scored(type_id) == score


@pytest.mark.parametrize(
    ("given", "told"), [({"Reason": "too few"}, "too few"), ({}, "No reason was given.")]
)
def test_a_rejected_request_is_gone_and_the_worker_told(
    client, store, qualify, ask, waiting, at, given, told
):
    client.reject_qualification_request(QualificationRequestId=ask(qualify()).request_id, **given)

    assert waiting() == []
    assert look(store, at.now, messages.read, "AW1")[0].text == told


@pytest.mark.parametrize("first", ["accept", "reject"])
@pytest.mark.parametrize("second", ["accept", "reject"])
def test_a_request_is_decided_once(client, qualify, ask, refused, first, second):
    request_id = ask(qualify()).request_id
    getattr(client, f"{first}_qualification_request")(QualificationRequestId=request_id)

    with refused("RequestError", "This operation can be called with", "InvalidQualificationRequestState"):
        getattr(client, f"{second}_qualification_request")(QualificationRequestId=request_id)


def test_the_request_of_a_worker_who_was_blocked_since_can_only_be_rejected(client, qualify, ask, refused):
    request_id = ask(qualify()).request_id
    client.create_worker_block(WorkerId="AW1", Reason="why")

    with refused("RequestError", "Worker AW1 is blocked."):
        client.accept_qualification_request(QualificationRequestId=request_id)
    client.reject_qualification_request(QualificationRequestId=request_id)


@pytest.mark.parametrize("act", ["accept", "reject"])
def test_an_unknown_request_does_not_exist(client, refused, act):
    text = "QualificationRequest 3R does not exist."
    with refused("RequestError", text, "QualificationRequestDoesNotExist"):
        getattr(client, f"{act}_qualification_request")(QualificationRequestId="3R")


def test_an_automatic_grant_comes_at_once(qualify, ask, waiting, scored):
    type_id = qualify(AutoGranted=True, AutoGrantedValue=5)

    assert ask(type_id).score == 5
    assert scored(type_id) == 5
    assert waiting() == []


def test_a_test_is_taken_and_then_waits_for_the_requester(
    client, qualify, tested, ask, hand_in, waiting, at, test_form, refused
):
    asked = ask(qualify(**tested))
    assert (asked.test, asked.deadline) == (test_form, at.now + timedelta(seconds=600))
    assert waiting() == []
    with refused("RequestError", "does not exist."):
        client.accept_qualification_request(QualificationRequestId=asked.request_id)
    at.later(minutes=5)

    assert hand_in(asked.request_id).score is None

    (request,) = waiting()
    assert (request["Test"], request["SubmitTime"]) == (test_form, at.now)
    assert "<SelectionIdentifier>oak</SelectionIdentifier>" in request["Answer"]


@pytest.mark.parametrize(("tree", "score"), [("oak", 7), ("ash", 0)])
def test_a_test_with_a_key_is_graded_at_once(
    qualify, tested, answer_key, ask, hand_in, waiting, scored, tree, score
):
    type_id = qualify(**tested, AnswerKey=answer_key)

    assert hand_in(ask(type_id).request_id, tree).score == score
    assert scored(type_id) == score
    assert waiting() == []


def test_a_test_is_taken_until_just_before_its_end(qualify, tested, ask, hand_in, at, refusal):
    type_id = qualify(**tested)
    early, late = ask(type_id, "AW1"), ask(type_id, "AW2")
    at.later(seconds=600, milliseconds=-1)
    hand_in(early.request_id)
    at.later(milliseconds=1)

    refusal("not held", hand_in, late.request_id, "oak", "AW2")


def test_a_test_that_is_opened_again_is_the_same(qualify, tested, ask, at):
    type_id = qualify(**tested)
    first = ask(type_id)
    at.later(minutes=5)

    assert ask(type_id) == first


def test_only_who_takes_a_test_answers_it_and_once(qualify, tested, ask, hand_in, refusal):
    request_id = ask(qualify(**tested)).request_id

    refusal("not held", hand_in, request_id, "oak", "AW2")
    hand_in(request_id)
    refusal("not held", hand_in, request_id)


def test_answers_to_a_test_must_be_a_document_of_answers(store, qualify, tested, ask, at, refusal):
    request_id = ask(qualify(**tested)).request_id

    refusal("invalid", qualifications.answer_test, store, request_id, "AW1", "oak", at.now)


def test_an_update_of_the_type_leaves_open_requests_as_they_were(
    client, qualify, tested, answer_key, ask, hand_in, waiting, scored, test_form
):
    type_id = qualify(**tested, AnswerKey=answer_key)
    begun, pending = ask(type_id), ask(plain := qualify(Name="Plain"), "AW2")
    new = test_form.replace("oak", "elm")

    for changed in (type_id, plain):
        client.update_qualification_type(QualificationTypeId=changed, Test=new, TestDurationInSeconds=5)

    assert ask(type_id).test == test_form
    assert hand_in(begun.request_id).score == scored(type_id) == 7
    assert [one["QualificationRequestId"] for one in waiting()] == [pending.request_id]


def test_a_request_is_made_once_where_there_is_no_retry_delay(client, qualify, ask, at, refusal):
    type_id = qualify()
    request_id = ask(type_id).request_id
    refusal("pending", ask, type_id)
    client.reject_qualification_request(QualificationRequestId=request_id)
    at.later(days=1000)

    refusal("no retake", ask, type_id)


def test_a_retry_delay_counts_from_the_request(client, qualify, ask, at, refusal):
    type_id = qualify(RetryDelayInSeconds=3600)
    request_id = ask(type_id).request_id
    at.later(minutes=30)
    client.reject_qualification_request(QualificationRequestId=request_id)
    refusal("too soon", ask, type_id)
    at.later(minutes=30)

    assert ask(type_id).request_id != request_id


def test_a_test_whose_time_is_over_was_an_attempt(qualify, tested, ask, at, refusal):
    type_id = qualify(**tested)
    ask(type_id)
    at.later(minutes=10)

    refusal("no retake", ask, type_id)


def test_a_better_attempt_replaces_the_score(qualify, tested, answer_key, ask, hand_in, scored):
    type_id = qualify(**tested, AnswerKey=answer_key, RetryDelayInSeconds=0)
    hand_in(ask(type_id).request_id, "ash")
    hand_in(ask(type_id).request_id, "oak")

    assert scored(type_id) == 7


@pytest.mark.parametrize("how", ["inactive", "deleted", "system", "unknown", "blocked"])
def test_what_cannot_be_requested_is_refused(client, qualify, ask, refusal, how):
    type_id = qualify(QualificationTypeStatus="Inactive" if how == "inactive" else "Active")
    if how == "deleted":
        client.delete_qualification_type(QualificationTypeId=type_id)
    if how == "blocked":
        client.create_worker_block(WorkerId="AW1", Reason="why")
    type_id = {"system": "00000000000000000071", "unknown": "3Q"}.get(how, type_id)

    refusal(how if how in ("blocked", "unknown") else "inactive", ask, type_id)


def test_a_worker_gives_up_what_is_held(client, store, qualify, ask, at, refused, scored):
    type_id = qualify(AutoGranted=True)
    ask(type_id)
    assert [(one.name, one.score) for one in look(store, at.now, qualifications.held, "AW1")] == [
        ("Trees", 1)
    ]

    qualifications.give_up(store, "AW1", type_id, at.now)

    assert look(store, at.now, qualifications.held, "AW1") == []
    with refused("RequestError", "called with a status of: Granted"):
        scored(type_id)


def test_a_worker_withdraws_a_request(client, store, qualify, ask, waiting, at, refused):
    request_id = ask(type_id := qualify()).request_id

    qualifications.give_up(store, "AW1", type_id, at.now)

    assert waiting() == []
    with refused("RequestError", "This operation", "InvalidQualificationRequestState"):
        client.accept_qualification_request(QualificationRequestId=request_id)


def test_nobody_gives_up_what_they_do_not_have(store, qualify, at, refusal):
    refusal("not held", qualifications.give_up, store, "AW1", qualify(), at.now)


def test_requests_are_listed_by_type_in_pages_the_first_submitted_first(client, qualify, ask, at, waiting):
    one, other = qualify(), qualify(Name="Birds")
    for number in range(5):
        ask(one, f"AW{number}")
        at.later(seconds=1)
    ask(other)

    pages = client.get_paginator("list_qualification_requests").paginate(
        QualificationTypeId=one, PaginationConfig={"PageSize": 2}
    )

    found = [asked["WorkerId"] for page in pages for asked in page["QualificationRequests"]]
    assert found == [f"AW{number}" for number in range(5)]
    assert len(waiting()) == 6
