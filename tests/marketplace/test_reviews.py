"""Review policies at work: what becomes of assignments, HITs and money."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from mturk_tasks.lib.money import FeeTable
from mturk_tasks.marketplace.records import ledger
from mturk_tasks.marketplace.records.events import recorded_events
from mturk_tasks.marketplace.storage.transactions import Transaction
from mturk_tasks.marketplace.worker import work
from tests.marketplace.policies import answers, known_answers, plurality

KEY = {"colour": "green", "tree": "oak"}
RIGHT = answers(colour="green", tree="oak")
HALF = answers(colour="green", tree="ash")
WRONG = answers(colour="blue", tree="ash")
GREEN = answers(colour="green")
BLUE = answers(colour="blue")
EXTEND = {
    "ExtendIfHITAgreementScoreIsLessThan": 100,
    "ExtendMaximumAssignments": 4,
    "ExtendMinimumTimeInSeconds": 3600,
}
JUDGE = {"ApproveIfWorkerAgreementScoreIsAtLeast": 100, "RejectIfWorkerAgreementScoreIsLessThan": 100}


@pytest.fixture
def status(client):
    def read(assignment_id):
        return client.get_assignment(AssignmentId=assignment_id)["Assignment"]["AssignmentStatus"]

    return read


@pytest.fixture
def actions(client):
    """Return what a HIT's policy of a level did beside reviewing: name, status and result."""

    def read(hit_id, level="HIT"):
        found = client.list_review_policy_results_for_hit(HITId=hit_id, PolicyLevels=[level], MaxResults=100)
        taken = found[f"{level}ReviewReport"]["ReviewActions"]
        return [
            (one["ActionName"], one["Status"], one["Result"])
            for one in taken
            if one["ActionName"] != "review"
        ]

    return read


@pytest.fixture
def sums(store):
    def read():
        with store.reading() as db:
            found = {kind: str(total) for kind, total in ledger.totals(db).items() if total}
            return found, ledger.held(db)

    return read


@pytest.fixture
def fill(do):
    """Let workers submit these answers, one each, and return the assignments' IDs."""

    def act(hit_id, *given, begin=1):
        return [do(hit_id, f"AW{n}", answer) for n, answer in enumerate(given, begin)]

    return act


def size(hit):
    return hit["HITStatus"], hit["MaxAssignments"], hit["NumberOfAssignmentsAvailable"]


def test_known_answers_approve_and_reject_on_submission(post, fill, status):
    policy = known_answers(KEY, ApproveIfKnownAnswerScoreIsAtLeast=100, RejectIfKnownAnswerScoreIsLessThan=50)
    done = fill(post(MaxAssignments=3, **policy)["HITId"], RIGHT, HALF, WRONG)

    assert [status(one) for one in done] == ["Approved", "Submitted", "Rejected"]


def test_workers_are_told_the_reasons(client, post, fill):
    reasons = {"ApproveReason": "All right", "RejectReason": "The tree is an oak"}
    policy = known_answers(
        KEY, ApproveIfKnownAnswerScoreIsAtLeast=100, RejectIfKnownAnswerScoreIsLessThan=100, **reasons
    )
    done = fill(post(MaxAssignments=2, **policy)["HITId"], RIGHT, HALF)

    told = [client.get_assignment(AssignmentId=one)["Assignment"]["RequesterFeedback"] for one in done]

    assert told == ["All right", "The tree is an oak"]


def test_a_policys_decisions_move_money_as_the_requesters_do(post, fill, sums):
    policy = known_answers(
        KEY, ApproveIfKnownAnswerScoreIsAtLeast=100, RejectIfKnownAnswerScoreIsLessThan=100
    )
    fill(post(MaxAssignments=3, Reward="0.50", **policy)["HITId"], RIGHT, WRONG)

    assert sums() == (
        {"hold": "1.80", "payment": "0.50", "fee": "0.10", "release": "0.60"},
        Decimal("0.60"),
    )


def test_work_that_is_decided_by_a_policy_counts_as_completed(post, fill, get):
    hit_id = post(MaxAssignments=2, **known_answers(KEY, ApproveIfKnownAnswerScoreIsAtLeast=0))["HITId"]
    fill(hit_id, RIGHT, WRONG)

    hit = get(hit_id)

    assert (hit["HITStatus"], hit["NumberOfAssignmentsCompleted"]) == ("Reviewable", 2)


