"""People come by a link of every source, on a phone and at a desk, and go back with their code."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mturk_tasks.client.session import Client, connect
from tests.browser.conftest import Window
from tests.browser.people import Market
from tests.web.forms import asked, form, text

pytestmark = pytest.mark.browser

FORM = form(asked("bird", text(), required=True))
NUMBERS = itertools.count(1)
WAYS: dict[str, Callable[[int], str]] = {  # by source: what its link carries for the person of a number
    "prolific": lambda number: f"?PROLIFIC_PID={number:024x}&STUDY_ID=st&SESSION_ID=se",
    "connect": lambda number: f"?participantId=P-{number:08}&projectId=p&assignmentId=a",
    "sona": lambda number: f"?id={number}",
    "link": lambda _: "",
}
CODES = [
    {"Ending": ending, "Code": f"C-{ending.upper()}"} for ending in ("done", "noconsent", "full", "late")
]
SHOTS = os.environ.get("MTURK_TEST_SCREENSHOTS")  # a folder that gets a picture of each page


@pytest.fixture
def client(market: Market) -> Client:
    return connect(market.url, keys=("any", "any"))


@pytest.fixture
def opened(client: Client, market: Market, title: str) -> Callable[..., str]:
    """Open a study over a HIT, and return its address."""

    def make(source: str, **terms: object) -> str:
        hit = client.create_hit(
            Title=title,
            Description="One picture, one name",
            Reward="0.10",
            MaxAssignments=9,
            AssignmentDurationInSeconds=600,
            LifetimeInSeconds=3600,
            Question=FORM,
        )["HIT"]
        common = {"HITsPerParticipant": 1, "Minutes": 30, "Codes": CODES, "EstimatedMinutes": 4, **terms}
        made = client.create_study(HITIds=[hit["HITId"]], Source=source, **common)["Study"]
        return f"{market.url}/s/{made['StudyId']}"

    return make


def press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button).click()


def clean(window: Window, name: str) -> None:
    """See that nothing is wrong with the page, and that it is no wider than the window."""
    assert window.violations() == []
    assert window.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if SHOTS:
        width = window.page.viewport_size["width"]
        window.page.screenshot(path=Path(SHOTS, f"{name}-{width}.png"), full_page=True)


@pytest.mark.parametrize("source", [*WAYS, "class"])
def test_whoever_comes_by_a_link_goes_back_with_a_code(window, opened, client, source):
    address = opened(source, Consent="# Do you agree?\n\nWe ask about birds.")
    number = next(NUMBERS)
    if source == "class":
        (made,) = client.put_study_links(StudyId=address.rpartition("/")[2], ExternalIds=[f"pupil{number}"])[
            "Links"
        ]
        query = f"?ticket={made['Token']}"
    else:
        query = WAYS[source](number)
    page = window.page

    page.goto(f"{address}{query}")
    expect(page.get_by_text("about 4 minutes")).to_be_visible()
    assert page.url == address
    clean(window, f"{source}-welcome")
    press(page, "Take part")
    if source in ("prolific", "connect", "sona"):
        clean(window, f"{source}-started")
        page.get_by_role("link", name="Go on").click()
    clean(window, f"{source}-consent")
    press(page, "I agree")
    clean(window, f"{source}-begin")
    press(page, "Begin")
    page.get_by_role("textbox").fill("an owl")
    expect(page.get_by_text("0 of 1 done")).to_be_visible()
    clean(window, f"{source}-work")
    press(page, "Submit")

    expect(page.get_by_text("C-DONE")).to_be_visible()
    clean(window, f"{source}-end")


def test_who_leaves_comes_back_and_goes_on(window, opened):
    address = opened("prolific")
    link = f"{address}{WAYS['prolific'](next(NUMBERS))}"
    page = window.page
    page.goto(link)
    press(page, "Take part")
    page.get_by_role("link", name="Go on").click()
    press(page, "Begin")
    page.goto("about:blank")

    page.goto(link)

    press(page, "Go on")
    expect(page.get_by_role("textbox")).to_be_visible()


def test_no_and_full_and_closed_are_pages_with_their_codes(window, opened, client):
    address = opened("link", Consent="Do you agree?", MaxParticipants=1)
    page = window.page
    page.goto(address)
    press(page, "Take part")
    press(page, "I do not agree")
    expect(page.get_by_text("C-NOCONSENT")).to_be_visible()
    clean(window, "noconsent")

    page.context.clear_cookies()
    page.goto(address)
    press(page, "Take part")
    page.context.clear_cookies()
    page.goto(address)
    expect(page.get_by_text("C-FULL")).to_be_visible()
    clean(window, "full")

    client.update_study(StudyId=address.rpartition("/")[2], Open=False)
    page.goto(address)
    expect(page.get_by_text("C-LATE")).to_be_visible()
    clean(window, "closed")


def test_a_participant_makes_an_account_at_the_end(window, opened):
    page = window.page
    page.goto(opened("link"))
    press(page, "Take part")
    press(page, "Begin")
    page.get_by_role("textbox").fill("an owl")
    press(page, "Submit")
    page.get_by_role("link", name="Do more here").click()
    clean(window, "keep")
    page.get_by_label("Name").fill(f"participant{next(NUMBERS)}{page.viewport_size['width']}")
    page.get_by_label("Password").fill("owls hoot at night")
    press(page, "Make an account")

    expect(page.get_by_role("heading", level=1)).to_have_text("HITs")
