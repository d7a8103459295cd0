"""Every movement of money is a row, and the rows add up."""

from __future__ import annotations

from decimal import Decimal

import pytest
from botocore.exceptions import ClientError
from sqlalchemy import select

from mturk_tasks.marketplace.operator.checks import check
from mturk_tasks.marketplace.records import ledger
from mturk_tasks.marketplace.storage import about, schema
from mturk_tasks.marketplace.worker import work
from tests.marketplace.busy import enter
from tests.marketplace.conftest import HIT


@pytest.fixture
def sums(store):
    def read():
        with store.reading() as db:
            found = {kind: total for kind, total in ledger.totals(db).items() if total}
            return found, ledger.held(db)

    return read


def money(**amounts):
    return {kind.replace("_", " "): Decimal(amount) for kind, amount in amounts.items()}


@pytest.mark.parametrize(
    ("reward", "assignments", "held"),
    [
        pytest.param("0.05", 3, "0.18", id="at least a cent"),
        pytest.param("1.00", 10, "14.00", id="surcharge from ten on"),
        pytest.param("0.00", 2, "0.02", id="a reward of nothing"),
        pytest.param("0.55", 1, "0.66", id="a fifth"),
    ],
)
def test_a_new_hit_holds_reward_and_fee_for_every_assignment(post, sums, reward, assignments, held):
    post(Reward=reward, MaxAssignments=assignments)

    assert sums() == (money(hold=held), Decimal(held))


@pytest.mark.parametrize(("comparator", "held"), [("Exists", "0.63"), ("DoesNotExist", "0.60")])
def test_a_hit_that_asks_for_masters_holds_a_higher_fee(post, sums, comparator, held):
    masters = {"QualificationTypeId": "2F1QJWKUDD8XADTFD2Q0G6UTO95ALH", "Comparator": comparator}
    post(Reward="0.50", QualificationRequirements=[masters])

    assert sums() == (money(hold=held), Decimal(held))


def test_an_approval_pays_reward_and_fee_from_what_is_held(client, post, do, sums):
    client.approve_assignment(AssignmentId=do(post(Reward="0.50", MaxAssignments=2)["HITId"]))

    assert sums() == (money(hold="1.20", payment="0.50", fee="0.10"), Decimal("0.60"))


def test_a_rejection_gives_back_what_was_held(client, post, do, sums):
    client.reject_assignment(AssignmentId=do(post(Reward="0.50")["HITId"]), RequesterFeedback="empty")

    assert sums() == (money(hold="0.60", release="0.60"), Decimal("0.00"))


def test_a_reversed_rejection_is_paid(client, post, do, sums):
    assignment_id = do(post(Reward="0.50")["HITId"])
    client.reject_assignment(AssignmentId=assignment_id, RequesterFeedback="empty")
    client.approve_assignment(AssignmentId=assignment_id, OverrideRejection=True)

    assert sums() == (money(hold="1.20", release="0.60", payment="0.50", fee="0.10"), Decimal("0.00"))


def test_a_deleted_hit_gives_back_what_nobody_earned(client, post, do, sums):
    hit_id = post(Reward="0.50", MaxAssignments=3)["HITId"]
    client.approve_assignment(AssignmentId=do(hit_id))
    client.update_expiration_for_hit(HITId=hit_id, ExpireAt=0)
    client.delete_hit(HITId=hit_id)

    assert sums() == (money(hold="1.80", payment="0.50", fee="0.10", release="1.20"), Decimal("0.00"))


def test_more_assignments_hold_more(client, post, sums):
    hit_id = post(Reward="0.50")["HITId"]
    client.create_additional_assignments_for_hit(HITId=hit_id, NumberOfAdditionalAssignments=2)

    assert sums() == (money(hold="1.80"), Decimal("1.80"))


def test_another_type_holds_its_own_reward(client, kind, post, sums):
    hit_id = post(Reward="0.50", MaxAssignments=2)["HITId"]
    other = client.create_hit_type(**{**kind, "Reward": "1.00"})["HITTypeId"]
    client.update_hit_type_of_hit(HITId=hit_id, HITTypeId=other)

    assert sums() == (money(hold="3.60", release="1.20"), Decimal("2.40"))


def for_masters(client, kind, reward):
    asked = [{"QualificationTypeId": "2F1QJWKUDD8XADTFD2Q0G6UTO95ALH", "Comparator": "Exists"}]
    return client.create_hit_type(**{**kind, "Reward": reward, "QualificationRequirements": asked})[
        "HITTypeId"
    ]


