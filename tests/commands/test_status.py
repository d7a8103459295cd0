from __future__ import annotations

import pytest

from mturk_tasks.commands import cleanup, load, status
from mturk_tasks.commands.load import Request
from mturk_tasks.errors import RecordsError
from tests.bench import Crash


@pytest.fixture
def hits(bench):
    load.run(bench.desk(), Request())
    return [hit["HITId"] for hit in bench.hits()]


def shown(bench):
    """Return the table as a mapping from its left side to its right one."""
    table = status.run(bench.desk()).lines[0]
    return {line[:26].strip(): line[28:].strip() for line in table.splitlines()}


def test_hits_are_counted_by_state(bench, hits):
    for worker in ("AONE", "ATWO"):
        bench.submit(worker, hits[0])
    bench.client.update_expiration_for_hit(HITId=hits[1], ExpireAt=0)
    bench.client.delete_hit(HITId=hits[1])

    assert shown(bench)["HITs"] == "3: 1 assignable, 1 reviewable, 1 deleted"


def test_assignments_are_counted_by_state(bench, hits):
    bench.accept("AONE", hits[0])
    bench.submit("ATWO", hits[0])
    bench.client.approve_assignment(AssignmentId=bench.submit("AONE", hits[1]))
    rejected = bench.submit("ATWO", hits[1])
    bench.client.reject_assignment(AssignmentId=rejected, RequesterFeedback="no")

    assert shown(bench)["assignments"] == "2 available, 1 pending, 1 submitted, 1 approved, 1 rejected"


def test_money_is_what_was_paid_and_what_can_come(bench, hits):
    bench.client.approve_assignment(AssignmentId=bench.submit("AONE", hits[0]))

    assert shown(bench)["paid, with fees"] == "$0.12"
    assert shown(bench)["still to pay at most"] == "$0.60"


def test_money_paid_for_deleted_hits_is_remembered(bench, hits):
    bench.submit("AONE", hits[0])
    cleanup.run(bench.desk(), approve=True, expire=True)

    assert shown(bench)["paid, with fees"] == "$0.12"


def test_work_that_is_soon_approved_by_itself_is_counted(bench, hits):
    bench.submit("AONE", hits[0])
    assert shown(bench)["auto-approved within a day"] == "0"
    bench.later(days=2, hours=1)

    assert shown(bench)["auto-approved within a day"] == "1"


def test_the_clock_of_the_sandbox_is_shown_when_it_is_ahead(bench, hits):
    bench.later(hours=2)
    assert "2:00:00 ahead" in shown(bench)["the sandbox's clock"]


def test_a_load_that_was_interrupted_shows(bench):
    bench.strike.call = 4
    with pytest.raises(Crash):
        load.run(bench.desk(), Request())
    bench.strike.call = 0

    assert shown(bench)["rows without a HIT"] == "2; inv load --resume"


def test_the_commit_of_the_last_load_is_shown(bench):
    import subprocess

    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    subprocess.run(["git", "init", "-q"], cwd=bench.folder, check=True)
    subprocess.run(["git", "add", "-A"], cwd=bench.folder, check=True)
    subprocess.run(["git", *identity, "commit", "-qm", "x"], cwd=bench.folder, check=True)
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=bench.folder, capture_output=True, text=True)
    load.run(bench.desk(), Request())

    assert shown(bench)["last load"].endswith(f"at commit {head.stdout[:10]}")


def test_nothing_loaded_has_no_status(bench):
    with pytest.raises(RecordsError, match="begin with inv load"):
        status.run(bench.desk())


def test_bonuses_are_part_of_what_was_paid(bench, hits):
    from decimal import Decimal

    from mturk_tasks.commands import bonus

    assignment = bench.submit("AONE", hits[0])
    bench.client.approve_assignment(AssignmentId=assignment)
    bonus.one(bench.desk(), bonus.Bonus("AONE", assignment, Decimal("1.00"), "Thanks"))

    assert shown(bench)["paid, with fees"] == "$1.32"


def test_what_a_reset_of_the_account_paid_is_remembered(bench, hits):
    from mturk_tasks.commands import account

    bench.submit("AONE", hits[0])
    account.reset(bench.desk())

    assert shown(bench)["paid, with fees"] == "$0.12"


def test_hits_that_were_stopped_offer_nothing(bench, hits):
    from mturk_tasks.commands import cleanup

    cleanup.stop(bench.desk())
    assert shown(bench)["assignments"].startswith("0 available")
