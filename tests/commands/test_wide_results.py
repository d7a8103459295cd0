"""Results with very many columns: whatever looked at each pair of them would not end."""

from __future__ import annotations

import pytest

from mturk_tasks.commands.surveys import decide, load, results, review
from mturk_tasks.commands.surveys.load import LoadRequest
from mturk_tasks.files import results as results_file

NAMES = [f"Answer.{number}" for number in range(100_000)]


@pytest.fixture
def wide(bench):
    """Two pieces of work whose results file has 100,000 columns, those of a third that is no longer told."""
    load.run(bench.context(), LoadRequest())
    first = bench.hits()[0]["HITId"]
    for worker in ("AONE", "ATWO"):
        bench.submit(worker, first)
    results.run(bench.context())
    path = bench.folder / "birds.results"
    rows = [dict(row) for row in results_file.read(path).rows]
    kept = {"hitid": first, "assignmentid": "3AGONE", **dict.fromkeys(NAMES, "x")}
    results_file.write(path, ["Answer.bird", *NAMES], [*rows, kept])
    return bench


@pytest.mark.long
def test_they_are_reviewed(wide):
    assert review.run(wide.context(dry=True)).counts["planned"] == 2


@pytest.mark.long
def test_they_are_approved(wide):
    decide.approve(wide.context())
    assert wide.statuses() == ["Approved"] * 2


@pytest.mark.long
def test_they_are_fetched_again(wide):
    results.run(wide.context(), kinds=("csv",))
    results.run(wide.context(), kinds=("csv",))

    found = results_file.read(wide.folder / "birds.results")
    assert len(found.columns) == 100_030
    assert next(row for row in found.rows if row["assignmentid"] == "3AGONE")["Answer.99999"] == "x"
