"""The door: targets, bodies, wording of errors, all 39 names."""

from __future__ import annotations

import json

import pytest

from mturk_tasks.marketplace.api import endpoint, operations, shapes

TARGET = "MTurkRequesterServiceV20170117."
NAMES = sorted(shapes.description()["operations"])


@pytest.fixture
def ask(store, at):
    def send(target, body):
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        reply = endpoint.handle(store, target, text, at.now)
        return reply.status, json.loads(reply.body)

    return send


def test_the_api_has_39_operations_and_we_have_our_own_beside_them():
    assert len(NAMES) == 39 + len(shapes.extras()["operations"])


def test_every_operation_is_offered():
    assert sorted(operations.OFFERED) == NAMES


def test_an_operation_of_the_api_that_is_not_offered_is_refused_in_words(ask, monkeypatch):
    monkeypatch.setattr(operations, "OFFERED", {})

    status, answer = ask(TARGET + "GetHIT", {})

    assert (status, answer["TurkErrorCode"]) == (400, "AWS.MechanicalTurk.NotSupported")
    assert answer["Message"].startswith("This marketplace does not offer the operation GetHIT yet. (")


def test_a_target_may_be_the_bare_name(ask):
    assert ask("GetAccountBalance", {}) == ask(TARGET + "GetAccountBalance", {})


@pytest.mark.parametrize("target", ["GetHITs", "", TARGET, "Other.GetHIT", TARGET + "a.GetHIT", "find"])
def test_an_unknown_target_is_an_unknown_operation(ask, target):
    status, answer = ask(target, {})

    assert status == 400
    assert answer["__type"] == "UnknownOperationException"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"{", id="torn"),
        pytest.param(b"[]", id="list"),
        pytest.param(b'"HITId"', id="string"),
        pytest.param(b"\xff\xfe", id="bytes"),
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(b'{"MaxResults": NaN}', id="NaN"),
        pytest.param(b'{"MaxResults": ' + b"9" * 5000 + b"}", id="endless number"),
    ],
)
def test_a_body_that_cannot_be_read_is_said_to_be_so(ask, body):
    status, answer = ask("ListHITs", body)

    assert (status, answer["__type"]) == (400, "SerializationException")


@pytest.mark.parametrize(
    ("name", "body"),
    [
        pytest.param("ListHITs", {"MaxResults": "5"}, id="text for a number"),
        pytest.param("ListHITs", {"MaxResults": 5.5}, id="fraction"),
        pytest.param("ListHITs", {"MaxResults": True}, id="truth for a number"),
        pytest.param("ListHITs", {"MaxResults": 2**31}, id="too large for an integer"),
        pytest.param("GetHIT", {"HITId": 5}, id="number for text"),
        pytest.param("GetHIT", {"HITId": "A\x00"}, id="NUL"),
        pytest.param("CreateWorkerBlock", {"WorkerId": "A1", "Reason": "\ud800"}, id="half a character"),
        pytest.param("UpdateHITReviewStatus", {"HITId": "3A", "Revert": "true"}, id="text for a truth"),
        pytest.param("UpdateExpirationForHIT", {"HITId": "3A", "ExpireAt": "soon"}, id="text for a time"),
        pytest.param("UpdateExpirationForHIT", {"HITId": "3A", "ExpireAt": 1e300}, id="no such time"),
        pytest.param(
            "ListAssignmentsForHIT", {"HITId": "3A", "AssignmentStatuses": "Approved"}, id="no list"
        ),
        pytest.param("CreateHIT", {"HITReviewPolicy": []}, id="no object"),
    ],
)
def test_a_value_of_a_wrong_type_is_said_to_be_so(ask, name, body):
    status, answer = ask(name, body)

    assert (status, answer["__type"]) == (400, "SerializationException")


@pytest.mark.parametrize("number", ["90", "90.0", "9e1", "900000e-4"])
def test_a_whole_number_may_be_written_with_a_point(ask, number):
    made = {"Title": "t", "Description": "d", "Reward": "0.05"}
    body = json.dumps(made)[:-1] + f', "AssignmentDurationInSeconds": {number}}}'

    assert ask("CreateHITType", body.encode()) == ask(
        "CreateHITType", {**made, "AssignmentDurationInSeconds": 90}
    )


@pytest.mark.parametrize("number", ["1.5", "1e300", "1e999", "-0.5"])
def test_a_number_that_is_not_whole_is_said_to_be_of_a_wrong_type(ask, number):
    status, answer = ask("ListHITs", f'{{"MaxResults": {number}}}'.encode())

    assert (status, answer["__type"]) == (400, "SerializationException")
    assert answer["Message"] == "'maxResults' is not a number of type integer"


