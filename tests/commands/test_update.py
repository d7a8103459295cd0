from __future__ import annotations

import pytest

from mturk_tasks.commands import load, update
from mturk_tasks.commands.load import Request
from mturk_tasks.errors import FileError
from tests.bench import Crash, Strike

CALLS = 1 + 1 + 3  # the balance, the new type, each HIT


@pytest.fixture
def loaded(bench):
    """A load whose properties file has changed since."""
    load.run(bench.desk(), Request())
    bench.strike.calls = 0
    bench.set("title", "Name it")
    return bench


def titles(bench):
    return {hit["RequesterAnnotation"]: hit["Title"] for hit in bench.hits()}


def test_every_hit_gets_what_the_file_says_now(loaded):
    summary = update.run(loaded.desk())

    assert set(titles(loaded).values()) == {"Name it"}
    assert (summary.counts, summary.exit_code) == ({"updated": 3, "failed": 0}, 0)
    assert [path.name for path in summary.files] == ["birds.success.success"]


def test_a_hit_that_somebody_has_accepted_stays_and_the_files_say_which(loaded, capsys):
    taken = loaded.hits()[0]
    loaded.accept("AONE", taken["HITId"])
    before = loaded.read("birds.success")
    summary = update.run(loaded.desk())

    assert titles(loaded)[taken["RequesterAnnotation"]] == "Name the bird"
    assert (summary.counts, summary.exit_code) == ({"updated": 2, "failed": 1}, 1)
    assert taken["HITId"] in loaded.read("birds.success.failure")
    assert taken["HITId"] not in loaded.read("birds.success.success")
    assert loaded.read("birds.success") == before
    assert f"({taken['HITId']}) to new HITTypeId" in capsys.readouterr().err


def test_the_files_are_written_anew_each_time(loaded):
    loaded.accept("AONE", loaded.hits()[0]["HITId"])
    for _ in range(2):
        update.run(loaded.desk())

    assert len(loaded.read("birds.success.success").splitlines()) == 3
    assert len(loaded.read("birds.success.failure").splitlines()) == 2


def test_a_failure_file_goes_when_nothing_fails_any_more(loaded):
    loaded.write("birds.success.failure", "of an earlier run\n")
    update.run(loaded.desk())
    assert not (loaded.folder / "birds.success.failure").exists()


def test_properties_that_cannot_be_used_change_nothing(loaded):
    loaded.set("reward", "much")
    with pytest.raises(FileError):
        update.run(loaded.desk())
    assert set(titles(loaded).values()) == {"Name the bird"}


def test_a_dry_run_changes_nothing(loaded):
    update.run(loaded.desk(dry=True))

    assert set(titles(loaded).values()) == {"Name the bird"}
    assert not (loaded.folder / "birds.success.success").exists()


@pytest.mark.crash
@pytest.mark.crash
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("call", range(1, CALLS + 1))
def test_one_that_dies_is_simply_done_again(loaded, call, after):
    loaded.strike = Strike(call, after)
    with pytest.raises(Crash):
        update.run(loaded.desk())
    loaded.strike = Strike()
    update.run(loaded.desk())

    assert set(titles(loaded).values()) == {"Name it"}
    assert len({hit["HITTypeId"] for hit in loaded.hits()}) == 1


def test_it_makes_as_many_calls_as_are_struck_here(loaded):
    update.run(loaded.desk())
    assert loaded.strike.calls == CALLS
