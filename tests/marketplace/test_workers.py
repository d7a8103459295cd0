from __future__ import annotations

import pytest

from mturk_tasks.errors import MTurkTasksError
from mturk_tasks.marketplace.protocol import limits
from mturk_tasks.marketplace.worker import answering, work
from mturk_tasks.vocabulary.statuses import is_worker_id


def test_blocked_workers_are_listed_with_the_reason(client):
    client.create_worker_block(WorkerId="AW1", Reason="copied answers")
    client.create_worker_block(WorkerId="AW2", Reason="")

    assert client.list_worker_blocks()["WorkerBlocks"] == [
        {"WorkerId": "AW1", "Reason": "copied answers"},
        {"WorkerId": "AW2", "Reason": ""},
    ]


def test_blocking_again_replaces_the_reason(client):
    client.create_worker_block(WorkerId="AW1", Reason="first")
    client.create_worker_block(WorkerId="AW1", Reason="second")

    assert client.list_worker_blocks()["WorkerBlocks"] == [{"WorkerId": "AW1", "Reason": "second"}]


def test_a_block_that_is_lifted_is_gone(client):
    client.create_worker_block(WorkerId="AW1", Reason="why")
    client.delete_worker_block(WorkerId="AW1", Reason="mistake")

    assert client.list_worker_blocks()["NumResults"] == 0


def test_lifting_a_block_that_is_not_there_succeeds(client):
    assert list(client.delete_worker_block(WorkerId="AW1")) == ["ResponseMetadata"]


def test_a_blocked_worker_cannot_accept(client, store, post, at):
    client.create_worker_block(WorkerId="AW1", Reason="why")
    with pytest.raises(answering.Refused) as refusal:
        work.accept(store, "AW1", post()["HITId"], at.now)
    assert refusal.value.reason == "blocked"


def test_a_blocked_worker_may_finish_and_be_paid(client, store, post, at, answer):
    held = work.accept(store, "AW1", post()["HITId"], at.now)
    client.create_worker_block(WorkerId="AW1", Reason="why")
    work.submit(store, held.assignment_id, "AW1", answer, at.now)

    client.approve_assignment(AssignmentId=held.assignment_id)
    client.send_bonus(WorkerId="AW1", AssignmentId=held.assignment_id, BonusAmount="1", Reason="all the same")


@pytest.mark.parametrize("worker_id", ["W1", "A", "Aw1", "A W1", "A" * 65, "AW1\n"])
def test_a_malformed_worker_id_breaks_the_description(client, refused, worker_id):
    with refused("ValidationException", "at 'workerId' failed to satisfy constraint: Member must"):
        client.create_worker_block(WorkerId=worker_id, Reason="why")


def test_no_more_than_the_reference_allows_are_blocked(client, refused, monkeypatch):
    monkeypatch.setattr(limits, "MOST_BLOCKS", 1)
    client.create_worker_block(WorkerId="AW1", Reason="why")
    with refused("RequestError", "No more than 1 workers can be blocked."):
        client.create_worker_block(WorkerId="AW2", Reason="why")


def test_registering_twice_changes_nothing(store, at):
    work.register(store, "AW1", True, at.now)
    work.register(store, "AW1", True, at.now)


@pytest.mark.parametrize("simulated", [True, False])
def test_a_person_never_turns_into_a_simulation_nor_the_reverse(store, at, simulated):
    work.register(store, "AW1", simulated, at.now)
    with pytest.raises(MTurkTasksError, match="worker AW1 is a"):
        work.register(store, "AW1", not simulated, at.now)


@pytest.mark.parametrize("worker_id", ["", "A", "B1", "Aé", "A1\n"])
def test_only_a_worker_id_can_be_registered(store, at, worker_id):
    with pytest.raises(MTurkTasksError, match="no worker ID"):
        work.register(store, worker_id, False, at.now)


def test_the_pattern_of_worker_ids_is_that_of_the_description():
    assert is_worker_id("A" + "1" * 63)
    assert not is_worker_id("A" + "1" * 64)
