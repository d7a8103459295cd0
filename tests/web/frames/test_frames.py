from __future__ import annotations

import re
from datetime import datetime, timezone
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import html as reader

from mturk_tasks.marketplace.web.frames import tokens
from mturk_tasks.marketplace.web.frames.embed import frame
from tests.web.site import WORKER, html

FORM = '<form action="https://www.mturk.com/mturk/externalSubmit" method="post"><input name="colour"></form>'
EXTERNAL = (
    '<ExternalQuestion xmlns="http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/2006-07-14/'
    'ExternalQuestion.xsd"><ExternalURL>https://lab.example.org/a?b=1</ExternalURL>'
    "<FrameHeight>450</FrameHeight></ExternalQuestion>"
)
SITE = "http://localhost"


@pytest.fixture
def framed(site):
    """Return the attributes of a frame."""

    def make(question, assignment_id="3ASSIGNMENT", reached_at=SITE, **more):
        with site.app.app_context():
            written = frame(
                question,
                hit_id="3HIT",
                assignment_id=assignment_id,
                worker_id=WORKER,
                address=SITE + "/",
                reached_at=reached_at,
                **more,
            )
        return dict(reader.fromstring(str(written)).attrib)

    return make


def query(address):
    return {name: value[0] for name, value in parse_qs(urlsplit(address).query).items()}


def test_a_page_of_a_million_bytes_is_served_whole(site, visitor):
    begun = site.begun(html(f"{FORM}<p>{'x' * 999_000}</p>"))

    assert "x" * 999_000 in visitor.get(f"/frame/{site.token(*begun, purpose='page')}").text


def test_a_frame_has_no_origin_and_a_title(framed):
    found = framed(html(FORM))

    assert found["sandbox"] == ("allow-scripts allow-forms allow-popups allow-popups-to-escape-sandbox")
    assert found["title"] == "The HIT's question"
    assert (found["class"], found.get("height")) == ("hit-frame window", None)
    assert framed(html(FORM, 300))["height"] == "300"


DEVICES = "microphone; camera; fullscreen; autoplay; clipboard-write; display-capture"


def test_a_page_at_another_host_keeps_its_origin_and_may_ask_for_devices(framed):
    found = framed(EXTERNAL)

    assert found["sandbox"] == (
        "allow-scripts allow-forms allow-popups allow-popups-to-escape-sandbox "
        "allow-same-origin allow-modals allow-downloads"
    )
    assert found["allow"] == DEVICES


@pytest.mark.parametrize("host", ["localhost:8473", "LOCALHOST.", "127.1:5000", "b\u00fccher.example"])
def test_a_page_at_a_host_of_ours_or_at_an_unclear_one_has_no_origin(framed, host):
    found = framed(EXTERNAL.replace("lab.example.org", host), reached_at="http://127.0.0.1:8017")

    assert "allow-same-origin" not in found["sandbox"]
    assert "allow" not in found


def test_an_external_page_is_told_for_whom_it_asks(framed):
    source = framed(EXTERNAL)["src"]
    told = query(source)

    assert source.startswith("https://lab.example.org/a?b=1&assignmentId=3ASSIGNMENT&hitId=3HIT&workerId=")
    assert told["workerId"] == WORKER
    assert told["turkSubmitTo"].startswith(f"{SITE}/t/")
    assert not told["turkSubmitTo"].endswith("/")


def test_in_a_preview_nobody_is_named(framed):
    told = query(framed(EXTERNAL, None)["src"])

    assert told["assignmentId"] == "ASSIGNMENT_ID_NOT_AVAILABLE"
    assert "workerId" not in told
    assert "data-draft" not in framed(html(FORM), None)


def test_saved_values_stand_beside_the_frame_as_text(framed):
    saved = framed(html(FORM), draft={"colour": ('"><script>',)})["data-saved"]
    assert saved == '{"colour": ["\\"><script>"]}'


def test_saved_values_are_not_handed_to_a_page_of_another_site(framed):
    assert "data-saved" not in framed(EXTERNAL, draft={"colour": ("green",)})


@pytest.fixture
def begun(site):
    return site.begun(html(FORM))


@pytest.fixture
def page(site, begun):
    return f"/frame/{site.token(*begun, purpose='page')}"


def test_a_page_is_served_with_our_addresses_and_a_policy_of_its_own(visitor, site, begun, page):
    found = visitor.get(page)
    policy = found.headers["Content-Security-Policy"]

    token = re.search(rf'action="{SITE}/t/([^/"]+)/mturk/externalSubmit"', unescape(found.text))
    with site.app.app_context():
        assert tokens.read(token[1], datetime.now(timezone.utc), tokens.SUBMIT).assignment == begun[1]
    assert found.content_type == "text/html; charset=utf-8"
    assert "sandbox allow-scripts allow-forms allow-popups allow-popups-to-escape-sandbox" in policy
    assert "allow-same-origin" not in policy
    assert "frame-ancestors 'self'" in policy


def test_a_frame_shows_its_page_to_whom_the_pass_allows_it_only(visitor, site, begun, page):
    written, _, signature = page.rpartition(".")  # forged in front: the last letter has bits to spare
    forged = f"{written}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"
    old = f"/frame/{site.token(*begun, purpose='page', days=32)}"

    assert visitor.get(forged).status_code == 403
    assert visitor.get("/frame/nothing").status_code == 403
    assert visitor.get(old).status_code == 403
    assert "too long" in visitor.get(old).text


def test_a_hit_that_is_gone_is_not_shown(visitor, site):
    found = visitor.get(f"/frame/{site.token('3NOHIT', purpose='page')}")
    assert (found.status_code, "does not exist any more" in found.text) == (404, True)


@pytest.mark.parametrize("route", ["page", "forged", "submit", "no pass", "script", "draft"])
def test_no_answer_sets_a_cookie_or_is_taken_for_another_type(visitor, page, route):
    token = page.rpartition("/")[2]
    found = {
        "page": lambda: visitor.get(page),
        "forged": lambda: visitor.get("/frame/x"),
        "submit": lambda: visitor.post(f"/t/{token}/mturk/externalSubmit"),
        "no pass": lambda: visitor.post("/mturk/externalSubmit"),
        "script": lambda: visitor.get("/static/frames/crowd.js"),
        "draft": lambda: visitor.post(f"/draft/{token}", json={"values": {}}),
    }[route]()

    assert "Set-Cookie" not in found.headers
    assert found.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("address", ["/frame/x", "/t/x/mturk/externalSubmit", "/mturk/externalSubmit"])
def test_pages_about_a_refusal_load_nothing_but_our_own(visitor, address):
    found = visitor.get(address)
    policy = found.headers["Content-Security-Policy"]

    assert policy.startswith("default-src 'none'; script-src http://localhost/static/frames/;")
    assert "frame-ancestors 'self'" in policy
    assert found.headers["Cache-Control"] == "no-store"


def test_scripts_may_be_loaded_by_pages_without_an_origin(visitor):
    assert visitor.get("/static/frames/crowd.js").headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("name", ["../frames.py", "%2e%2e/frames.py", "frames.py", "crowd.js/..", ""])
def test_nothing_but_the_scripts_is_served(visitor, name):
    assert visitor.get(f"/static/frames/{name}").status_code == 404
