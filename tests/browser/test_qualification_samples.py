"""Every sample of a qualification, asked for in the browser, until it opens a survey; without scripts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import expect

from mturk_tasks import scaffold
from mturk_tasks.files import qualification_requests
from mturk_tasks.lib import text
from mturk_tasks.markup.answer_key import best_answers, read_answer_key
from mturk_tasks.markup.question_form import FreeText, Selections, read_question_form
from mturk_tasks.velocity import merge
from tests.browser.people import Requester, Worker, answers

pytestmark = pytest.mark.browser

Right = dict[str, "str | list[str]"]
ASK = "qualification.1: @../quiz\nqualification.comparator.1: "
EIGHTY = "GreaterThanOrEqualTo\nqualification.value.1: 80\n"


class Sample(NamedTuple):
    """What a survey asks of its workers, the score they get, and what the requester does for it."""

    asked: str
    score: str
    deciding: tuple[str, ...] = ()


SAMPLES = {
    "quiz_qual": Sample(EIGHTY, "100"),
    "site_filter_qual": Sample(EIGHTY, "100"),
    "java_qual_test": Sample(EIGHTY, "100", ("evaluate", "--force")),
    "assign_qualification": Sample("Exists\n", "90", ("approve", "--score", "90", "--force")),
}


@pytest.fixture
def quiz(requester, title, tmp_path) -> Callable[[str], Requester]:
    """Create a sample's qualification under the name of the test."""

    def create(sample: str) -> Requester:
        names = {"name": "quiz", "sample": sample, "title": f"Quiz of {title}", "git": "no"}
        made = requester(scaffold.new_qual(names, tmp_path))
        made.do("create")
        return made

    return create


@pytest.fixture
def survey(requester, title, tmp_path) -> Callable[[str], Requester]:
    """Load a survey that asks for the qualification in the folder beside it."""

    def load(asked: str) -> Requester:
        folder = scaffold.new_hit({"name": "survey", "title": title, "git": "no"}, tmp_path)
        with (folder / "survey.properties").open("a", encoding="utf-8") as file:
            file.write(f"\n{ASK}{asked}")
        made = requester(folder)
        made.do("load")
        return made

    return load


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_sample_is_asked_for_granted_and_opens_a_survey(quiz, survey, worker, title, sample):
    asked, score, deciding = SAMPLES[sample]
    qualification = quiz(sample)
    closed, anna = survey(asked), worker(scripts=False)
    anna.find(title)
    expect(anna.tab.get_by_role("region", name="Why you cannot")).to_contain_text(f"Quiz of {title}")
    expect(anna.tab.get_by_role("button", name="Accept")).to_have_count(0)
    anna.tab.get_by_role("link", name=f"See Quiz of {title}").click()
    ask(anna, right_answers(qualification.folder))
    if deciding:
        expect(anna.tab.get_by_text("the requester has yet to decide")).to_be_visible()
        qualification.do("requests")
        qualification.do(*deciding)
        anna.tab.reload()
    expect(anna.tab.get_by_text(f"You have it, with a score of {score}.")).to_be_visible()

    anna.find(title)
    anna.accept()
    anna.asked("Your answer").get_by_role("textbox").fill("The bells")
    anna.press("Submit")
    anna.receipt()
    assert [answers(row) for row in closed.results()] == [{"answer": "The bells"}]


def ask(worker: Worker, right: Right) -> None:
    """Ask for the qualification that is looked at, and answer its test where there is one."""
    if not right:
        worker.press("Ask for it")
        return
    worker.press("Begin the test")
    for question, answer in right.items():
        if isinstance(answer, str):
            worker.asked(question).get_by_role("textbox").fill(answer)
            continue
        for label in answer:
            worker.asked(question).get_by_label(label, exact=True).check()
    worker.press("Hand the test in")


def right_answers(folder: Path) -> Right:
    """Return what the folder's own key calls right, as its test words it: a text, or what to tick."""
    test = folder / "quiz.question"
    if not test.exists():
        return {}
    expected = key_of(folder)
    right: Right = {}
    for question in read_question_form(merged(test)).questions:
        name, answer = str(question.display_name), question.answer
        if isinstance(answer, FreeText):
            (right[name],) = expected[question.identifier]
        elif isinstance(answer, Selections):
            chosen = expected[question.identifier]
            right[name] = [one.text for one in answer.selections if one.identifier in chosen]
    return right


def key_of(folder: Path) -> dict[str, tuple[str, ...]]:
    lines = folder / "quiz.answerkey"
    if lines.exists():
        return {
            name: tuple(one.split("|"))
            for name, one in qualification_requests.read_answer_key(lines).expected().items()
        }
    best = best_answers(read_answer_key(merged(folder / "quiz.answer")))
    return {answer.question: tuple(answer.selections) for answer in best}


def merged(path: Path) -> str:
    return merge.compile_template(text.read_document(path).text, (), path).fill({})


def test_every_sample_is_walked():
    assert sorted(SAMPLES) == scaffold.samples("qual")
