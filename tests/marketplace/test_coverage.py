"""The table of operations says what the operations do."""

from __future__ import annotations

from pathlib import Path

import pytest

from mturk_tasks.marketplace import operations
from mturk_tasks.marketplace.coverage import DIFFERENT, REFUSED, SAME, coverage
from mturk_tasks.marketplace.shapes import description
from tests.marketplace.test_operations import CALLS

PAGE = Path(operations.__file__).parent.parent / "handbook" / "differences.md"


def test_every_operation_is_in_the_table_once():
    assert [row.operation for row in coverage()] == sorted(description()["operations"])


def test_an_operation_is_called_refused_exactly_when_no_valid_call_of_it_is_answered():
    refused = {row.operation for row in coverage() if row.state == REFUSED}
    assert refused == {name for name, (valid, _) in CALLS.items() if valid is None}


def test_every_operation_is_answered_by_something():
    assert {row.operation for row in coverage()} == set(operations.OFFERED)


@pytest.mark.parametrize("row", coverage(), ids=lambda row: row.operation)
def test_what_differs_is_said_and_what_does_not_is_not(row):
    assert row.state in (SAME, DIFFERENT, REFUSED)
    assert bool(row.remark) == (row.state != SAME)


@pytest.mark.parametrize("row", coverage(), ids=lambda row: row.operation)
def test_the_page_about_differences_has_the_same_table(row):
    line = f"| {row.operation} | {row.state} | {row.remark} |".replace("  ", " ")
    assert line in PAGE.read_text(encoding="utf-8")
