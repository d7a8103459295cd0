"""The same folder in two marketplaces: each keeps its own sets."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mturk_tasks.commands import batches
from mturk_tasks.commands.surveys import cleanup, load, results
from mturk_tasks.commands.surveys.load import LoadRequest
from mturk_tasks.errors import RecordsError
from mturk_tasks.tasks.bootstrap import Embedded
from mturk_tasks.vocabulary.environments import Environment

ELSEWHERE = Environment("production", "https://market.example.org", "https://market.example.org")
FURTHER = Environment("production", "https://other.example.org:8443", "https://other.example.org:8443")


def context(bench, environment):
    """A context that acts in another marketplace: one for each address."""
    market = Embedded(bench.home / f"{environment.tag}.db", dry=False)
    return replace(
        bench.context(),
        environment=environment,
        connect=market.connect,
        clock=market.now,
        market=lambda: market,
    )


def names(bench):
    return sorted(path.name for path in bench.folder.glob("birds*.*") if "success" in path.name)


def test_a_load_elsewhere_sets_the_sandbox_set_aside(bench):
    load.run(bench.context(), LoadRequest())
    load.run(context(bench, ELSEWHERE), LoadRequest())

    assert names(bench) == ["birds.sandbox.success", "birds.success"]
    assert batches.find(bench.context()).files.label == "birds.sandbox"


def test_a_set_that_was_set_aside_is_picked_again_in_its_environment(bench):
    load.run(bench.context(), LoadRequest())
    here = batches.find(bench.context()).hit_ids
    load.run(context(bench, ELSEWHERE), LoadRequest())
    results.run(bench.context())

    assert batches.find(bench.context()).hit_ids == here
    assert (bench.folder / "birds.sandbox.results").exists()
    assert not (bench.folder / "birds.results").exists()


def test_two_addresses_of_one_environment_are_two_marketplaces(bench):
    for environment in (ELSEWHERE, FURTHER, bench.context().environment):
        load.run(context(bench, environment), LoadRequest())

    assert names(bench) == [
        "birds.production.other.example.org-8443.success",
        "birds.production.success",
        "birds.success",
    ]
    assert len({batches.find(context(bench, one)).hit_ids for one in (ELSEWHERE, FURTHER)}) == 2


def test_a_command_elsewhere_has_no_set_and_says_where_there_is_one(bench):
    load.run(bench.context(), LoadRequest())
    there = bench.context().marketplace.id
    with pytest.raises(
        RecordsError, match=rf"loaded into another marketplace \(sandbox, embedded, {there}\)"
    ):
        results.run(context(bench, ELSEWHERE))


def test_a_live_set_that_was_set_aside_still_keeps_a_load_out(bench):
    load.run(bench.context(), LoadRequest())
    load.run(context(bench, ELSEWHERE), LoadRequest())

    with pytest.raises(RecordsError, match="3 HITs of the load"):
        load.run(bench.context(), LoadRequest())


def test_a_set_that_was_set_aside_makes_way_when_it_is_deleted(bench):
    load.run(bench.context(), LoadRequest())
    load.run(context(bench, ELSEWHERE), LoadRequest())
    cleanup.run(bench.context(), expire=True)
    load.run(bench.context(), LoadRequest())

    assert "birds.production.success" in names(bench)
    assert batches.find(bench.context()).files.label == "birds"


def test_a_resumed_load_goes_on_in_the_set_that_was_set_aside(bench):
    load.run(bench.context(), LoadRequest(maxhits=1))
    load.run(context(bench, ELSEWHERE), LoadRequest())
    load.run(bench.context(), LoadRequest(resume=True))

    assert len(batches.find(bench.context()).hit_ids) == 3
