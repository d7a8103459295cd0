from __future__ import annotations

from pathlib import Path

import pytest

from mturk_tasks import errors
from mturk_tasks.errors import FileError, MTurkTasksError, Problem, ServiceError


def every(kind: type[MTurkTasksError]) -> list[type[MTurkTasksError]]:
    return [kind, *(each for branch in kind.__subclasses__() for each in every(branch))]


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("MTurkTasksError", 1),
        ("Declined", 1),
        ("UsageError", 2),
        ("FileError", 2),
        ("ServiceError", 3),
        ("DoesNotExist", 3),
        ("AlreadyExists", 3),
        ("InvalidState", 3),
        ("InsufficientFunds", 3),
        ("Unavailable", 4),
        ("RecordsError", 5),
    ],
)
def test_each_kind_of_error_ends_in_its_exit_code(kind, code):
    assert getattr(errors, kind).exit_code == code


def test_the_tree_is_drawn_as_it_grows():
    drawn = {word for word in (errors.__doc__ or "").split() if word.isidentifier() and word[0].isupper()}

    grown = [kind for kind in every(MTurkTasksError) if kind.__module__ == errors.__name__]
    assert {kind.__name__ for kind in grown} <= drawn


@pytest.mark.parametrize(("line", "text"), [(3, "a/b.input:3: is short"), (None, "a/b.input: is short")])
def test_a_problem_says_where_it_is(line, text):
    assert str(Problem(Path("a/b.input"), line, "is short")) == text


def test_a_file_error_says_every_problem():
    problems = [Problem(Path("a"), 1, "x"), Problem(Path("b"), None, "y")]

    error = FileError(*problems)

    assert error.problems == tuple(problems)
    assert str(error) == "a:1: x\nb: y"


def test_a_refusal_says_what_was_asked_and_why_not():
    error = ServiceError("get_hit", "X", "Hit 3H does not exist.")

    assert str(error) == "get_hit: Hit 3H does not exist."
    assert (error.operation, error.code, error.message) == ("get_hit", "X", "Hit 3H does not exist.")
