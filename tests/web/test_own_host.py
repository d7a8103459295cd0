"""What is served where a frame may be led to, and what a work page says of a page at its own host."""

from __future__ import annotations

import re
from html import unescape

import pytest

from mturk_tasks.marketplace.web.session import SiteSettings

NAMESPACE = "http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/2006-07-14/ExternalQuestion.xsd"
SAID = "at this site's own host"


@pytest.fixture
def work_page(anna, post):
    """Return the work page of an ExternalQuestion."""

    def make(address):
        question = (
            f'<ExternalQuestion xmlns="{NAMESPACE}"><ExternalURL>{address}</ExternalURL>'
            "<FrameHeight>0</FrameHeight></ExternalQuestion>"
        )
        return unescape(anna.see(anna.accept(post(Question=question)["HITTypeId"])))

    return make


def test_a_page_at_another_host_opens_in_a_window_too_with_the_same_parameters(work_page):
    page = work_page("https://lab.example.org/a?cond=b")
    (frame,) = re.findall(r'<iframe[^>]* src="([^"]+)"', page)
    (link,) = re.findall(
        r'<a class="own-window" href="([^"]+)" target="_blank" rel="noopener noreferrer"', page
    )

    assert link.startswith("https://lab.example.org/a?cond=b&assignmentId=")
    assert link.partition("turkSubmitTo")[0] == frame.partition("turkSubmitTo")[0]
    assert SAID not in page


def test_a_page_at_the_sites_own_host_is_told_to_have_another_name(work_page):
    page = work_page("http://localhost:5000/")

    assert SAID in page
    assert "allow-same-origin" not in page


class TestBehindAProxy:
    @pytest.fixture
    def settings(self):
        return SiteSettings("open", "https://market.example.org", proxied=True)

    @pytest.mark.parametrize("host", ["market.example.org", "localhost"])
    def test_both_hosts_are_the_sites_own(self, work_page, host):
        assert "allow-same-origin" not in work_page(f"https://{host}:8443/")


@pytest.mark.parametrize(
    "address",
    [
        *("/", "/dashboard", "/sign-in", "/files/site.js", "/static/frames/drafts.js", "/healthz", "/readyz"),
        *(
            "/frame/x",
            "/draft/x",
            "/t/x/mturk/externalSubmit",
            "/mturk/externalSubmit",
            "/uploaded/x",
            "/nothing",
        ),
    ],
)
def test_nothing_of_ours_has_an_origin_in_a_frame_of_others(anna, address):
    policy = anna.get(address).headers["Content-Security-Policy"]
    directives = [part.strip() for part in policy.split(";")]
    sandbox = next((part for part in directives if part.startswith("sandbox")), None)

    assert "frame-ancestors 'none'" in directives or "frame-ancestors 'self'" in directives
    assert "frame-ancestors 'none'" in directives or (sandbox and "allow-same-origin" not in sandbox)


def test_only_a_page_of_others_in_a_frame_may_speak_with_windows_it_opens(anna, post, work_page):
    plain = anna.get("/dashboard").headers["Cross-Origin-Opener-Policy"]
    group = re.search(r"/work/\w+", work_page("https://lab.example.org/"))
    framed = anna.get(group[0]).headers["Cross-Origin-Opener-Policy"]

    assert (plain, framed) == ("same-origin", "same-origin-allow-popups")
