"""The typed shapes of rows say what the tables hold: names in order, types, and what may be missing."""

from __future__ import annotations

import typing
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import BigInteger, Boolean, Integer, String, Text

import mturk_tasks
from mturk_tasks.marketplace.storage import rows
from mturk_tasks.marketplace.storage.column_types import Dollars, Moment

PYTHON = {
    Moment: datetime,
    Dollars: Decimal,
    Boolean: bool,
    Integer: int,
    BigInteger: int,
    String: str,
    Text: str,
}
SHAPES = [
    (rows.HITTypeRow, rows.HIT_TYPES),
    (rows.HITStateRow, rows.HIT_STATES),
    (rows.HITRow, rows.HITS),
    (rows.AssignmentRow, rows.ASSIGNMENTS),
    (rows.QualificationTypeRow, rows.QUALIFICATION_TYPES),
    (rows.QualificationRow, rows.QUALIFICATIONS),
    (rows.QualificationRequestRow, rows.QUALIFICATION_REQUESTS),
]
NEVER_MISSING = {"requester"}  # of HITs and their types: only the system's rows have none
OF_OUTER_JOINS = {"test_text"}


@pytest.mark.parametrize(("shape", "query"), SHAPES, ids=lambda value: getattr(value, "__name__", ""))
def test_a_shape_has_the_names_and_types_of_its_columns(shape, query):
    columns = list(query.selected_columns)
    hints = typing.get_type_hints(shape)

    assert [column.key for column in columns] == list(shape._fields)
    for column in columns:
        python = PYTHON[type(getattr(column, "element", column).type)]
        missing = column.key in OF_OUTER_JOINS or getattr(column, "element", column).nullable
        may_be_none = type(None) in typing.get_args(hints[column.key])
        assert python in (hints[column.key], *typing.get_args(hints[column.key])), column.key
        assert may_be_none == missing or column.key in NEVER_MISSING, column.key


def test_no_row_of_the_database_is_untyped():
    modules = Path(mturk_tasks.__file__).parent.rglob("*.py")
    assert [path.name for path in modules if "Row[Any]" in path.read_text(encoding="utf-8")] == []
