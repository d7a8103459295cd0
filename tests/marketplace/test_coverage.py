"""The table of operations says what the operations do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mturk_tasks.marketplace.api import operations
from mturk_tasks.marketplace.api.shapes import description
from mturk_tasks.marketplace.operator.coverage import DIFFERENT, DOCUMENTED, OURS, SAME, coverage
from mturk_tasks.vocabulary.api import DESCRIPTION
from tests.marketplace.test_operations import CALLS

PAGE = Path(operations.__file__).parent.parent.parent / "handbook" / "differences.md"


def test_every_operation_is_in_the_table_once():
    assert [row.operation for row in coverage()] == sorted(description()["operations"])


def test_no_operation_is_refused_altogether():
    assert [name for name, (valid, _) in CALLS.items() if valid is None] == []


def test_what_is_ours_is_no_operation_of_the_api():
    described = json.loads(DESCRIPTION.read_text(encoding="utf-8"))["operations"]
    assert {row.operation for row in coverage() if row.state == OURS}.isdisjoint(described)


def test_every_operation_is_answered_by_something():
    assert {row.operation for row in coverage()} == set(operations.OFFERED)


@pytest.mark.parametrize("row", coverage(), ids=lambda row: row.operation)
def test_what_differs_is_said_and_what_does_not_is_not(row):
    assert row.state in (SAME, DOCUMENTED, DIFFERENT, OURS)
    assert bool(row.remark) == (row.state in (DIFFERENT, OURS))


@pytest.mark.parametrize("row", coverage(), ids=lambda row: row.operation)
def test_the_page_about_differences_has_the_same_table(row):
    line = f"| {row.operation} | {row.state} | {row.remark} |".replace("  ", " ")
    assert line in PAGE.read_text(encoding="utf-8")
