import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mturk_tasks.analysis.labels import Label, dawid_skene, vote

VOTES = {  # who said cat, and who said dog
    "t0": (("w1", "cat"), ("w3", "cat"), ("w4", "dog")),
    "t1": (("w1", "dog"), ("w2", "dog"), ("w3", "dog")),
    "t2": (("w1", "dog"), ("w2", "cat"), ("w3", "cat"), ("w4", "cat")),
    "t3": (("w1", "dog"), ("w2", "dog"), ("w3", "dog")),
    "t4": (("w2", "cat"), ("w3", "dog"), ("w4", "dog")),
    "t5": (("w1", "dog"), ("w2", "dog"), ("w3", "cat")),
    "t6": (("w1", "cat"), ("w2", "cat"), ("w3", "dog"), ("w4", "cat")),
    "t7": (("w1", "dog"), ("w3", "dog"), ("w4", "dog")),
}
# What crowd-kit 1.4.2 answered of these votes after so many rounds: how likely each item is a cat.
RECORDED = {
    1: (0.7537, 0.0296, 0.8532, 0.0296, 0.2777, 0.1336, 0.9098, 0.0644),
    2: (0.8177, 0.0176, 0.9232, 0.0176, 0.3547, 0.065, 0.9817, 0.0625),
    100: (1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.1196),
}
QUICK = settings(deadline=None, max_examples=60, database=None)
GIVEN = st.dictionaries(
    st.sampled_from("pqrst"),
    st.lists(st.tuples(st.sampled_from(["w1", "w2", "w3"]), st.sampled_from("ab")), min_size=1, max_size=4),
    max_size=5,
)


def likelihood_of_cat(label: Label) -> float:
    return label.certainty if label.value == "cat" else 1 - label.certainty


@pytest.mark.parametrize("rounds", RECORDED)
def test_dawid_and_skene_weigh_as_crowd_kit_does(rounds):
    labels = dawid_skene(VOTES, rounds)

    assert [likelihood_of_cat(labels[item]) for item in VOTES] == pytest.approx(RECORDED[rounds], abs=0.001)


def test_a_vote_takes_the_most_frequent_value_and_its_share():
    assert vote({"t": [("w1", "a"), ("w2", "a"), ("w3", "b")]}) == {"t": Label("a", 2 / 3, 3)}


def test_a_tie_is_named_and_never_drawn():
    assert vote({"t": [("w1", "b"), ("w2", "a")]}) == {"t": Label("", 0.5, 2, ("a", "b"))}


def test_an_item_without_answers_has_no_label():
    assert vote({"t": []}) == dawid_skene({"t": []}) == {}


@QUICK
@given(GIVEN)
def test_where_all_agree_both_ways_say_the_same(votes):
    unanimous = {item: [(worker, "a") for worker, _ in given] for item, given in votes.items()}

    assert dawid_skene(unanimous) == vote(unanimous)


@QUICK
@given(GIVEN)
def test_the_certainty_is_a_probability_and_every_label_was_given(votes):
    for labels in (vote(votes), dawid_skene(votes)):
        for item, label in labels.items():
            values = {value for _, value in votes[item]}
            assert 0 < label.certainty <= 1.000001
            assert label.n == len(votes[item])
            assert label.value in {"", *values} or labels is not vote(votes)
