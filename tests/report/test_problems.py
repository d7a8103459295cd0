from __future__ import annotations

import json
from pathlib import Path

from mturk_tasks.console import console, summary
from mturk_tasks.errors import FileError, Problem, UsageError

PATH = Path("old.results")


def alike(number, text="has {} of 52 cells"):
    return [Problem(PATH, line, text.format(line)) for line in range(2, 2 + number)]


def test_of_a_great_many_alike_problems_five_are_shown():
    assert console.describe(FileError(*alike(1465))).splitlines() == [
        *(f"old.results:{line}: has {line} of 52 cells" for line in range(2, 7)),
        "old.results: and 1,460 more like it",
    ]


def test_six_are_shown_whole():
    assert console.problem_lines(alike(6)) == [str(one) for one in alike(6)]


def test_problems_that_say_something_else_are_all_shown():
    other = Problem(PATH, 9, "has no ID")
    lines = console.problem_lines([*alike(10), other, Problem(Path("b"), 2, "has 2 of 52 cells")])

    assert lines[-3:] == [
        "old.results: and 5 more like it",
        "old.results:9: has no ID",
        "b:2: has 2 of 52 cells",
    ]


def test_names_and_values_make_no_other_kind():
    assert len(console.problem_lines(alike(20, "marks assignment 3A{0}X otherwise than 'x{0}'"))) == 6


def test_programs_get_all_of_them():
    error = FileError(*alike(20))
    assert len(json.loads(summary.failure("load", str(error), 2))["error"].splitlines()) == 20


def test_another_error_is_its_sentence():
    assert console.describe(UsageError("no\nno")) == "no\nno"
