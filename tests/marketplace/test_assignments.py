from __future__ import annotations

from datetime import timedelta

import pytest

from mturk_tasks.marketplace.worker import work

DECIDED = "This operation can be called with a status of: Submitted"


def status_of(client, assignment_id):
    return client.get_assignment(AssignmentId=assignment_id)["Assignment"]["AssignmentStatus"]


def test_submitted_work_comes_back_as_it_was_submitted(client, post, do, at, answer):
    hit_id = post()["HITId"]
    assignment_id = do(hit_id, "AW1")

    found = client.get_assignment(AssignmentId=assignment_id)

    assert found["Assignment"] == {
        "AssignmentId": assignment_id,
        "WorkerId": "AW1",
        "HITId": hit_id,
        "AssignmentStatus": "Submitted",
        "AcceptTime": at.now,
        "SubmitTime": at.now,
        "Deadline": at.now + timedelta(seconds=600),
        "AutoApprovalTime": at.now + timedelta(days=30),
        "Answer": answer,
    }
    assert found["HIT"]["HITId"] == hit_id


def test_accepted_work_is_not_in_the_list(client, store, post, do, at):
    hit_id = post(MaxAssignments=2)["HITId"]
    work.accept(store, "AW1", hit_id, at.now)
    done = do(hit_id, "AW2")

    listed = client.list_assignments_for_hit(HITId=hit_id)

    assert [found["AssignmentId"] for found in listed["Assignments"]] == [done]
    assert listed["NumResults"] == 1


def test_assignments_are_listed_by_status_and_in_order_of_submission(client, store, post, at, answer):
    hit_id = post(MaxAssignments=3)["HITId"]
    held = {name: work.accept(store, name, hit_id, at.now).assignment_id for name in ("AW1", "AW2", "AW3")}
    for name in ("AW3", "AW1", "AW2"):
        at.later(seconds=5)
        work.submit(store, held[name], name, answer, at.now)
    client.approve_assignment(AssignmentId=held["AW1"])
    client.reject_assignment(AssignmentId=held["AW2"], RequesterFeedback="empty")

    def workers(*statuses):
        page = client.list_assignments_for_hit(HITId=hit_id, AssignmentStatuses=list(statuses))
        return [found["WorkerId"] for found in page["Assignments"]]

    assert workers() == workers("Submitted", "Approved", "Rejected") == ["AW3", "AW1", "AW2"]
    assert workers("Approved") == ["AW1"]
    assert workers("Rejected", "Submitted") == ["AW3", "AW2"]


def test_an_accepted_assignment_cannot_be_read_yet(client, store, post, at):
    held = work.accept(store, "AW1", post()["HITId"], at.now)

    with pytest.raises(client.exceptions.RequestError) as caught:
        client.get_assignment(AssignmentId=held.assignment_id)
    text = "This operation can be called with a status of: Reviewable,Approved,Rejected"
    assert caught.value.response["Error"]["Message"].startswith(text)
    assert caught.value.response["TurkErrorCode"] == "AWS.MechanicalTurk.InvalidAssignmentState"


@pytest.mark.parametrize(
    ("operation", "more"),
    [
        ("get_assignment", {}),
        ("approve_assignment", {}),
        ("reject_assignment", {"RequesterFeedback": "no"}),
        ("send_bonus", {"WorkerId": "AW1", "BonusAmount": "1.00", "Reason": "thanks"}),
        ("list_bonus_payments", {}),
        ("get_file_upload_url", {"QuestionIdentifier": "q"}),
    ],
)
def test_an_unknown_assignment_does_not_exist(client, refused, operation, more):
    with refused("RequestError", "Assignment 3NONE does not exist. (", "AssignmentDoesNotExist"):
        getattr(client, operation)(AssignmentId="3NONE", **more)


def test_an_assignment_given_back_does_not_exist(client, store, post, at, refused):
    held = work.accept(store, "AW1", post()["HITId"], at.now)
    work.give_back(store, held.assignment_id, "AW1", at.now)

    with refused("RequestError", f"Assignment {held.assignment_id} does not exist."):
        client.get_assignment(AssignmentId=held.assignment_id)


def test_an_approval_is_dated_and_carries_the_feedback(client, post, do, at):
    assignment_id = do(post()["HITId"])
    at.later(minutes=3)

    client.approve_assignment(AssignmentId=assignment_id, RequesterFeedback="Thank you")

    found = client.get_assignment(AssignmentId=assignment_id)["Assignment"]
    assert found["AssignmentStatus"] == "Approved"
    assert found["ApprovalTime"] == at.now
    assert found["RequesterFeedback"] == "Thank you"
    assert "RejectionTime" not in found


