"""A requester's page that is up to no good, in the real site, in the browser of a worker who is signed in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.web.forms import PAGE
from tests.web.tabs import accept, enter, inside

pytestmark = pytest.mark.browser

Attack = Callable[[str], object]
ATTEMPT = "(async () => { try { return await (CODE); } catch (error) { return error.name; } })()"


@pytest.fixture
def tab(open_tab, post) -> Page:
    """A worker who is signed in and has accepted a HIT whose page is hostile."""
    post(Question=PAGE, Title="Rate a page")
    return accept(enter(open_tab(hostile=True)), "Rate a page")


@pytest.fixture
def attack(tab: Page) -> Attack:
    """Let the page run code, and return what that ends with: a value, or the name of an error."""
    frame = inside(tab)
    return lambda code: frame.evaluate(ATTEMPT.replace("CODE", code))


@pytest.mark.parametrize(
    "code",
    ["parent.document.body.innerHTML", "top.document.cookie", "top.localStorage", "indexedDB.open('x')"],
)
def test_it_reads_nothing_of_the_session(attack, code):
    assert attack(code) == "SecurityError"


def test_what_stands_in_for_cookies_and_storage_is_empty(attack, tab):
    tab.evaluate("document.cookie = 'secret=1', localStorage.setItem('secret', '1')")

    assert attack("document.cookie") == ""
    assert attack("localStorage.getItem('secret')") is None
    assert attack("localStorage.length + sessionStorage.length") == 0


@pytest.mark.parametrize("path", ["/dashboard", "/account", "/files/site.js"])
def test_it_fetches_nothing_as_the_worker(attack, url, path):
    assert attack(f"fetch('{url}{path}', {{credentials: 'include'}}).then(one => one.text())") == "TypeError"


def test_it_does_not_lead_the_window_elsewhere(attack, tab):
    before = tab.url
    attack("top.location = 'https://evil.example.org/'")
    attack("open('https://evil.example.org/', '_top')")
    expect(tab.get_by_text("Time left")).to_be_visible()

    assert tab.url == before


def test_it_opens_no_window_without_a_click(attack, tab):
    assert attack("open('https://evil.example.org/')") is None
    assert len(tab.context.pages) == 1


def test_it_does_not_call_the_api(attack, client, url):
    target = "MTurkRequesterServiceV20170117.CreateQualificationType"
    body = '{"Name": "x", "Description": "x", "QualificationTypeStatus": "Active"}'
    for mode in ("cors", "no-cors"):
        headers = f"{{'X-Amz-Target': '{target}', 'Content-Type': 'application/x-amz-json-1.1'}}"
        attack(f"fetch('{url}/', {{method: 'POST', mode: '{mode}', headers: {headers}, body: '{body}'}})")

    found = client.list_qualification_types(MustBeRequestable=True, MustBeOwnedByCaller=True)
    assert found["QualificationTypes"] == []


def test_it_does_not_submit_the_sites_own_forms(attack, tab):
    work = tab.url
    script = "document.body.innerHTML = '<form method=post target=_top action=\"ACTION\"></form>'"
    attack(script.replace("ACTION", f"{work}/return"))
    attack("document.forms[0].submit()")
    tab.goto(work)

    expect(tab.get_by_text("Time left")).to_be_visible()


def test_it_does_not_write_the_draft_of_another_worker(attack, open_tab, post, url):
    post(Title="Name the bird")
    other = accept(enter(open_tab(), "ben"), "Name the bird")
    token = other.locator("form[data-draft]").get_attribute("data-draft")
    forged = token[:-4] + "AAAA"
    attack(f"fetch('{url}{forged}', {{method: 'POST', body: '{{\"values\": {{\"q1\": [\"x\"]}}}}'}})")
    other.reload()

    expect(other.get_by_label("Bird")).to_have_value("")


def test_opened_by_itself_it_has_no_session_either(tab):
    address = inside(tab).url
    tab.goto(address)

    assert tab.evaluate("origin") == "null"
    assert tab.evaluate(ATTEMPT.replace("CODE", "indexedDB.open('x')")) == "SecurityError"
    assert tab.evaluate("document.cookie") == ""
