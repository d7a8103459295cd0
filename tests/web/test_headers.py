"""What every page tells the browser it may not do, and whose page it is."""

from __future__ import annotations

import re

import pytest

from mturk_tasks.marketplace.web import site
from mturk_tasks.marketplace.web.session import SiteSettings
from tests.web.forms import PAGE

POLICY = (
    "default-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
)
PUBLIC = {
    "/about",
    "/sign-in",
    "/sign-up",
    "/invitation/x",
    "/password/x",
    "/files/site.css",
    "/files/site.js",
    "/nothing",
    "/uploaded/x",
}


def routes(app):
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("site.")]


@pytest.fixture
def known(anna, post, qualify, client):
    """What stands in the place of each part of an address."""
    hit, framed = post(MaxAssignments=2), post(Title="framed", Question=PAGE)
    anna.accept(framed["HITTypeId"])
    work = anna.accept(hit["HITTypeId"]).removeprefix("/work/")
    terms = {"Source": "link", "HITsPerParticipant": 1, "Minutes": 30}
    study = client.create_study(HITIds=[framed["HITId"]], **terms)["Study"]
    return {
        "group_id": hit["HITTypeId"],
        "hit_id": hit["HITId"],
        "assignment_id": work,
        "type_id": qualify(),
        "section": "approved",
        "code": "x",
        "name": "site.css",
        "rest": "nothing",
        "token": "x",
        "study_id": study["StudyId"],
    }


def addresses(app, known, method):
    return [
        re.sub(r"<(?:\w+:)?(\w+)>", lambda found: known[found[1]], rule.rule)
        for rule in routes(app)
        if method in rule.methods
    ]


def test_every_answer_has_the_policy_and_the_headers(app, anna, visit, known):
    stranger = visit()
    answers = [
        answer for path in addresses(app, known, "GET") for answer in (anna.get(path), stranger.get(path))
    ]
    answers += [anna.browser.post("/dashboard"), anna.browser.post("/nothing")]
    answers += [anna.post(path) for path in addresses(app, known, "POST") if path != "/sign-out"]

    assert len(answers) > 45
    for answer in answers:
        policy = answer.headers["Content-Security-Policy"]
        assert [part for part in POLICY if part not in policy] == []
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["X-Frame-Options"] == "DENY"


def test_no_private_page_is_kept(app, anna, known):
    for path in addresses(app, known, "GET"):
        kept = anna.get(path).headers["Cache-Control"]
        assert kept == ("public, max-age=300" if path.startswith("/files/") else "no-store")


def test_every_page_but_those_of_the_way_in_asks_to_sign_in(app, visit, known):
    browser = visit()
    for path in addresses(app, known, "GET"):
        answer = browser.get(path)
        open_to_all = path in PUBLIC or path.startswith(("/mturk/", "/projects/", "/s/"))
        assert open_to_all or answer.location.startswith("/sign-in?next=")


def test_every_form_needs_its_token(app, anna, known):
    paths = addresses(app, known, "POST")

    assert len(paths) >= 10
    assert {anna.browser.post(path).status_code for path in paths} == {403}
    assert anna.get("/").status_code == 200


def test_a_cookie_is_out_of_reach_of_scripts_and_of_other_sites(visit):
    cookie = visit().get("/sign-in").headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))


def test_the_files_set_no_cookie(visit):
    answer = visit().get("/files/site.css")
    assert "Set-Cookie" not in answer.headers
    assert answer.content_type == "text/css; charset=utf-8"
    again = visit().get("/files/site.css", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert visit().get("/files/..%2Fsite.py").status_code == 404


class TestOverHttps:
    @pytest.fixture
    def settings(self):
        return SiteSettings("open", "https://market.example.org")

    def test_the_cookie_is_sent_over_nothing_else(self, visit):
        cookie = visit().get("/sign-in").headers["Set-Cookie"]
        assert cookie.startswith("__Host-mturk=")
        assert "Secure" in cookie.split("; ")

    def test_no_page_over_http_is_framed_but_from_this_machine(self, anna, post):
        assert framing(anna, post) == "frame-src 'self' https: http://localhost:* http://127.0.0.1:*"


def test_a_site_over_http_frames_pages_over_http(anna, post):
    assert framing(anna, post) == "frame-src 'self' https: http:"


def framing(anna, post):
    """Return what the page of a framed question may show in its frame."""
    framed = post(Title="framed", Question=PAGE)
    policy = anna.get(f"/hits/{framed['HITId']}").headers["Content-Security-Policy"]
    return next(part for part in policy.split("; ") if part.startswith("frame-src"))


def test_only_a_page_with_a_frame_may_hold_one(anna, post):
    plain, framed = post(), post(Title="framed", Question=PAGE)

    assert "frame-src 'none'" in anna.get(f"/hits/{plain['HITId']}").headers["Content-Security-Policy"]
    assert "frame-src 'self'" in anna.get(f"/hits/{framed['HITId']}").headers["Content-Security-Policy"]


def test_what_goes_wrong_on_our_side_is_a_page_without_a_word_of_it(anna, app, monkeypatch, caplog):
    def fail(*_, **__):
        raise RuntimeError("secret")

    monkeypatch.setattr(site.hits.listing, "page", fail)
    answer = anna.get("/")

    assert answer.status_code == 500
    assert "Something went wrong here" in answer.text
    assert "secret" not in answer.text
    assert "Content-Security-Policy" in answer.headers


def test_a_database_that_does_not_answer_is_a_page_too(anna, store, monkeypatch):
    from mturk_tasks.errors import Unavailable

    def fail():
        raise Unavailable("the disk is full")

    monkeypatch.setattr(store, "reading", fail)
    answer = anna.get("/")

    assert answer.status_code == 503
    assert "Not available at the moment" in answer.text
