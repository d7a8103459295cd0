"""What is typed and not handed in is kept, for the worker and for the requester."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mturk_tasks.client.session import connect
from mturk_tasks.marketplace.api.endpoint import attach
from mturk_tasks.marketplace.storage import opening
from mturk_tasks.marketplace.worker import answering, drafts, qualifications, work
from mturk_tasks.markup.answers import Answer, build, parse
from tests.marketplace.conftest import HIT, TYPE, At
from tests.stores import look


@pytest.fixture
def held(store, post, at):
    return work.accept(store, "AW1", post()["HITId"], at.now)


@pytest.fixture
def typed(store, at):
    def read(assignment_id, worker_id="AW1"):
        found = look(store, at.now, drafts.read, assignment_id, worker_id)
        return found and found.answers

    return read


def test_a_draft_is_read_as_it_was_saved_last(store, at, held, typed):
    drafts.save(store, held.assignment_id, "AW1", {"colour": "gr"}, at.now)
    at.later(seconds=3)
    saved = drafts.save(store, held.assignment_id, "AW1", {"colour": "green", "also": ["a", "b"]}, at.now)

    assert saved == at.now
    assert typed(held.assignment_id) == {"colour": "green", "also": ["a", "b"]}


def test_a_field_that_is_not_named_stays_as_it_was_saved(store, at, held, typed):
    drafts.save(store, held.assignment_id, "AW1", {"story": "an hour of work", "tag": ["a"]}, at.now)
    drafts.save(store, held.assignment_id, "AW1", {"colour": "green", "tag": []}, at.now)
    drafts.save(store, held.assignment_id, "AW1", {}, at.now)

    assert typed(held.assignment_id) == {"story": "an hour of work", "tag": [], "colour": "green"}


def test_nobody_else_reads_or_writes_it(store, at, held, typed):
    drafts.save(store, held.assignment_id, "AW1", {"colour": "green"}, at.now)

    with pytest.raises(answering.Refused, match="does not hold"):
        drafts.save(store, held.assignment_id, "AW2", {"colour": "red"}, at.now)
    assert typed(held.assignment_id, "AW2") is None
    assert typed(held.assignment_id) == {"colour": "green"}


def test_it_is_saved_after_the_deadline_too_until_an_answer_came_late(store, at, held, typed, answer):
    at.now = held.deadline
    drafts.save(store, held.assignment_id, "AW1", {"colour": "green"}, at.now)
    work.submit(store, held.assignment_id, "AW1", answer, at.now)

    with pytest.raises(answering.Refused, match="does not hold"):
        drafts.save(store, held.assignment_id, "AW1", {"colour": "red"}, at.now)
    assert typed(held.assignment_id) == {"colour": "green"}


def test_nothing_is_saved_for_what_was_returned_or_submitted(store, post, at, held, answer):
    work.give_back(store, held.assignment_id, "AW1", at.now)
    done = work.accept(store, "AW1", post()["HITId"], at.now)
    work.submit(store, done.assignment_id, "AW1", answer, at.now)

    for one in (held, done):
        with pytest.raises(answering.Refused, match="does not hold"):
            drafts.save(store, one.assignment_id, "AW1", {"colour": "red"}, at.now)


def test_it_is_found_again_when_the_worker_returns_to_the_hit(store, at, held, typed):
    drafts.save(store, held.assignment_id, "AW1", {"colour": "green"}, at.now)
    work.give_back(store, held.assignment_id, "AW1", at.now)
    again = work.accept(store, "AW1", held.hit_id, at.now)

    assert typed(again.assignment_id) == {"colour": "green"}


def test_the_answer_takes_every_draft_for_the_hit_away(client, store, at, held, typed, answer):
    drafts.save(store, held.assignment_id, "AW1", {"colour": "gr"}, at.now)
    work.give_back(store, held.assignment_id, "AW1", at.now)
    again = work.accept(store, "AW1", held.hit_id, at.now)
    drafts.save(store, again.assignment_id, "AW1", {"colour": "green"}, at.now)
    work.submit(store, again.assignment_id, "AW1", answer, at.now)

    assert typed(again.assignment_id) is None
    assert client.list_drafts()["Drafts"] == []


@pytest.mark.parametrize("answers", [{"a": 1}, {"a": [1]}, {"a": None}, {1: "a"}, {"a": {"b": "c"}}])
def test_a_draft_holds_texts(store, at, held, answers):
    with pytest.raises(answering.Refused, match="a draft holds texts"):
        drafts.save(store, held.assignment_id, "AW1", answers, at.now)


def test_a_draft_has_a_largest_size(store, at, held):
    fits = drafts.LONGEST - len('{"a": ""}')
    drafts.save(store, held.assignment_id, "AW1", {"a": "x" * fits}, at.now)
    with pytest.raises(answering.Refused, match="was not saved"):
        drafts.save(store, held.assignment_id, "AW1", {"a": "x" * (fits + 1)}, at.now)
    with pytest.raises(answering.Refused, match="was not saved"):
        drafts.save(store, held.assignment_id, "AW1", {"b": ""}, at.now)  # with what is there already


def test_the_requester_sees_drafts_and_what_became_of_the_assignment(client, store, post, at):
    hit_id = post(MaxAssignments=3)["HITId"]
    for name in ("AW1", "AW2", "AW3"):
        held = work.accept(store, name, hit_id, at.now)
        drafts.save(store, held.assignment_id, name, {"colour": f"{name} \x00green"}, at.now)
        if name == "AW1":
            work.give_back(store, held.assignment_id, name, at.now)
            at.later(minutes=5)
    at.later(minutes=5)
    (one, two, three) = client.list_drafts(HITId=hit_id)["Drafts"]

    assert [one["DraftStatus"] for one in (one, two, three)] == ["Returned", "Working", "Working"]
    assert (one["WorkerId"], one["HITId"]) == ("AW1", hit_id)
    assert parse(two["Answer"]) == [Answer("colour", "AW2 green")]
    at.later(minutes=5)
    assert client.list_drafts()["Drafts"][1]["DraftStatus"] == "Abandoned"


def test_drafts_come_in_pages(client, store, post, at):
    hit_id = post(MaxAssignments=3)["HITId"]
    for name in ("AW1", "AW2", "AW3"):
        held = work.accept(store, name, hit_id, at.now)
        drafts.save(store, held.assignment_id, name, {"colour": "green"}, at.now)
    first = client.list_drafts(MaxResults=2)
    second = client.list_drafts(MaxResults=2, NextToken=first["NextToken"])

    assert [one["WorkerId"] for one in (*first["Drafts"], *second["Drafts"])] == ["AW1", "AW2", "AW3"]


@pytest.fixture
def taking(store, at, qualify, test_form):
    type_id = qualify(Test=test_form, TestDurationInSeconds=600, RetryDelayInSeconds=700)
    return type_id, qualifications.request(store, "AW1", type_id, at.now)


def test_a_draft_of_a_test_is_found_again_at_the_next_request(store, at, taking):
    type_id, asked = taking
    drafts.save_test(store, asked.request_id, "AW1", {"q1": "2"}, at.now)
    at.later(seconds=700)
    with pytest.raises(answering.Refused, match="is not taking a test"):
        drafts.save_test(store, asked.request_id, "AW1", {"q1": "1"}, at.now)
    again = qualifications.request(store, "AW1", type_id, at.now)

    assert look(store, at.now, drafts.read_test, again.request_id, "AW1").answers == {"q1": "2"}
    assert look(store, at.now, drafts.read_test, again.request_id, "AW2") is None


def test_a_draft_of_a_test_is_not_shown_under_other_questions(client, store, at, taking, test_form):
    type_id, asked = taking
    drafts.save_test(store, asked.request_id, "AW1", {"q1": "2"}, at.now)
    other = test_form.replace("Which?", "Which one is taller?")
    client.update_qualification_type(QualificationTypeId=type_id, Test=other, TestDurationInSeconds=600)
    assert look(store, at.now, drafts.read_test, asked.request_id, "AW1").answers == {"q1": "2"}
    at.later(seconds=700)
    again = qualifications.request(store, "AW1", type_id, at.now)

    assert again.test == other
    assert look(store, at.now, drafts.read_test, again.request_id, "AW1") is None


def test_fields_of_a_test_that_are_not_named_stay_too(store, at, taking):
    _, asked = taking
    drafts.save_test(store, asked.request_id, "AW1", {"q1": "2", "q2": ["1"]}, at.now)
    drafts.save_test(store, asked.request_id, "AW1", {"q2": []}, at.now)

    kept = look(store, at.now, drafts.read_test, asked.request_id, "AW1")
    assert kept.answers == {"q1": "2", "q2": []}


def test_a_test_that_is_handed_in_leaves_no_draft(store, at, taking):
    _, asked = taking
    drafts.save_test(store, asked.request_id, "AW1", {"q1": "2"}, at.now)
    answer = build([Answer("tree", selections=("ash",))])
    qualifications.answer_test(store, asked.request_id, "AW1", answer, at.now)

    assert look(store, at.now, drafts.read_test, asked.request_id, "AW1") is None


ACTS = st.lists(
    st.sampled_from(["accept", "save", "submit", "give back", "wait", "wait long", "accept late"]),
    max_size=12,
)


class Worker:
    """One worker at one HIT, and what was acknowledged and must therefore be there."""

    def __init__(self, store):
        self.store, self.at, self.client = store, At(), connect(None)
        attach(self.client, store, lambda: self.at.now)
        self.hit_id = self.client.create_hit(**TYPE, **HIT, MaxAssignments=3)["HIT"]["HITId"]
        self.assignment_id = "3NONE"
        self.count, self.draft, self.answers, self.late = 0, None, [], []

    def act(self, name):
        self.count += 1
        with suppress(answering.Refused):
            getattr(self, name.replace(" ", "_"))(f"text {self.count}")

    def accept(self, _):
        self.assignment_id = work.accept(self.store, "AW1", self.hit_id, self.at.now).assignment_id

    def save(self, text):
        drafts.save(self.store, self.assignment_id, "AW1", {"colour": text}, self.at.now)
        self.draft = {"colour": text}

    def submit(self, text):
        answer = build([Answer("colour", text)])
        receipt = work.submit(self.store, self.assignment_id, "AW1", answer, self.at.now)
        if receipt.late:
            self.late.append(answer)
        else:
            self.answers, self.draft = [*self.answers, answer], None

    def accept_late(self, _):
        for one in self.client.list_late_answers()["LateAnswers"][:1]:
            try:
                self.client.accept_late_answer(AssignmentId=one["AssignmentId"])
            except self.client.exceptions.RequestError:
                return
            self.answers.append(one["Answer"])
            self.late.remove(one["Answer"])

    def give_back(self, _):
        work.give_back(self.store, self.assignment_id, "AW1", self.at.now)

    def wait(self, _):
        self.at.later(minutes=4)

    def wait_long(self, _):
        self.at.later(minutes=11)

    def seen(self):
        done = self.client.list_assignments_for_hit(HITId=self.hit_id)["Assignments"]
        late = self.client.list_late_answers()["LateAnswers"]
        kept = look(self.store, self.at.now, drafts.read, self.assignment_id, "AW1")
        listed = [parse(one["Answer"])[0].flat for one in self.client.list_drafts()["Drafts"]]
        return (
            sorted(one["Answer"] for one in done),
            sorted(one["Answer"] for one in late),
            kept and kept.answers,
            listed,
        )


@pytest.mark.long
@settings(max_examples=60, deadline=None)
@given(ACTS)
def test_whatever_the_order_what_was_acknowledged_last_is_there(acts):
    with opening.open_store(None) as store:
        worker = Worker(store)
        for name in ["accept", *acts]:
            worker.act(name)
            answers, late, kept, listed = worker.seen()
            assert (answers, late) == (sorted(worker.answers), sorted(worker.late))
            if worker.draft is not None and not worker.answers:
                assert kept == worker.draft
                assert worker.draft["colour"] in listed


def test_the_drafts_of_a_worker_have_a_sum_and_none_is_dropped(store, at, post):
    held = [work.accept(store, "AW1", post()["HITId"], at.now) for _ in range(22)]
    large = {"colour": "x" * 1_000_000}
    for one in held[:20]:
        drafts.save(store, one.assignment_id, "AW1", large, at.now)
    for one in held[20:]:
        with pytest.raises(answering.Refused) as refused:
            drafts.save(store, one.assignment_id, "AW1", large, at.now)
        assert refused.value.reason == "too many"
        drafts.save(store, one.assignment_id, "AW1", {"colour": "a few words"}, at.now)

    assert look(store, at.now, drafts.read, held[0].assignment_id, "AW1").answers == large
    drafts.save(store, held[0].assignment_id, "AW1", {"colour": "shorter"}, at.now)
    drafts.save(store, held[21].assignment_id, "AW1", large, at.now)
