"""Lists of crowd elements in a browser, which reads what `markup.lists` reads, and says what it cannot."""

from __future__ import annotations

from html import escape

import pytest
from playwright.sync_api import expect

from tests.browser.test_crowd import form
from tests.markup.test_lists import READABLE, UNREADABLE
from tests.web.site import html

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("context", [(1280, "dark")], ids=["context at night"], indirect=True),
]
CHOICES = "all => all.map(one => [...one.querySelectorAll('input')].map(choice => choice.value))"


def classifiers(*lists: str) -> str:
    return "".join(
        f'<crowd-classifier name="c{number}" categories="{escape(written)}"></crowd-classifier>'
        for number, written in enumerate(lists)
    )


def opened(window, site, page: str):
    window.page.goto(site.page(*site.begun(html(form(page)))))
    inside = window.page.frame_locator("iframe")
    expect(inside.locator("crowd-button button").last).to_be_visible()
    return inside


def test_a_browser_reads_the_lists_that_we_read(window, site):
    inside = opened(window, site, classifiers(*READABLE))

    assert inside.locator("crowd-classifier").evaluate_all(CHOICES) == [
        list(one) for one in READABLE.values()
    ]
    expect(inside.get_by_role("button", name="Submit")).to_be_enabled()


def test_where_a_list_cannot_be_read_the_page_says_so_and_cannot_be_submitted(window, site):
    inside = opened(window, site, classifiers(*UNREADABLE) + "<input name=b value=1>")

    expect(inside.get_by_role("alert").filter(has_text="cannot be read")).to_have_count(len(UNREADABLE))
    expect(inside.get_by_role("button", name="Submit")).to_be_disabled()
    expect(inside.get_by_text("This HIT cannot be submitted here: the choices")).to_be_visible()