def test_every_broken_constraint_is_named_in_one_message(ask):
    _, answer = ask("SendBonus", {"WorkerId": "B1", "BonusAmount": "0.9752", "AssignmentId": "3A"})

    assert answer["__type"] == "ValidationException"
    assert answer["Message"] == (
        "3 validation errors detected: "
        "Value null at 'reason' failed to satisfy constraint: Member must not be null; "
        "Value 'B1' at 'workerId' failed to satisfy constraint: "
        "Member must satisfy regular expression pattern: ^A[A-Z0-9]+$; "
        "Value '0.9752' at 'bonusAmount' failed to satisfy constraint: "
        r"Member must satisfy regular expression pattern: ^[0-9]+(\.)?[0-9]{0,2}$"
    )
    assert "TurkErrorCode" not in answer


@pytest.mark.parametrize(
    ("name", "body", "text"),
    [
        pytest.param(
            "GetHIT",
            {"HITId": "3" * 65},
            "at 'hITId' failed to satisfy constraint: Member must have length less than or equal to 64",
            id="too long",
        ),
        pytest.param(
            "ListHITs",
            {"NextToken": ""},
            "Value '' at 'nextToken' failed to satisfy constraint: "
            "Member must have length greater than or equal to 1",
            id="too short",
        ),
        pytest.param(
            "ListHITs",
            {"MaxResults": 0},
            "Value '0' at 'maxResults' failed to satisfy constraint: "
            "Member must have value greater than or equal to 1",
            id="too small",
        ),
        pytest.param(
            "ListReviewableHITs",
            {"Status": "Done"},
            "Value 'Done' at 'status' failed to satisfy constraint: "
            "Member must satisfy enum value set: [Reviewable, Reviewing]",
            id="no such word",
        ),
        pytest.param(
            "ListAssignmentsForHIT",
            {"HITId": "3A", "AssignmentStatuses": ["Approved", "Lost"]},
            "Value 'Lost' at 'assignmentStatuses.2.member' failed to satisfy constraint: ",
            id="in a list",
        ),
        pytest.param(
            "CreateHITWithHITType",
            {"HITTypeId": "3A", "LifetimeInSeconds": 60, "HITReviewPolicy": {}},
            "Value null at 'hITReviewPolicy.policyName' failed to satisfy constraint: "
            "Member must not be null",
            id="in an object",
        ),
        pytest.param("GetHIT", {"HITId": None}, "Value null at 'hITId'", id="null"),
    ],
)
def test_a_broken_constraint_is_told_in_awss_words(ask, name, body, text):
    status, answer = ask(name, body)

    assert status == 400
    assert answer["Message"].startswith("1 validation error detected: ")
    assert text in answer["Message"]


def test_unknown_members_are_ignored(ask):
    assert ask("ListHITs", {"Colour": "green", "NextToken": None})[0] == 200


def test_a_refusal_ends_with_the_sandboxs_moment_in_milliseconds(ask, at):
    _, answer = ask("GetHIT", {"HITId": "3A"})

    stamp = int(at.now.timestamp() * 1000)
    assert answer == {
        "__type": "RequestError",
        "Message": f"Hit 3A does not exist. ({stamp} s)",
        "TurkErrorCode": "AWS.MechanicalTurk.HITDoesNotExist",
    }


def test_a_refused_value_names_its_parameter(ask, kind):
    body = {**kind, "LifetimeInSeconds": 60, "Question": "<b/>"}

    _, answer = ask("CreateHIT", body)

    assert answer["__type"] == "ParameterValidationError"
    assert answer["Parameter"] == "Question"
    assert answer["TurkErrorCode"] == "AWS.MechanicalTurk.InvalidParameterValue"


def test_times_are_seconds_and_amounts_are_text_on_the_wire(ask, kind, question, at):
    at.later(milliseconds=123, microseconds=456)
    _, answer = ask("CreateHIT", {**kind, "LifetimeInSeconds": 60, "Question": question})

    assert answer["HIT"]["CreationTime"] == 1772366400.123
    assert answer["HIT"]["Expiration"] == 1772366460.123
    assert answer["HIT"]["Reward"] == "0.05"


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"AvailableBalance": "a lot"}, id="pattern"),
        pytest.param({"AvailableBalance": 5}, id="type"),
        pytest.param({"Balance": "5.00"}, id="unknown member"),
    ],
)
def test_an_answer_that_does_not_fit_is_a_fault_of_the_service(ask, monkeypatch, answer):
    wrong = operations.Operation(lambda context, parameters: answer, writes=False)
    monkeypatch.setattr(operations, "OFFERED", {"GetAccountBalance": wrong})

    status, said = ask("GetAccountBalance", {})

    assert (status, said["__type"]) == (500, "ServiceFault")


def test_what_an_unfit_answer_did_is_undone(ask, monkeypatch, store, at):
    block = operations.OFFERED["CreateWorkerBlock"].answer

    def mistaken(context, parameters):
        block(context, parameters)
        return {"Extra": 1}

    patched = {**operations.OFFERED, "CreateWorkerBlock": operations.Operation(mistaken, writes=True)}
    monkeypatch.setattr(operations, "OFFERED", patched)
    ask("CreateWorkerBlock", {"WorkerId": "AW1", "Reason": "r"})

    assert ask("ListWorkerBlocks", {})[1]["WorkerBlocks"] == []
