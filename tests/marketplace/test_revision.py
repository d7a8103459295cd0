from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from mturk_tasks.marketplace.records import ledger
from mturk_tasks.marketplace.worker import answering, work

ADULT = {
    "QualificationTypeId": "00000000000000000060",
    "Comparator": "EqualTo",
    "IntegerValues": [1],
    "RequiredToPreview": False,
    "ActionsGuarded": "Accept",
}


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(0, id="0"),
        pytest.param(datetime(2015, 1, 1, tzinfo=timezone.utc), id="2015"),
        pytest.param(None, id="now"),
    ],
)
def test_a_hit_without_pending_work_is_reviewable_at_once_when_expired(client, post, get, at, moment):
    hit_id = post(MaxAssignments=3)["HITId"]

    client.update_expiration_for_hit(HITId=hit_id, ExpireAt=at.now if moment is None else moment)

    assert get(hit_id)["HITStatus"] == "Reviewable"
    assert get(hit_id)["Expiration"] == at.now
    client.delete_hit(HITId=hit_id)


def test_expiring_an_expired_hit_leaves_its_date(client, post, get, at):
    hit = post()
    at.later(hours=2)

    client.update_expiration_for_hit(HITId=hit["HITId"], ExpireAt=0)

    assert get(hit["HITId"])["Expiration"] == hit["Expiration"]


def test_who_works_on_an_expired_hit_may_finish(client, store, post, get, at, answer):
    hit_id = post()["HITId"]
    held = work.accept(store, "AW1", hit_id, at.now)
    client.update_expiration_for_hit(HITId=hit_id, ExpireAt=0)
    assert get(hit_id)["HITStatus"] == "Unassignable"

    work.submit(store, held.assignment_id, "AW1", answer, at.now)

    assert get(hit_id)["HITStatus"] == "Reviewable"


@pytest.mark.parametrize(
    ("seconds", "fits"), [(-1800, False), (59, False), (60, True), (31_536_000, True), (31_536_001, False)]
)
def test_a_future_date_only_extends_and_by_a_minute_at_least(client, post, get, refused, seconds, fits):
    hit = post()
    later = hit["Expiration"] + timedelta(seconds=seconds)
    if fits:
        client.update_expiration_for_hit(HITId=hit["HITId"], ExpireAt=later)
        assert get(hit["HITId"])["Expiration"] == later
        return
    text = (
        f"The value {seconds} is invalid for ExpirationIncrementInSeconds. "
        "Valid values range from 60 to 31536000."
    )
    with refused("ParameterValidationError", text):
        client.update_expiration_for_hit(HITId=hit["HITId"], ExpireAt=later)


def test_the_same_date_twice_was_already_processed(client, post, refused):
    hit_id = post()["HITId"]
    date = datetime(2026, 3, 4, 5, 6, 7, tzinfo=timezone.utc)
    client.update_expiration_for_hit(HITId=hit_id, ExpireAt=date)

    token = f'The idempotency token "{hit_id}Wed Mar 04 05:06:07 UTC 2026" has already been processed.'
    with refused("RequestError", token):
        client.update_expiration_for_hit(HITId=hit_id, ExpireAt=date)


def test_an_expired_unfilled_hit_is_assignable_again_when_extended(client, store, post, get, at):
    hit_id = post(MaxAssignments=2)["HITId"]
    at.later(days=1)
    assert get(hit_id)["HITStatus"] == "Reviewable"

    client.update_expiration_for_hit(HITId=hit_id, ExpireAt=at.now + timedelta(hours=1))

    assert get(hit_id)["HITStatus"] == "Assignable"
    assert work.accept(store, "AW1", hit_id, at.now).hit_id == hit_id


def test_a_finished_hit_is_assignable_again_with_more_assignments(client, post, get, do):
    hit_id = post()["HITId"]
    do(hit_id)

    client.create_additional_assignments_for_hit(HITId=hit_id, NumberOfAdditionalAssignments=2)

    hit = get(hit_id)
    assert hit["HITStatus"] == "Assignable"
    assert (hit["MaxAssignments"], hit["NumberOfAssignmentsAvailable"]) == (3, 2)


def test_more_assignments_do_not_open_an_expired_hit(client, store, post, get, at):
    hit_id = post()["HITId"]
    at.later(days=1)

    client.create_additional_assignments_for_hit(HITId=hit_id, NumberOfAdditionalAssignments=2)

    assert get(hit_id)["HITStatus"] == "Reviewable"
    assert get(hit_id)["NumberOfAssignmentsAvailable"] == 3
    with pytest.raises(answering.Refused) as refusal:
        work.accept(store, "AW1", hit_id, at.now)
    assert refusal.value.reason == "expired"


