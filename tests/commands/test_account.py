from __future__ import annotations

import pytest

from mturk_tasks.commands.surveys import account, load
from mturk_tasks.commands.surveys.load import LoadRequest
from mturk_tasks.errors import Declined, UsageError
from tests.bench import Crash, Strike
from tests.crashes import struck_at

LOOKS = ["ListHITs", "GetHITStates", *["ListAssignmentsForHIT"] * 3]
CALLS = [
    *LOOKS,
    "GetAccountBalance",
    *["UpdateExpirationForHIT", "ApproveAssignment", "DeleteHIT"] * 3,
    "ListHITs",
]


@pytest.fixture
def loaded(bench):
    load.run(bench.context(), LoadRequest())
    bench.strike.calls.clear()
    return bench


@pytest.fixture
def worked(loaded):
    """Have one assignment of each HIT submitted."""
    for hit in loaded.hits():
        loaded.submit("AONE", hit["HITId"])
    return loaded


def test_the_balance_of_the_sandbox_is_always_the_same(worked):
    account.reset(worked.context())
    summary = account.balance(worked.context())

    assert summary.lines == ("Your account balance: $10000.00",)
    assert summary.items == ({"id": "balance", "status": "available", "amount": "10000.00"},)


def test_everything_is_approved_and_deleted(worked):
    summary = account.reset(worked.context())

    assert worked.hits() == []
    assert (summary.counts["deleted"], summary.exit_code) == (3, 0)


def test_hits_of_every_set_and_of_none_go(loaded):
    load.run(loaded.context(), LoadRequest(label="other"))
    (loaded.folder / "other.journal").unlink()
    account.reset(loaded.context())
    assert loaded.hits() == []


def test_what_is_being_worked_on_stays_and_is_not_taken_off_the_market(loaded):
    busy = loaded.hits()[0]["HITId"]
    loaded.accept("AONE", busy)
    summary = account.reset(loaded.context())

    assert [(hit["HITId"], hit["HITStatus"]) for hit in loaded.hits()] == [(busy, "Assignable")]
    assert summary.counts == {"deleted": 2, "failed": 0, "busy": 1, "left": 1}
    assert summary.lines == (
        "--- Finished to reset account ---",
        "  2 HITs have been deleted or were deleted previously.",
        "  0 HITs failed to delete.",
        "  1 HITs could not be deleted because they are currently being worked on.",
        "  1 HITs are left in your account",
    )


def test_an_empty_account_is_said_and_nothing_is_asked(bench):
    summary = account.reset(bench.context(force=False))
    assert summary.lines == ("There are no HITs in your account to delete.",)


def test_nobody_is_there_to_ask_and_nothing_is_deleted(loaded):
    with pytest.raises(UsageError, match="You are about to delete ALL your HITs from the sandbox"):
        account.reset(loaded.context(force=False))
    assert len(loaded.hits()) == 3


def test_no_at_the_prompt_deletes_nothing(loaded, monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdin.readline", lambda: "no\n", raising=False)
    with pytest.raises(Declined):
        account.reset(loaded.context(force=False))
    assert len(loaded.hits()) == 3


def test_a_dry_run_deletes_nothing(worked):
    summary = account.reset(worked.context(dry=True))

    assert summary.counts == {"planned": 3}
    assert worked.statuses() == ["Submitted"] * 3


@pytest.mark.crash
@struck_at(CALLS, since=len(LOOKS))
def test_one_that_dies_is_done_again_and_everything_is_gone(worked, call, after):
    worked.strike = Strike(call, after)
    with pytest.raises(Crash):
        account.reset(worked.context())
    worked.strike = Strike()
    account.reset(worked.context())

    assert worked.hits() == []


def test_it_makes_the_calls_that_are_struck_here(worked):
    account.reset(worked.context())
    assert worked.strike.calls == CALLS
