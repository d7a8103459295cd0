"""A form's regular expressions, searched for as JavaScript does."""

from __future__ import annotations

import time

import pytest

from mturk_tasks.markup.answer_rules import text_faults
from mturk_tasks.markup.expressions import Budget, expression_fault, found
from mturk_tasks.markup.question_form import Format, FreeText

AGES = r"^(\w|\w\w)+$"  # twice as long for each character of a text that does not fit


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
    began = time.thread_time()
    with pytest.raises(TimeoutError):
        found(AGES, "a" * 60 + "!")
    assert time.thread_time() - began < 5


def test_all_expressions_of_a_form_share_one_budget():
    budget = Budget(left=0.1)
    for _ in range(2):  # the second is not even begun
        with pytest.raises(TimeoutError):
            found(AGES, "a" * 60 + "!", budget=budget)
    with pytest.raises(TimeoutError):
        found("a", "a", budget=budget)


def test_a_worker_is_told_that_a_text_takes_too_long_to_check():
    asked = FreeText(formats=(Format(AGES),))
    (said,) = text_faults(asked, "a" * 60 + "!", required=True)
    assert "takes too long" in said


@pytest.mark.parametrize("expression", ["(" * 500 + "a" + ")" * 500, "(a{1000}){1000}"])
def test_what_is_too_large_to_be_searched_for_ends_no_submit(expression):
    assert found(expression, "a" * 2000)


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("(" * 500 + "a" + ")" * 500, "nested deeper than 50"),
        ("(a{1000}){1000}", "come to 1000000 steps"),
        ("((?:ab?){1,30}){5,}" * 3 + "((a{20}){20}){40}", "come to 16000 steps"),
        ("((a{0,999999999}){1,999999999}){3}", "steps; at most 10000"),
        ("a" * 4001, "4001 characters"),
        (AGES, "takes too long"),
        ("(a|a)*$", "takes too long"),
        (r"^id: (\w|\w\w)+$", "takes too long"),
        ("^(?:no|(?:b|bb)+c)$", "takes too long"),
    ],
)
def test_an_expression_without_measure_is_not_taken(expression, reason):
    assert reason in expression_fault(expression)


@pytest.mark.parametrize("piece", ["a+", "[ab]+", "(a|b)+", "a{9}", "|a+", "(?:", "[a", "x*?"])
def test_a_long_expression_is_judged_soon(piece):
    began = time.thread_time()
    expression_fault((piece * 4000)[:4000])
    assert time.thread_time() - began < 5


@pytest.mark.parametrize(
    "expression",
    [
        *(r"\S", r"^\d{5}(-\d{4})?$", r"^.{1,20000}$", r"^(\S+\s+){0,299}\S+$", r"^(?=.*\d)(?=.*[a-z]).+$"),
        r"^\w+([-+.']\w+)*@\w+([-.]\w+)*\.\w+([-.]\w+)*$",
        r"^(https?:\/\/)?([\da-z\.-]+)\.([a-z\.]{2,6})([\/\w \.-]*)*\/?$",
        r"^(\w+\s?)*$",
        *("(", ")", "[z-a]", "*", "a{", "a{2", "(?<n>a)\\k<n>", "[]", "[^]", "\\", ""),
    ],
)
def test_what_people_write_is_taken(expression):
    assert expression_fault(expression) == ""
