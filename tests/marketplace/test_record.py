"""A worker's own record, on each database: what came late, and what was paid beyond the reward."""

from __future__ import annotations

from decimal import Decimal

from mturk_tasks.marketplace.worker import record
from mturk_tasks.vocabulary.statuses import SUBMITTED
from tests.stores import look


def test_a_late_answer_waits_until_it_is_accepted(store, client, post, at, submit_late):
    assignment_id = submit_late(post()["HITId"])

    (one,) = look(store, at.now, record.late_ones, "ALATE")
    assert (one.assignment_id, one.arrived, one.late) == (assignment_id, at.now, "waiting")
    assert look(store, at.now, record.totals, "ALATE").late == 1
    client.accept_late_answer(AssignmentId=assignment_id)

    assert look(store, at.now, record.late_ones, "ALATE") == []
    (one,) = look(store, at.now, record.listed, "ALATE", (SUBMITTED,))
    assert one.late == "accepted"
    totals = look(store, at.now, record.totals, "ALATE")
    assert (totals.late, totals.counts) == (0, {SUBMITTED: 1})


def test_every_bonus_has_its_reason(store, client, post, do, at):
    assignment_id = do(post()["HITId"])
    for amount in ("1.50", "0.25"):
        client.send_bonus(
            WorkerId="AWORKER1", AssignmentId=assignment_id, BonusAmount=amount, Reason=f"for {amount}"
        )

    (one,) = look(store, at.now, record.listed, "AWORKER1", (SUBMITTED,))
    assert [(paid.amount, paid.reason) for paid in one.bonuses] == [
        (Decimal("1.50"), "for 1.50"),
        (Decimal("0.25"), "for 0.25"),
    ]
