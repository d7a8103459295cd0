from __future__ import annotations

import pytest


@pytest.fixture
def made(client, kind, question):
    """Make HITs in both ways, each with a token."""

    def create_hit(token):
        return client.create_hit(**kind, LifetimeInSeconds=3600, Question=question, UniqueRequestToken=token)

    def create_hit_with_hit_type(token):
        hit_type = client.create_hit_type(**kind)["HITTypeId"]
        return client.create_hit_with_hit_type(
            HITTypeId=hit_type, LifetimeInSeconds=3600, Question=question, UniqueRequestToken=token
        )

    return {"CreateHIT": create_hit, "CreateHITWithHITType": create_hit_with_hit_type}


@pytest.mark.parametrize("operation", ["CreateHIT", "CreateHITWithHITType"])
def test_a_repeated_hit_is_refused_with_the_id_of_the_first(client, made, refused, operation):
    first = made[operation]("load-1")["HIT"]["HITId"]

    with refused("RequestError", first, "HitAlreadyExists"):
        made[operation]("load-1")
    assert client.list_hits()["NumResults"] == 1


def test_a_token_is_free_again_after_24_hours(client, made, at, refused):
    first = made["CreateHIT"]("load-1")["HIT"]["HITId"]
    at.later(hours=24, milliseconds=-1)
    with refused("RequestError", first, "HitAlreadyExists"):
        made["CreateHIT"]("load-1")
    at.later(milliseconds=1)

    assert made["CreateHIT"]("load-1")["HIT"]["HITId"] != first


def test_another_token_and_another_operation_make_another_hit(client, made):
    made["CreateHIT"]("load-1")
    made["CreateHIT"]("load-2")
    made["CreateHITWithHITType"]("load-1")

    assert client.list_hits()["NumResults"] == 3


def test_a_refused_request_does_not_spend_its_token(client, kind, made, refused):
    with refused("ParameterValidationError"):
        client.create_hit(**kind, LifetimeInSeconds=60, Question="no", UniqueRequestToken="load-1")

    assert made["CreateHIT"]("load-1")["HIT"]["HITStatus"] == "Assignable"


def test_repeated_assignments_are_added_once(client, post, get, refused):
    hit_id = post()["HITId"]
    request = {"HITId": hit_id, "NumberOfAdditionalAssignments": 2, "UniqueRequestToken": "more"}
    client.create_additional_assignments_for_hit(**request)

    text = 'The idempotency token "more" has already been processed. ('
    with refused("RequestError", text, "DuplicateRequest"):
        client.create_additional_assignments_for_hit(**request)
    assert get(hit_id)["MaxAssignments"] == 3


def test_a_repeated_bonus_is_paid_once(client, post, do, refused):
    bonus = {"WorkerId": "AWORKER1", "BonusAmount": "1", "Reason": "r", "UniqueRequestToken": "thanks"}
    assignment_id = do(post()["HITId"])
    client.send_bonus(AssignmentId=assignment_id, **bonus)

    with refused("RequestError", 'The idempotency token "thanks" has already been processed. ('):
        client.send_bonus(AssignmentId=assignment_id, **bonus)
    assert client.list_bonus_payments(AssignmentId=assignment_id)["NumResults"] == 1


def test_a_token_of_more_than_64_characters_breaks_the_description(made, refused):
    text = (
        "at 'uniqueRequestToken' failed to satisfy constraint: "
        "Member must have length less than or equal to 64"
    )
    with refused("ValidationException", text):
        made["CreateHIT"]("t" * 65)
