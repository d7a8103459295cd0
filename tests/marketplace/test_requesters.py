"""Several requesters in one marketplace: nobody sees or touches what is another's, and money is real."""

from __future__ import annotations

from decimal import Decimal

import pytest
from botocore.exceptions import ClientError

from mturk_tasks.client.session import connect
from mturk_tasks.errors import UsageError
from mturk_tasks.marketplace.api.endpoint import attach
from mturk_tasks.marketplace.operator import requesters
from mturk_tasks.marketplace.records import ledger
from mturk_tasks.marketplace.worker import answering, drafts, qualifications, work
from tests.stores import look


@pytest.fixture
def real(reopening):
    """A marketplace whose money is real."""
    with reopening(False) as store:
        yield store


@pytest.fixture
def as_requester(real, at):
    """Give a function that enters a requester with money, and returns a client that speaks for it."""

    def enter(name, dollars="100.00"):
        key = requesters.add(real, name, at.now).key
        if Decimal(dollars):
            requesters.fund(real, name, Decimal(dollars), at.now)
        client = connect(None)
        attach(client, real, lambda: at.now, key)
        return client

    return enter


@pytest.fixture
def two(as_requester):
    return as_requester("ada"), as_requester("ben")


def post(client, kind, question, **more):
    return client.create_hit(**{**kind, "LifetimeInSeconds": 3600, "Question": question, **more})["HIT"]


def balance(client):
    answer = client.get_account_balance()
    return answer["AvailableBalance"], answer["OnHoldBalance"]


def test_equal_hit_types_of_two_requesters_are_two(two, kind):
    ada, ben = (client.create_hit_type(**kind)["HITTypeId"] for client in two)
    assert ada != ben


@pytest.mark.parametrize(
    ("call", "given"),
    [
        ("get_hit", {}),
        ("delete_hit", {}),
        ("list_assignments_for_hit", {}),
        ("update_expiration_for_hit", {"ExpireAt": 0}),
        ("update_hit_review_status", {}),
        ("create_additional_assignments_for_hit", {"NumberOfAdditionalAssignments": 1}),
        ("list_review_policy_results_for_hit", {}),
        ("list_bonus_payments", {}),
        ("list_drafts", {}),
        ("list_late_answers", {}),
    ],
)
def test_another_requesters_hit_does_not_exist(two, kind, question, call, given):
    ada, ben = two
    hit_id = post(ada, kind, question)["HITId"]
    with pytest.raises(ClientError, match=f"Hit {hit_id} does not exist"):
        getattr(ben, call)(HITId=hit_id, **given)


@pytest.mark.parametrize(
    ("call", "given"),
    [
        ("get_assignment", {}),
        ("approve_assignment", {}),
        ("reject_assignment", {"RequesterFeedback": "why"}),
        ("send_bonus", {"WorkerId": "AW1", "BonusAmount": "1.00", "Reason": "why"}),
        ("get_file_upload_url", {"QuestionIdentifier": "q"}),
        ("list_bonus_payments", {}),
        ("accept_late_answer", {}),
    ],
)
def test_work_for_another_requester_does_not_exist(two, real, at, kind, question, answer, call, given):
    ada, ben = two
    held = work.accept(real, "AW1", post(ada, kind, question)["HITId"], at.now)
    work.submit(real, held.assignment_id, "AW1", answer, at.now)
    with pytest.raises(ClientError, match="does not exist"):
        getattr(ben, call)(AssignmentId=held.assignment_id, **given)


@pytest.mark.parametrize(
    ("call", "given"),
    [
        ("get_qualification_type", {}),
        ("update_qualification_type", {"Description": "d"}),
        ("delete_qualification_type", {}),
        ("associate_qualification_with_worker", {"WorkerId": "AW1"}),
        ("get_qualification_score", {"WorkerId": "AW1"}),
        ("list_workers_with_qualification_type", {}),
        ("list_hits_for_qualification_type", {}),
        ("list_qualification_requests", {}),
    ],
)
def test_another_requesters_qualification_type_does_not_exist(two, call, given):
    ada, ben = two
    made = ada.create_qualification_type(Name="Trees", Description="d", QualificationTypeStatus="Active")
    type_id = made["QualificationType"]["QualificationTypeId"]
    with pytest.raises(ClientError, match=f"QualificationType {type_id} does not exist"):
        getattr(ben, call)(QualificationTypeId=type_id, **given)


