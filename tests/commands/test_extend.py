from __future__ import annotations

from datetime import timedelta

import pytest

from mturk_tasks.commands.surveys import extend, load, results
from mturk_tasks.commands.surveys.extend import ExtendRequest
from mturk_tasks.errors import InsufficientFunds, RecordsError, UsageError
from tests.bench import Crash, Strike
from tests.crashes import struck_at

CALLS = [
    "GetAccountBalance",
    "GetHITStates",
    *["CreateAdditionalAssignmentsForHIT", "UpdateExpirationForHIT"] * 3,
]


@pytest.fixture
def loaded(bench):
    load.run(bench.context(), load.LoadRequest())
    bench.strike.calls.clear()
    return bench


def places(bench):
    return [hit["MaxAssignments"] for hit in bench.hits()]


def lifetimes(bench):
    return {hit["Expiration"] - hit["CreationTime"] for hit in bench.hits()}


def test_every_hit_gets_the_assignments(loaded):
    summary = extend.run(loaded.context(), ExtendRequest(assignments=3))

    assert places(loaded) == [5, 5, 5]
    assert (summary.counts, summary.exit_code) == ({"extended": 3, "failed": 0}, 0)


def test_the_hours_count_from_the_present_expiration(loaded):
    loaded.later(hours=5)
    extend.run(loaded.context(), ExtendRequest(hours=3))
    assert lifetimes(loaded) == {timedelta(hours=24 + 3)}


def test_once_that_has_passed_the_hours_count_from_now(loaded):
    loaded.later(days=3)
    extend.run(loaded.context(), ExtendRequest(hours=3))

    left = {hit["Expiration"] - loaded.market.now() for hit in loaded.hits()}
    assert all(timedelta(hours=2, minutes=59) < one <= timedelta(hours=3) for one in left)
    assert {hit["HITStatus"] for hit in loaded.hits()} == {"Assignable"}


def test_it_can_be_done_again_and_again(loaded):
    for _ in range(2):
        extend.run(loaded.context(), ExtendRequest(assignments=1, hours=1))

    assert places(loaded) == [4, 4, 4]
    assert lifetimes(loaded) == {timedelta(hours=26)}


def test_nothing_asked_for_is_a_mistake(loaded):
    with pytest.raises(UsageError, match="either -assignments or -hours"):
        extend.run(loaded.context(), ExtendRequest())


def test_the_limit_from_9_to_10_is_explained(loaded, capsys):
    extend.run(loaded.context(), ExtendRequest(assignments=7))
    summary = extend.run(loaded.context(), ExtendRequest(assignments=1))

    assert (places(loaded), summary.exit_code) == ([9, 9, 9], 1)
    assert "created with fewer than 10 assignments can have 9 at most" in capsys.readouterr().err


def test_a_hit_that_was_created_with_10_goes_beyond(bench):
    bench.set("assignments", "10")
    load.run(bench.context(), load.LoadRequest())
    extend.run(bench.context(), ExtendRequest(assignments=5))
    assert places(bench) == [15, 15, 15]


def test_what_the_money_does_not_cover_is_refused_before_the_first(bench):
    bench.set("reward", "900")
    load.run(bench.context(), load.LoadRequest())
    with pytest.raises(InsufficientFunds, match=r"extend 3 HITs \(at most \$22680\.00 with fees\)"):
        extend.run(bench.context(), ExtendRequest(assignments=7))
    assert places(bench) == [2, 2, 2]


def test_more_hours_cost_nothing(bench):
    bench.set("reward", "1300")
    load.run(bench.context(), load.LoadRequest())
    extend.run(bench.context(), ExtendRequest(hours=1))
    assert lifetimes(bench) == {timedelta(hours=25)}


def test_a_deleted_hit_is_said_and_counts_as_failed(loaded):
    gone = loaded.hits()[0]["HITId"]
    loaded.client.update_expiration_for_hit(HITId=gone, ExpireAt=loaded.market.now())
    loaded.client.delete_hit(HITId=gone)
    summary = extend.run(loaded.context(), ExtendRequest(assignments=1))

    assert (summary.counts, summary.exit_code) == ({"extended": 2, "failed": 1}, 1)
    assert {"id": gone, "status": "failed", "error": "is deleted by now"} in summary.items


def test_a_dry_run_extends_nothing(loaded):
    summary = extend.run(loaded.context(dry=True), ExtendRequest(assignments=1))

    assert summary.lines == ("Dry run: You are about to extend 3 HITs (at most $0.36 with fees).",)
    assert places(loaded) == [2, 2, 2]


def test_before_the_first_load_there_is_nothing_to_extend(bench):
    with pytest.raises(RecordsError, match="nothing was loaded"):
        extend.run(bench.context(), ExtendRequest(hours=1))


