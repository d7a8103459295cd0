"""What Amazon's service is known to have answered, one test for each operation that is said to be the same.

The records are public: issues of SDKs, and what the tests of Dallinger, psiTurk, Mephisto and ParlAI keep.
"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from mturk_tasks.marketplace.operator.coverage import SAME, coverage
from mturk_tasks.marketplace.worker import work


def says(act, text, **parameters):
    """Return the error of a call whose message begins so, and ends in the sandbox's time stamp."""
    with pytest.raises(ClientError) as caught:
        act(**parameters)
    message = caught.value.response["Error"]["Message"]
    assert message.startswith(text)
    assert re.search(r" \(\d{13} s\)$", message)
    return caught.value.response


def goes_on(page, key):
    """Hold a list's pages against the record: a token with every page but an empty one, which has none."""
    first = page(MaxResults=2)
    assert (first["NumResults"], len(first[key])) == (2, 2)
    last = page(MaxResults=2, NextToken=first["NextToken"])
    assert (last["NumResults"], last[key], "NextToken" in last) == (0, [], False)


def test_approve_assignment(client, post, do):
    done = do(post()["HITId"])
    client.approve_assignment(AssignmentId=done)

    wanted = "This operation can be called with a status of: Submitted"
    says(client.approve_assignment, wanted, AssignmentId=done)
    says(client.approve_assignment, "Assignment 3NONE does not exist.", AssignmentId="3NONE")


def test_reject_assignment(client, post, do):
    done = {"AssignmentId": do(post()["HITId"]), "RequesterFeedback": "no"}
    client.reject_assignment(**done)

    says(client.reject_assignment, "This operation can be called with a status of: Submitted", **done)


def test_create_additional_assignments_for_hit(client, post):
    more = {"HITId": post(MaxAssignments=8)["HITId"], "NumberOfAdditionalAssignments": 1}
    client.create_additional_assignments_for_hit(**more, UniqueRequestToken="t")

    spent = 'The idempotency token "t" has already been processed.'
    says(client.create_additional_assignments_for_hit, spent, **more, UniqueRequestToken="t")
    refused = says(client.create_additional_assignments_for_hit, "", **more)  # the tenth
    assert refused["TurkErrorCode"] == "AWS.MechanicalTurk.InvalidMaximumAssignmentsIncrease"


def test_create_qualification_type(client, qualify):
    qualify()

    first = "You have already created a QualificationType with this name. A QualificationType's name must be"
    whole = f"{first} unique among all of the QualificationTypes created by the same user."
    refused = says(qualify, whole)
    assert refused["TurkErrorCode"] == "AWS.MechanicalTurk.QualificationTypeAlreadyExists"
    says(
        qualify, 'The value "<x/>" is not valid for the parameter Test.', Test="<x/>", TestDurationInSeconds=9
    )


def test_update_qualification_type(client, qualify):
    kind = {"QualificationTypeId": qualify(), "TestDurationInSeconds": 9}
    wanted = 'The value "<QuestionForm/>" is not valid for the parameter Test.'
    refused = says(client.update_qualification_type, wanted, **kind, Test="<QuestionForm/>")

    assert refused["Error"]["Code"] == "ParameterValidationError"


def test_get_qualification_type(client, qualify):
    found = client.get_qualification_type(QualificationTypeId=qualify(Keywords="k"))["QualificationType"]

    assert (found["AutoGranted"], found["IsRequestable"]) == (False, True)
    told = {
        "QualificationTypeId",
        "CreationTime",
        "Name",
        "Description",
        "Keywords",
        "QualificationTypeStatus",
    }
    assert set(found) == {*told, "AutoGranted", "IsRequestable"}


def test_get_qualification_score(client, qualify):
    held = {"QualificationTypeId": qualify(), "WorkerId": "AW1"}
    says(client.get_qualification_score, "You requested a Qualification that does not exist.", **held)
    client.associate_qualification_with_worker(**held, IntegerValue=7)
    assert client.get_qualification_score(**held)["Qualification"]["IntegerValue"] == 7
    client.disassociate_qualification_from_worker(**held)

    says(client.get_qualification_score, "This operation can be called with a status of: Granted", **held)


