from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from mturk_tasks.marketplace.simulation.shifts import Offer, Situation, plan

CREW = [f"A{number}" for number in range(5)]


def offers(count=40, places=3, duration=600.0, closed_to=frozenset()):
    return [Offer(order, places, duration, closed_to) for order in range(count)]


def finished(visits):
    return [visit for visit in visits if not visit.returned]


def test_every_place_is_filled():
    visits = plan(offers(), CREW, seed=1)
    assert Counter(visit.order for visit in finished(visits)) == dict.fromkeys(range(40), 3)


def test_each_worker_does_a_hit_once():
    visits = finished(plan(offers(), CREW, seed=1))
    assert max(Counter((visit.order, visit.worker) for visit in visits).values()) == 1


def test_there_are_no_more_answers_than_workers():
    assert len(finished(plan(offers(1, places=9), CREW, seed=1))) == 5


def test_some_are_returned_and_done_in_the_end():
    visits = plan(offers(400), CREW, seed=1)
    returned = [visit for visit in visits if visit.returned]
    assert 10 < len(returned) < 100
    assert len(finished(visits)) == 1200


def test_a_worker_does_one_thing_at_a_time():
    ends: dict[str, float] = {}
    for visit in sorted(plan(offers(), CREW, seed=1), key=lambda visit: visit.begin):
        assert visit.begin > ends.get(visit.worker, 0)
        ends[visit.worker] = visit.end


def test_nobody_comes_back_to_a_hit_they_have_done():
    for seed in range(20):
        done = set()
        for visit in sorted(plan(offers(200), CREW, seed), key=lambda visit: visit.begin):
            assert (visit.worker, visit.order) not in done
            if not visit.returned:
                done.add((visit.worker, visit.order))


def test_no_more_places_are_taken_at_once_than_there_are():
    for seed in range(20):
        visits = plan(offers(200, places=2), CREW, seed)
        for one in visits:
            together = [v for v in visits if v.order == one.order and v.begin <= one.begin < v.end]
            assert len(together) <= 2


def test_work_ends_before_the_assignment_does():
    assert all(visit.end - visit.begin <= 24.001 for visit in plan(offers(duration=30), CREW, seed=1))


def test_who_is_kept_out_does_nothing():
    visits = plan(offers(closed_to=frozenset(CREW[:3])), CREW, seed=1)
    assert {visit.worker for visit in visits} == set(CREW[3:])


def test_the_same_seed_makes_the_same_plan():
    assert plan(offers(), CREW, seed=1) == plan(offers(), CREW, seed=1)
    assert plan(offers(), CREW, seed=1) != plan(offers(), CREW, seed=2)


@pytest.mark.parametrize(
    ("lifetime", "approval", "natural", "pace"),
    [
        (10_000, None, 1_000, 1.0),
        (1_000, None, 1_000, 0.5),
        (10_000, 500, 1_000, 0.45),
        (10_000, 10, 1_000, 1.0),
        (10_000, None, 0, 1.0),
    ],
    ids=["time-enough", "half-the-lifetime", "before-approval", "approval-too-near", "nothing-to-do"],
)
def test_work_hurries_only_as_much_as_it_must(lifetime, approval, natural, pace):
    approval = None if approval is None else timedelta(seconds=approval)
    situation = Situation((), timedelta(seconds=lifetime), approval)
    assert situation.pace(natural) == pytest.approx(pace)
