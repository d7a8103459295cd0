"""Each of the 39 operations and of our own, called once as it should be and once as it should not."""

from __future__ import annotations

from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from mturk_tasks.marketplace.api.shapes import description
from mturk_tasks.marketplace.worker import qualifications

pytestmark = pytest.mark.walk

NOWHERE = {"HITId": "3NONE"}
NOBODYS = {"QualificationTypeId": "3NONE"}
NOTIFICATION = {
    "Destination": "arn:aws:sns:here:1:mine",
    "Transport": "SNS",
    "Version": "2014-08-15",
    "EventTypes": ["HITCreated"],
}
REASON = {"Reason": "why"}
BAD_WORKER = {"WorkerId": "W1"}
TERMS = {"Source": "link", "HITsPerParticipant": 1, "Minutes": 30}

# Operation: what a valid call needs beside the named objects of the market, and what makes it invalid.
CALLS: dict[str, tuple[Any, Any]] = {
    "AcceptLateAnswer": ({}, {"AssignmentId": "3NONE"}),
    "AcceptQualificationRequest": ({}, {"QualificationRequestId": "3NONE"}),
    "AddStudyHITs": ({}, {"StudyId": "none"}),
    "ApproveAssignment": ({}, {"AssignmentId": "3NONE"}),
    "AssociateQualificationWithWorker": ({}, NOBODYS),
    "CreateAdditionalAssignmentsForHIT": ({"NumberOfAdditionalAssignments": 1}, NOWHERE),
    "CreateHIT": ({}, {"Question": "<b/>"}),
    "CreateHITType": ({}, {"Title": ""}),
    "CreateHITWithHITType": ({}, {"HITTypeId": "3NONE"}),
    "CreateQualificationType": ({"Name": "New", "QualificationTypeStatus": "Active"}, {"Name": "Trees"}),
    "CreateStudy": (TERMS, {"Source": "nowhere"}),
    "CreateWorkerBlock": (REASON, BAD_WORKER),
    "DeleteHIT": ({}, NOWHERE),
    "DeleteQualificationType": ({}, NOBODYS),
    "DeleteWorkerBlock": ({}, BAD_WORKER),
    "DisassociateQualificationFromWorker": ({"WorkerId": "AHOLDER"}, {"WorkerId": "ASTRANGER"}),
    "GetAccountBalance": ({}, None),
    "GetAssignment": ({}, {"AssignmentId": "3NONE"}),
    "GetFileUploadURL": ({"QuestionIdentifier": "photo"}, {"QuestionIdentifier": "none"}),
    "GetHIT": ({}, NOWHERE),
    "GetHITStates": ({"HITIds": ["3NONE"]}, {"HITIds": ["no ID"]}),
    "GetParticipationType": ({"Name": "Done"}, {"Name": "None"}),
    "GetQualificationScore": ({"WorkerId": "AHOLDER"}, {"WorkerId": "ASTRANGER"}),
    "GetQualificationType": ({}, NOBODYS),
    "GetStudy": ({}, {"StudyId": "none"}),
    "ListAssignmentsForHIT": ({}, NOWHERE),
    "ListBonusPayments": ({}, NOWHERE),
    "ListDrafts": ({}, NOWHERE),
    "ListHITs": ({}, {"NextToken": "x"}),
    "ListHITsForQualificationType": ({}, NOBODYS),
    "ListLateAnswers": ({}, NOWHERE),
    "ListQualificationRequests": ({}, NOBODYS),
    "ListQualificationTypes": ({"MustBeRequestable": True}, {"NextToken": "x"}),
    "ListReviewPolicyResultsForHIT": ({}, NOWHERE),
    "ListReviewableHITs": ({}, {"HITTypeId": "3NONE"}),
    "ListStudyParticipants": ({}, {"StudyId": "none"}),
    "ListWorkerBlocks": ({}, {"NextToken": "x"}),
    "ListWorkersWithQualificationType": ({}, NOBODYS),
    "NotifyWorkers": ({"Subject": "s", "MessageText": "t", "WorkerIds": ["AW1"]}, {"WorkerIds": []}),
    "PutParticipationType": ({"Name": "Done here"}, {"Name": "Trees"}),
    "PutStudyLinks": ({"ExternalIds": ["anna"]}, {"StudyId": "none"}),
    "RejectAssignment": ({"RequesterFeedback": "why"}, {"AssignmentId": "3NONE"}),
    "RejectQualificationRequest": ({}, {"QualificationRequestId": "3NONE"}),
    "RevokeStudyLink": ({"ExternalId": "anna"}, {"ExternalId": "nobody"}),
    "SendBonus": ({"BonusAmount": "0.10", **REASON}, {"AssignmentId": "3NONE"}),
    "SendTestEventNotification": (
        {"Notification": NOTIFICATION, "TestEventType": "Ping"},
        {"Notification": {**NOTIFICATION, "Transport": "Email"}},
    ),
    "UpdateExpirationForHIT": ({"ExpireAt": 0}, NOWHERE),
    "UpdateHITReviewStatus": ({}, NOWHERE),
    "UpdateHITTypeOfHIT": ({}, {"HITTypeId": "3NONE"}),
    "UpdateNotificationSettings": ({"Notification": NOTIFICATION}, {"HITTypeId": "3NONE"}),
    "UpdateStudy": ({"Open": False}, {"StudyId": "none"}),
    "UpdateQualificationType": ({"Description": "New"}, NOBODYS),
}
ON_A_NEW_HIT = ("UpdateHITTypeOfHIT", "UpdateExpirationForHIT", "CreateAdditionalAssignmentsForHIT")