def test_drafts_and_late_answers_are_ones_own(two, real, at, kind, question, answer):
    ada, ben = two
    hit_id = post(ada, kind, question)["HITId"]
    held = work.accept(real, "AW1", hit_id, at.now)
    drafts.save(real, held.assignment_id, "AW1", {"colour": "gr"}, at.now)
    at.now = held.deadline
    work.submit(real, held.assignment_id, "AW1", answer, at.now)

    assert len(ada.list_drafts()["Drafts"]) == len(ada.list_late_answers()["LateAnswers"]) == 1
    assert ben.list_drafts()["Drafts"] == ben.list_late_answers()["LateAnswers"] == []
    with pytest.raises(ClientError, match=f"LateAnswer {held.assignment_id} does not exist"):
        ben.accept_late_answer(AssignmentId=held.assignment_id)


def test_a_late_answer_without_a_place_costs_what_a_place_costs(
    as_requester, real, at, kind, question, answer
):
    poor = as_requester("poor", "0.06")
    hit_id = post(poor, kind, question)["HITId"]
    held = work.accept(real, "AW1", hit_id, at.now)
    at.now = held.deadline
    work.submit(real, held.assignment_id, "AW1", answer, at.now)
    work.accept(real, "AW2", hit_id, at.now)

    with pytest.raises(ClientError, match="insufficient funds"):
        poor.accept_late_answer(AssignmentId=held.assignment_id)
    requesters.fund(real, "poor", Decimal("0.06"), at.now)
    poor.accept_late_answer(AssignmentId=held.assignment_id)
    assert balance(poor)[0] == "0.00"


def test_lists_hold_ones_own_only(two, kind, question):
    ada, ben = two
    post(ada, kind, question)
    ada.create_qualification_type(Name="Trees", Description="d", QualificationTypeStatus="Active")
    ada.create_worker_block(WorkerId="AW1", Reason="why")

    assert ben.list_hits()["HITs"] == []
    assert ben.list_reviewable_hits()["HITs"] == []
    assert ben.list_qualification_types(MustBeRequestable=True)["QualificationTypes"] == []
    assert ben.list_worker_blocks()["WorkerBlocks"] == []


def test_a_page_token_of_another_requester_shows_nothing_of_theirs(two, kind, question):
    ada, ben = two
    post(ada, kind, question)
    token = ada.list_hits(MaxResults=1)["NextToken"]
    assert ben.list_hits(MaxResults=1, NextToken=token)["HITs"] == []


def test_two_requesters_may_have_a_name_and_a_token_each(two, kind, question):
    for client in two:
        client.create_qualification_type(Name="Trees", Description="d", QualificationTypeStatus="Active")
        post(client, kind, question, UniqueRequestToken="same")
    assert [len(client.list_hits()["HITs"]) for client in two] == [1, 1]


def test_a_requests_ids_of_another_requester_cannot_be_decided(two, real, at):
    ada, ben = two
    made = ada.create_qualification_type(Name="Trees", Description="d", QualificationTypeStatus="Active")
    type_id = made["QualificationType"]["QualificationTypeId"]
    asked = qualifications.request(real, "AW1", type_id, at.now)
    for call in (ben.accept_qualification_request, ben.reject_qualification_request):
        with pytest.raises(ClientError, match="does not exist"):
            call(QualificationRequestId=asked.request_id)
    assert ben.list_qualification_requests()["QualificationRequests"] == []


def test_who_is_blocked_by_one_may_work_for_the_other(two, real, at, kind, question):
    ada, ben = two
    ada.create_worker_block(WorkerId="AW1", Reason="why")
    closed, offered = post(ada, kind, question)["HITId"], post(ben, kind, question)["HITId"]

    assert look(real, at.now, work.available, "AW1") == [offered]
    with pytest.raises(answering.Refused, match="blocked"):
        work.accept(real, "AW1", closed, at.now)
    assert work.accept(real, "AW1", offered, at.now)


