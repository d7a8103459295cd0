"""What is typed is kept: in forms, in frames and in tests; and a frame that was submitted leads on."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.web.forms import LONG_TEXT, PAGE
from tests.web.tabs import accept, inside, press, sign_up

pytestmark = pytest.mark.browser
SAVED = "What you typed is saved."


def answer(tab: Page, colour: str) -> None:
    frame = inside(tab)
    frame.locator("[name=colour]").fill(colour)
    frame.get_by_role("button").click()


def test_a_text_longer_than_a_browser_sends_on_its_way_out_is_kept(open_tab, post):
    post(Question=LONG_TEXT)
    tab = accept(sign_up(open_tab()), "Name the bird")
    tab.get_by_label("Story").fill("owl " * 20_000)
    expect(tab.get_by_text(SAVED)).to_be_visible()
    tab.reload()

    expect(tab.get_by_label("Story")).to_have_value("owl " * 20_000)


def test_a_save_that_fails_is_told_and_tried_again(open_tab, post):
    post()
    tab = accept(sign_up(open_tab()), "Name the bird")
    tab.route("**/draft/**", lambda route: route.abort(), times=1)
    tab.get_by_label("Bird").fill("owl")

    expect(tab.get_by_text("could not be saved")).to_be_visible()
    expect(tab.get_by_text(SAVED)).to_be_visible()


def test_a_half_done_test_is_found_again_in_another_browser(open_tab, qualify):
    type_id = qualify()
    tab = sign_up(open_tab())
    tab.goto(f"/qualifications/{type_id}")
    press(tab, "Begin the test")
    tab.get_by_label("Oak").check()
    expect(tab.get_by_text(SAVED)).to_be_visible()
    other = open_tab()
    other.context.add_cookies(tab.context.cookies())
    other.goto(f"/qualifications/{type_id}/test")

    expect(other.get_by_label("Oak")).to_be_checked()


def test_a_test_that_was_handed_in_takes_no_draft(open_tab, qualify):
    type_id = qualify()
    tab = sign_up(open_tab())
    tab.goto(f"/qualifications/{type_id}")
    press(tab, "Begin the test")
    address = tab.locator("form[data-draft]").get_attribute("data-draft")
    tab.get_by_label("Oak").check()
    press(tab, "Hand the test in")
    expect(tab.get_by_text("with a score of 7")).to_be_visible()

    assert tab.request.post(address, data={"values": {"q1": ["ash"]}}).status == 409


def test_a_page_in_a_frame_leads_on_to_the_receipt_by_itself(open_tab, post, client):
    hit = post(Question=PAGE, Title="Rate a page")
    tab = accept(sign_up(open_tab()), "Rate a page")
    answer(tab, "green")

    expect(tab.get_by_role("heading", level=1)).to_have_text("Receipt")
    (done,) = client.list_assignments_for_hit(HITId=hit["HITId"])["Assignments"]
    expect(tab.get_by_text(done["AssignmentId"])).to_be_visible()


def test_a_page_in_a_frame_leads_on_to_the_next_hit_if_one_likes(open_tab, post):
    for _ in range(2):
        post(Question=PAGE, Title="Rate a page")
    tab = accept(sign_up(open_tab()), "Rate a page")
    tab.get_by_label("accept the next HIT").check()
    answer(tab, "green")
    expect(tab.get_by_text("Submitted. Receipt:")).to_be_visible()
    expect(tab.get_by_label("accept the next HIT")).to_be_checked()
    answer(tab, "blue")

    expect(tab.get_by_text("No further HIT of this group is left")).to_be_visible()


def test_a_frame_that_says_so_without_a_submit_leads_back_to_the_work(open_tab, post, client):
    hit = post(Question=PAGE, Title="Rate a page")
    tab = accept(sign_up(open_tab()), "Rate a page")
    with tab.expect_navigation():
        inside(tab).evaluate("parent.postMessage({mturk: 'submitted', reason: 'submitted'}, '*')")

    expect(tab.get_by_text("Time left")).to_be_visible()
    assert client.list_assignments_for_hit(HITId=hit["HITId"])["Assignments"] == []