@pytest.mark.parametrize("override", [False, True])
def test_approving_twice_is_refused(client, post, do, refused, override):
    assignment_id = do(post()["HITId"])
    client.approve_assignment(AssignmentId=assignment_id)

    with refused("RequestError", DECIDED, "InvalidAssignmentState"):
        client.approve_assignment(AssignmentId=assignment_id, OverrideRejection=override)


def test_nothing_turns_an_approval_into_a_rejection(client, post, do, refused):
    assignment_id = do(post()["HITId"])
    client.approve_assignment(AssignmentId=assignment_id)

    with refused("RequestError", DECIDED, "InvalidAssignmentState"):
        client.reject_assignment(AssignmentId=assignment_id, RequesterFeedback="no")


def test_work_cannot_be_decided_before_it_is_submitted(client, store, post, at, refused):
    held = work.accept(store, "AW1", post()["HITId"], at.now)
    with refused("RequestError", "This operation can be called with a status of: null"):
        client.approve_assignment(AssignmentId=held.assignment_id)


def test_a_rejection_is_reversed_only_when_that_is_asked_for(client, post, do, at, refused):
    assignment_id = do(post()["HITId"])
    client.reject_assignment(AssignmentId=assignment_id, RequesterFeedback="empty")
    with refused("RequestError", DECIDED):
        client.approve_assignment(AssignmentId=assignment_id)
    at.later(days=30)

    client.approve_assignment(AssignmentId=assignment_id, OverrideRejection=True)

    found = client.get_assignment(AssignmentId=assignment_id)["Assignment"]
    assert found["AssignmentStatus"] == "Approved"
    assert found["ApprovalTime"] == at.now
    assert found["RejectionTime"] == at.now - timedelta(days=30)
    assert found["RequesterFeedback"] == "empty"


def test_a_rejection_cannot_be_reversed_after_thirty_days(client, post, do, at, refused):
    assignment_id = do(post()["HITId"])
    client.reject_assignment(AssignmentId=assignment_id, RequesterFeedback="empty")
    at.later(days=30, milliseconds=1)

    with refused("RequestError", "can no longer be reversed", "InvalidAssignmentState"):
        client.approve_assignment(AssignmentId=assignment_id, OverrideRejection=True)


def test_a_rejection_cannot_be_reversed_once_the_hit_is_gone(client, post, do, refused):
    hit_id = post()["HITId"]
    assignment_id = do(hit_id)
    client.reject_assignment(AssignmentId=assignment_id, RequesterFeedback="empty")
    client.delete_hit(HITId=hit_id)

    with refused("RequestError", "currently in the state 'Disposed'"):
        client.approve_assignment(AssignmentId=assignment_id, OverrideRejection=True)
    with refused("RequestError", "currently in the state 'Disposed'"):
        client.get_assignment(AssignmentId=assignment_id)


def test_override_approves_work_that_was_not_rejected_too(client, post, do):
    assignment_id = do(post()["HITId"])

    client.approve_assignment(AssignmentId=assignment_id, OverrideRejection=True)

    assert status_of(client, assignment_id) == "Approved"


@pytest.mark.parametrize("feedback", ["x" * 1025, "bell \x07", "\x0b"], ids=["long", "bell", "vertical tab"])
@pytest.mark.parametrize("operation", ["approve_assignment", "reject_assignment"])
def test_feedback_has_limits(client, post, do, refused, operation, feedback):
    assignment_id = do(post()["HITId"])
    with refused("ParameterValidationError", "is not valid for the parameter RequesterFeedback."):
        getattr(client, operation)(AssignmentId=assignment_id, RequesterFeedback=feedback)
    assert status_of(client, assignment_id) == "Submitted"


def test_feedback_may_have_1024_characters_tabs_and_line_ends(client, post, do):
    assignment_id = do(post()["HITId"])
    feedback = "a\tb\r\n" + "ü" * 1019

    client.reject_assignment(AssignmentId=assignment_id, RequesterFeedback=feedback)

    assert client.get_assignment(AssignmentId=assignment_id)["Assignment"]["RequesterFeedback"] == feedback


def test_an_answer_that_is_no_file_has_no_address(client, post, do, refused):
    with refused("RequestError", "has no uploaded file for the question colour.", "FileUploadDoesNotExist"):
        client.get_file_upload_url(AssignmentId=do(post()["HITId"]), QuestionIdentifier="colour")
