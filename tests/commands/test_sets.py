"""The same folder in two marketplaces: each keeps its own sets."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mturk_tasks.commands import cleanup, load, results, sets
from mturk_tasks.commands.load import Request
from mturk_tasks.errors import RecordsError
from mturk_tasks.tasks.wiring import Embedded
from mturk_tasks.vocabulary.environments import Environment

ELSEWHERE = Environment("production", "https://market.example.org", "https://market.example.org")
FURTHER = Environment("production", "https://other.example.org:8443", "https://other.example.org:8443")


def desk(bench, environment):
    """A desk that acts in another marketplace: one for each address."""
    market = Embedded(bench.home / f"{environment.tag}.db", dry=False)
    return replace(
        bench.desk(), environment=environment, connect=market.connect, clock=market.now, market=lambda: market
    )


def names(bench):
    return sorted(path.name for path in bench.folder.glob("birds*.*") if "success" in path.name)


def test_a_load_elsewhere_sets_the_sandbox_set_aside(bench):
    load.run(bench.desk(), Request())
    load.run(desk(bench, ELSEWHERE), Request())

    assert names(bench) == ["birds.sandbox.success", "birds.success"]
    assert sets.find(bench.desk()).files.label == "birds.sandbox"


def test_a_set_that_was_set_aside_is_picked_again_in_its_environment(bench):
    load.run(bench.desk(), Request())
    here = sets.find(bench.desk()).hit_ids
    load.run(desk(bench, ELSEWHERE), Request())
    results.run(bench.desk())

    assert sets.find(bench.desk()).hit_ids == here
    assert (bench.folder / "birds.sandbox.results").exists()
    assert not (bench.folder / "birds.results").exists()


def test_two_addresses_of_one_environment_are_two_marketplaces(bench):
    for environment in (ELSEWHERE, FURTHER, bench.desk().environment):
        load.run(desk(bench, environment), Request())

    assert names(bench) == [
        "birds.production.other.example.org-8443.success",
        "birds.production.success",
        "birds.success",
    ]
    assert len({sets.find(desk(bench, one)).hit_ids for one in (ELSEWHERE, FURTHER)}) == 2


def test_a_command_elsewhere_has_no_set_and_says_where_there_is_one(bench):
    load.run(bench.desk(), Request())
    there = bench.desk().marketplace.id
    with pytest.raises(
        RecordsError, match=rf"loaded into another marketplace \(sandbox, embedded, {there}\)"
    ):
        results.run(desk(bench, ELSEWHERE))


def test_a_live_set_that_was_set_aside_still_keeps_a_load_out(bench):
    load.run(bench.desk(), Request())
    load.run(desk(bench, ELSEWHERE), Request())

    with pytest.raises(RecordsError, match="3 HITs of the load"):
        load.run(bench.desk(), Request())


def test_a_set_that_was_set_aside_makes_way_when_it_is_deleted(bench):
    load.run(bench.desk(), Request())
    load.run(desk(bench, ELSEWHERE), Request())
    cleanup.run(bench.desk(), expire=True)
    load.run(bench.desk(), Request())

    assert "birds.production.success" in names(bench)
    assert sets.find(bench.desk()).files.label == "birds"


def test_a_resumed_load_goes_on_in_the_set_that_was_set_aside(bench):
    load.run(bench.desk(), Request(maxhits=1))
    load.run(desk(bench, ELSEWHERE), Request())
    load.run(bench.desk(), Request(resume=True))

    assert len(sets.find(bench.desk()).hit_ids) == 3
