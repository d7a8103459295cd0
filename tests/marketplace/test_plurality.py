from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mturk_tasks.marketplace.reviews.scoring import Agreed, Standing, Vote, consensus

QUICK = settings(deadline=None, max_examples=60, database=None)
REPLIES = st.dictionaries(st.sampled_from("abc"), st.frozensets(st.sampled_from("xyz"), max_size=2))
VOTES = st.builds(Vote, REPLIES, st.frozensets(st.sampled_from("abc"), max_size=1))


def vote(*ignored, **given):
    values = {question: frozenset(text.split()) for question, text in given.items()}
    return Vote(values, frozenset(ignored))


def agreed(text, score):
    return Agreed(frozenset(text.split()), score)


def on_one(threshold, *texts):
    """Return what is agreed by workers who answered one question with these texts."""
    votes = {f"A{n}": vote(q=text) for n, text in enumerate(texts)}
    return consensus(["q"], threshold, votes).questions["q"]


@pytest.fixture
def clothes():
    """Return the reference's own example: three workers, four questions."""
    votes = {
        "A1": vote(A="coat", B="blue", C="large", D="Furry"),
        "A2": vote(A="sweater", B="blue", C="large", D="fur"),
        "A3": vote(A="coat", B="green", C="large", D="furr"),
    }
    return consensus(["A", "B", "C", "D"], 50, votes)


def test_the_references_example_is_agreed_on_as_it_says(clothes):
    assert clothes.questions == {
        "A": agreed("coat", 66),
        "B": agreed("blue", 66),
        "C": agreed("large", 100),
        "D": None,
    }
    assert (clothes.found, clothes.score) == (3, 75)


def test_the_references_workers_are_scored_as_it_says(clothes):
    assert clothes.workers == {"A1": Standing(3, 0), "A2": Standing(2, 1), "A3": Standing(2, 1)}
    assert [standing.score for standing in clothes.workers.values()] == [100, 66, 66]


@pytest.mark.parametrize(
    ("threshold", "texts", "found"),
    [
        pytest.param(65, ["x", "x", "y"], agreed("x", 66), id="more than the threshold"),
        pytest.param(66, ["x", "x", "y"], None, id="no more than the threshold"),
        pytest.param(100, ["x", "x"], agreed("x", 100), id="a hundred is reached"),
        pytest.param(100, ["x", "x", "y"], None, id="a hundred is missed"),
        pytest.param(101, ["x", "x"], None, id="never"),
        pytest.param(0, ["x", "y"], None, id="a tie"),
        pytest.param(0, ["x", "x", "y", "z"], agreed("x", 50), id="a half with the others apart"),
        pytest.param(50, ["x y", "y x"], agreed("x y", 100), id="sets in another order"),
        pytest.param(50, ["x", "x y"], None, id="one value is not two"),
        pytest.param(50, ["x", "", ""], None, id="no answer counts against"),
        pytest.param(0, ["", ""], None, id="no answer cannot win"),
        pytest.param(0, [], None, id="nobody"),
    ],
)
def test_an_answer_wins_with_more_than_the_threshold(threshold, texts, found):
    assert on_one(threshold, *texts) == found


def test_an_answer_that_is_ignored_counts_for_nobody():
    votes = {"A1": vote(q="x"), "A2": vote("q", r="y"), "A3": vote(q="x")}

    found = consensus(["q"], 99, votes)

    assert found.questions["q"] == agreed("x", 100)
    assert found.workers["A2"] == Standing(0, 0)


def test_questions_without_agreement_do_not_count_for_workers():
    found = consensus(["q", "r"], 50, {"A1": vote(q="x", r="x"), "A2": vote(q="x", r="y")})

    assert found.workers == {"A1": Standing(1, 0), "A2": Standing(1, 0)}


def test_where_nothing_is_agreed_there_is_no_score():
    assert Standing(0, 0).score is None


@QUICK
@given(st.lists(VOTES, max_size=6), st.integers(0, 101), st.randoms(use_true_random=False))
def test_the_order_of_workers_never_matters(votes, threshold, chance: random.Random):
    named = {f"A{n}": one for n, one in enumerate(votes)}
    shuffled = dict(chance.sample(sorted(named.items(), key=lambda item: item[0]), len(named)))

    assert consensus("abc", threshold, shuffled) == consensus("abc", threshold, named)


@QUICK
@given(st.lists(VOTES, max_size=6), st.integers(0, 100))
def test_a_higher_threshold_never_finds_more(votes, threshold):
    named = {f"A{n}": one for n, one in enumerate(votes)}

    assert consensus("abc", threshold + 1, named).found <= consensus("abc", threshold, named).found
