from __future__ import annotations

from datetime import datetime, timezone

import pytest

from mturk_tasks.client.session import connect
from mturk_tasks.marketplace.api.endpoint import attach
from mturk_tasks.marketplace.records import workers
from mturk_tasks.marketplace.simulation import population, rehearsal
from mturk_tasks.marketplace.simulation.rehearsal import Candidates
from mturk_tasks.marketplace.storage import about, opening
from mturk_tasks.marketplace.worker.answering import Refused
from tests.stores import look

REAL = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


@pytest.fixture
def at(store):
    class Sandbox:
        @property
        def now(self):
            return about.now(store, REAL)

    return Sandbox()


@pytest.fixture
def rehearse(store):
    def act(type_id, workers=10, seed=1):
        return rehearsal.rehearse_requests(store, type_id, workers=workers, seed=seed, real_now=REAL)

    return act


@pytest.fixture
def scores(client):
    def read(type_id):
        found = client.list_workers_with_qualification_type(QualificationTypeId=type_id, MaxResults=100)
        return {one["WorkerId"]: one["IntegerValue"] for one in found["Qualifications"]}

    return read


def test_without_a_test_all_wait_for_the_requester_once(client, qualify, rehearse):
    type_id = qualify()

    assert rehearse(type_id) == Candidates(0, 10, 0)
    assert rehearse(type_id) == Candidates(0, 0, 10)
    assert client.list_qualification_requests(MaxResults=100)["NumResults"] == 10


def test_some_take_a_test_well_and_some_badly(qualify, rehearse, scores, test_form, answer_key):
    type_id = qualify(Test=test_form, TestDurationInSeconds=60, AnswerKey=answer_key)

    assert rehearse(type_id, workers=20) == Candidates(20, 0, 0)
    assert set(scores(type_id).values()) == {0, 7}


def test_the_same_seed_gives_the_same_scores(test_form, answer_key):
    def play():
        with opening.open_store(None) as store:
            client = connect(None)
            attach(client, store, lambda: REAL)
            made = client.create_qualification_type(
                Name="T", Description="D", QualificationTypeStatus="Active",
                Test=test_form, TestDurationInSeconds=60, AnswerKey=answer_key,
            )  # fmt: skip
            type_id = made["QualificationType"]["QualificationTypeId"]
            rehearsal.rehearse_requests(store, type_id, workers=20, seed=5, real_now=REAL)
            held = client.list_workers_with_qualification_type(QualificationTypeId=type_id, MaxResults=100)
            return [(one["WorkerId"], one["IntegerValue"]) for one in held["Qualifications"]]

    assert play() == play()


def test_a_type_nobody_can_request_is_refused(rehearse, qualify):
    with pytest.raises(Refused, match="cannot be requested"):
        rehearse(qualify(QualificationTypeStatus="Inactive"))


def test_only_workers_who_hold_the_qualification_do_the_hits(client, store, post, qualify, rehearse, scores):
    type_id = qualify(AutoGranted=True)
    asked = [{"QualificationTypeId": type_id, "Comparator": "Exists"}]
    hit_id = post(QualificationRequirements=asked, MaxAssignments=5)["HITId"]
    rehearse(type_id, workers=2)

    done = rehearsal.rehearse(store, [hit_id], workers=5, seed=1, real_now=REAL)

    worked = {one["WorkerId"] for one in client.list_assignments_for_hit(HITId=hit_id)["Assignments"]}
    assert worked == set(scores(type_id))
    assert done.submitted == 2
    assert "lacks a qualification" in done.notes[0]


def test_workers_are_as_different_as_their_seed_makes_them():
    crowd = {name: population.profile_of(1, name) for name in (population.worker_id(1, n) for n in range(60))}

    assert crowd == {name: population.profile_of(1, name) for name in crowd}
    assert {one.country for one in crowd.values()} >= {"US", "IN", "GB"}
    assert {one.submitted_before > 0 for one in crowd.values()} == {True, False}


def test_a_worker_who_is_known_keeps_the_profile(store, at):
    population.enrol(store, ["AW1"], 1, at.now)
    workers.describe(store, "AW1", workers.Profile("JP"), at.now)
    population.enrol(store, ["AW1"], 2, at.now)

    assert look(store, at.now, workers.read, "AW1") == workers.Profile("JP")
