"""A session that ends while a page is open, and pages that would end it: told right, and not possible."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from mturk_tasks import scaffold
from tests.browser.people import SURVEY, Requester, Worker

pytestmark = pytest.mark.browser

LAYOUT = '<label>Bird <input name="bird"></label>'
LIAR = LAYOUT + "<script>setInterval(() => parent.postMessage({mturk: 'submitted'}, '*'), 50)</script>"
EVIL = '<form method="post" action="URL/sign-in"></form><script>document.forms[0].submit()</script>'


@pytest.fixture
def loaded(requester, title, tmp_path) -> Callable[[str], Requester]:
    """Load a survey of one HIT, whose page stands in a frame."""

    def load(html: str) -> Requester:
        files = {"input": b"number\n1\n", "html": html.encode()}
        made = requester(scaffold.new_hit({**SURVEY, "title": title}, tmp_path, files))
        made.do("load")
        return made

    return load


@pytest.fixture
def anna(worker, title) -> Callable[[], Worker]:
    """Let a worker accept the survey's HIT."""

    def begin() -> Worker:
        one: Worker = worker()
        one.find(title)
        one.accept()
        return one

    return begin


@pytest.mark.parametrize("how", ["signed out", "cookie gone", "signed in anew"])
def test_an_answer_that_arrived_is_told_as_arrived_whatever_became_of_the_session(loaded, anna, how):
    survey, one = loaded(LAYOUT), anna()
    one.frame.get_by_label("Bird").fill("owl")
    other = Worker(one.name, one.tab.context.new_page())
    other.tab.goto("/")
    if how == "cookie gone":
        one.tab.context.clear_cookies()
    else:
        other.press("Sign out")
        other.headed("Sign in")
    if how == "signed in anew":
        other.enter("Sign in")
    one.frame.get_by_role("button", name="Submit").click()

    if how != "signed in anew":
        expect(one.tab.get_by_text("Your answer has arrived and is kept")).to_be_visible()
        one.fill_in("Sign in")
    one.headed("Receipt")
    assert [row["Answer.bird"] for row in survey.results()] == ["owl"]


def test_a_page_that_only_says_it_submitted_leads_nowhere(loaded, anna):
    loaded(LIAR)
    one = anna()
    seen = []
    one.tab.on("request", lambda request: seen.append(request.method) if "/next" in request.url else None)
    with one.tab.expect_response(lambda answer: "/draft/" in answer.url and answer.status == 404):
        pass
    one.frame.get_by_label("Bird").fill("owl")

    assert seen == []
    one.frame.get_by_role("button", name="Submit").click()
    one.headed("Receipt")


def test_no_page_of_another_site_signs_a_worker_out(worker, market):
    one: Worker = worker()
    one.tab.context.route("http://evil.example/", lambda route: route.fulfill(**_page(market.url)))
    tab = one.tab.context.new_page()
    tab.goto("http://evil.example/")
    expect(tab.get_by_role("heading", level=1)).to_have_text("This page was out of date")
    one.go("Dashboard")

    one.headed("Dashboard")


def test_no_page_in_a_frame_signs_a_worker_out_by_a_window(loaded, anna, market):
    more = '<button formmethod="post" formtarget="_blank" formaction="URL/sign-in">More</button>'
    loaded(LAYOUT + more.replace("URL", market.url))
    one = anna()
    with one.tab.context.expect_page() as opened:
        one.frame.get_by_role("button", name="More").click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("This page was out of date")
    one.go("Dashboard")

    one.headed("Dashboard")


def _page(url: str) -> dict[str, str]:
    return {"content_type": "text/html", "body": EVIL.replace("URL", url)}
