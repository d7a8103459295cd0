from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mturk_tasks.commands.qualifications import evaluate
from mturk_tasks.commands.qualifications.evaluate import Mark

TEXTS = st.text("abcAB |", max_size=6)
ANSWERS = st.dictionaries(st.text("qrs", min_size=1, max_size=2), TEXTS, min_size=1, max_size=5)


@pytest.mark.parametrize(
    ("expected", "given_", "right"),
    [
        ("oak", "oak", True),
        ("oak", "OAK", True),
        ("oak", " oak ", True),
        ("oak", "ash", False),
        ("oak", "", False),
        ("", "", True),
        ("", "oak", False),
        ("oak|holm", "oak|holm", True),
        ("oak|holm", "holm|oak", True),
        ("oak|holm", "oak", False),
        ("oak", "oak|holm", False),
        ("Straße", "STRASSE", True),
    ],
)
def test_an_answer_is_right_whatever_its_case_and_the_order_of_its_selections(expected, given_, right):
    assert Mark("q", expected, given_).right is right


def test_a_question_without_an_answer_has_a_mark_too():
    assert evaluate.marks({"a": "1", "b": "2"}, {"b": "2"}) == (Mark("a", "1", ""), Mark("b", "2", "2"))


def test_an_answer_that_the_key_says_nothing_of_is_found():
    assert evaluate.unknown({"a": "1"}, {"b": "2", "a": "1"}) == ["b"]


@given(ANSWERS)
def test_the_key_against_itself_is_all_right(answers):
    assert all(mark.right for mark in evaluate.marks(answers, answers))


@given(ANSWERS, ANSWERS, st.randoms())
def test_the_order_of_questions_and_answers_never_matters(expected, answers, chance):
    def shuffled(mapping):
        items = list(mapping.items())
        chance.shuffle(items)
        return dict(items)

    marks = evaluate.marks(expected, answers)
    again = evaluate.marks(shuffled(expected), shuffled(answers))
    assert sorted(marks, key=str) == sorted(again, key=str)
