import pytest

from mturk_tasks.analysis import quality, questions
from mturk_tasks.analysis.gold import Score, score_workers
from mturk_tasks.analysis.quality import Material, doubts
from mturk_tasks.analysis.questions import Question
from mturk_tasks.vocabulary.evaluation import Thresholds
from tests.analysis.sets import response

COLOUR = Question("colour", questions.CHOICE, choices=("red", "blue"))
WHY = Question("why", questions.TEXT, text="Why is it so?")


def kinds(work, asked=(COLOUR, WHY), **given):
    return [(doubt.response.worker_id, doubt.kind) for doubt in doubts(Material(work, asked, **given))]


def test_work_in_less_than_a_third_of_the_usual_time_is_fast():
    work = [response(worker="A1", seconds=19), *(response(worker="A2", seconds=60) for _ in range(3))]

    assert kinds(work) == [("A1", quality.FAST)]


def test_always_the_same_choice_is_named_where_others_chose_otherwise():
    work = [response(worker="A1", answers={"colour": ("red",)}) for _ in range(5)]
    other = [response(worker="A2", answers={"colour": ("blue",)})]

    assert kinds(work) == []
    assert kinds([*work, *other]) == [("A1", quality.SAME_CHOICE)] * 5


def test_a_long_text_that_another_worker_gave_too_is_named_on_both_sides():
    text = "The left one shows more of the bird."
    work = [
        response(worker="A1", answers={"why": (text,)}),
        response(worker="A2", answers={"why": (f" {text.upper()} ",)}),
        response(worker="A3", answers={"why": ("yes",)}),
        response(worker="A4", answers={"why": ("yes",)}),
    ]

    assert kinds(work) == [("A1", quality.SAME_TEXT), ("A2", quality.SAME_TEXT)]


def test_ones_own_text_said_again_is_no_copy():
    text = "The left one shows more of the bird."
    assert kinds([response(worker="A1", answers={"why": (text,)}) for _ in range(2)]) == []


def test_a_text_that_only_repeats_the_question_or_the_row_is_named():
    work = [
        response(hit="H1", worker="A1", answers={"why": ("why is it so",)}),
        response(hit="H2", worker="A2", answers={"why": ("owl.jpg",)}),
    ]

    assert kinds(work, cells={"H2": {"picture": "owl.jpg"}}) == [
        ("A1", quality.REPEATS),
        ("A2", quality.REPEATS),
    ]


def test_failed_gold_is_named_with_the_score_of_who_fails_often():
    work = [response(hit="H1", worker="A1", answers={"colour": ("red",)})]

    (doubt,) = doubts(Material(work, [COLOUR], right={"H1": {"colour": "blue"}}))

    assert doubt.text == "gold failed: colour; 0 of 1 gold answers right"


@pytest.mark.parametrize("answer", ["Blue", " blue"])
def test_case_and_blanks_make_no_gold_answer_wrong(answer):
    work = [response(hit="H1", worker="A1", answers={"colour": (answer,)})]

    assert score_workers(work, {"H1": {"colour": "blue"}}) == {"A1": Score(1, 1)}


def test_test_workers_are_named():
    assert kinds([response(worker="ATEST1")]) == [("ATEST1", quality.TEST_WORKER)]


def test_thresholds_move_what_is_named():
    work = [response(worker="A1", seconds=19), *(response(worker="A2", seconds=60) for _ in range(3))]

    assert kinds(work, thresholds=Thresholds(fast=10)) == []
