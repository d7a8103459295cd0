"""Money adds up exactly, however much there is, and what nobody can mean is refused at the door."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import insert, select, update

from mturk_tasks.errors import UsageError
from mturk_tasks.marketplace.operator import overview, requesters
from mturk_tasks.marketplace.operator.checks import check
from mturk_tasks.marketplace.protocol import limits
from mturk_tasks.marketplace.records import ledger
from mturk_tasks.marketplace.storage import opening, schema

MOST = 10**9
LARGEST = Decimal("1200000.00") * MOST  # what one HIT of a million dollars held before there was a bound


def test_what_a_hit_may_cost_is_bounded(client, post, refused):
    with refused("ParameterValidationError", "invalid for MaxAssignments. Valid values range from 1 to 714."):
        post(Reward="1000000.00", MaxAssignments=MOST)
    hit_id = post(Reward="1000000.00", MaxAssignments=714)["HITId"]
    with refused("ParameterValidationError", "invalid for NumberOfAdditionalAssignments"):
        client.create_additional_assignments_for_hit(HITId=hit_id, NumberOfAdditionalAssignments=1)


def test_as_many_assignments_as_ever_are_taken_where_they_cost_little(post):
    assert post(Reward="0.05", MaxAssignments=MOST)["MaxAssignments"] == MOST


def test_ninety_hits_of_the_largest_kind_are_told_and_checked(store, post, at):
    hit_ids = [post(Title=f"Name a colour {n}")["HITId"] for n in range(90)]
    with store.writing() as db:
        db.execute(update(schema.ledger).values(amount=LARGEST))

    now = overview.status(store, at.now)
    found = check(store)

    assert now.held == 90 * LARGEST
    assert len(found) == len(hit_ids)
    assert all(f"${LARGEST:.2f} is held" in finding for finding in found)


def test_sums_are_exact_to_the_cent(store, post, at):
    post()
    amounts = [LARGEST] * 200 + [Decimal("0.01")] * 3 + [-LARGEST, Decimal("-0.99")]
    with store.writing() as db:
        held = db.execute(select(schema.ledger)).one()
        same = {"requester": held.requester, "time": at.now, "kind": ledger.HOLD, "hit": held.hit}
        db.execute(insert(schema.ledger), [{**same, "amount": amount} for amount in amounts])
        assert ledger.held(db) == sum(amounts) + held.amount


def test_deposits_of_a_requester_are_bounded(tmp_path, at):
    with opening.open_store(tmp_path / "market.db", play=False) as store:
        requesters.add(store, "ada", at.now)
        requesters.fund(store, "ada", limits.MOST_DEPOSITED, at.now)
        with pytest.raises(UsageError, match=r"deposits come to \$1,000,000,000,000 at most"):
            requesters.fund(store, "ada", Decimal("0.01"), at.now)
        assert check(store) == []
