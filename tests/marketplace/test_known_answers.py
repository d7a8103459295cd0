from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mturk_tasks.marketplace.reviews.scoring import mark

QUICK = settings(deadline=None, max_examples=60, database=None)
REPLIES = st.dictionaries(st.sampled_from("abcde"), st.frozensets(st.sampled_from("xyz")), min_size=1)


def values(**given):
    return {question: frozenset(text.split()) for question, text in given.items()}


@pytest.mark.parametrize(
    ("known", "answered", "right"),
    [
        pytest.param("oak", "oak", True, id="the same"),
        pytest.param("oak", "Oak", False, id="another case"),
        pytest.param("oak", "oak!", False, id="other punctuation"),
        pytest.param("ash oak", "oak ash", True, id="in another order"),
        pytest.param("ash oak", "oak", False, id="one of two"),
        pytest.param("oak", "oak ash", False, id="one too many"),
        pytest.param("oak", "", False, id="no answer"),
        pytest.param("", "", False, id="neither key nor answer"),
        pytest.param("", "oak", False, id="an empty key"),
    ],
)
def test_an_answer_is_right_with_all_known_values_and_no_others(known, answered, right):
    assert mark(values(tree=known), values(tree=answered)).right == {"tree": right}


def test_a_question_left_out_is_wrong_and_one_not_in_the_key_does_not_count():
    marks = mark(values(tree="oak", bird="wren"), values(tree="oak", fish="carp"))

    assert marks.right == {"tree": True, "bird": False}
    assert marks.score == 50


@pytest.mark.parametrize(("right", "score"), [(0, 0), (1, 33), (2, 66), (3, 100)])
def test_the_score_is_a_percentage_truncated(right, score):
    key = values(a="x", b="x", c="x")
    reply = values(**{question: "x" if n < right else "y" for n, question in enumerate("abc")})

    assert mark(key, reply).score == score


@QUICK
@given(REPLIES, REPLIES)
def test_the_order_of_questions_and_answers_does_not_matter(key, reply):
    turned = mark(dict(reversed(key.items())), dict(reversed(reply.items())))

    assert turned.score == mark(key, reply).score
    assert turned.right == mark(key, reply).right
