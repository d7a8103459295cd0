"""A framed page has the window: how large its frame is, and what stands above it."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from mturk_tasks.markup.layout import html_question
from tests.web.tabs import enter, press

pytestmark = pytest.mark.browser

LAYOUT = html_question('<form><label>Colour <input name="colour"></label><button>Send</button></form>')
TALL = LAYOUT.replace("<FrameHeight>0<", "<FrameHeight>1500<")
SITE = "http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/2006-07-14/ExternalQuestion.xsd"
EXTERNAL = (
    f'<ExternalQuestion xmlns="{SITE}"><ExternalURL>https://localhost:1/page</ExternalURL>'
    "<FrameHeight>0</FrameHeight></ExternalQuestion>"
)


def box(tab: Page) -> tuple[int, int]:
    """Return width and height of the frame."""
    found = tab.locator("iframe").bounding_box()
    assert found
    return round(found["width"]), round(found["height"])


def seen(tab: Page, group: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the size of the frame in the preview, and of that in the work page."""
    tab.goto(f"/groups/{group}")
    before = box(tab)
    press(tab, "Accept this HIT")
    expect(tab.get_by_text("Time left")).to_be_visible()
    return before, box(tab)


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1920, 1080), (360, 640)])
def test_a_frame_of_no_height_has_the_rest_of_the_window_before_and_after_accepting(
    open_tab, post, width, height
):
    group = post(Question=LAYOUT, Title="Compare two summaries of one article and say which is better")
    tab = enter(open_tab())
    tab.set_viewport_size({"width": width, "height": height})
    before, after = seen(tab, group["HITTypeId"])

    assert before == after
    assert before[0] == width
    assert before[1] >= height * 0.6
    assert tab.evaluate("document.documentElement.scrollHeight <= window.innerHeight")
    assert Axe().run(tab).response["violations"] == []


def test_a_height_that_is_asked_for_is_kept_and_the_page_scrolls_under_its_bar(open_tab, post):
    tab = enter(open_tab(size="context at night"))
    before, after = seen(tab, post(Question=TALL)["HITTypeId"])
    tab.mouse.wheel(0, 400)

    assert before == after == (1280, 1500)
    expect(tab.get_by_text("Time left")).to_be_in_viewport()


def test_a_form_keeps_its_reading_width(open_tab, post):
    tab = enter(open_tab(size="context at night"))
    tab.goto(f"/groups/{post()['HITTypeId']}")

    assert tab.locator(".question-form").evaluate("form => form.clientWidth") <= 52 * 16


def test_what_the_bar_has_no_room_for_is_opened_by_the_keyboard(open_tab, post):
    tab = enter(open_tab())
    tab.goto(f"/groups/{post(Question=LAYOUT)['HITTypeId']}")
    tab.get_by_text("Details").press("Enter")

    expect(tab.get_by_text("One picture, one word")).to_be_in_viewport()
    assert Axe().run(tab).response["violations"] == []


def test_only_beside_an_external_question_is_there_a_button_to_go_on(open_tab, post):
    tab = enter(open_tab())
    seen(tab, post(Question=LAYOUT)["HITTypeId"])
    expect(tab.get_by_role("button", name="I have submitted it")).to_have_count(0)
    seen(tab, post(Question=EXTERNAL, Title="Elsewhere")["HITTypeId"])
    press(tab, "I have submitted it")

    expect(tab.get_by_text("Nothing is submitted yet")).to_be_visible()


@pytest.mark.parametrize("size", ["phone", "context at night"])
def test_a_page_of_others_has_a_link_to_a_window_of_its_own_and_most_of_this_one(open_tab, post, size):
    tab = enter(open_tab(size=size))
    seen(tab, post(Question=EXTERNAL)["HITTypeId"])

    expect(tab.get_by_role("link", name="Open in a window of its own")).to_be_visible()
    assert box(tab)[1] >= 900 * 0.6
    assert Axe().run(tab, options={"iframes": False}).response["violations"] == []


def test_a_layout_says_to_who_runs_no_scripts_that_it_cannot_be_submitted(anna, post):
    said = '<noscript><p class="wrong">This HIT needs scripts'
    group = post(Question=LAYOUT)["HITTypeId"]

    assert said in anna.see(f"/groups/{group}")
    assert said in anna.see(anna.accept(group))
    assert said not in anna.see(f"/groups/{post()['HITTypeId']}")


def test_the_last_minutes_and_the_end_are_said_once_each_and_stand_in_the_title(open_tab, post):
    tab = open_tab()
    tab.clock.install()
    enter(tab)
    seen(tab, post(Question=LAYOUT, AssignmentDurationInSeconds=600)["HITTypeId"])
    told = tab.locator("#time-told")
    expect(told).to_have_text("")
    for passes, words in (
        (301, "Less than 5 minutes left"),
        (240, "Less than 1 minute left"),
        (60, "The time is over"),
    ):
        tab.clock.fast_forward(passes * 1000)
        tab.clock.run_for(1000)
        expect(told).to_have_text(words)
        assert re.match(rf"{words} . Name the bird", tab.title())


def test_countries_are_called_by_their_names(open_tab):
    tab = enter(open_tab())
    tab.goto("/account")
    tab.get_by_label("Country").select_option(label="Germany (DE)")

    assert tab.get_by_label("Country").input_value() == "DE"


@pytest.mark.windowed  # without windows a frame may be online for a moment longer than its page
@pytest.mark.parametrize("framed", [True, False], ids=["in a frame", "in a form"])
def test_without_a_connection_an_answer_waits_on_its_page_and_is_sent_later(open_tab, post, client, framed):
    hit = post(Question=LAYOUT) if framed else post()
    tab = enter(open_tab(hostile=True))
    tab.goto(f"/groups/{hit['HITTypeId']}")
    press(tab, "Accept this HIT")
    expect(tab.get_by_text("Time left")).to_be_visible()
    place = tab.frame_locator("iframe") if framed else tab
    place.get_by_label("Colour" if framed else "Bird").fill("grey")
    expect(tab.get_by_text("What you typed is saved.")).to_be_visible()
    tab.context.set_offline(True)
    place.get_by_role("button", name="Send" if framed else "Submit").click()
    expect(place.get_by_text("There is no connection, so nothing is submitted yet")).to_be_visible()
    tab.context.set_offline(False)

    expect(tab.get_by_role("heading", level=1)).to_have_text("Receipt", timeout=20000)
    assert len(client.list_assignments_for_hit(HITId=hit["HITId"])["Assignments"]) == 1


@pytest.mark.parametrize("framed", [True, False], ids=["in a frame", "in a form"])
def test_no_draft_is_sent_after_the_answer(open_tab, post, framed):
    hit = post(Question=LAYOUT) if framed else post()
    tab = enter(open_tab())
    refused: list[str] = []
    tab.on("response", lambda answer: refused.append(answer.url) if answer.status == 409 else None)
    tab.goto(f"/groups/{hit['HITTypeId']}")
    press(tab, "Accept this HIT")
    place = tab.frame_locator("iframe") if framed else tab
    place.get_by_label("Colour" if framed else "Bird").fill("grey")
    place.get_by_role("button", name="Send" if framed else "Submit").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Receipt")
    tab.wait_for_timeout(500)

    assert refused == []