def test_overlapping_bounds_approve_and_the_rejection_fails(client, post, fill, actions):
    policy = known_answers(KEY, ApproveIfKnownAnswerScoreIsAtLeast=0, RejectIfKnownAnswerScoreIsLessThan=101)
    hit_id = post(**policy)["HITId"]
    fill(hit_id, HALF)

    assert actions(hit_id, "Assignment") == [
        ("approve", "Succeeded", "Approved"),
        ("reject", "Failed", "The assignment is Approved"),
    ]
    report = client.list_review_policy_results_for_hit(HITId=hit_id)["AssignmentReviewReport"]
    assert report["ReviewActions"][-1]["ErrorCode"] == "AWS.MechanicalTurk.InvalidAssignmentState"


@pytest.mark.parametrize(
    "policy",
    [
        known_answers(KEY, RejectIfKnownAnswerScoreIsLessThan=50),
        plurality(RejectIfWorkerAgreementScoreIsLessThan=101),
    ],
    ids=["known answers", "plurality"],
)
def test_a_policy_judges_before_a_delay_of_zero_approves(post, fill, status, policy):
    (done,) = fill(post(AutoApprovalDelayInSeconds=0, **policy)["HITId"], WRONG)

    assert status(done) == "Rejected"


def test_wrong_known_answers_open_the_hit_to_another_worker(post, fill, get, sums):
    hit_id = post(Reward="0.50", **known_answers(KEY, ExtendIfKnownAnswerScoreIsLessThan=100))["HITId"]
    before = get(hit_id)["Expiration"]
    fill(hit_id, WRONG)

    assert size(get(hit_id)) == ("Assignable", 2, 1)
    assert get(hit_id)["Expiration"] == before
    assert sums() == ({"hold": "1.20"}, Decimal("1.20"))


def test_a_hit_grows_up_to_five_assignments_by_itself(post, fill, get, actions):
    hit_id = post(**known_answers(KEY, ExtendIfKnownAnswerScoreIsLessThan=100))["HITId"]
    fill(hit_id, *[WRONG] * 5)

    assert size(get(hit_id)) == ("Reviewable", 5, 0)
    assert actions(hit_id, "Assignment")[-2:] == [
        ("extend", "Succeeded", "Extended to 5 assignments"),
        ("extend", "Succeeded", "Already at 5 assignments"),
    ]


def test_a_hit_extended_by_hand_beyond_the_maximum_does_not_grow(client, post, fill, get):
    policy = known_answers(KEY, ExtendIfKnownAnswerScoreIsLessThan=100, ExtendMaximumAssignments=2)
    hit_id = post(**policy)["HITId"]
    client.create_additional_assignments_for_hit(HITId=hit_id, NumberOfAdditionalAssignments=3)
    fill(hit_id, WRONG)

    assert size(get(hit_id)) == ("Assignable", 4, 3)


def test_a_small_hit_does_not_reach_ten_and_the_submission_stands(client, post, fill, get, status, sums):
    policy = known_answers(KEY, ExtendIfKnownAnswerScoreIsLessThan=100, ExtendMaximumAssignments=25)
    hit_id = post(MaxAssignments=9, **policy)["HITId"]
    held = sums()
    (done,) = fill(hit_id, WRONG)

    report = client.list_review_policy_results_for_hit(HITId=hit_id)["AssignmentReviewReport"]
    failed = report["ReviewActions"][-1]
    assert (failed["ActionName"], failed["Status"]) == ("extend", "Failed")
    assert failed["ErrorCode"] == "AWS.MechanicalTurk.InvalidMaximumAssignmentsIncrease"
    assert status(done) == "Submitted"
    assert size(get(hit_id)) == ("Assignable", 9, 8)
    assert sums() == held


def test_an_extension_may_bring_more_time(post, fill, get):
    policy = known_answers(KEY, ExtendIfKnownAnswerScoreIsLessThan=100, ExtendMinimumTimeInSeconds=600)
    hit_id = post(**policy)["HITId"]
    before = get(hit_id)["Expiration"]
    fill(hit_id, WRONG)

    assert get(hit_id)["Expiration"] == before + timedelta(minutes=10)


