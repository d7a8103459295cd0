from __future__ import annotations

import pytest

from mturk_tasks.commands.journal import pseudonym
from mturk_tasks.commands.surveys import account
from mturk_tasks.errors import ServiceError


def blocked(bench):
    return {one["WorkerId"]: one["Reason"] for one in bench.client.list_worker_blocks()["WorkerBlocks"]}


def journal(bench):
    return (bench.home / "journal" / "sandbox.journal").read_text(encoding="utf-8")


def test_a_worker_is_blocked_with_the_reason(bench):
    summary = account.block(bench.context(), "AONE", "Copies from the page.")

    assert blocked(bench) == {"AONE": "Copies from the page."}
    assert summary.lines == ("Blocked AONE with reason: Copies from the page.",)


@pytest.mark.parametrize("reason", ["", "It was somebody else."])
def test_a_worker_is_unblocked_with_a_reason_or_without(bench, reason):
    account.block(bench.context(), "AONE", "spam")
    summary = account.unblock(bench.context(), "AONE", reason)

    assert blocked(bench) == {}
    assert summary.counts == {"unblocked": 1}


def test_unblocking_who_is_not_blocked_is_fine(bench):
    assert account.unblock(bench.context(), "AONE").exit_code == 0


@pytest.mark.parametrize("worker", ["someone", "a1", "A-ONE"])
def test_what_is_no_worker_id_is_refused_by_the_service(bench, worker):
    with pytest.raises(ServiceError):
        account.block(bench.context(), worker, "spam")
    assert blocked(bench) == {}


def test_it_is_journaled_at_home_under_a_pseudonym(bench):
    account.block(bench.context(), "AONE", "spam")

    assert pseudonym(bench.home / "journal.key", "AONE") in journal(bench)
    assert "AONE" not in journal(bench)


@pytest.mark.parametrize("act", [account.block, account.unblock])
def test_a_dry_run_blocks_and_unblocks_nobody(bench, act):
    bench.client.create_worker_block(WorkerId="ATWO", Reason="spam")
    act(bench.context(dry=True), "ATWO" if act is account.unblock else "AONE", "why")

    assert blocked(bench) == {"ATWO": "spam"}
