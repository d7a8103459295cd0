from __future__ import annotations

from datetime import timedelta

import pytest

from mturk_tasks.marketplace.due import process_due
from mturk_tasks.marketplace.records import messages
from mturk_tasks.marketplace.storage.transactions import write_transaction
from mturk_tasks.marketplace.web.accounts import invitations
from mturk_tasks.marketplace.worker import work
from tests.stores import look

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
        assert look(store, at.now, messages.read, worker_id) == [
            messages.Message("Thanks", "Well done", at.now, "sandbox")
        ]


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
    assert look(store, at.now, messages.read, "AW2") == []


@pytest.fixture
def invited(store, at):
    """Invite ANEW, who can then be written to."""
    return invitations.make(store, "ANEW", timedelta(days=1), at.now)


def test_a_message_waits_for_who_was_invited(store, invited, notify, at):
    assert notify("ANEW", "ANEW") == []
    work.register(store, "ANEW", False, at.now)

    assert len(look(store, at.now, messages.read, "ANEW")) == 1
    assert notify("ANEW") == []


def test_a_message_waits_for_who_was_granted_a_qualification_or_blocked(client, store, qualify, notify, at):
    grant = {"QualificationTypeId": qualify(), "SendNotification": False}
    client.associate_qualification_with_worker(**grant, WorkerId="AGRANTED")
    client.create_worker_block(WorkerId="ABLOCKED", Reason="r")

    assert notify("AGRANTED", "ABLOCKED") == []
    assert [len(look(store, at.now, messages.read, one)) for one in ("AGRANTED", "ABLOCKED")] == [1, 1]


def test_an_id_that_nobody_holds_is_answered_like_a_worker_without_work(store, notify, at):
    work.register(store, "AW2", False, at.now)
    known, unknown = notify("AW2", "A9STRANGERTOALL")

    assert {**known, "WorkerId": ""} == {**unknown, "WorkerId": ""}
    assert unknown["NotifyWorkersFailureMessage"] == STRANGER
    work.register(store, "A9STRANGERTOALL", False, at.now)
    assert look(store, at.now, messages.read, "A9STRANGERTOALL") == []


def test_a_grant_or_block_that_was_ended_lets_no_message_wait(client, qualify, notify):
    grant = {"QualificationTypeId": qualify(), "WorkerId": "ANEW"}
    client.associate_qualification_with_worker(**grant)
    client.disassociate_qualification_from_worker(**grant)
    client.create_worker_block(WorkerId="ANEW", Reason="r")
    client.delete_worker_block(WorkerId="ANEW")

    assert [one["WorkerId"] for one in notify("ANEW")] == ["ANEW"]


def test_messages_are_read_a_page_at_a_time(store, invited, notify, at):
    for number in range(messages.PAGE + 3):
        notify("ANEW", subject=str(number))

    first = look(store, at.now, messages.read, "ANEW")
    second = look(store, at.now, messages.read, "ANEW", page=1)
    assert [one.subject for one in (*first, *second)] == [str(one) for one in range(22, -1, -1)]
    assert (len(first), len(second)) == (messages.PAGE, 3)


def test_who_writes_often_hides_nobody_elses_message(store, invited, notify, at):
    process_due(store, at.now)
    with write_transaction(store, at.now) as transaction:  # before senders were kept
        messages.send(transaction, "ANEW", "old", "")
    for number in range(60):
        notify("ANEW", subject=str(number))

    assert [one.subject for one in look(store, at.now, messages.newest, "ANEW", 5)] == ["59", "old"]
    senders = look(store, at.now, messages.senders, "ANEW")
    assert {(one.name, one.number) for one in senders} == {("", 1), ("sandbox", 60)}
    assert [one.subject for one in look(store, at.now, messages.read, "ANEW", sender=0)] == ["old"]


def test_the_newest_message_comes_first(store, invited, notify, at):
    notify("ANEW", subject="one")
    notify("ANEW", subject="two")

    assert [one.subject for one in look(store, at.now, messages.read, "ANEW")] == ["two", "one"]


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
