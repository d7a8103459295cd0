"""Each sample from its first file to the last deleted HIT, in the commands a person types."""

from __future__ import annotations

import pytest

from mturk_tasks import scaffold
from tests.tasks.shell import mark_first, table

pytestmark = pytest.mark.walk

OPTIONAL = {
    *("Answer.why", "Answer.uses", "Answer.words", "Answer.tag4", "Answer.tag5"),
    *("Answer.speaks_of_quality", "Answer.speaks_of_use", "Answer.speaks_of_service"),
}


@pytest.fixture
def folder(request, tmp_path):
    sample = request.node.callspec.params["sample"]
    return scaffold.new_hit({"name": "walk", "sample": sample, "git": "no"}, tmp_path)


@pytest.mark.parametrize("sample", scaffold.samples())
def test_a_sample_goes_the_whole_way(shell, sandbox, sample):
    rows = len(table(shell.folder / "walk.input"))
    shell.do("load")
    offered = sum(hit["MaxAssignments"] for hit in sandbox.hits())
    assert len(sandbox.hits()) == rows >= 10
    assert f"{offered} available" in shell.do("status")

    assert f"submitted {offered} assignments" in shell.do("rehearse", "--workers", "8")
    assert f"Assignments completed: {offered}/{offered} (100%)" in shell.do("results")
    assert unanswered(table(shell.folder / "walk.results")) == set()

    mark_first(shell.folder / "walk.results")
    said = shell.do("review")
    assert f"Assignments approved: {offered - 1}/{offered}" in said
    assert f"Assignments rejected: 1/{offered}" in said
    assert sandbox.statuses() == ["Approved"] * (offered - 1) + ["Rejected"]

    assert "Nothing waits for a decision." in shell.do("approve")
    assert f"{rows} HITs have been deleted" in shell.do("cleanup", "--force")
    assert f"{rows}: {rows} deleted" in shell.do("status")
    assert sandbox.hits() == []


def unanswered(rows):
    """Return the answer columns that lack an answer although workers must give one."""
    names = [name for name in rows[0] if name.startswith("Answer.")]
    assert names
    return {name for name in names for row in rows if not row[name]} - OPTIONAL
