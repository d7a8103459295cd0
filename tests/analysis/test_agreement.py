from collections import Counter

import krippendorff
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mturk_tasks.analysis import agreement

# Three observers and fifteen units with gaps: the example in the documentation of the library krippendorff,
# with the values of alpha that stand there and, of ordinal values, in the literature it was taken from.
OBSERVERS = (
    "* * * * * 3 4 1 2 1 1 3 3 * 3",
    "1 * 2 1 3 3 4 3 * * * * * * *",
    "* * 2 1 3 4 4 * 2 1 1 3 3 * 4",
)
UNITS = [
    Counter(value for value in unit if value != "*")
    for unit in zip(*(row.split() for row in OBSERVERS), strict=True)
]
UNIT = st.lists(st.sampled_from("abc"), max_size=5).map(Counter)
QUICK = settings(deadline=None, max_examples=60, database=None)


@pytest.mark.parametrize(("level", "alpha"), [("nominal", 0.691), ("interval", 0.811), ("ordinal", 0.807)])
def test_alpha_is_that_of_the_published_example(level, alpha):
    assert agreement.measure(UNITS, level).alpha == pytest.approx(alpha, abs=0.0005)


def test_pairs_are_counted_within_units_alone():
    measured = agreement.measure([Counter("aab"), Counter("c"), Counter("bb")], "nominal")

    assert (measured.units, measured.pairs, measured.agreeing) == (2, 4, 2)
    assert measured.percent == 50


@pytest.mark.parametrize(
    ("units", "level", "reason"),
    [
        ([Counter("a"), Counter("b")], "nominal", agreement.NOBODY_TWICE),
        ([Counter("aa"), Counter("aa")], "nominal", agreement.ONE_VALUE),
        ([Counter({"1": 1, "many": 1})], "interval", "'many' is no number"),
    ],
)
def test_where_alpha_cannot_be_computed_it_is_said_why(units, level, reason):
    measured = agreement.measure(units, level)

    assert (measured.alpha, measured.reason) == (None, reason)


def test_numbers_that_are_written_differently_are_one_value():
    assert agreement.measure([Counter({"1": 1, "1.0": 1}), Counter({"2": 2})], "interval").alpha == 1


@QUICK
@given(st.lists(UNIT, max_size=8))
def test_alpha_is_at_most_one_and_one_only_where_all_agree(units):
    measured = agreement.measure(units, "nominal")

    if measured.alpha is not None:
        assert measured.alpha <= 1
        assert (measured.alpha == pytest.approx(1)) == (measured.agreeing == measured.pairs)


@QUICK
@given(st.lists(UNIT, max_size=8))
def test_names_and_order_of_values_do_not_matter(units):
    renamed = [
        Counter({{"a": "z", "b": "y", "c": "x"}[value]: n for value, n in unit.items()}) for unit in units
    ]

    assert agreement.measure(renamed[::-1], "nominal").alpha == pytest.approx(
        agreement.measure(units, "nominal").alpha
    )


NUMBERS = st.lists(st.sampled_from(["1", "2", "3", "5", "8"]), max_size=5).map(Counter)


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval"])
@QUICK
@given(st.lists(NUMBERS, min_size=1, max_size=8))
def test_alpha_is_that_of_the_library_krippendorff(level, units):
    compared = [unit for unit in units if unit.total() > 1]
    values = sorted({value for unit in compared for value in unit}, key=int)
    assume(len(values) > 1)
    counts = [[unit[value] for value in values] for unit in compared]

    theirs = krippendorff.alpha(
        value_counts=counts, value_domain=list(map(int, values)), level_of_measurement=level
    )

    assert agreement.measure(units, level).alpha == pytest.approx(theirs)


def test_several_selections_are_one_value_in_whatever_order():
    assert agreement.joined(("b", "a")) == agreement.joined(("a", "b")) == "a|b"
