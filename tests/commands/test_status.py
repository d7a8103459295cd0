from __future__ import annotations

import pytest

from mturk_tasks.commands.surveys import cleanup, load, status
from mturk_tasks.commands.surveys.load import LoadRequest
from mturk_tasks.errors import RecordsError
from tests.bench import Crash


@pytest.fixture
def hits(bench):
    load.run(bench.context(), LoadRequest())
    return [hit["HITId"] for hit in bench.hits()]


def shown(bench):
    """Return the table as a mapping from its left side to its right one."""
    table = status.run(bench.context()).lines[0]
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
    cleanup.run(bench.context(), approve=True, expire=True)

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
        load.run(bench.context(), LoadRequest())
    bench.strike.call = 0

    assert shown(bench)["rows without a HIT"] == "2; inv load --resume"


def test_the_commit_of_the_last_load_is_shown(bench):
    import subprocess

    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    subprocess.run(["git", "init", "-q"], cwd=bench.folder, check=True)
    subprocess.run(["git", "add", "-A"], cwd=bench.folder, check=True)
    subprocess.run(["git", *identity, "commit", "-qm", "x"], cwd=bench.folder, check=True)
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=bench.folder, capture_output=True, text=True)
    load.run(bench.context(), LoadRequest())

    assert shown(bench)["last load"].endswith(f"at commit {head.stdout[:10]}")


def test_nothing_loaded_has_no_status(bench):
    with pytest.raises(RecordsError, match="begin with inv load"):
        status.run(bench.context())


def test_bonuses_are_part_of_what_was_paid(bench, hits):
    from decimal import Decimal

    from mturk_tasks.commands.surveys import bonus

    assignment = bench.submit("AONE", hits[0])
    bench.client.approve_assignment(AssignmentId=assignment)
    bonus.pay(bench.context(), bonus.Bonus("AONE", assignment, Decimal("1.00"), "Thanks"))

    assert shown(bench)["paid, with fees"] == "$1.32"


def test_what_a_reset_of_the_account_paid_is_remembered(bench, hits):
    from mturk_tasks.commands.surveys import account

    bench.submit("AONE", hits[0])
    account.reset(bench.context())

    assert shown(bench)["paid, with fees"] == "$0.12"


def test_hits_that_were_stopped_offer_nothing(bench, hits):
    from mturk_tasks.commands.surveys import cleanup

    cleanup.stop(bench.context())
    assert shown(bench)["assignments"].startswith("0 available")


def facts(bench):
    return status.run(bench.context()).facts


def paid_for(bench, hits):
    """Approve the work on the first HIT, and pay a bonus for it, outside of any folder."""
    from decimal import Decimal

    from mturk_tasks.commands.surveys import bonus, decide
    from mturk_tasks.files.decisions import Listed, Listing

    assignment = bench.submit("AONE", hits[0])
    decide.approve_listed(bench.context(), Listing((Listed(assignment, ""),), 0))
    bonus.pay(bench.context(), bonus.Bonus("AONE", assignment, Decimal("5.00"), "Good"))


def test_money_of_another_survey_is_not_counted(bench, hits):
    paid_for(bench, hits)
    load.run(bench.context(), LoadRequest(label="other"))

    assert facts(bench)["paid"] == "6.12"
    assert status.run(bench.context(), "other").facts["paid"] == "0.00"


def test_money_that_commands_outside_the_folder_paid_is_still_counted_after_cleanup(bench, hits):
    paid_for(bench, hits)
    cleanup.run(bench.context(), approve=True, expire=True)

    assert (facts(bench)["paid"], facts(bench)["bonuses"]) == ("6.12", "6.00")


def test_after_cleanup_it_still_says_what_was_decided(bench, hits):
    bench.client.approve_assignment(AssignmentId=bench.submit("AONE", hits[0]))
    rejected = bench.submit("ATWO", hits[0])
    bench.client.reject_assignment(AssignmentId=rejected, RequesterFeedback="no")
    bench.submit("AONE", hits[1])
    before = shown(bench)["paid, with fees"]
    cleanup.run(bench.context(), approve=True, expire=True)

    assert before == "$0.12"
    assert shown(bench)["paid, with fees"] == "$0.24"
    assert shown(bench)["assignments"] == "0 available, 0 pending, 0 submitted, 2 approved, 1 rejected"


def test_a_bonus_for_work_that_was_approved_by_itself_is_counted_after_cleanup(bench, hits):
    from decimal import Decimal

    from mturk_tasks.commands.surveys import bonus

    assignment = bench.submit("AONE", hits[0])
    bench.later(days=4)
    bonus.pay(bench.context(), bonus.Bonus("AONE", assignment, Decimal("1.00"), "Thanks"))
    cleanup.run(bench.context(), expire=True)

    assert facts(bench)["paid"] == "1.32"


def test_programs_are_told_every_figure_of_the_table(bench, hits):
    bench.submit("AONE", hits[0])
    summary = status.run(bench.context())

    assert summary.counts == {
        "hits": 3,
        "assignable": 3,
        "rows_without_hit": 0,
        "assignments_available": 5,
        "assignments_pending": 0,
        "assignments_submitted": 1,
        "assignments_approved": 0,
        "assignments_rejected": 0,
        "auto_approved_within_a_day": 0,
    }
    assert {"survey", "endpoint", "marketplace", "fee", "paid", "bonuses"} <= set(summary.facts)


def test_the_marketplace_is_named(bench, hits):
    assert shown(bench)["marketplace"] == bench.client.get_account_balance()["MarketplaceId"]
