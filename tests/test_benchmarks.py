"""What benchmarks measure with: turns, ratios, goals, and the service that stands in for others."""

from __future__ import annotations

import pytest

from tests.benchmarks.harness import Samples, at_least, at_most, interleaved, ratio, share, table
from tests.benchmarks.standin import Service, TokenBucket


def test_sides_take_turns_and_the_first_turn_does_not_count():
    turns = []

    def side(name):
        def act():
            turns.append(name)
            return float(len(turns))

        return act

    first, second = interleaved(side("a"), side("b"), rounds=2)

    assert turns == ["a", "b"] * 3
    assert (first.values, second.values) == ((3.0, 5.0), (4.0, 6.0))


@pytest.mark.parametrize(("goal", "met"), [(at_most(2), True), (at_most(1.9), False), (at_least(2), True)])
def test_a_ratio_is_that_of_the_medians_and_is_held_against_its_goal(goal, met):
    row = ratio("a ÷ b", goal, ("a", Samples((4.0, 2.0, 90.0))), ("b", Samples((2.0, 2.0, 1.0))))

    assert (row.figure, row.met) == (2, met)


def test_a_share_is_that_of_the_speed_that_a_limit_allows():
    assert share("load", at_least(0.9), 10.0, Samples((12.5,))).figure == 0.8


def test_a_row_is_shown_with_what_it_was_made_of():
    (cells,) = table([ratio("a ÷ b", at_most(1), ("a", Samples((3.0,))), ("b", Samples((2.0,))))])

    assert cells == ("a ÷ b", "1.5", "≤ 1", "missed", "a 3 (3 to 3) s; b 2 (2 to 2) s")


def test_a_bucket_lets_a_burst_through_and_then_its_rate():
    bucket = TokenBucket(rate=10, burst=3, tokens=3, last=0.0)

    assert [bucket.takes(0.0) for _ in range(4)] == [True, True, True, False]
    assert [bucket.takes(0.1), bucket.takes(0.15), bucket.takes(0.2)] == [True, False, True]


def test_the_service_refuses_what_comes_too_fast_and_counts_it():
    service = Service()
    service.set({"rate": 1.0, "burst": 1.0})

    answers = [service.answer("GetAccountBalance", {}) for _ in range(2)]

    assert [status for status, _ in answers] == [200, 400]
    assert answers[1][1]["__type"] == "ThrottlingException"
    assert service.counts["refused"] == 1
