"""GetHITStates: how many HITs stand, and a revision that changes with whatever a requester could see."""

from __future__ import annotations

import pytest

from mturk_tasks.marketplace.worker import work


@pytest.fixture
def state(client):
    def read(hit_id):
        (answered,) = client.get_hit_states(HITIds=[hit_id])["HITStates"]
        return answered

    return read


@pytest.fixture
def changes(state):
    """Say whether an act changes the revision of a HIT."""

    def check(hit_id, act):
        before = state(hit_id)["Revision"]
        assert state(hit_id)["Revision"] == before
        act()
        return state(hit_id)["Revision"] != before

    return check


def test_what_is_told_is_what_get_hit_tells_without_the_question(client, post, state, get):
    hit_id = post(MaxAssignments=3)["HITId"]
    hit = get(hit_id)

    assert state(hit_id)["HIT"] == {name: value for name, value in hit.items() if name != "Question"}


def test_the_work_is_counted_by_what_became_of_it(client, post, do, state):
    hit_id = post(MaxAssignments=4)["HITId"]
    done = [do(hit_id, f"AWORKER{number}") for number in range(3)]
    client.approve_assignment(AssignmentId=done[0])
    client.reject_assignment(AssignmentId=done[1], RequesterFeedback="No bird.")
    client.send_bonus(
        AssignmentId=done[0], WorkerId="AWORKER0", BonusAmount="0.50", Reason="Good", UniqueRequestToken="b1"
    )
    told = state(hit_id)

    assert [told[f"NumberOfAssignments{kind}"] for kind in ("Submitted", "Approved", "Rejected")] == [1, 1, 1]
    assert (told["BonusAmount"], told["BonusFee"]) == ("0.50", "0.10")


def test_hits_come_in_the_order_asked_for_and_unknown_ones_are_left_out(client, post):
    first, second = post()["HITId"], post()["HITId"]
    asked = client.get_hit_states(HITIds=[second, "3NONE", first, second])["HITStates"]

    assert [told["HIT"]["HITId"] for told in asked] == [second, first]


def test_more_than_a_hundred_are_refused(client, refused):
    with refused("ValidationException", "less than or equal to 100"):
        client.get_hit_states(HITIds=[f"3{number}" for number in range(101)])


def test_every_decision_changes_the_revision(client, post, do, changes):
    hit_id = post(MaxAssignments=3)["HITId"]
    first, second = do(hit_id, "AONE"), do(hit_id, "ATWO")
    reject = {"AssignmentId": second, "RequesterFeedback": "No bird."}

    assert changes(hit_id, lambda: client.approve_assignment(AssignmentId=first))
    assert changes(hit_id, lambda: client.reject_assignment(**reject))
    assert changes(hit_id, lambda: client.approve_assignment(AssignmentId=second, OverrideRejection=True))


def test_a_bonus_changes_the_revision(client, post, do, changes):
    hit_id = post(MaxAssignments=2)["HITId"]
    done = do(hit_id, "AONE")
    given = {"AssignmentId": done, "WorkerId": "AONE", "BonusAmount": "0.10", "Reason": "Good"}

    assert changes(hit_id, lambda: client.send_bonus(**given, UniqueRequestToken="b1"))


def test_what_workers_do_changes_the_revision(store, at, post, do, changes):
    hit_id = post(MaxAssignments=3)["HITId"]
    held = []

    assert changes(hit_id, lambda: held.append(work.accept(store, "AONE", hit_id, at.now)))
    assert changes(hit_id, lambda: work.give_back(store, held[0].assignment_id, "AONE", at.now))
    assert changes(hit_id, lambda: do(hit_id, "ATWO"))


def test_a_late_answer_and_its_acceptance_change_the_revision(client, post, submit_late, changes):
    hit_id = post(MaxAssignments=2, LifetimeInSeconds=864000)["HITId"]
    sent = []

    assert changes(hit_id, lambda: sent.append(submit_late(hit_id)))
    assert changes(hit_id, lambda: client.accept_late_answer(AssignmentId=sent[0]))


def test_what_the_requester_changes_of_the_hit_changes_the_revision(client, post, kind, changes):
    hit_id = post(MaxAssignments=2)["HITId"]
    other = client.create_hit_type(**{**kind, "Title": "Name the other bird"})["HITTypeId"]
    more = {"HITId": hit_id, "NumberOfAdditionalAssignments": 1, "UniqueRequestToken": "m1"}

    assert changes(hit_id, lambda: client.create_additional_assignments_for_hit(**more))
    assert changes(hit_id, lambda: client.update_hit_type_of_hit(HITId=hit_id, HITTypeId=other))
    assert changes(hit_id, lambda: client.update_expiration_for_hit(HITId=hit_id, ExpireAt=0))
    assert changes(hit_id, lambda: client.delete_hit(HITId=hit_id))


def test_what_time_does_changes_the_revision(at, post, do, changes):
    hit_id = post(MaxAssignments=1, AutoApprovalDelayInSeconds=3600)["HITId"]
    do(hit_id, "AONE")

    assert changes(hit_id, lambda: at.later(hours=2))


def test_what_happens_to_another_hit_changes_nothing(post, do, changes):
    hit_id, other = post()["HITId"], post()["HITId"]

    assert not changes(hit_id, lambda: do(other, "AONE"))
