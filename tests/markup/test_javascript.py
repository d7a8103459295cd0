"""A form's regular expressions, searched for as JavaScript does."""

from __future__ import annotations

import time

import pytest

from mturk_tasks.markup.javascript import found


@pytest.mark.parametrize(
    ("expression", "text", "expected"),
    [
        (r"\S", "a", True),
        (r"\S", " \t\u00a0", False),
        (r"^\d{5}$", "12345", True),
        (r"^\d{5}$", "12345\n", False),  # the end is the end, not before a line's end
        (r"^\d+$", "١٢", False),
        (r"^\w+$", "ü", False),
        (r"^.$", "\u2028", False),
        (r"^.$", "\x0b", True),
        (r"^[^]$", "\n", True),
        (r"a[]b", "ab", False),
        (r"^[a-z\s]+$", "a\u00a0b", True),
        (r"^\s$", "\ufeff", True),
        (r"^(?:owl|crow)$", "crow", True),
        (r"(?<first>a)\k<first>", "aa", True),
        (r"^(?!x).*$", "y", True),
        (r"\u0041", "A", True),
        (r"^[$.]$", "$", True),
        (r"\$", "5$", True),
        (r"owl", "The OWL", False),
    ],
)
def test_an_expression_is_found_where_javascript_finds_it(expression, text, expected):
    assert found(expression, text) is expected


def test_case_can_be_ignored():
    assert found("owl", "The OWL", ignore_case=True)


@pytest.mark.parametrize("expression", ["(", "[z-a]", "*"])
def test_one_that_is_none_keeps_nobody_from_answering(expression):
    assert found(expression, "x")


def test_one_that_takes_ages_is_given_up_soon():
    began = time.monotonic()
    assert found(r"^(\w|\w\w)+$", "a" * 60 + "!")
    assert time.monotonic() - began < 5
