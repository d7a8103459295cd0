from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mturk_tasks.analysis.figures import Bin, histogram, hourly, quantile, timeline

QUICK = settings(deadline=None, max_examples=60, database=None)
NOON = datetime(2026, 11, 2, 12, tzinfo=timezone.utc)


def test_a_histogram_has_bins_of_a_round_width_and_the_last_one_has_all_above():
    assert histogram([1, 2, 2, 3, 3, 40], most=20) == [
        *(Bin(low, low + 2, count) for low, count in ((0, 1), (2, 4))),
        *(Bin(low, low + 2, 0) for low in range(4, 36, 2)),
        Bin(36, 38, 1),
    ]


@QUICK
@given(st.lists(st.floats(0, 1e6), min_size=1))
def test_every_value_is_in_one_bin(values):
    assert sum(one.count for one in histogram(values)) == len(values)


@QUICK
@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0, 1))
def test_a_quantile_lies_between_the_least_and_the_most(values, share):
    assert min(values) <= quantile(values, share) <= max(values)


@QUICK
@given(st.lists(st.timedeltas(timedelta(0), timedelta(days=400)), min_size=1))
def test_every_moment_is_in_one_span(after):
    spans = timeline([NOON + span for span in after])

    assert sum(number for _, number in spans) == len(after)
    assert len(spans) <= 41


@pytest.mark.parametrize(("seconds", "dollars"), [(360, 1.0), (0, None), (None, None)])
def test_an_hour_comes_to_what_was_paid_for_the_time(seconds, dollars):
    assert hourly(Decimal("0.10"), seconds) == (None if dollars is None else pytest.approx(dollars))
