"""Links that commands print and write lead to where the marketplace is served, or was served last."""

from __future__ import annotations

import csv

import pytest

from mturk_tasks.commands.surveys import load, results
from mturk_tasks.commands.surveys.load import LoadRequest
from mturk_tasks.marketplace.storage import about, opening

SITE = "http://127.0.0.1:18341"


@pytest.fixture
def served(bench):
    """A bench whose sandbox was served at another port than the usual one."""
    with opening.open_store(bench.home / "sandbox.db") as store:
        about.remember_address(store, SITE)
    return bench


def link(summary):
    return next(line.strip() for line in summary.lines if "/mturk/preview" in line)


def view_of(bench):
    with (bench.folder / "birds.results").open(encoding="utf-8") as file:
        return next(csv.DictReader(file, delimiter="\t"))["viewhit"]


def test_a_load_names_the_address_at_which_the_sandbox_was_served_last(served):
    assert link(load.run(served.context(), LoadRequest())).startswith(f"{SITE}/mturk/preview?groupId=3")


def test_a_load_into_a_sandbox_that_was_never_served_says_when_its_link_works(bench):
    said = link(load.run(bench.context(), LoadRequest()))
    assert said.startswith("http://127.0.0.1:8017/mturk/preview?groupId=3")
    assert said.endswith(" (after mturk marketplace.serve)")


def test_results_lead_to_the_hits_where_they_were_served_last(served):
    load.run(served.context(), LoadRequest())
    results.run(served.context())
    hit = served.hits()[0]["HITId"]
    assert view_of(served) == f"{SITE}/mturk/manageHIT?HITId={hit}"