def test_a_small_hit_can_come_to_nine_but_not_to_ten(client, post, refused):
    hit_id = post(MaxAssignments=3)["HITId"]
    client.create_additional_assignments_for_hit(HITId=hit_id, NumberOfAdditionalAssignments=6)

    with refused("RequestError", "cannot come to 10", "InvalidMaximumAssignmentsIncrease"):
        client.create_additional_assignments_for_hit(HITId=hit_id, NumberOfAdditionalAssignments=1)


def test_a_large_hit_can_grow(client, post, get):
    hit_id = post(MaxAssignments=10)["HITId"]

    client.create_additional_assignments_for_hit(HITId=hit_id, NumberOfAdditionalAssignments=1)

    assert get(hit_id)["MaxAssignments"] == 11


@pytest.mark.parametrize("number", [0, 1_000_000_001])
def test_the_number_of_added_assignments_has_a_range(client, post, refused, number):
    hit_id = post(MaxAssignments=10)["HITId"]
    with refused("ParameterValidationError", "Valid values range from 1 to 1000000000."):
        client.create_additional_assignments_for_hit(HITId=hit_id, NumberOfAdditionalAssignments=number)


def test_a_hit_takes_every_property_of_another_type(client, kind, post, get):
    hit_id = post()["HITId"]
    other = client.create_hit_type(**{**kind, "Title": "Name two colours", "Reward": "0.50"})["HITTypeId"]

    client.update_hit_type_of_hit(HITId=hit_id, HITTypeId=other)

    hit = get(hit_id)
    assert (hit["HITTypeId"], hit["Title"], hit["Reward"]) == (other, "Name two colours", "0.50")


@pytest.fixture
def taken(store, post, at):
    """A HIT of two assignments, one of which a worker holds."""
    hit_id = post(MaxAssignments=2)["HITId"]
    work.accept(store, "AW1", hit_id, at.now)
    return hit_id


