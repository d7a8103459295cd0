"""The form around a layout of the web site, in a real browser."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, Route, expect

from mturk_tasks.markup.frames import read_frame
from mturk_tasks.markup.layout import html_question, page_of

pytestmark = pytest.mark.browser

SITE = "http://localhost:8017"
FIELD = '<input name="bird" value="owl">'
LAYOUTS = {
    "a part of a page": f"<section>\n{FIELD}\n</section>\n",
    "a whole page": f"<!DOCTYPE html><html><head><title>x</title></head><body>\n{FIELD}</body></html>\n",
    "no body tag, its own button": f"<html><head></head>\n{FIELD}\n<input type=submit value=Submit></html>",
}


@pytest.fixture
def posted() -> list[str]:
    return []


@pytest.fixture
def page(context, posted, request) -> Page:
    """A tab in which the layout is served, and what is posted is kept."""
    shown = read_frame(html_question(page_of(LAYOUTS[request.param]))).page

    def answer(route: Route) -> None:
        if route.request.method == "POST":
            posted.append(f"{route.request.url}?{route.request.post_data}")
        route.fulfill(body=shown, content_type="text/html; charset=utf-8")

    tab = context.new_page()
    tab.route("**/*", answer)
    return tab


every_layout = pytest.mark.parametrize("page", LAYOUTS, indirect=True)


@every_layout
def test_an_accepted_hit_is_submitted_to_the_marketplace(page, posted):
    page.goto(f"{SITE}/task?assignmentId=3A&hitId=3H&turkSubmitTo={SITE}")
    page.get_by_role("button", name="Submit").click()
    page.wait_for_url("**/externalSubmit")

    address, _, sent = posted[0].partition("?")
    assert address == f"{SITE}/mturk/externalSubmit"
    assert parse_qs(sent) == {"assignmentId": ["3A"], "bird": ["owl"]}


@every_layout
def test_a_preview_cannot_be_submitted(page):
    page.goto(f"{SITE}/task?assignmentId=ASSIGNMENT_ID_NOT_AVAILABLE&hitId=3H&turkSubmitTo={SITE}")

    expect(page.get_by_role("button", name="Submit")).to_be_disabled()