def test_masters_asked_for_later_cost_more_for_what_is_not_decided_yet(client, store, kind, post, do, sums):
    hit_id = post(Reward="1.00", MaxAssignments=4)["HITId"]
    client.approve_assignment(AssignmentId=do(hit_id, "AW1"))
    waiting = do(hit_id, "AW2")
    client.update_hit_type_of_hit(HITId=hit_id, HITTypeId=for_masters(client, kind, "1.00"))
    assert sums()[1] == Decimal("3.75")

    client.approve_assignment(AssignmentId=waiting)

    assert sums()[0] == money(hold="8.55", release="3.60", payment="2.00", fee="0.45")
    assert (sums()[1], check(store)) == (Decimal("2.50"), [])


def test_a_rejection_reversed_under_another_fee_is_paid_with_that(client, store, kind, post, do, sums):
    hit_id = post(Reward="1.00", MaxAssignments=2)["HITId"]
    done = do(hit_id)
    client.reject_assignment(AssignmentId=done, RequesterFeedback="empty")
    client.update_hit_type_of_hit(HITId=hit_id, HITTypeId=for_masters(client, kind, "1.00"))

    client.approve_assignment(AssignmentId=done, OverrideRejection=True)

    assert (sums()[1], check(store)) == (Decimal("1.25"), [])


def test_another_title_leaves_a_hit_the_fee_it_was_made_with(client, store, kind, post, sums):
    hit_id = post(Reward="1.00", MaxAssignments=2)["HITId"]
    before = sums()
    about.set_fee(store, "0.5")
    other = client.create_hit_type(**{**kind, "Reward": "1.00", "Title": "Another"})["HITTypeId"]

    client.update_hit_type_of_hit(HITId=hit_id, HITTypeId=other)

    assert sums() == before


def test_a_type_that_cannot_be_paid_changes_nothing(reopening, at, kind):
    with reopening(False) as store:
        client = enter(store, at, "ada", "3.00")
        hit = client.create_hit(**{**kind, **HIT, "Reward": "1.00"}, MaxAssignments=2)["HIT"]
        other = client.create_hit_type(**{**kind, "Reward": "2.00"})["HITTypeId"]

        with pytest.raises(ClientError, match="insufficient funds"):
            client.update_hit_type_of_hit(HITId=hit["HITId"], HITTypeId=other)

        assert client.get_hit(HITId=hit["HITId"])["HIT"]["Reward"] == "1.00"
        assert client.get_account_balance()["AvailableBalance"] == "0.60"
        assert check(store) == []


def test_work_approved_by_time_is_paid_at_its_own_moment(client, store, post, do, sums, at):
    hit_id = post(Reward="0.50", AutoApprovalDelayInSeconds=3600)["HITId"]
    submitted = at.now
    do(hit_id)
    at.later(days=9)
    client.get_hit(HITId=hit_id)

    assert sums() == (money(hold="0.60", payment="0.50", fee="0.10"), Decimal("0.00"))
    with store.reading() as db:
        paid = select(schema.ledger.c.time).where(schema.ledger.c.kind == ledger.PAYMENT)
        assert (db.execute(paid).scalar_one() - submitted).total_seconds() == 3600


def test_disposal_by_time_gives_back_what_nobody_earned(client, post, sums, at):
    hit_id = post(Reward="0.50", MaxAssignments=3)["HITId"]
    at.later(days=121)
    client.get_hit(HITId=hit_id)

    assert sums() == (money(hold="1.80", release="1.80"), Decimal("0.00"))


def test_a_bonus_is_paid_with_its_fee_and_held_money_stays(client, post, do, sums):
    assignment_id = do(post(Reward="0.50", MaxAssignments=10)["HITId"])
    client.send_bonus(WorkerId="AWORKER1", AssignmentId=assignment_id, BonusAmount="1.03", Reason="r")

    assert sums() == (money(hold="7.00", bonus="1.03", bonus_fee="0.21"), Decimal("7.00"))


def test_returned_and_abandoned_work_moves_no_money(store, post, at, sums):
    hit_id = post(Reward="0.50", MaxAssignments=2)["HITId"]
    held = work.accept(store, "AW1", hit_id, at.now)
    work.give_back(store, held.assignment_id, "AW1", at.now)
    work.accept(store, "AW2", hit_id, at.now)
    at.later(minutes=20)

    assert work.open_by_people(store, at.now) == 0
    assert sums() == (money(hold="1.20"), Decimal("1.20"))


def test_a_hit_keeps_the_fee_it_was_made_with(client, store, post, do, sums):
    hit_id = post(Reward="0.50")["HITId"]
    about.set_fee(store, "0.10")
    client.approve_assignment(AssignmentId=do(hit_id))

    assert sums() == (money(hold="0.60", payment="0.50", fee="0.10"), Decimal("0.00"))


def test_the_marketplace_takes_what_its_table_says(store, post, sums):
    about.set_fee(store, "0.10")
    post(Reward="0.50", MaxAssignments=20)

    assert sums()[1] == Decimal("11.00")