@pytest.mark.parametrize(
    "changed",
    [
        {"Title": "Name two colours"},
        {"Description": "Two words"},
        {"Keywords": "colours"},
        {"AssignmentDurationInSeconds": 1200},
        {"AutoApprovalDelayInSeconds": 3600},
        {"QualificationRequirements": [ADULT]},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_all_but_the_reward_may_change_while_somebody_works(client, kind, get, taken, changed):
    other = client.create_hit_type(**{**kind, **changed})["HITTypeId"]

    client.update_hit_type_of_hit(HITId=taken, HITTypeId=other)

    name, value = next(iter(changed.items()))
    assert get(taken)[name] == value


def test_the_reward_stays_once_an_assignment_was_accepted(client, kind, taken, refused):
    other = client.create_hit_type(**{**kind, "Reward": "0.50"})["HITTypeId"]

    text = "cannot change from 0.05 to 0.50: an assignment of it was accepted. Everything else can."
    with refused("RequestError", text, "InvalidHITState"):
        client.update_hit_type_of_hit(HITId=taken, HITTypeId=other)


@pytest.mark.parametrize("decision", ["none", "approved", "rejected"])
def test_the_reward_stays_once_there_is_work(client, kind, post, do, refused, decision):
    hit_id = post(MaxAssignments=2)["HITId"]
    done = do(hit_id)
    if decision == "approved":
        client.approve_assignment(AssignmentId=done)
    elif decision == "rejected":
        client.reject_assignment(AssignmentId=done, RequesterFeedback="empty")
    other = client.create_hit_type(**{**kind, "Reward": "0.50"})["HITTypeId"]

    with refused("RequestError", "an assignment of it was accepted", "InvalidHITState"):
        client.update_hit_type_of_hit(HITId=hit_id, HITTypeId=other)


def test_an_answer_sent_late_keeps_the_reward_it_was_promised(client, kind, store, post, at, answer, refused):
    hit_id = post(LifetimeInSeconds=86400)["HITId"]
    held = work.accept(store, "AW1", hit_id, at.now)
    at.later(hours=1)
    assert work.submit(store, held.assignment_id, "AW1", answer, at.now).late
    other = client.create_hit_type(**{**kind, "Reward": "0.01"})["HITTypeId"]

    with refused("RequestError", "an assignment of it was accepted", "InvalidHITState"):
        client.update_hit_type_of_hit(HITId=hit_id, HITTypeId=other)


def test_the_reward_may_change_when_all_who_accepted_gave_back(client, kind, store, post, get, at):
    hit_id = post()["HITId"]
    work.give_back(store, work.accept(store, "AW1", hit_id, at.now).assignment_id, "AW1", at.now)
    other = client.create_hit_type(**{**kind, "Reward": "0.50"})["HITTypeId"]

    client.update_hit_type_of_hit(HITId=hit_id, HITTypeId=other)

    assert get(hit_id)["Reward"] == "0.50"


def test_who_accepted_may_finish_under_a_type_they_would_not_qualify_for(
    client, kind, store, at, post, answer
):
    hit_id = post()["HITId"]
    held = work.accept(store, "AW1", hit_id, at.now)
    other = client.create_hit_type(**{**kind, "QualificationRequirements": [ADULT]})["HITTypeId"]
    client.update_hit_type_of_hit(HITId=hit_id, HITTypeId=other)

    assert work.submit(store, held.assignment_id, "AW1", answer, at.now).assignment_id == held.assignment_id


def test_the_type_that_a_hit_has_is_no_change(client, store, get, taken):
    with store.reading() as db:
        before = ledger.totals(db)

    client.update_hit_type_of_hit(HITId=taken, HITTypeId=get(taken)["HITTypeId"])

    with store.reading() as db:
        assert ledger.totals(db) == before


def test_a_hit_cannot_take_an_unknown_type(client, post, refused):
    hit_id = post()["HITId"]
    with refused("ParameterValidationError", "is not valid for the parameter HITTypeId."):
        client.update_hit_type_of_hit(HITId=hit_id, HITTypeId="3NONE")


def test_reviewable_becomes_reviewing_and_back(client, post, get, do):
    hit_id = post()["HITId"]
    do(hit_id)

    client.update_hit_review_status(HITId=hit_id)
    assert get(hit_id)["HITStatus"] == "Reviewing"
    client.update_hit_review_status(HITId=hit_id, Revert=True)
    assert get(hit_id)["HITStatus"] == "Reviewable"


@pytest.mark.parametrize(("revert", "wanted"), [(False, "Reviewable"), (True, "Reviewing")])
def test_a_hit_that_is_not_finished_cannot_be_reviewed(client, post, refused, revert, wanted):
    hit_id = post()["HITId"]
    text = f"in the state 'Assignable'.  This operation can be called with a status of: {wanted}"
    with refused("RequestError", text, "InvalidHITState"):
        client.update_hit_review_status(HITId=hit_id, Revert=revert)


def test_reviewing_twice_is_refused(client, post, do, refused):
    hit_id = post()["HITId"]
    do(hit_id)
    client.update_hit_review_status(HITId=hit_id)

    with refused("RequestError", "currently in the state 'Reviewing'"):
        client.update_hit_review_status(HITId=hit_id)


def test_an_extended_hit_loses_the_label_reviewing(client, post, get, do):
    hit_id = post()["HITId"]
    do(hit_id)
    client.update_hit_review_status(HITId=hit_id)

    client.create_additional_assignments_for_hit(HITId=hit_id, NumberOfAdditionalAssignments=1)

    assert get(hit_id)["HITStatus"] == "Assignable"


def test_a_live_hit_cannot_be_deleted(client, post, refused):
    hit_id = post()["HITId"]
    with refused("RequestError", "This HIT is currently in the state 'Assignable'.", "InvalidHITState"):
        client.delete_hit(HITId=hit_id)


def test_a_hit_with_unreviewed_work_cannot_be_deleted_in_the_services_own_words(client, post, do, refused):
    hit_id = post()["HITId"]
    do(hit_id)
    text = (
        "This HIT is currently in the state 'Reviewable'.  "
        "This operation can be called with a status of: Reviewing, Reviewable"
    )
    with refused("RequestError", text, "InvalidHITState"):
        client.delete_hit(HITId=hit_id)


def test_a_hit_someone_works_on_cannot_be_deleted(client, store, post, at, refused):
    hit_id = post()["HITId"]
    work.accept(store, "AW1", hit_id, at.now)
    client.update_expiration_for_hit(HITId=hit_id, ExpireAt=0)

    with refused("RequestError", "in the state 'Unassignable'", "InvalidHITState"):
        client.delete_hit(HITId=hit_id)


@pytest.mark.parametrize("label", [False, True], ids=["reviewable", "reviewing"])
def test_a_decided_hit_can_be_deleted(client, post, get, do, label):
    hit_id = post()["HITId"]
    client.reject_assignment(AssignmentId=do(hit_id), RequesterFeedback="empty")
    if label:
        client.update_hit_review_status(HITId=hit_id)

    client.delete_hit(HITId=hit_id)

    assert get(hit_id)["HITStatus"] == "Disposed"


def test_an_operation_without_output_answers_nothing_but_metadata(client, post):
    answer = client.update_expiration_for_hit(HITId=post()["HITId"], ExpireAt=0)

    assert list(answer) == ["ResponseMetadata"]