def test_late_work_reopens_an_expired_hit_only_with_more_time(store, post, get, at):
    given = {"AssignmentDurationInSeconds": 7200, "LifetimeInSeconds": 3600}
    closed, open_ = (
        post(**given, **known_answers(KEY, ExtendIfKnownAnswerScoreIsLessThan=100, **more))["HITId"]
        for more in ({}, {"ExtendMinimumTimeInSeconds": 600})
    )
    held = [work.accept(store, "AW1", hit_id, at.now) for hit_id in (closed, open_)]
    at.later(hours=1, minutes=30)
    for one in held:
        work.submit(store, one.assignment_id, "AW1", WRONG, at.now)

    assert size(get(closed)) == ("Reviewable", 2, 1)
    assert size(get(open_)) == ("Assignable", 2, 1)
    assert get(open_)["Expiration"] == at.now + timedelta(minutes=10)


def test_an_empty_answer_is_scored_as_wrong(post, fill, status):
    policy = known_answers(KEY, RejectIfKnownAnswerScoreIsLessThan=1)

    (done,) = fill(post(**policy)["HITId"], "")

    assert status(done) == "Rejected"


def test_agreement_is_judged_once_everybody_has_submitted(post, fill, status, actions):
    hit_id = post(MaxAssignments=3, **plurality(**JUDGE))["HITId"]
    done = fill(hit_id, GREEN, BLUE)
    assert [status(one) for one in done] == ["Submitted"] * 2

    done += fill(hit_id, GREEN, begin=3)

    assert [status(one) for one in done] == ["Approved", "Rejected", "Approved"]
    assert actions(hit_id) == [
        ("approve", "Succeeded", "Approved"),
        ("reject", "Succeeded", "Rejected"),
        ("approve", "Succeeded", "Approved"),
    ]


def test_without_agreement_nobody_is_approved_or_rejected(post, fill, status):
    done = fill(post(MaxAssignments=2, **plurality(**JUDGE))["HITId"], GREEN, BLUE)

    assert [status(one) for one in done] == ["Submitted"] * 2


def test_missing_agreement_asks_another_worker_and_is_judged_again(post, fill, get, status, actions):
    hit_id = post(MaxAssignments=2, **plurality(**EXTEND, **JUDGE))["HITId"]
    before = get(hit_id)["Expiration"]
    done = fill(hit_id, GREEN, BLUE)
    assert size(get(hit_id)) == ("Assignable", 3, 1)
    assert get(hit_id)["Expiration"] == before + timedelta(hours=1)

    done += fill(hit_id, GREEN, begin=3)

    assert size(get(hit_id)) == ("Reviewable", 3, 0)
    assert [status(one) for one in done] == ["Approved", "Rejected", "Approved"]
    assert actions(hit_id)[0] == ("extend", "Succeeded", "Extended to 3 assignments")


def test_an_extension_by_hand_has_agreement_judged_again(client, post, fill, get, status, actions):
    hit_id = post(MaxAssignments=2, **plurality(**JUDGE))["HITId"]
    done = fill(hit_id, GREEN, GREEN)
    client.create_additional_assignments_for_hit(HITId=hit_id, NumberOfAdditionalAssignments=1)
    done += fill(hit_id, BLUE, begin=3)

    assert [status(one) for one in done] == ["Approved", "Approved", "Rejected"]
    assert actions(hit_id)[2:] == [
        ("approve", "Succeeded", "Already approved"),
        ("approve", "Succeeded", "Already approved"),
        ("reject", "Succeeded", "Rejected"),
    ]


def test_more_time_by_hand_has_agreement_judged_again(client, post, fill, status, at):
    hit_id = post(MaxAssignments=3, **plurality(**JUDGE))["HITId"]
    done = fill(hit_id, GREEN, BLUE)
    at.later(hours=1)
    assert [status(one) for one in done] == ["Submitted"] * 2
    client.update_expiration_for_hit(HITId=hit_id, ExpireAt=at.now + timedelta(hours=1))

    fill(hit_id, GREEN, begin=3)

    assert [status(one) for one in done] == ["Approved", "Rejected"]


def test_a_decision_that_was_overtaken_fails_and_stays_as_it_was(client, post, fill, status, actions):
    policy = plurality(DisregardAssignmentIfRejected="F", **JUDGE)
    hit_id = post(MaxAssignments=3, **policy)["HITId"]
    done = fill(hit_id, GREEN, BLUE)
    client.approve_assignment(AssignmentId=done[1])
    client.reject_assignment(AssignmentId=done[0], RequesterFeedback="no")

    fill(hit_id, GREEN, begin=3)

    assert [status(one) for one in done] == ["Rejected", "Approved"]
    assert actions(hit_id)[:2] == [
        ("approve", "Failed", "The assignment is Rejected"),
        ("reject", "Failed", "The assignment is Approved"),
    ]


