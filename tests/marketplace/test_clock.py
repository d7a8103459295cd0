from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from mturk_tasks.errors import UsageError
from mturk_tasks.marketplace.storage import about, opening

REAL = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=timezone.utc)


def test_a_new_sandbox_is_at_real_time_in_whole_milliseconds(store):
    assert about.now(store, REAL) == REAL.replace(microsecond=123000)


def test_every_advance_adds_to_the_last(store):
    about.advance(store, timedelta(hours=2))
    about.advance(store, timedelta(days=1))

    assert about.now(store, REAL) - about.now(store, REAL - timedelta(hours=1)) == timedelta(hours=1)
    assert about.offset(store) == timedelta(hours=26)


def test_the_clock_never_goes_back(store):
    with pytest.raises(UsageError, match="only moves forward"):
        about.advance(store, timedelta(milliseconds=-1))


def test_the_clock_stays_within_a_century(store):
    about.advance(store, timedelta(days=36_000))
    with pytest.raises(UsageError, match="cannot be more than 36500 days ahead"):
        about.advance(store, timedelta(days=501))


def test_every_process_sees_the_same_clock(tmp_path):
    with opening.open_store(tmp_path / "s.db") as one, opening.open_store(tmp_path / "s.db") as other:
        about.advance(one, timedelta(minutes=5))

        assert about.offset(other) == timedelta(minutes=5)
