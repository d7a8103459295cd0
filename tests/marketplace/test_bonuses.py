from __future__ import annotations

import pytest

from mturk_tasks.marketplace.worker import work


@pytest.fixture
def give(client):
    def act(assignment_id, **changes):
        bonus = {"WorkerId": "AWORKER1", "BonusAmount": "0.50", "Reason": "well done"}
        return client.send_bonus(AssignmentId=assignment_id, **{**bonus, **changes})

    return act


def test_a_bonus_is_listed_for_its_assignment_and_its_hit(client, post, do, give, at):
    hit_id = post()["HITId"]
    assignment_id = do(hit_id)
    give(assignment_id, BonusAmount="1.0")

    expected = {
        "WorkerId": "AWORKER1",
        "AssignmentId": assignment_id,
        "BonusAmount": "1.00",
        "Reason": "well done",
        "GrantTime": at.now,
    }
    assert client.list_bonus_payments(AssignmentId=assignment_id)["BonusPayments"] == [expected]
    assert client.list_bonus_payments(HITId=hit_id)["BonusPayments"] == [expected]


def test_an_assignment_without_a_bonus_has_an_empty_list(client, post, do):
    page = client.list_bonus_payments(AssignmentId=do(post()["HITId"]))

    assert page["NumResults"] == 0
    assert page["BonusPayments"] == []
    assert "NextToken" not in page


def test_without_a_token_every_call_pays(client, post, do, give):
    assignment_id = do(post()["HITId"])
    give(assignment_id)
    give(assignment_id)

    assert client.list_bonus_payments(AssignmentId=assignment_id)["NumResults"] == 2


def test_the_assignment_counts_when_both_are_given(client, post, do, give):
    hit_id = post(MaxAssignments=2)["HITId"]
    give(do(hit_id))
    other = do(hit_id, "AW2")

    assert client.list_bonus_payments(HITId=hit_id, AssignmentId=other)["NumResults"] == 0


def test_a_hit_or_an_assignment_must_be_named(client, refused):
    with refused("ParameterValidationError", "HITId and AssignmentId"):
        client.list_bonus_payments()


def test_bonuses_of_an_unknown_hit_cannot_be_listed(client, refused):
    with refused("RequestError", "Hit 3NONE does not exist.", "HITDoesNotExist"):
        client.list_bonus_payments(HITId="3NONE")


@pytest.mark.parametrize("decision", ["submitted", "approved", "rejected"])
def test_submitted_approved_and_rejected_work_may_have_a_bonus(client, post, do, give, decision):
    assignment_id = do(post()["HITId"])
    if decision == "approved":
        client.approve_assignment(AssignmentId=assignment_id)
    if decision == "rejected":
        client.reject_assignment(AssignmentId=assignment_id, RequesterFeedback="empty")

    give(assignment_id)

    assert client.list_bonus_payments(AssignmentId=assignment_id)["NumResults"] == 1


def test_a_bonus_needs_submitted_work(store, post, give, at, refused):
    held = work.accept(store, "AWORKER1", post()["HITId"], at.now)
    with refused(
        "RequestError", f"Assignment {held.assignment_id} does not exist.", "AssignmentDoesNotExist"
    ):
        give(held.assignment_id)


def test_a_bonus_goes_to_who_did_the_work(post, do, give, refused):
    assignment_id = do(post()["HITId"])
    with refused("ParameterValidationError", 'The value "AOTHER" is not valid for the parameter WorkerId.'):
        give(assignment_id, WorkerId="AOTHER")


def test_a_bonus_of_nothing_is_refused(post, do, give, refused):
    with refused("ParameterValidationError", "The value 0.00 is invalid for BonusAmount."):
        give(do(post()["HITId"]), BonusAmount="0.00")


@pytest.mark.parametrize("amount", ["0.975", ".05", "-1", "$1", "1,00", ""])
def test_an_amount_that_is_none_breaks_the_description(post, do, give, refused, amount):
    text = (
        f"1 validation error detected: Value '{amount}' at 'bonusAmount' failed to satisfy constraint: "
        r"Member must satisfy regular expression pattern: ^[0-9]+(\.)?[0-9]{0,2}$"
    )
    with refused("ValidationException", text):
        give(do(post()["HITId"]), BonusAmount=amount)


@pytest.mark.parametrize("amount", ["0.1", "1.0", "5", "5."])
def test_amounts_as_programs_print_them_pass(client, post, do, give, amount):
    assignment_id = do(post()["HITId"])

    give(assignment_id, BonusAmount=amount)

    (paid,) = client.list_bonus_payments(AssignmentId=assignment_id)["BonusPayments"]
    assert float(paid["BonusAmount"]) == float(amount)