def test_rejected_work_is_left_out_of_the_comparison(client, post, fill, actions):
    hit_id = post(MaxAssignments=3, **plurality(**JUDGE))["HITId"]
    done = fill(hit_id, BLUE, GREEN)
    client.reject_assignment(AssignmentId=done[0], RequesterFeedback="no")

    fill(hit_id, GREEN, begin=3)

    assert actions(hit_id) == [("approve", "Succeeded", "Approved")] * 2


def test_work_that_missed_the_known_answers_is_left_out_of_the_comparison(post, fill, status, actions):
    policies = {
        **known_answers({"tree": "oak"}),
        **plurality(DisregardAssignmentIfKnownAnswerScoreIsLessThan=50, **JUDGE),
    }
    hit_id = post(MaxAssignments=3, **policies)["HITId"]
    done = fill(hit_id, RIGHT, WRONG, WRONG)

    assert [status(one) for one in done] == ["Approved", "Submitted", "Submitted"]
    assert actions(hit_id) == [("approve", "Succeeded", "Approved")]


def test_an_extension_by_one_policy_keeps_the_other_waiting(post, fill, get, status):
    policies = {
        **known_answers(KEY, ExtendIfKnownAnswerScoreIsLessThan=100),
        **plurality(ApproveIfWorkerAgreementScoreIsAtLeast=100),
    }
    hit_id = post(**policies)["HITId"]
    (wrong,) = fill(hit_id, WRONG)
    assert size(get(hit_id)) == ("Assignable", 2, 1)
    assert status(wrong) == "Submitted"

    fill(hit_id, answers(colour="blue", tree="oak"), begin=2)

    assert size(get(hit_id)) == ("Assignable", 3, 1)


def test_checkboxes_agree_whatever_their_order(post, fill, status):
    hit_id = post(MaxAssignments=2, **plurality(**JUDGE))["HITId"]

    done = fill(hit_id, answers(colour="red|blue"), answers(colour="blue| red"))

    assert [status(one) for one in done] == ["Approved"] * 2


def test_long_texts_are_not_compared(post, fill, status):
    long = answers(colour="x" * 257)

    done = fill(post(MaxAssignments=2, **plurality(**JUDGE))["HITId"], long, long)

    assert [status(one) for one in done] == ["Submitted"] * 2


def test_a_hit_that_is_over_is_judged_at_the_moment_when_it_was(client, post, fill, at):
    hit_id = post(MaxAssignments=3, **plurality(ApproveIfWorkerAgreementScoreIsAtLeast=100))["HITId"]
    over = at.now + timedelta(hours=1)
    (done,) = fill(hit_id, GREEN)
    at.later(days=2)

    assert client.get_assignment(AssignmentId=done)["Assignment"]["ApprovalTime"] == over
    report = client.list_review_policy_results_for_hit(HITId=hit_id)["HITReviewReport"]
    assert {action["CompleteTime"] for action in report["ReviewActions"]} == {over}


def test_a_worker_who_lets_the_time_pass_dates_the_review(client, store, post, fill, at):
    policy = plurality(ApproveIfWorkerAgreementScoreIsAtLeast=100)
    hit_id = post(MaxAssignments=2, AssignmentDurationInSeconds=7200, **policy)["HITId"]
    (done,) = fill(hit_id, GREEN)
    held = work.accept(store, "AW9", hit_id, at.now)
    at.later(days=2)

    assert client.get_assignment(AssignmentId=done)["Assignment"]["ApprovalTime"] == held.deadline


def test_work_abandoned_before_the_hit_was_over_dates_the_review_at_its_end(client, store, post, fill, at):
    policy = plurality(ApproveIfWorkerAgreementScoreIsAtLeast=100)
    hit_id = post(MaxAssignments=2, **policy)["HITId"]
    over = at.now + timedelta(hours=1)
    (done,) = fill(hit_id, GREEN)
    work.accept(store, "AW9", hit_id, at.now)
    at.later(days=2)

    assert client.get_assignment(AssignmentId=done)["Assignment"]["ApprovalTime"] == over


