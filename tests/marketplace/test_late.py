"""An answer that comes after the deadline is kept, and the requester may accept it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mturk_tasks.marketplace.records import ledger
from mturk_tasks.marketplace.worker import answering, work
from tests.marketplace.policies import answers
from tests.stores import look


@pytest.fixture
def late_ones(client):
    return lambda **filters: client.list_late_answers(**filters)["LateAnswers"]


@pytest.fixture
def statuses(client):
    def read(hit_id):
        done = client.list_assignments_for_hit(HITId=hit_id)["Assignments"]
        return [(one["WorkerId"], one["AssignmentStatus"]) for one in done]

    return read


def test_it_is_shown_with_its_assignment(late_ones, submit_late, post, at, answer):
    hit_id = post()["HITId"]
    assignment_id = submit_late(hit_id)

    (one,) = late_ones()
    assert (one["AssignmentId"], one["HITId"], one["WorkerId"]) == (assignment_id, hit_id, "ALATE")
    assert (one["Deadline"], one["ReceiveTime"], one["Answer"]) == (at.now, at.now, answer)
    assert late_ones(HITId=hit_id) == [one]
    assert late_ones(HITId=post()["HITId"]) == []


def test_the_first_late_answer_stays(store, at, late_ones, submit_late, answer):
    assignment_id = submit_late()
    with pytest.raises(answering.Refused, match="does not hold"):
        work.submit(store, assignment_id, "ALATE", answers(colour="red"), at.now)

    assert [one["Answer"] for one in late_ones()] == [answer]


def test_only_who_held_the_assignment_until_the_deadline_may_be_late(store, post, at, answer):
    hit_id = post()["HITId"]
    returned = work.accept(store, "AW1", hit_id, at.now)
    work.give_back(store, returned.assignment_id, "AW1", at.now)
    abandoned = work.accept(store, "AW1", hit_id, at.now)
    at.later(hours=1)

    for assignment_id, name in ((returned.assignment_id, "AW1"), (abandoned.assignment_id, "AW2")):
        with pytest.raises(answering.Refused, match="does not hold"):
            work.submit(store, assignment_id, name, answer, at.now)


def test_a_receipt_says_when_and_whether_late(store, do, post, at, submit_late):
    done = do(post()["HITId"])
    sent = at.now
    late = submit_late()

    assert look(store, at.now, work.receipt, done, "AWORKER1") == work.Receipt(done, sent)
    assert look(store, at.now, work.receipt, late, "ALATE") == work.Receipt(late, at.now, late=True)
    assert look(store, at.now, work.receipt, late, "AW2") is None


def test_an_accepted_one_is_submitted_in_its_own_place(client, get, post, submit_late, statuses, late_ones):
    hit_id = post()["HITId"]
    assignment_id = submit_late(hit_id)
    client.accept_late_answer(AssignmentId=assignment_id)

    assert statuses(hit_id) == [("ALATE", "Submitted")]
    assert (get(hit_id)["HITStatus"], get(hit_id)["MaxAssignments"]) == ("Reviewable", 1)
    assert late_ones() == []


def test_its_times_are_those_it_came_and_was_accepted(client, at, submit_late):
    assignment_id = submit_late()
    came = at.now
    at.later(hours=5)
    client.accept_late_answer(AssignmentId=assignment_id)
    one = client.get_assignment(AssignmentId=assignment_id)["Assignment"]

    assert one["SubmitTime"] == came
    assert one["AutoApprovalTime"] == at.now + timedelta(days=30)


def test_where_the_place_is_taken_one_more_is_paid_for(client, store, get, post, do, submit_late, statuses):
    hit_id = post()["HITId"]
    assignment_id = submit_late(hit_id)
    do(hit_id)
    with store.reading() as db:
        before = ledger.held(db)
    client.accept_late_answer(AssignmentId=assignment_id)

    assert sorted(statuses(hit_id)) == [("ALATE", "Submitted"), ("AWORKER1", "Submitted")]
    assert (get(hit_id)["MaxAssignments"], get(hit_id)["NumberOfAssignmentsAvailable"]) == (2, 0)
    with store.reading() as db:
        assert ledger.held(db) == 2 * before


def test_an_expired_hit_still_has_the_place(client, get, post, at, submit_late):
    hit_id = post(LifetimeInSeconds=60)["HITId"]
    client.accept_late_answer(AssignmentId=submit_late(hit_id))

    assert (get(hit_id)["HITStatus"], get(hit_id)["NumberOfAssignmentsAvailable"]) == ("Reviewable", 0)


def test_a_hit_made_with_nine_takes_no_tenth(client, refused, post, do, submit_late, statuses):
    hit_id = post(MaxAssignments=9)["HITId"]
    assignment_id = submit_late(hit_id)
    for number in range(9):
        do(hit_id, f"AW{number}")

    with refused("RequestError", "cannot come to 10", "InvalidMaximumAssignmentsIncrease"):
        client.accept_late_answer(AssignmentId=assignment_id)
    assert len(statuses(hit_id)) == 9


def test_who_has_accepted_the_hit_once_more_has_that_assignment(
    client, store, at, refused, post, submit_late
):
    hit_id = post()["HITId"]
    assignment_id = submit_late(hit_id)
    again = work.accept(store, "ALATE", hit_id, at.now)
    with refused("RequestError", "once more", "InvalidAssignmentState"):
        client.accept_late_answer(AssignmentId=assignment_id)
    work.give_back(store, again.assignment_id, "ALATE", at.now)

    assert client.accept_late_answer(AssignmentId=assignment_id)


def test_it_is_accepted_once(client, refused, submit_late):
    assignment_id = submit_late()
    client.accept_late_answer(AssignmentId=assignment_id)
    with refused("RequestError", code="InvalidAssignmentState"):
        client.accept_late_answer(AssignmentId=assignment_id)


def test_a_deleted_hit_takes_none(client, refused, post, submit_late, late_ones):
    hit_id = post()["HITId"]
    assignment_id = submit_late(hit_id)
    client.update_expiration_for_hit(HITId=hit_id, ExpireAt=0)
    client.delete_hit(HITId=hit_id)

    with refused("RequestError", "Disposed", "InvalidHITState"):
        client.accept_late_answer(AssignmentId=assignment_id)
    assert len(late_ones()) == 1


def test_an_assignment_in_time_is_no_late_answer(client, refused, post, do):
    with refused("RequestError", code="LateAnswerDoesNotExist"):
        client.accept_late_answer(AssignmentId=do(post()["HITId"]))


def test_an_accepted_one_may_approve_itself_at_once(client, post, submit_late, statuses):
    hit_id = post(AutoApprovalDelayInSeconds=0)["HITId"]
    client.accept_late_answer(AssignmentId=submit_late(hit_id))

    assert statuses(hit_id) == [("ALATE", "Approved")]
