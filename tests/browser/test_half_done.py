"""What is typed and not handed in is found again: after a reload, elsewhere, and when it is too late."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import FrameLocator, Page, Response, expect

from mturk_tasks import scaffold
from tests.browser.people import SURVEY, Requester, Worker, answers
from tests.tasks.shell import wait
from tests.web.forms import asked, choice, form, text

pytestmark = pytest.mark.browser

FORM = form(
    asked("bird", text()),
    asked("colour", choice("grey", "brown")),
    asked("place", choice("tree", "lake", "sky", most=3, style="checkbox")),
)
LAYOUT = """<label>Bird <input name="bird"></label>
<label><input type="radio" name="colour" value="grey"> Grey</label>
<label><input type="radio" name="colour" value="brown"> Brown</label>
<label><input type="checkbox" name="place" value="tree"> Tree</label>
<label><input type="checkbox" name="place" value="lake"> Lake</label>
<label><input type="checkbox" name="place" value="sky"> Sky</label>
"""
KINDS = {"form": {"question": FORM.encode()}, "page": {"html": LAYOUT.encode()}}  # of questions
MINUTES = 15  # of an assignment

every_kind = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture
def loaded(requester, title, tmp_path) -> Callable[[str], Requester]:
    """Load a survey of one HIT, which asks in the page itself or in a frame."""

    def load(kind: str) -> Requester:
        files = {"input": b"number\n1\n", **KINDS[kind]}
        made = requester(scaffold.new_hit({**SURVEY, "title": title}, tmp_path, files))
        made.do("load")
        return made

    return load


@pytest.fixture
def half_done(worker, title) -> Callable[[str, str], Worker]:
    """Let a worker accept the survey's HIT, click, and type some words, until they are saved."""

    def begin(kind: str, words: str) -> Worker:
        one = worker()
        one.find(title)
        one.accept()
        for label in ("Brown", "Tree", "Sky"):
            fields(one, kind).get_by_label(label).check()
        with one.tab.expect_response(lambda answer: keeps(answer, words)):
            fields(one, kind).get_by_label("Bird").fill(words)
        expect(one.tab.get_by_text("What you typed is saved.")).to_be_visible()
        return one

    return begin


def keeps(answer: Response, words: str) -> bool:
    """Say whether the site has kept these words."""
    sent = answer.request.post_data_json["values"] if "/draft/" in answer.url else {}
    return [words] in sent.values() and answer.status == 204


def fields(worker: Worker, kind: str) -> Page | FrameLocator:
    return worker.tab if kind == "form" else worker.frame


def find_again(worker: Worker, kind: str, words: str) -> None:
    """See the words and clicks in their places, and no others."""
    inside = fields(worker, kind)
    expect(inside.get_by_label("Bird")).to_have_value(words)
    for label in ("Brown", "Tree", "Sky"):
        expect(inside.get_by_label(label)).to_be_checked()
    for label in ("Grey", "Lake"):
        expect(inside.get_by_label(label)).not_to_be_checked()


@every_kind
def test_it_is_found_after_a_reload_and_in_a_second_browser(loaded, half_done, worker, title, kind):
    loaded(kind)
    anna = half_done(kind, 'half a "sen')
    anna.tab.reload()
    find_again(anna, kind, 'half a "sen')

    elsewhere = worker(anna.name)
    elsewhere.go("Dashboard")
    elsewhere.tab.get_by_role("link", name=title).click()
    find_again(elsewhere, kind, 'half a "sen')


@every_kind
def test_it_is_exported_after_a_return_and_the_deadline_and_found_by_who_accepts_again(
    loaded, half_done, market, title, kind
):
    survey = loaded(kind)
    anna, _ben = half_done(kind, "an ow"), half_done(kind, "a wre")
    anna.press("Return this HIT")
    expect(anna.tab.get_by_text("The HIT is returned.")).to_be_visible()
    market.later(minutes=MINUTES + 1)
    clicked = {"colour": "brown", "place": "tree|sky"}

    drafts = survey.drafts()
    assert [one["draftstatus"] for one in drafts] == ["returned", "abandoned"]
    assert [answers(one) for one in drafts] == [{"bird": "an ow", **clicked}, {"bird": "a wre", **clicked}]
    anna.accept()
    find_again(anna, kind, "an ow")


def test_who_leaves_the_page_at_once_loses_nothing(loaded, half_done):
    loaded("form")
    anna = half_done("form", "an ow")
    work = anna.tab.url
    anna.tab.get_by_label("Bird").focus()
    anna.tab.keyboard.insert_text("l, and a wren")
    anna.tab.evaluate("document.querySelector('nav a[href=\"/dashboard\"]').click()")  # without waiting
    anna.headed("Dashboard")

    wait(lambda: "an owl, and a wren" in anna.tab.request.get(work).text())