def interrupted(bench, request, call, *, after):
    bench.strike = Strike(call, after)
    with pytest.raises(Crash):
        extend.run(bench.context(), request)
    bench.strike = Strike()


@pytest.mark.crash
@struck_at(CALLS)
def test_one_that_dies_is_gone_on_with_and_no_hit_is_extended_twice(loaded, call, after):
    interrupted(loaded, ExtendRequest(assignments=2, hours=3), call, after=after)
    summary = extend.run(loaded.context(), ExtendRequest(assignments=2, hours=3))

    assert (places(loaded), summary.exit_code) == ([4, 4, 4], 0)
    assert lifetimes(loaded) == {timedelta(hours=27)}


def test_one_that_dies_twice_is_gone_on_with_too(loaded):
    interrupted(loaded, ExtendRequest(assignments=2), 3, after=True)
    interrupted(loaded, ExtendRequest(assignments=2), 3, after=True)
    extend.run(loaded.context(), ExtendRequest(assignments=2))
    assert places(loaded) == [4, 4, 4]


def test_it_makes_the_calls_that_are_struck_here(loaded):
    extend.run(loaded.context(), ExtendRequest(assignments=2, hours=3))
    assert loaded.strike.calls == CALLS


def test_another_request_is_another_extension(loaded):
    interrupted(loaded, ExtendRequest(assignments=2), 3, after=True)  # the first HIT has them
    extend.run(loaded.context(), ExtendRequest(assignments=1))
    assert sorted(places(loaded)) == [3, 3, 5]


def test_more_hours_for_closed_hits_are_announced_with_what_they_can_cost(loaded, capsys):
    from mturk_tasks.commands.surveys import cleanup

    cleanup.stop(loaded.context())
    extend.run(loaded.context(), ExtendRequest(hours=3))

    assert "at most $0.72 with fees" in capsys.readouterr().err


def test_assignments_for_expired_hits_are_refused_before_any_call(loaded):
    loaded.later(days=3)
    with pytest.raises(UsageError, match=r"all HITs expired \(the last on .* UTC .*\).*add --hours"):
        extend.run(loaded.context(), ExtendRequest(assignments=1))

    assert places(loaded) == [2, 2, 2]
    assert "extend" not in loaded.read("birds.journal")


def test_with_hours_they_are_extended(loaded):
    loaded.later(days=3)
    extend.run(loaded.context(), ExtendRequest(assignments=1, hours=1))

    assert places(loaded) == [3, 3, 3]


def test_of_a_mixed_set_only_the_open_hits_are_extended(loaded, capsys):
    over = loaded.hits()[0]["HITId"]
    loaded.client.update_expiration_for_hit(HITId=over, ExpireAt=loaded.market.now())
    summary = extend.run(loaded.context(), ExtendRequest(assignments=1))

    assert sorted(places(loaded)) == [2, 3, 3]
    assert (summary.counts, summary.exit_code) == ({"extended": 2, "failed": 1}, 1)
    assert {"id": over, "status": "failed", "error": "has expired; add --hours"} in summary.items
    assert "1 of 3 HITs expired" in capsys.readouterr().err


def test_the_old_command_extends_them_and_says_that_nobody_can_take_them(loaded, capsys):
    loaded.later(days=3)
    summary = extend.run(loaded.context(), ExtendRequest(assignments=1, expired=True))

    assert (places(loaded), summary.exit_code) == ([3, 3, 3], 0)
    assert "nobody can take what they get: add --hours" in capsys.readouterr().err


def test_only_where_no_answer_has_the_bar_more_are_asked(bench):
    bench.set("agreement", "bird")
    load.run(bench.context(), load.LoadRequest())
    agreed, disputed, unfinished = (hit["HITId"] for hit in bench.hits())
    for worker, words in (("AONE", ("owl", "owl")), ("ATWO", ("owl", "jay"))):
        bench.submit(worker, agreed, words[0])
        bench.submit(worker, disputed, words[1])
    bench.submit("AONE", unfinished)
    results.run(bench.context())

    extend.run(bench.context(), ExtendRequest(disagreeing=2))

    assert [hit["MaxAssignments"] for hit in bench.hits()] == [2, 4, 2]


def test_answers_that_were_not_fetched_are_fetched_before_more_are_asked(bench):
    bench.set("agreement", "bird")
    load.run(bench.context(), load.LoadRequest())
    results.run(bench.context())
    for worker in ("AONE", "ATWO"):
        bench.submit(worker, bench.hits()[0]["HITId"], worker)

    with pytest.raises(UsageError, match="fetch them with inv results"):
        extend.run(bench.context(), ExtendRequest(disagreeing=1))
