from __future__ import annotations

import pytest

from mturk_tasks.marketplace.reviews import policies
from mturk_tasks.markup.answers import Answer, build


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        pytest.param(["robin"], {"robin"}, id="one"),
        pytest.param([" robin\n"], {"robin"}, id="blanks around"),
        pytest.param(["Robin", "robin."], {"Robin", "robin."}, id="case and punctuation count"),
        pytest.param(["wren|robin"], {"robin", "wren"}, id="checkboxes of HTML"),
        pytest.param(["robin", "robin"], {"robin"}, id="twice the same"),
        pytest.param(["", " ", "|"], set(), id="nothing"),
    ],
)
def test_an_answer_is_a_set_of_values(texts, values):
    assert policies.as_values(texts) == values


def test_equal_sets_are_written_alike():
    assert policies.as_text(frozenset({"wren", "robin"})) == "robin|wren"


def test_selections_and_free_text_are_read_alike():
    chosen = build([Answer("bird", selections=("wren", "robin"))])

    assert policies.read_reply(chosen) == policies.read_reply(build([Answer("bird", free_text="robin|wren")]))


def test_a_question_answered_twice_has_the_values_of_both():
    document = build([Answer("bird", free_text="wren"), Answer("bird", free_text="robin")])

    assert policies.read_reply(document) == {"bird": {"robin", "wren"}}


@pytest.mark.parametrize("document", [None, ""])
def test_no_answers_are_an_empty_reply(document):
    assert policies.read_reply(document) == {}


def test_an_answer_of_more_than_256_characters_is_not_looked_at():
    fits, long = Answer("fits", free_text=f" {'é' * 256} "), Answer("long", free_text="é" * 257)

    reply, ignored = policies.read_short(build([fits, long]))

    assert reply == {"fits": {"é" * 256}}
    assert ignored == {"long"}
