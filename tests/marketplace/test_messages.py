from __future__ import annotations

import pytest

from mturk_tasks.marketplace import messages, work

STRANGER = "Cannot send a notification to a worker who has not done any work for you"


@pytest.fixture
def notify(client):
    def act(*workers, subject="Thanks", text="Well done"):
        answer = client.notify_workers(Subject=subject, MessageText=text, WorkerIds=list(workers))
        return answer["NotifyWorkersFailureStatuses"]

    return act


def test_a_worker_whose_work_was_decided_reads_the_message(client, store, post, do, notify, at):
    client.approve_assignment(AssignmentId=do(post()["HITId"]))
    client.reject_assignment(AssignmentId=do(post()["HITId"], "AW2"), RequesterFeedback="no")

    assert notify("AWORKER1", "AW2") == []

    for worker_id in ("AWORKER1", "AW2"):
        assert messages.read(store, worker_id, at.now) == [messages.Message("Thanks", "Well done", at.now)]


def test_a_worker_without_decided_work_is_listed_as_a_failure(store, post, do, notify, at):
    do(post()["HITId"])
    work.register(store, "AW2", False, at.now)

    assert notify("AWORKER1", "AW2") == [
        {
            "NotifyWorkersFailureCode": "HardFailure",
            "NotifyWorkersFailureMessage": STRANGER,
            "WorkerId": worker_id,
        }
        for worker_id in ("AWORKER1", "AW2")
    ]
    assert messages.read(store, "AW2", at.now) == []


def test_a_message_waits_for_who_signs_up_later(store, notify, at):
    assert notify("ANEW", "ANEW") == []
    work.register(store, "ANEW", False, at.now)

    assert len(messages.read(store, "ANEW", at.now)) == 1


def test_the_newest_message_comes_first(store, notify, at):
    notify("ANEW", subject="one")
    notify("ANEW", subject="two")

    assert [one.subject for one in messages.read(store, "ANEW", at.now)] == ["two", "one"]


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"subject": ""}, "Your request parameter Subject  has a minimum length of 1."),
        ({"text": ""}, "Your request parameter MessageText  has a minimum length of 1."),
        ({"subject": "x" * 201}, "not valid for the parameter Subject."),
        ({"text": "x" * 4097}, "not valid for the parameter MessageText."),
    ],
)
def test_a_message_has_a_text_of_bounded_length(notify, refused, changes, text):
    with refused("ParameterValidationError", text):
        notify("ANEW", **changes)


@pytest.mark.parametrize("count", [0, 101])
def test_1_to_100_workers_are_written_to(notify, refused, count):
    text = f"The value {count} is invalid for WorkerIds. Valid values range from 1 to 100."
    with refused("ParameterValidationError", text):
        notify(*(f"AW{number}" for number in range(count)))
