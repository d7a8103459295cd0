from __future__ import annotations

import pytest

from mturk_tasks.commands.surveys import load, update
from mturk_tasks.commands.surveys.load import LoadRequest
from mturk_tasks.errors import FileError
from mturk_tasks.marketplace.worker import work
from tests.bench import ANSWER, Crash, Strike
from tests.crashes import struck_at

CALLS = ["GetAccountBalance", *["GetHIT"] * 3, "CreateHITType", *["UpdateHITTypeOfHIT"] * 3]


@pytest.fixture
def loaded(bench):
    """A load whose properties file has changed since."""
    load.run(bench.context(), LoadRequest())
    bench.strike.calls.clear()
    bench.set("title", "Name it")
    return bench


def titles(bench):
    return {hit["RequesterAnnotation"]: hit["Title"] for hit in bench.hits()}


def test_every_hit_gets_what_the_file_says_now(loaded):
    summary = update.run(loaded.context())

    assert set(titles(loaded).values()) == {"Name it"}
    assert (summary.counts, summary.exit_code) == ({"updated": 3, "failed": 0}, 0)
    assert [path.name for path in summary.files] == ["birds.success.success"]


def test_a_title_may_change_on_hits_that_people_have_accepted(loaded):
    taken = loaded.hits()[0]
    loaded.accept("AONE", taken["HITId"])

    assert update.run(loaded.context()).counts == {"updated": 3, "failed": 0}
    assert set(titles(loaded).values()) == {"Name it"}


def test_unchanged_properties_are_no_failure(loaded):
    update.run(loaded.context())
    loaded.accept("AONE", loaded.hits()[0]["HITId"])

    assert update.run(loaded.context()).counts == {"updated": 3, "failed": 0}


def test_a_hit_accepted_for_another_reward_stays_and_the_files_say_which(loaded):
    loaded.set("reward", "0.20")
    taken = loaded.hits()[0]
    loaded.accept("AONE", taken["HITId"])
    before = loaded.read("birds.success")
    summary = update.run(loaded.context())

    assert [hit["Reward"] for hit in loaded.hits()] == ["0.10", "0.20", "0.20"]
    assert (summary.counts, summary.exit_code) == ({"updated": 2, "failed": 1}, 1)
    assert taken["HITId"] in loaded.read("birds.success.failure")
    assert taken["HITId"] not in loaded.read("birds.success.success")
    assert loaded.read("birds.success") == before


def test_the_reward_that_stays_is_said_in_one_sentence_for_all_hits(loaded, capsys):
    loaded.set("reward", "0.20")
    for hit in loaded.hits():
        loaded.accept("AONE", hit["HITId"])
    update.run(loaded.context())

    assert capsys.readouterr().err.splitlines() == [
        "error: 3 HITs cannot be updated: the reward cannot change once a HIT was accepted, all else can; "
        f"put reward: 0.10 back in {loaded.folder / 'birds.properties'}"
    ]


def test_a_dry_run_foresees_which_rewards_stay(loaded):
    loaded.set("reward", "0.20")
    loaded.submit("AONE", loaded.hits()[0]["HITId"])
    summary = update.run(loaded.context(dry=True))

    assert summary.lines[0].startswith("Dry run: 2 HITs would get the properties in ")
    assert summary.lines[1].startswith("1 HIT cannot be updated: the reward cannot change")
    assert summary.counts == {"planned": 2, "failed": 1}


def test_a_dry_run_foresees_that_an_answer_sent_late_keeps_the_reward(loaded):
    loaded.set("reward", "0.20")
    assignment_id = loaded.accept("AONE", loaded.hits()[0]["HITId"])
    loaded.later(minutes=11)
    work.submit(loaded.store, assignment_id, "AONE", ANSWER.format("owl"), loaded.market.now())

    assert update.run(loaded.context(dry=True)).counts == {"planned": 2, "failed": 1}
    assert update.run(loaded.context()).counts == {"updated": 2, "failed": 1}


def test_a_hit_that_is_deleted_is_told_by_itself(loaded, capsys):
    gone = loaded.hits()[0]["HITId"]
    loaded.client.update_expiration_for_hit(HITId=gone, ExpireAt=0)
    loaded.client.delete_hit(HITId=gone)
    update.run(loaded.context())

    assert f"({gone}) to new HITTypeId" in capsys.readouterr().err


def test_the_files_are_written_anew_each_time(loaded):
    loaded.set("reward", "0.20")
    loaded.accept("AONE", loaded.hits()[0]["HITId"])
    for _ in range(2):
        update.run(loaded.context())

    assert len(loaded.read("birds.success.success").splitlines()) == 3
    assert len(loaded.read("birds.success.failure").splitlines()) == 2


def test_a_failure_file_goes_when_nothing_fails_any_more(loaded):
    loaded.write("birds.success.failure", "of an earlier run\n")
    update.run(loaded.context())
    assert not (loaded.folder / "birds.success.failure").exists()


def test_properties_that_cannot_be_used_change_nothing(loaded):
    loaded.set("reward", "much")
    with pytest.raises(FileError):
        update.run(loaded.context())
    assert set(titles(loaded).values()) == {"Name the bird"}


def test_a_dry_run_changes_nothing(loaded):
    update.run(loaded.context(dry=True))

    assert set(titles(loaded).values()) == {"Name the bird"}
    assert not (loaded.folder / "birds.success.success").exists()


@pytest.mark.crash
@struck_at(CALLS)
def test_one_that_dies_is_simply_done_again(loaded, call, after):
    loaded.strike = Strike(call, after)
    with pytest.raises(Crash):
        update.run(loaded.context())
    loaded.strike = Strike()
    update.run(loaded.context())

    assert set(titles(loaded).values()) == {"Name it"}
    assert len({hit["HITTypeId"] for hit in loaded.hits()}) == 1


def test_it_makes_the_calls_that_are_struck_here(loaded):
    update.run(loaded.context())
    assert loaded.strike.calls == CALLS
