"""What whoever runs the site says of it: its name, and a text of theirs."""

from __future__ import annotations

import pytest

from mturk_tasks.marketplace.web.session import SiteSettings

ABOUT = "# Imprint\r\nWords Lab\r\nhttps://lab.example.org\r\n\r\n## Privacy\r\n\r\nNothing <is> sold.\r\n"


@pytest.fixture
def settings(request) -> SiteSettings:
    return getattr(request, "param", SiteSettings(name="Words & Lab", about=ABOUT))


def test_the_site_has_the_name_it_was_given(anna):
    page = anna.see("/")
    assert "Words &amp; Lab</title>" in page
    assert "Marketplace" not in page


def test_a_text_of_the_operators_is_linked_to_and_shown_to_anybody(visit):
    assert '<a href="/about">About Words &amp; Lab</a>' in visit().see("/sign-in")
    page = visit().see("/about")

    assert '<h2 dir="auto">Imprint</h2>' in page
    assert '<h2 dir="auto">Privacy</h2>' in page
    assert 'href="https://lab.example.org"' in page
    assert "Nothing &lt;is&gt; sold." in page


@pytest.mark.parametrize("settings", [SiteSettings()], indirect=True)
def test_without_a_text_there_is_no_such_page(visit):
    assert visit().get("/about").status_code == 404
    assert 'href="/about"' not in visit().see("/sign-in")
