"""Hold every template against what real Velocity 1.7 made of it, as record.py recorded it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mturk_tasks.errors import FileError
from mturk_tasks.velocity.merge import compile_template

HERE = Path(__file__).parent
GOLDEN = json.loads((HERE / "golden.json").read_text(encoding="utf-8"))
CASES = {case.pop("template"): case for case in GOLDEN["cases"]}
DIFFERENCES = {
    difference.pop("template"): difference
    for difference in json.loads((HERE / "differences.json").read_text(encoding="utf-8"))
}


def merged(template: str) -> dict[str, str]:
    """Return the text of a template, or why it is refused."""
    cells = GOLDEN["cells"]
    try:
        return {"merged": compile_template(template, cells, HERE / "folder" / "survey.question").fill(cells)}
    except FileError as error:
        return {"refused": "; ".join(problem.text for problem in error.problems)}


@pytest.mark.parametrize("template", [template for template in CASES if template not in DIFFERENCES])
def test_a_template_is_merged_as_velocity_did(template):
    ours = merged(template)

    assert ours.keys() == CASES[template].keys()
    assert ours.get("merged") == CASES[template].get("merged")


@pytest.mark.parametrize("template", DIFFERENCES)
def test_a_template_that_differs_does_so_as_written_and_for_a_reason(template):
    expected = dict(DIFFERENCES[template])

    assert expected.pop("why")
    assert merged(template) == expected
    assert CASES[template] != expected


def test_there_are_enough_cases_and_each_difference_is_one_of_them():
    assert len(CASES) >= 80
    assert DIFFERENCES.keys() <= CASES.keys()
