"""MTurk's usual web layouts, answered by a person in a browser and read back."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from mturk_tasks import scaffold
from mturk_tasks.markup.layout import html_question, page_of
from tests.browser.conftest import Window
from tests.browser.people import Requester, answers
from tests.browser.test_crowd import SHOWN
from tests.web.site import LAYOUTS, Site, html

pytestmark = pytest.mark.browser

ROWS: dict[str, dict[str, str]] = json.loads((LAYOUTS / "rows.json").read_text(encoding="utf-8"))
THEIRS = ("document-title", "html-has-lang", "landmark-one-main", "page-has-heading-one", "region")
SUBMIT = "[type=submit], button:not([type]), crowd-button button"
Answer = Callable[[FrameLocator], None]


def question(name: str) -> str:
    """Return a layout as a question, with its row's cells put in."""
    text = (LAYOUTS / f"{name}.html").read_text(encoding="utf-8")
    for column, cell in ROWS[name].items():
        text = text.replace(f"${{{column}}}", cell)
    return html_question(page_of(text))


def image_classification(page: FrameLocator) -> None:
    page.get_by_label("Heron").check()
    page.get_by_role("button", name="Submit").click()


def sentiment(page: FrameLocator) -> None:
    page.get_by_label("Cross").check()
    page.get_by_label("Why do you think so?").fill('It says "cold"\nand <rude>.')
    page.get_by_role("button", name="Submit").click()


def survey_link(page: FrameLocator) -> None:
    page.get_by_label("The code:").fill("4711")
    page.get_by_role("button", name="Submit").click()


def transcription(page: FrameLocator) -> None:
    page.get_by_label("The words:").fill("Dear Anna")
    page.get_by_label("blurred").check()
    page.get_by_label("not a word").check()
    page.get_by_role("button", name="Send").click()


def data_collection(page: FrameLocator) -> None:
    page.get_by_label("Its web site").fill("https://miller.example.org")
    page.get_by_label("It opens at (hour)").fill("9")
    page.get_by_label("Open on Sundays").select_option("no")
    page.get_by_label("This is the shop's own site").check()
    page.get_by_role("button", name="Submit").click()


def moderation(page: FrameLocator) -> None:
    page.get_by_label("It should go").check()
    page.get_by_role("slider").fill("8")
    page.get_by_role("switch").check()
    page.get_by_role("button", name="Send the verdict").click()


def tagging(page: FrameLocator) -> None:
    page.get_by_label("water").check()
    page.get_by_label("people").check()
    page.get_by_label("Other words").fill("ice")
    page.get_by_role("button", name="Submit").click()


CROWD = {
    "image_classification": {"animal": {"label": "Heron"}},
    "sentiment": {"mood": {"label": "Cross"}, "why": 'It says "cold"\nand <rude>.'},
    "data_collection": {
        "website": "https://miller.example.org",
        "opens": "9",
        "own_site": True,
        "sunday": "no",
    },
    "moderation": {"stays": False, "goes": True, "sure": "8", "escalate": True},
}
PLAIN = {
    "survey_link": {"surveycode": "4711"},
    "transcription": {"words": "Dear Anna", "trouble": "blurred|not a word"},
    "tagging": {"tag": "water|people", "other": "ice"},
}
ANSWERED: dict[str, Answer] = {
    one.__name__: one
    for one in (
        *(image_classification, sentiment, survey_link, transcription),
        *(data_collection, moderation, tagging),
    )
}


@pytest.fixture
def page(window: Window, site: Site) -> Page:
    return window.page


@pytest.fixture
def loaded(requester, title, tmp_path) -> Callable[[str], Requester]:
    """Load a layout with its row, as the web site's requesters bring them: a page and a table."""

    def load(name: str) -> Requester:
        rows = io.StringIO()
        csv.writer(rows).writerows((ROWS[name], ROWS[name].values()))
        files = {"html": (LAYOUTS / f"{name}.html").read_bytes(), "csv": rows.getvalue().encode()}
        texts = {"title": title, "description": "A layout", "keywords": "layouts"}
        folder = scaffold.new_hit({"name": "survey", **texts, "git": "no"}, tmp_path, files)
        made = requester(folder)
        made.do("load")
        return made

    return load


@pytest.mark.parametrize("name", ROWS)
def test_a_layout_is_previewed_answered_and_read_back(loaded, worker, title, name):
    survey, anna = loaded(name), worker()
    anna.find(title)
    expect(anna.frame.locator(SUBMIT)).to_be_disabled()
    anna.accept()
    expect(anna.frame.locator(SUBMIT)).to_be_enabled()
    ANSWERED[name](anna.frame)
    number = anna.receipt()

    (row,) = survey.results()
    stored = answers(row)
    assert row["assignmentid"] == number
    if name in CROWD:
        assert stored.keys() == {"taskAnswers"}
        assert json.loads(stored["taskAnswers"]) == [CROWD[name]]
    else:
        assert stored == PLAIN[name]


@pytest.mark.parametrize("name", [*CROWD])
def test_a_crowd_layout_is_accessible_and_fits(window, site, name):
    hit_id, assignment_id = site.begun(question(name))
    window.page.goto(site.page(hit_id, assignment_id))
    inside = window.page.frames[1]
    inside.wait_for_selector("crowd-button button")

    assert inside.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert [one for one in window.violations(inside) if not one.startswith(THEIRS)] == []


def test_every_layout_element_is_accessible_and_fits(window, site):
    page = (
        f"<html lang=en><head><title>Shown</title></head><body><main><h1>All</h1>{SHOWN}</main></body></html>"
    )
    window.page.goto(site.page(*site.begun(html(f"<!doctype html>{page}"))))
    inside = window.page.frames[1]
    inside.wait_for_selector("crowd-slider output")

    assert window.violations(inside) == []
    assert inside.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


SHOW = """<script src="https://s3.amazonaws.com/mturk-public/externalHIT_v1.js"></script>
<form id="mturk_form"><input name="x"><button id="submitButton">Send</button></form><output></output><script>
turkSetAssignmentID();
document.querySelector("output").value = [turkGetParam("hitId", ""), turkGetParam("none", "default"),
  decode("a%20b%"), turkGetSubmitToHost().split("/t/")[0]].join(" ");</script>"""


def test_the_functions_of_external_hit_answer_as_layouts_expect(page, site):
    hit_id, assignment_id = site.begun(html(SHOW))
    page.goto(site.page(hit_id, assignment_id))
    inside = page.frame_locator("iframe")

    expect(inside.get_by_role("status")).to_have_text(f"{hit_id} default a%20b% {site.url}")
    expect(inside.locator("#assignmentId")).to_have_value(assignment_id)


def test_in_a_preview_external_hit_turns_the_button_off_and_says_why(page, site):
    page.goto(site.page(site.post(html(SHOW))))
    button = page.frame_locator("iframe").get_by_role("button")

    expect(button).to_be_disabled()
    expect(button).to_have_text("You must ACCEPT the HIT before you can submit the results.")
