"""The states of a HIT: the pure rules, and a HIT's life as the developer guide tells it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from mturk_tasks.marketplace.hits import counters
from mturk_tasks.marketplace.worker import work

NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("available", "pending", "expired", "reviewing", "status"),
    [
        pytest.param(5, 0, False, False, "Assignable", id="new"),
        pytest.param(2, 3, False, False, "Assignable", id="some accepted"),
        pytest.param(0, 3, False, False, "Unassignable", id="all accepted"),
        pytest.param(0, 0, False, False, "Reviewable", id="all submitted"),
        pytest.param(4, 0, True, False, "Reviewable", id="expired, unfilled"),
        pytest.param(4, 1, True, False, "Unassignable", id="expired, one at work"),
        pytest.param(0, 0, False, True, "Reviewing", id="labelled"),
        pytest.param(4, 0, True, True, "Reviewing", id="labelled, expired"),
        pytest.param(1, 0, False, True, "Assignable", id="labelled, then extended"),
    ],
)
def test_the_state_follows_from_the_counters(available, pending, expired, reviewing, status):
    assert counters.hit_status(available, pending, expired=expired, reviewing=reviewing) == status


@pytest.mark.parametrize(
    ("created_with", "maximum", "allowed"),
    [(1, 9, True), (9, 10, False), (1, 10, False), (10, 11, True), (10, 1000, True)],
)
def test_a_hit_made_with_fewer_than_ten_never_reaches_ten(created_with, maximum, allowed):
    assert counters.may_grow(created_with, maximum) is allowed


@pytest.mark.parametrize(
    ("available", "created_with", "maximum", "place"),
    [
        pytest.param(1, 1, 1, "free", id="nobody took it"),
        pytest.param(1, 9, 9, "free", id="of nine"),
        pytest.param(0, 1, 1, "added", id="taken"),
        pytest.param(0, 9, 9, None, id="a tenth of nine"),
        pytest.param(0, 10, 10, "added", id="an eleventh of ten"),
    ],
)
def test_a_late_answer_takes_a_free_place_or_one_that_can_be_added(available, created_with, maximum, place):
    assert counters.late_place(available, created_with, maximum) == place


@pytest.mark.parametrize(
    ("expires_in", "asked_in", "seconds"),
    [
        pytest.param(1000, 1060, 60, id="from the expiration"),
        pytest.param(1000, 400, -600, id="shortened"),
        pytest.param(-500, 90, 90, id="an expired HIT counts from now"),
    ],
)
def test_an_extension_is_measured_from_the_later_of_expiration_and_now(expires_in, asked_in, seconds):
    expiration, asked = NOW + timedelta(seconds=expires_in), NOW + timedelta(seconds=asked_in)

    assert counters.extension(expiration, asked, NOW) == seconds


def test_a_rejection_can_be_reversed_for_thirty_days_from_the_submission():
    assert counters.may_be_reversed(NOW - timedelta(days=30), NOW)
    assert not counters.may_be_reversed(NOW - timedelta(days=30, milliseconds=1), NOW)


def counts(hit):
    return (
        hit["HITStatus"],
        hit["NumberOfAssignmentsAvailable"],
        hit["NumberOfAssignmentsPending"],
        hit["NumberOfAssignmentsCompleted"],
    )


def test_the_life_of_a_hit_with_five_assignments(client, store, at, post, get, answer):
    hit_id = post(MaxAssignments=5)["HITId"]
    told = [counts(get(hit_id))]
    held = [work.accept(store, f"AW{n}", hit_id, at.now) for n in range(3)]
    told.append(counts(get(hit_id)))
    held += [work.accept(store, f"AW{n}", hit_id, at.now) for n in range(3, 5)]
    for n in range(2):
        work.submit(store, held[n].assignment_id, f"AW{n}", answer, at.now)
    told.append(counts(get(hit_id)))
    work.give_back(store, held[2].assignment_id, "AW2", at.now)
    told.append(counts(get(hit_id)))
    held[2] = work.accept(store, "AW2", hit_id, at.now)
    for n in range(2, 5):
        work.submit(store, held[n].assignment_id, f"AW{n}", answer, at.now)
    told.append(counts(get(hit_id)))
    for n in range(3):
        client.approve_assignment(AssignmentId=held[n].assignment_id)
    told.append(counts(get(hit_id)))
    for n in range(3, 5):
        client.approve_assignment(AssignmentId=held[n].assignment_id)
    told.append(counts(get(hit_id)))

    assert told == [
        ("Assignable", 5, 0, 0),
        ("Assignable", 2, 3, 0),
        ("Unassignable", 0, 3, 0),
        ("Assignable", 1, 2, 0),
        ("Reviewable", 0, 0, 0),
        ("Reviewable", 0, 0, 3),
        ("Reviewable", 0, 0, 5),
    ]


def test_places_nobody_took_stay_available_after_the_expiry(post, get, do, at):
    hit_id = post(MaxAssignments=5)["HITId"]
    do(hit_id)
    at.later(hours=1)

    assert counts(get(hit_id)) == ("Reviewable", 4, 0, 0)


def test_an_expired_hit_is_unassignable_until_the_last_worker_is_done(store, post, get, at, answer):
    hit_id = post(MaxAssignments=2)["HITId"]
    at.later(minutes=55)
    held = work.accept(store, "AW1", hit_id, at.now)
    at.later(minutes=6)
    assert counts(get(hit_id)) == ("Unassignable", 1, 1, 0)

    work.submit(store, held.assignment_id, "AW1", answer, at.now)

    assert counts(get(hit_id)) == ("Reviewable", 1, 0, 0)


def test_an_assignment_not_submitted_in_time_is_free_for_others(store, post, get, at):
    hit_id = post()["HITId"]
    held = work.accept(store, "AW1", hit_id, at.now)
    at.now = held.deadline
    assert counts(get(hit_id)) == ("Assignable", 1, 0, 0)

    assert work.accept(store, "AW2", hit_id, at.now).hit_id == hit_id


def test_undecided_work_is_approved_and_dated_at_its_own_moment(client, post, get, do, at):
    hit_id = post(AutoApprovalDelayInSeconds=86_400)["HITId"]
    submitted = at.now
    do(hit_id)
    at.later(days=3)

    (work_done,) = client.list_assignments_for_hit(HITId=hit_id)["Assignments"]

    assert work_done["AssignmentStatus"] == "Approved"
    assert work_done["ApprovalTime"] == work_done["AutoApprovalTime"] == submitted + timedelta(days=1)
    assert counts(get(hit_id)) == ("Reviewable", 0, 0, 1)


def test_a_delay_of_zero_approves_on_submission(client, post, do):
    hit_id = post(AutoApprovalDelayInSeconds=0)["HITId"]
    assignment_id = do(hit_id)

    found = client.get_assignment(AssignmentId=assignment_id)["Assignment"]

    assert found["AssignmentStatus"] == "Approved"
    assert found["ApprovalTime"] == found["SubmitTime"]


def test_rejected_work_is_not_approved_by_time(client, post, do, at):
    assignment_id = do(post(AutoApprovalDelayInSeconds=60)["HITId"])
    client.reject_assignment(AssignmentId=assignment_id, RequesterFeedback="empty")
    at.later(days=2)

    assert client.get_assignment(AssignmentId=assignment_id)["Assignment"]["AssignmentStatus"] == "Rejected"


def test_a_hit_is_disposed_of_120_days_after_it_became_reviewable(post, get, at):
    hit_id = post()["HITId"]
    at.later(hours=1, days=120, milliseconds=-1)
    assert get(hit_id)["HITStatus"] == "Reviewable"

    at.later(milliseconds=1)

    assert get(hit_id)["HITStatus"] == "Disposed"


def test_the_120_days_count_from_the_end_of_the_last_worker_not_from_the_expiry(store, post, get, at):
    hit_id = post(AssignmentDurationInSeconds=86_400)["HITId"]
    work.accept(store, "AW1", hit_id, at.now)
    at.later(days=120, hours=2)
    assert get(hit_id)["HITStatus"] == "Reviewable"

    at.later(days=1)

    assert get(hit_id)["HITStatus"] == "Disposed"


def test_a_deleted_hit_stays_disposed_when_its_expiration_comes(client, post, get, do, at):
    hit_id = post()["HITId"]
    client.approve_assignment(AssignmentId=do(hit_id))
    client.delete_hit(HITId=hit_id)
    at.later(days=2)

    assert get(hit_id)["HITStatus"] == "Disposed"
