from __future__ import annotations

from datetime import timedelta

import pytest

from mturk_tasks.marketplace.worker import answering, work
from tests.stores import look


@pytest.fixture
def refusal():
    def expect(reason, act, *arguments):
        with pytest.raises(answering.Refused) as caught:
            act(*arguments)
        assert caught.value.reason == reason

    return expect


def test_an_accepted_assignment_comes_with_the_question_and_the_deadline(store, post, at, question):
    hit_id = post()["HITId"]

    accepted = work.accept(store, "AW1", hit_id, at.now)

    assert accepted.hit_id == hit_id
    assert accepted.question == question
    assert accepted.deadline == at.now + timedelta(seconds=600)
    assert len(accepted.assignment_id) == 30


def test_an_unknown_hit_cannot_be_accepted(store, at, refusal):
    refusal("unknown", work.accept, store, "AW1", "3NONE", at.now)


def test_a_full_hit_cannot_be_accepted(store, post, at, refusal):
    hit_id = post()["HITId"]
    work.accept(store, "AW1", hit_id, at.now)

    refusal("full", work.accept, store, "AW2", hit_id, at.now)


def test_an_expired_hit_cannot_be_accepted(store, post, at, refusal):
    hit_id = post()["HITId"]
    at.later(hours=1)

    refusal("expired", work.accept, store, "AW1", hit_id, at.now)


def test_a_deleted_hit_cannot_be_accepted(client, store, post, at, refusal):
    hit_id = post()["HITId"]
    client.update_expiration_for_hit(HITId=hit_id, ExpireAt=0)
    client.delete_hit(HITId=hit_id)

    refusal("expired", work.accept, store, "AW1", hit_id, at.now)


def test_a_worker_does_a_hit_once(store, post, do, at, refusal):
    hit_id = post(MaxAssignments=3)["HITId"]
    do(hit_id, "AW1")

    refusal("repeated", work.accept, store, "AW1", hit_id, at.now)


def test_a_worker_cannot_hold_a_hit_twice(store, post, at, refusal):
    hit_id = post(MaxAssignments=3)["HITId"]
    work.accept(store, "AW1", hit_id, at.now)

    refusal("repeated", work.accept, store, "AW1", hit_id, at.now)


@pytest.mark.parametrize("how", ["returned", "abandoned"])
def test_a_worker_who_did_not_finish_may_accept_again(store, post, at, how):
    hit_id = post()["HITId"]
    first = work.accept(store, "AW1", hit_id, at.now)
    if how == "returned":
        work.give_back(store, first.assignment_id, "AW1", at.now)
    else:
        at.later(minutes=10)

    assert work.accept(store, "AW1", hit_id, at.now).assignment_id != first.assignment_id


def test_a_person_holds_no_more_than_25_hits_at_once(store, post, at, refusal):
    hits = [post()["HITId"] for _ in range(work.MOST_HELD + 1)]
    held = [work.accept(store, "AW1", hit_id, at.now) for hit_id in hits[:-1]]
    refusal("too many", work.accept, store, "AW1", hits[-1], at.now)
    work.give_back(store, held[0].assignment_id, "AW1", at.now)

    assert len(held) == 25
    assert work.accept(store, "AW1", hits[-1], at.now)


def test_what_the_deadline_took_is_held_no_longer(store, post, at):
    hits = [post()["HITId"] for _ in range(work.MOST_HELD + 1)]
    for hit_id in hits[:-1]:
        work.accept(store, "AW1", hit_id, at.now)
    at.later(minutes=10)

    assert work.accept(store, "AW1", hits[-1], at.now)


def test_only_the_holder_submits_or_gives_back(store, post, at, answer, refusal):
    held = work.accept(store, "AW1", post()["HITId"], at.now)

    refusal("not held", work.submit, store, held.assignment_id, "AW2", answer, at.now)
    refusal("not held", work.give_back, store, held.assignment_id, "AW2", at.now)


