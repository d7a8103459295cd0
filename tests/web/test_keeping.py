"""What is typed is kept: in forms, in frames and in tests; and a frame that was submitted leads on."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.chromium import eventually
from tests.web.forms import LONG_TEXT, PAGE, asked, choice, form, text
from tests.web.tabs import accept, enter, inside, press

pytestmark = pytest.mark.browser
SAVED = "What you typed is saved."
SEVERAL = form(
    asked("one", text()), asked("two", text()), asked("tree", choice("oak", "ash", most=2, style="checkbox"))
)


def answer(tab: Page, colour: str) -> None:
    frame = inside(tab)
    frame.locator("[name=colour]").fill(colour)
    frame.get_by_role("button").click()


def keep(tab: Page, field: str, words: str) -> None:
    """Type into a field, until it is kept."""
    with tab.expect_response("**/draft/**") as kept:
        tab.get_by_label(field).fill(words)
    assert kept.value.status == 204


def test_a_text_longer_than_a_browser_sends_on_its_way_out_is_kept(open_tab, post):
    post(Question=LONG_TEXT)
    tab = accept(enter(open_tab()), "Name the bird")
    tab.get_by_label("Story").fill("owl " * 20_000)
    expect(tab.get_by_text(SAVED)).to_be_visible()
    tab.reload()

    expect(tab.get_by_label("Story")).to_have_value("owl " * 20_000)


def test_a_save_that_fails_is_told_and_tried_again(open_tab, post):
    post()
    tab = accept(enter(open_tab()), "Name the bird")
    tab.route("**/draft/**", lambda route: route.abort(), times=1)
    tab.get_by_label("Bird").fill("owl")

    expect(tab.get_by_text("could not be saved")).to_be_visible()
    expect(tab.get_by_text(SAVED)).to_be_visible()


def test_another_tab_that_knows_less_wipes_nothing(open_tab, post):
    post(Title="Name the bird", Question=SEVERAL)
    tab = accept(enter(open_tab()), "Name the bird")
    old = tab.context.new_page()
    old.goto(tab.url)
    keep(tab, "One", "an hour of work")
    tab.get_by_label("Oak").check()
    keep(old, "Two", "x")
    keep(tab, "One", "an hour and more")
    tab.reload()

    expect(tab.get_by_label("One")).to_have_value("an hour and more")
    expect(tab.get_by_label("Two")).to_have_value("x")
    expect(tab.get_by_label("Oak")).to_be_checked()


def test_a_box_that_is_emptied_stays_empty(open_tab, post):
    post(Title="Name the bird", Question=SEVERAL)
    tab = accept(enter(open_tab()), "Name the bird")
    for what in ("check", "uncheck"):
        with tab.expect_response("**/draft/**"):
            getattr(tab.get_by_label("Oak"), what)()
    tab.reload()

    expect(tab.get_by_label("Oak")).not_to_be_checked()


def test_what_is_typed_before_the_script_is_there_is_kept(open_tab, post):
    post(Title="Name the bird", Question=SEVERAL)
    tab = accept(enter(open_tab()), "Name the bird")
    held: list[Route] = []
    tab.route("**/drafts.js", lambda route: held.append(route))
    tab.reload(wait_until="commit")
    tab.get_by_label("One").fill("early")
    tab.get_by_label("Oak").check()
    with tab.expect_response("**/draft/**") as sent:
        held[0].continue_()

    assert sent.value.request.post_data_json == {"values": {"q1": ["early"], "q3": ["1"]}}


def test_who_types_without_a_pause_is_saved_too(open_tab, post):
    post()
    tab = open_tab()
    tab.clock.install()
    accept(enter(tab), "Name the bird")
    sent: list[str] = []
    tab.on("request", lambda request: sent.append(request.url) if "/draft/" in request.url else None)
    tab.get_by_label("Bird").focus()
    for _ in range(60):
        tab.keyboard.type("a")
        tab.clock.run_for(200)

    assert sent
    expect(tab.get_by_text(SAVED)).to_be_visible()


def test_what_was_typed_last_is_saved_though_the_submit_fails(open_tab, post):
    post(Title="Name the bird", Question=SEVERAL)
    tab = accept(enter(open_tab()), "Name the bird")
    work = tab.url
    keep(tab, "One", "begin")
    tab.route(re.compile(r"/submit\b"), lambda route: route.fulfill(status=503, body="busy"))
    tab.get_by_label("Two").fill("and the last sentence")
    press(tab, "Submit")

    eventually(tab, lambda: "and the last sentence" in tab.request.get(work).text())


def test_a_draft_that_comes_after_the_answer_is_no_failure(open_tab, post):
    post(Title="Rate a page", Question=PAGE)
    tab = accept(enter(open_tab()), "Rate a page")
    tab.route("**/externalSubmit*", lambda route: route.fulfill(status=503, body="busy"))
    tab.route("**/draft/**", lambda route: route.fulfill(status=409))
    frame = inside(tab)
    frame.locator("[name=colour]").focus()
    with tab.expect_response("**/draft/**"):
        frame.evaluate(
            "document.execCommand('insertText', false, 'green'), document.forms[0].requestSubmit()"
        )
    tab.wait_for_timeout(300)

    expect(tab.locator("#saved")).to_have_text("")


def test_a_half_done_test_is_found_again_in_another_browser(open_tab, qualify):
    type_id = qualify()
    tab = enter(open_tab())
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
    tab = enter(open_tab())
    tab.goto(f"/qualifications/{type_id}")
    press(tab, "Begin the test")
    address = tab.locator("form[data-draft]").get_attribute("data-draft")
    tab.get_by_label("Oak").check()
    press(tab, "Hand the test in")
    expect(tab.get_by_text("with a score of 7")).to_be_visible()

    assert tab.request.post(address, data={"values": {"q1": ["ash"]}}).status == 409


def test_a_page_in_a_frame_leads_on_to_the_receipt_by_itself(open_tab, post, client):
    hit = post(Question=PAGE, Title="Rate a page")
    tab = accept(enter(open_tab()), "Rate a page")
    answer(tab, "green")

    expect(tab.get_by_role("heading", level=1)).to_have_text("Receipt")
    (done,) = client.list_assignments_for_hit(HITId=hit["HITId"])["Assignments"]
    expect(tab.get_by_text(done["AssignmentId"])).to_be_visible()


def test_a_page_in_a_frame_leads_on_to_the_next_hit_if_one_likes(open_tab, post):
    for _ in range(2):
        post(Question=PAGE, Title="Rate a page")
    tab = accept(enter(open_tab()), "Rate a page")
    tab.get_by_label("accept the next HIT").check()
    answer(tab, "green")
    expect(tab.get_by_text("Submitted. Receipt:")).to_be_visible()
    expect(tab.get_by_label("accept the next HIT")).to_be_checked()
    answer(tab, "blue")

    expect(tab.get_by_text("No further HIT of this group is left")).to_be_visible()


def test_a_frame_that_says_so_without_a_submit_leads_nowhere(open_tab, post, client):
    hit = post(Question=PAGE, Title="Rate a page")
    tab = accept(enter(open_tab()), "Rate a page")
    moved = []
    tab.on("framenavigated", lambda frame: moved.append(frame.url))
    with tab.expect_response(lambda one: "/draft/" in one.url and one.status == 404):
        inside(tab).evaluate("parent.postMessage({mturk: 'submitted', reason: 'submitted'}, '*')")
    tab.get_by_label("accept the next HIT").check()

    assert moved == []
    assert client.list_assignments_for_hit(HITId=hit["HITId"])["Assignments"] == []