def has_no_invalid_call(name):
    return CALLS[name][1] is None


@pytest.fixture
def market(client, store, post, do, at, kind, question, qualify):
    """Return IDs and values by the names under which requests ask for them."""
    type_id = qualify()
    client.associate_qualification_with_worker(QualificationTypeId=type_id, WorkerId="AHOLDER")
    done = post()
    made = client.create_study(HITIds=[post()["HITId"]], **{**TERMS, "Source": "class"})["Study"]
    client.put_study_links(StudyId=made["StudyId"], ExternalIds=["anna"])
    client.put_participation_type(Name="Done", Description="d")
    return {
        **kind,
        "LifetimeInSeconds": 60,
        "Question": question,
        "HITTypeId": done["HITTypeId"],
        "HITId": done["HITId"],
        "HITIds": [done["HITId"]],
        "StudyId": made["StudyId"],
        "AssignmentId": do(done["HITId"]),
        "WorkerId": "AWORKER1",
        "QualificationTypeId": type_id,
        "QualificationRequestId": qualifications.request(store, "AASKER", type_id, at.now).request_id,
    }


@pytest.fixture
def call(client, market):
    """Call an operation with what it requires, from the market unless given."""

    def act(name, given):
        shape = description()["shapes"][description()["operations"][name]["input"]["shape"]]
        needed = {member for member in shape.get("required", ()) if member in market}
        if name == "CreateHIT":
            needed.add("Question")
        if name in ("ListBonusPayments", "CreateHITWithHITType"):
            needed |= {"HITId", "Question"} & set(shape["members"])
        return getattr(client, xform_name(name))(**{**{one: market[one] for one in needed}, **given})

    return act


def test_no_operation_is_left_out():
    assert set(CALLS) == set(description()["operations"])


@pytest.mark.parametrize("name", [name for name, (given, _) in CALLS.items() if given is not None])
def test_a_valid_call_is_answered(client, market, post, call, submit_late, send_file, name):
    given = dict(CALLS[name][0])
    if name in ON_A_NEW_HIT:
        given["HITId"] = post()["HITId"]
    if name == "AcceptLateAnswer":
        given["AssignmentId"] = submit_late()
    if name == "GetFileUploadURL":
        given["AssignmentId"] = send_file()
    if name == "DeleteHIT":
        client.approve_assignment(AssignmentId=market["AssignmentId"])

    assert call(name, given)["ResponseMetadata"]["HTTPStatusCode"] == 200


@pytest.mark.parametrize("name", [name for name in CALLS if not has_no_invalid_call(name)])
def test_an_invalid_call_is_refused(call, name):
    given, wrong = CALLS[name]

    with pytest.raises(ClientError) as caught:
        call(name, {**given, **wrong})

    refusal = caught.value.response["Error"]
    assert refusal["Code"] in ("RequestError", "ParameterValidationError", "ValidationException")
    assert refusal["Message"]