def test_a_second_submit_is_refused(client, store, post, at, answer, refusal):
    held = work.accept(store, "AW1", post()["HITId"], at.now)
    work.submit(store, held.assignment_id, "AW1", answer, at.now)

    refusal("not held", work.submit, store, held.assignment_id, "AW1", answer, at.now)
    refusal("not held", work.give_back, store, held.assignment_id, "AW1", at.now)


def test_work_counts_until_just_before_the_deadline(store, post, at, answer):
    held = work.accept(store, "AW1", post()["HITId"], at.now)
    late = work.accept(store, "AW2", post()["HITId"], at.now)

    in_time = held.deadline - timedelta(milliseconds=1)
    assert not work.submit(store, held.assignment_id, "AW1", answer, in_time).late
    assert work.submit(store, late.assignment_id, "AW2", answer, late.deadline).late


def test_an_answer_must_be_a_document_of_answers(store, post, at, refusal, question):
    held = work.accept(store, "AW1", post()["HITId"], at.now)

    refusal("invalid", work.submit, store, held.assignment_id, "AW1", "green", at.now)
    refusal("invalid", work.submit, store, held.assignment_id, "AW1", question, at.now)


def test_a_form_without_fields_may_be_submitted_empty(client, store, post, at):
    held = work.accept(store, "AW1", post()["HITId"], at.now)
    work.submit(store, held.assignment_id, "AW1", "", at.now)

    assert client.get_assignment(AssignmentId=held.assignment_id)["Assignment"]["Answer"] == ""


def test_the_hits_a_worker_may_accept_are_found(client, store, post, do, at):
    open_hits = {post(MaxAssignments=2)["HITId"] for _ in range(5)}
    full, done, over = post()["HITId"], post(MaxAssignments=2)["HITId"], post(LifetimeInSeconds=30)["HITId"]
    do(full, "AOTHER")
    do(done, "AW1")
    at.later(seconds=30)

    found = look(store, at.now, work.available, "AW1")

    assert len(found) == len(set(found))
    assert set(found) == open_hits
    assert over not in found
    assert len(look(store, at.now, work.available, "AW1", limit=3)) == 3


def test_a_blocked_worker_finds_nothing(client, store, post, at):
    post()
    client.create_worker_block(WorkerId="AW1", Reason="why")

    assert look(store, at.now, work.available, "AW1") == []


def test_what_people_hold_is_counted_and_what_simulated_workers_hold_is_not(store, post, do, at):
    hit_id = post(MaxAssignments=5)["HITId"]
    work.register(store, "ASIM", True, at.now)
    work.accept(store, "ASIM", hit_id, at.now)
    do(hit_id, "ADONE")
    assert work.open_by_people(store, at.now) == 0

    work.accept(store, "APERSON", hit_id, at.now)

    assert work.open_by_people(store, at.now) == 1
    assert work.open_by_people(store, at.now + timedelta(minutes=10)) == 0


def test_the_next_hit_is_one_that_the_worker_has_not_had(store, post, at):
    offered = {post(Title=f"Name a colour {n}")["HITId"] for n in range(3)}

    given = [work.accept_any(store, "AW1", None, at.now) for _ in range(4)]

    assert {one.hit_id for one in given[:3]} == offered
    assert given[3] is None


def test_the_next_hit_is_none_of_a_requester_who_keeps_the_worker_out(store, client, post, at):
    post()
    client.create_worker_block(WorkerId="AW1", Reason="why")

    assert work.accept_any(store, "AW1", None, at.now) is None


def test_any_hit_of_a_type_is_accepted_while_there_is_one(store, at, post):
    hits = [post() for _ in range(2)]
    post(Title="Another")
    type_id = hits[0]["HITTypeId"]
    taken = [work.accept_any(store, "AW1", type_id, at.now) for _ in range(3)]

    assert {one.hit_id for one in taken[:2]} == {one["HITId"] for one in hits}
    assert taken[2] is None
    assert work.accept_any(store, "AW1", "3NONE", at.now) is None