@pytest.mark.parametrize("every", [1, 10, 600])
def test_what_policies_do_does_not_depend_on_how_often_someone_looks(
    client, store, post, fill, get, at, every
):
    delay = {"AutoApprovalDelayInSeconds": 7200, "LifetimeInSeconds": 3600}
    more = {**EXTEND, "ExtendMaximumAssignments": 5}
    hit_id = post(MaxAssignments=2, Reward="0.50", **delay, **plurality(**more))["HITId"]
    began = at.now
    fill(hit_id, GREEN, BLUE)
    for _ in range(0, 600, every):
        at.later(minutes=every)
        client.get_hit(HITId=hit_id)

    report = client.list_review_policy_results_for_hit(HITId=hit_id, MaxResults=100)["HITReviewReport"]
    told = [(one["Result"], one["CompleteTime"] - began) for one in report["ReviewActions"]]
    assert told == [
        ("Reviewed one question; 0/1 agreed", timedelta(0)),
        ("Extended to 3 assignments", timedelta(0)),
        ("Reviewed one question; 0/1 agreed", timedelta(hours=2)),
        ("Extended to 4 assignments", timedelta(hours=2)),
        ("Reviewed one question; 0/1 agreed", timedelta(hours=3)),
        ("Extended to 5 assignments", timedelta(hours=3)),
        ("Reviewed one question; 0/1 agreed", timedelta(hours=4)),
        ("Already at 5 assignments", timedelta(hours=4)),
    ]
    assert size(get(hit_id)) == ("Reviewable", 5, 3)


@pytest.mark.parametrize("every", [30, 600])
def test_what_time_approves_before_a_review_is_not_rejected_by_it(client, post, fill, status, at, every):
    delay = {"AutoApprovalDelayInSeconds": 1800, "LifetimeInSeconds": 3600}
    policy = plurality(RejectIfWorkerAgreementScoreIsLessThan=101)
    (done,) = fill(post(MaxAssignments=2, **delay, **policy)["HITId"], GREEN)
    for _ in range(0, 600, every):
        at.later(minutes=every)
        client.list_hits()

    assert status(done) == "Approved"


def test_an_expired_hit_that_nobody_answered_is_reviewed_too(post, at, get, actions):
    hit_id = post(MaxAssignments=3, **plurality(**EXTEND))["HITId"]
    at.later(hours=1)

    assert actions(hit_id) == [("extend", "Succeeded", "Extended to 4 assignments")]
    assert size(get(hit_id)) == ("Assignable", 4, 4)


def test_the_label_reviewing_does_not_start_a_review(client, post, fill):
    hit_id = post(**plurality())["HITId"]
    fill(hit_id, GREEN)
    client.update_hit_review_status(HITId=hit_id)
    client.update_hit_review_status(HITId=hit_id, Revert=True)

    report = client.list_review_policy_results_for_hit(HITId=hit_id)["HITReviewReport"]

    assert [action["ActionName"] for action in report["ReviewActions"]] == ["review"]


def test_a_policys_extension_is_told_as_any_other(client, store, post, fill, at):
    hit = post(MaxAssignments=2, **plurality(**EXTEND))
    notification = {
        "Destination": "arn:aws:sns:here:1:mine",
        "Transport": "SNS",
        "Version": "2014-08-15",
        "EventTypes": ["HITReviewable", "HITExtended"],
    }
    client.update_notification_settings(HITTypeId=hit["HITTypeId"], Notification=notification, Active=True)
    fill(hit["HITId"], GREEN, BLUE)

    with store.reading() as db:
        told = [event.kind for event in recorded_events(Transaction(db, at.now, FeeTable()))]
    assert told == ["HITReviewable", "HITExtended"]


def test_hits_of_the_same_type_may_differ_in_their_policies(post, fill, status):
    plain, judged = post(), post(**known_answers(KEY, ApproveIfKnownAnswerScoreIsAtLeast=0))
    assert plain["HITTypeId"] == judged["HITTypeId"]

    done = [*fill(plain["HITId"], RIGHT), *fill(judged["HITId"], RIGHT)]

    assert [status(one) for one in done] == ["Submitted", "Approved"]


def test_a_hit_deleted_by_a_process_whose_clock_is_behind_is_not_reviewed(client, post, get, at):
    hit_id = post(**plurality(**EXTEND))["HITId"]
    client.update_expiration_for_hit(HITId=hit_id, ExpireAt=0)
    at.later(seconds=-1)
    client.delete_hit(HITId=hit_id)
    at.later(seconds=1)

    assert get(hit_id)["HITStatus"] == "Disposed"
