from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mturk_tasks.markup.answer_key import (
    AnswerKey,
    KeyQuestion,
    Option,
    Percentage,
    Range,
    Ranges,
    Scale,
    best_answers,
    grade,
    maximum,
    summed,
    value_of,
)
from mturk_tasks.markup.answers import Answer

LETTERS = "abcd"
scores = st.integers(-50, 50)
choices = st.frozensets(st.sampled_from(LETTERS), min_size=1)
options = st.dictionaries(choices, scores, min_size=1, max_size=4)


@st.composite
def keys(draw):
    names = draw(st.lists(st.sampled_from("pqrst"), unique=True, min_size=1))
    return AnswerKey(
        tuple(
            KeyQuestion(name, tuple(Option(*pair) for pair in draw(options).items()), draw(scores))
            for name in names
        )
    )


answers = st.builds(
    Answer, st.sampled_from("pqrstu"), selections=st.lists(st.sampled_from(LETTERS)).map(tuple)
)


TREES = KeyQuestion("tree", (Option(frozenset({"oak"}), 5), Option(frozenset({"oak", "ash"}), 2)), -1)


@pytest.mark.parametrize(
    ("answer", "score"),
    [
        pytest.param(Answer("tree", selections=("oak",)), 5, id="the right one"),
        pytest.param(Answer("tree", selections=("ash", "oak")), 2, id="both, in any order"),
        pytest.param(Answer("tree", selections=("ash",)), -1, id="part of a set"),
        pytest.param(Answer("tree", selections=("oak", "ash", "elm")), -1, id="more than a set"),
        pytest.param(Answer("tree"), -1, id="unanswered"),
        pytest.param(Answer("bush", selections=("oak",)), -1, id="another question"),
        pytest.param(Answer("tree", selections=("oak",), other="elm"), -1, id="with other text"),
        pytest.param(Answer("tree", free_text="oak"), -1, id="as text"),
        pytest.param(Answer("tree", selections=("OAK",)), -1, id="case"),
    ],
)
def test_a_question_scores_the_option_that_equals_the_answer_else_the_default(answer, score):
    assert summed(AnswerKey((TREES,)), [answer]) == score


@pytest.mark.parametrize(
    ("total", "mapping", "value"),
    [
        pytest.param(7, None, 7, id="no mapping"),
        pytest.param(-3, None, -3, id="below zero"),
        pytest.param(7, Percentage(10), 70, id="percentage"),
        pytest.param(1, Percentage(3), 33, id="percentage rounded down"),
        pytest.param(2, Percentage(3), 67, id="percentage rounded up"),
        pytest.param(1, Percentage(8), 13, id="half up"),
        pytest.param(7, Scale(Decimal("1.5")), 11, id="scale rounded"),
        pytest.param(-7, Scale(Decimal(2)), -14, id="scale below zero"),
        pytest.param(2**31, None, 2**31 - 1, id="too large"),
        pytest.param(9, Scale(Decimal("1e300")), 2**31 - 1, id="far too large"),
        pytest.param(-9, Scale(Decimal("1e300")), -(2**31), id="far too small"),
    ],
)
def test_a_sum_becomes_a_value(total, mapping, value):
    assert value_of(total, mapping) == value


@pytest.mark.parametrize(("total", "value"), [(-1, 9), (0, 1), (4, 1), (5, 2), (6, 2), (7, 9)])
def test_the_first_range_that_holds_the_sum_counts(total, value):
    spans = Ranges((Range(0, 4, 1), Range(4, 6, 2)), 9)

    assert value_of(total, spans) == value


@pytest.mark.long
@given(keys(), st.lists(answers), st.randoms(use_true_random=False))
def test_the_order_of_questions_and_answers_never_matters(key, given_answers, chance):
    shuffled = AnswerKey(tuple(chance.sample(key.questions, len(key.questions))))
    reordered = chance.sample(given_answers, len(given_answers))

    assert grade(shuffled, reordered) == grade(key, given_answers)


@given(keys(), st.lists(answers))
def test_the_key_against_itself_scores_the_maximum(key, given_answers):
    assert summed(key, best_answers(key)) == maximum(key)
    assert summed(key, given_answers) <= maximum(key)
