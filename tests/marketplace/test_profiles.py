from __future__ import annotations

import pytest

from mturk_tasks.errors import MTurkTasksError, UsageError
from mturk_tasks.marketplace.records import workers
from mturk_tasks.marketplace.records.workers import Profile
from mturk_tasks.marketplace.worker import work
from tests.stores import look


def test_a_profile_is_what_it_was_last_said_to_be(store, at):
    work.register(store, "AW1", False, at.now)
    assert look(store, at.now, workers.read, "AW1") == Profile()

    for profile in (Profile("US", "CA", True, True, 20, 10), Profile("IN")):
        workers.describe(store, "AW1", profile, at.now)
        assert look(store, at.now, workers.read, "AW1") == profile


def test_a_worker_nobody_knows_has_no_profile(store, at):
    assert look(store, at.now, workers.read, "AW1") is None
    with pytest.raises(MTurkTasksError, match="there is no worker AW1"):
        workers.describe(store, "AW1", Profile("IN"), at.now)


@pytest.mark.parametrize(
    ("profile", "text"),
    [
        (Profile("XX"), "there is no locale XX"),
        (Profile("IN", "CA"), "there is no locale IN CA"),
        (Profile(subdivision="CA"), "a state needs its country"),
        (Profile(approved_before=1), "from 0 to the submitted ones"),
        (Profile(submitted_before=1, approved_before=-1), "from 0 to the submitted ones"),
    ],
)
def test_a_profile_that_cannot_be_is_refused(store, at, profile, text):
    work.register(store, "AW1", False, at.now)
    with pytest.raises(UsageError, match=text):
        workers.describe(store, "AW1", profile, at.now)
