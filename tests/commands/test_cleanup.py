from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from decimal import Decimal

import pytest

from mturk_tasks.client.records import Assignment, Hit
from mturk_tasks.commands.batches import Work
from mturk_tasks.commands.surveys import cleanup, load
from mturk_tasks.commands.surveys.cleanup import AT_WORK, OPEN, UNDECIDED, HitAction, decide
from mturk_tasks.commands.surveys.load import LoadRequest
from mturk_tasks.errors import UsageError

NOON = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
HIT = Hit(
    "3HIT",
    "3TYPE",
    "t",
    "d",
    "",
    Decimal("0.10"),
    NOON,
    NOON,
    2,
    0,
    0,
    0,
    "Reviewable",
    "NotReviewed",
    "",
    600,
    60,
    "",
)
DONE = Assignment("3ONE", "3HIT", "AONE", "Approved", NOON, NOON, NOON, NOON, None, NOON, "", "")
WAITING = replace(DONE, assignment_id="3TWO", status="Submitted")
LIVE = replace(HIT, status="Assignable", available=1)
BUSY = replace(HIT, status="Unassignable", pending=1)
HALF = replace(HIT, status="Assignable", available=1, pending=1)


@pytest.mark.parametrize(
    ("hit", "work", "options", "expected"),
    [
        pytest.param(HIT, [DONE], "", {"delete": True}, id="decided"),
        pytest.param(HIT, [WAITING], "", {"stays": UNDECIDED}, id="undecided"),
        pytest.param(HIT, [WAITING], "a", {"approve": (WAITING,), "delete": True}, id="undecided-approve"),
        pytest.param(LIVE, [], "", {"stays": OPEN}, id="open"),
        pytest.param(LIVE, [WAITING], "a", {"approve": (WAITING,), "stays": OPEN}, id="open-approve"),
        pytest.param(LIVE, [], "e", {"expire": True, "delete": True}, id="open-expire"),
        pytest.param(LIVE, [WAITING], "e", {"expire": True, "stays": UNDECIDED}, id="open-expire-undecided"),
        pytest.param(
            LIVE,
            [WAITING],
            "ae",
            {"expire": True, "approve": (WAITING,), "delete": True},
            id="open-expire-approve",
        ),
        pytest.param(BUSY, [], "e", {"stays": AT_WORK}, id="at-work"),
        pytest.param(HALF, [], "e", {"expire": True, "stays": AT_WORK}, id="open-and-at-work-expire"),
        pytest.param(HALF, [], "", {"stays": OPEN}, id="open-and-at-work"),
        pytest.param(None, [], "ae", {}, id="deleted"),
    ],
)
def test_the_fate_of_a_hit_follows_from_its_state(hit, work, options, expected):
    item = Work("3HIT", hit, tuple(work))
    assert decide(item, approve="a" in options, expire="e" in options) == HitAction(item, **expected)


@pytest.fixture
def hits(bench):
    load.run(bench.context(), LoadRequest())
    return [hit["HITId"] for hit in bench.hits()]


def test_what_is_done_is_deleted_and_the_rest_is_listed_with_the_reason(bench, hits):
    for worker in ("AONE", "ATWO"):
        bench.client.approve_assignment(AssignmentId=bench.submit(worker, hits[0]))
    summary = cleanup.run(bench.context())

    assert [hit["HITId"] for hit in bench.hits()] == hits[1:]
    assert (summary.counts, summary.exit_code) == ({"deleted": 1, "kept": 2, "errors": 0, "unknown": 0}, 1)
    assert f"[{hits[1]}] stays: {OPEN}" in summary.lines


def test_a_hit_someone_is_working_on_is_expired_kept_and_reported(bench, hits):
    assignment = bench.accept("AONE", hits[0])
    summary = cleanup.run(bench.context(), expire=True)
    hit = bench.client.get_hit(HITId=hits[0])["HIT"]

    assert [one["HITId"] for one in bench.hits()] == [hits[0]]
    assert hit["NumberOfAssignmentsPending"] == 1
    assert hit["Expiration"] <= bench.market.now()
    assert f"[{hits[0]}] stays: {AT_WORK}; it was taken off the market" in summary.lines
    assert assignment


def test_who_was_at_work_can_still_submit(bench, hits):
    from mturk_tasks.marketplace.worker import work
    from tests.bench import ANSWER

    assignment = bench.accept("AONE", hits[0])
    cleanup.run(bench.context(), expire=True)
    work.submit(bench.store, assignment, "AONE", ANSWER.format("owl"), bench.market.now())

    assert bench.statuses() == ["Submitted"]


def test_everything_goes_with_both_options_and_submitted_work_is_paid(bench, hits):
    bench.submit("AONE", hits[0])
    summary = cleanup.run(bench.context(), approve=True, expire=True)

    assert bench.hits() == []
    assert summary.exit_code == 0


def test_a_second_cleanup_finds_all_deleted(bench, hits):
    cleanup.run(bench.context(), expire=True)
    summary = cleanup.run(bench.context())

    assert (summary.exit_code, summary.counts["deleted"]) == (0, 3)


def test_the_plan_warns_of_rejections_that_become_final(bench, hits, capsys):
    assignment = bench.submit("AONE", hits[0])
    bench.client.reject_assignment(AssignmentId=assignment, RequesterFeedback="no")
    with pytest.raises(UsageError, match="1 rejection cannot be taken back"):
        cleanup.run(bench.context(force=False), expire=True)
    assert len(bench.hits()) == 3


def test_a_dry_run_deletes_nothing(bench, hits):
    summary = cleanup.run(bench.context(dry=True), approve=True, expire=True)

    assert summary.counts == {"planned": 3}
    assert len(bench.hits()) == 3
