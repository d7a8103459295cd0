from __future__ import annotations

import json
from typing import get_args

import pytest

from mturk_tasks.vocabulary import api, statuses

SHAPES = json.loads(api.DESCRIPTION.read_text(encoding="utf-8"))["shapes"]


@pytest.mark.parametrize(
    ("shape", "values"),
    [
        ("HITStatus", statuses.HIT_STATUSES),
        ("HITStatus", get_args(statuses.HITStatus)),
        ("HITReviewStatus", get_args(statuses.HITReviewStatus)),
        ("AssignmentStatus", statuses.ASSIGNMENT_STATUSES),
        ("AssignmentStatus", get_args(statuses.AssignmentStatus)),
    ],
)
def test_the_states_are_those_of_the_api(shape, values):
    assert set(values) == set(SHAPES[shape]["enum"])
