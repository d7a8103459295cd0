from __future__ import annotations

import pytest

from mturk_tasks.commands.surveys import cleanup, extend, load
from mturk_tasks.commands.surveys.load import LoadRequest


@pytest.fixture
def loaded(bench):
    load.run(bench.context(), LoadRequest())
    return bench


def states(bench):
    return sorted(hit["HITStatus"] for hit in bench.hits())


def test_every_open_hit_is_taken_off_the_market_and_none_is_deleted(loaded):
    summary = cleanup.stop(loaded.context())

    assert states(loaded) == ["Reviewable"] * 3
    assert (summary.counts, summary.exit_code) == ({"expired": 3, "failed": 0}, 0)


def test_who_is_at_work_may_still_submit(loaded):
    hit_id = loaded.hits()[0]["HITId"]
    loaded.accept("AONE", hit_id)
    cleanup.stop(loaded.context())

    assert states(loaded) == ["Reviewable", "Reviewable", "Unassignable"]


def test_submitted_work_is_not_decided(loaded):
    loaded.submit("AONE", loaded.hits()[0]["HITId"])
    cleanup.stop(loaded.context())
    assert loaded.statuses() == ["Submitted"]


def test_stopping_again_finds_nothing_open(loaded):
    cleanup.stop(loaded.context())
    summary = cleanup.stop(loaded.context())

    assert (summary.lines, summary.exit_code) == (("No HIT is open to workers.",), 0)


def test_what_was_stopped_can_be_opened_again(loaded):
    cleanup.stop(loaded.context())
    extend.run(loaded.context(), extend.ExtendRequest(hours=1))
    assert states(loaded) == ["Assignable"] * 3


def test_nothing_is_asked_in_the_sandbox(loaded):
    cleanup.stop(loaded.context(force=False))
    assert states(loaded) == ["Reviewable"] * 3


def test_a_dry_run_stops_nothing(loaded):
    summary = cleanup.stop(loaded.context(dry=True))

    assert summary.counts == {"planned": 3}
    assert states(loaded) == ["Assignable"] * 3