def test_a_worker_of_one_is_a_stranger_to_the_other(two, real, at, kind, question, answer):
    ada, ben = two
    held = work.accept(real, "AW1", post(ada, kind, question)["HITId"], at.now)
    work.submit(real, held.assignment_id, "AW1", answer, at.now)
    ada.approve_assignment(AssignmentId=held.assignment_id)

    told = {"Subject": "s", "MessageText": "t", "WorkerIds": ["AW1"]}
    assert ada.notify_workers(**told)["NotifyWorkersFailureStatuses"] == []
    ada.create_worker_block(WorkerId="AW1", Reason="why")
    assert len(ben.notify_workers(**told)["NotifyWorkersFailureStatuses"]) == 1


def test_a_hit_without_cover_is_refused_and_leaves_no_trace(as_requester, kind, question):
    ada = as_requester("ada", "0.05")
    with pytest.raises(ClientError) as refused:
        post(ada, kind, question)
    assert refused.value.response["TurkErrorCode"] == "AWS.MechanicalTurk.InsufficientFunds"
    assert "insufficient funds" in str(refused.value)
    assert (ada.list_hits()["HITs"], balance(ada)) == ([], ("0.05", "0.00"))


def test_money_is_held_spent_and_given_back_to_the_cent(as_requester, real, at, kind, question, answer):
    ada = as_requester("ada", "1.00")
    hit = post(ada, kind, question, MaxAssignments=3)
    assert balance(ada) == ("0.82", "0.18")
    for name, decide in (("AW1", ada.approve_assignment), ("AW2", ada.reject_assignment)):
        held = work.accept(real, name, hit["HITId"], at.now)
        work.submit(real, held.assignment_id, name, answer, at.now)
        decide(AssignmentId=held.assignment_id, RequesterFeedback="x")
    assert balance(ada) == ("0.88", "0.06")

    ada.update_expiration_for_hit(HITId=hit["HITId"], ExpireAt=0)
    ada.delete_hit(HITId=hit["HITId"])
    assert balance(ada) == ("0.94", "0.00")


def test_a_bonus_without_cover_is_refused(as_requester, real, at, kind, question, answer):
    ada = as_requester("ada", "0.10")
    held = work.accept(real, "AW1", post(ada, kind, question)["HITId"], at.now)
    work.submit(real, held.assignment_id, "AW1", answer, at.now)
    bonus = {"WorkerId": "AW1", "AssignmentId": held.assignment_id, "Reason": "why"}
    with pytest.raises(ClientError, match="insufficient funds"):
        ada.send_bonus(BonusAmount="0.04", **bonus)
    ada.send_bonus(BonusAmount="0.03", **bonus)
    assert balance(ada) == ("0.00", "0.06")


def test_the_ledger_adds_up_to_the_balance(as_requester, real, at, kind, question, answer):
    ada, _ = as_requester("ada", "5.00"), as_requester("ben", "1.00")
    held = work.accept(real, "AW1", post(ada, kind, question, MaxAssignments=2)["HITId"], at.now)
    work.submit(real, held.assignment_id, "AW1", answer, at.now)
    ada.approve_assignment(AssignmentId=held.assignment_id)
    ada.send_bonus(WorkerId="AW1", AssignmentId=held.assignment_id, BonusAmount="0.50", Reason="why")

    with real.reading() as db:
        sums = ledger.totals(db)
    spent = sums["hold"] - sums["release"] + sums["bonus"] + sums["bonus fee"]
    assert sum(one.balance for one in requesters.listed(real, at.now)) == Decimal("6.00") - spent


@pytest.mark.parametrize("name", ["", "-x", "a\nb", "x" * 65, "<b>"])
def test_a_name_that_cannot_be_one_is_refused(real, at, name):
    with pytest.raises(UsageError, match="cannot name a requester"):
        requesters.add(real, name, at.now)


def test_a_name_is_given_once(real, at):
    requesters.add(real, "ada", at.now)
    with pytest.raises(UsageError, match="there is a requester ada already"):
        requesters.add(real, "ada", at.now)


def test_play_money_cannot_be_added_to(store, at):
    with pytest.raises(UsageError, match="play money"):
        requesters.fund(store, "sandbox", Decimal(1), at.now)