def test_disassociate_qualification_from_worker(client, qualify):
    held = {"QualificationTypeId": qualify(), "WorkerId": "AW1"}
    client.associate_qualification_with_worker(**held)

    assert list(client.disassociate_qualification_from_worker(**held)) == ["ResponseMetadata"]
    client.associate_qualification_with_worker(**held, IntegerValue=3)
    assert client.get_qualification_score(**held)["Qualification"]["IntegerValue"] == 3


def test_delete_hit(client, post, do):
    idle, busy = post()["HITId"], post()["HITId"]
    do(busy)
    for hit_id in (idle, busy):
        client.update_expiration_for_hit(HITId=hit_id, ExpireAt=0)
    client.delete_hit(HITId=idle)

    state = "This HIT is currently in the state '{}'.  This operation can be called with a status of: "
    says(client.delete_hit, state.format("Reviewable") + "Reviewing, Reviewable", HITId=busy)
    says(client.delete_hit, state.format("Disposed"), HITId=idle)


def test_get_assignment(client, store, post, at):
    held = work.accept(store, "AW1", post()["HITId"], at.now)

    wanted = "This operation can be called with a status of: Reviewable,Approved,Rejected"
    says(client.get_assignment, wanted, AssignmentId=held.assignment_id)


def test_list_hits(client, post):
    for _ in range(2):
        post()

    goes_on(client.list_hits, "HITs")


def test_list_assignments_for_hit(client, post, do):
    hit_id = post(MaxAssignments=2)["HITId"]
    for worker_id in ("AW1", "AW2"):
        do(hit_id, worker_id)

    goes_on(lambda **paging: client.list_assignments_for_hit(HITId=hit_id, **paging), "Assignments")


def test_list_bonus_payments(client, post, do):
    found = client.list_bonus_payments(AssignmentId=do(post()["HITId"]))

    assert (found["NumResults"], found["BonusPayments"]) == (0, [])


def test_send_bonus(client, store, post, do, at):
    held = work.accept(store, "AW2", post()["HITId"], at.now).assignment_id
    paid = {"AssignmentId": do(post()["HITId"]), "WorkerId": "AWORKER1", "BonusAmount": "0.1", "Reason": "r"}
    client.send_bonus(**paid, UniqueRequestToken="t")

    spent = 'The idempotency token "t" has already been processed.'
    says(client.send_bonus, spent, **paid, UniqueRequestToken="t")
    for unknown in ("3NONE", held):
        says(client.send_bonus, f"Assignment {unknown} does not exist.", **{**paid, "AssignmentId": unknown})
    told = "1 validation error detected: Value '0.9752' at 'bonusAmount' failed to satisfy constraint: "
    with pytest.raises(ClientError, match=re.escape(told)):
        client.send_bonus(**{**paid, "BonusAmount": "0.9752"})


def test_update_expiration_for_hit(client, post, get):
    hit = post()
    earlier, later = hit["Expiration"] - timedelta(seconds=11), hit["Expiration"] + timedelta(hours=1)
    expire = client.update_expiration_for_hit
    wanted = (
        "The value -11 is invalid for ExpirationIncrementInSeconds. Valid values range from 60 to 31536000."
    )
    says(expire, wanted, HITId=hit["HITId"], ExpireAt=earlier)
    expire(HITId=hit["HITId"], ExpireAt=later)

    says(expire, f'The idempotency token "{hit["HITId"]}', HITId=hit["HITId"], ExpireAt=later)
    expire(HITId=hit["HITId"], ExpireAt=0)
    assert get(hit["HITId"])["HITStatus"] == "Reviewable"


def test_what_is_said_to_be_the_same_is_held_against_the_record_here():
    held = {name.removeprefix("test_").replace("_", "") for name in globals() if name.startswith("test_")}
    same = {row.operation.lower() for row in coverage() if row.state == SAME}

    assert same == {name for name in held if not name.startswith("whatis")}
