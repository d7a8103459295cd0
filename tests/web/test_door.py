"""Answers at the server's own door: what is signed in their address says how large they may be."""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta, timezone

import pytest
from playwright.sync_api import FilePayload, expect

from mturk_tasks.marketplace.server.receiving import NOTHING, Head
from mturk_tasks.marketplace.web import allowances, limits
from mturk_tasks.marketplace.web.frames import tokens
from mturk_tasks.marketplace.web.frames.tokens import LIFE, FrameToken
from tests.server.raw import send
from tests.web.forms import asked, form, text
from tests.web.tabs import accept, enter, press
from tests.web.test_rescue import FILE, action

REAL = datetime.now(timezone.utc)


@pytest.fixture(autouse=True)
def _present():
    """Let each test begin now: a quarter of an hour after all were collected, tries count no more."""
    global REAL
    REAL = datetime.now(timezone.utc)


AN_HOUR = timedelta(hours=1)


@pytest.fixture
def size(app):
    """Return how many bytes a body may have at an address."""

    def ask(address, method="POST"):
        path, _, query = address.partition("?")
        return allowances.allowance(app, Head(method, path, query, {})).size

    return ask


@pytest.fixture
def photo(anna, post):
    return anna.accept(post(Question=form(asked("note", text()), asked("photo", FILE)))["HITTypeId"])


def test_the_form_that_asks_for_files_says_in_its_address_that_they_may_come(anna, photo, size):
    assert size(action(anna, photo)) == limits.FILES
    assert size(f"{photo}/submit") == limits.SMALL


def test_a_form_of_texts_and_a_test_may_have_texts(anna, post, qualify, size):
    type_id = qualify(Test=form(asked("why", text())), AnswerKey=None)
    test = anna.post(f"/qualifications/{type_id}/request").location
    work = anna.accept(post()["HITTypeId"])

    assert size(action(anna, work)) == size(action(anna, test)) == limits.TEXTS
    assert size(test) == limits.SMALL


def test_a_late_answer_has_a_permit_too(anna, photo, at, size):
    anna.post(f"{photo}/submit", q1="owl", token="0" * 64, **{"draft-pass": passes_of(anna, photo)})
    at.later(minutes=11)

    assert size(action(anna, photo)) == limits.FILES


def passes_of(visitor, work):
    return re.search(r'name="draft-pass" value="([^"]+)"', visitor.see(work))[1]


@pytest.mark.parametrize("wrong", ["of another", "changed", "old", "none"])
def test_a_permit_that_is_not_for_this_opens_nothing(app, size, wrong):
    with app.app_context():
        good = tokens.sign_size("3ABC", limits.FILES, REAL)
        form_tokens = {
            "of another": tokens.sign_size("3XYZ", limits.FILES, REAL),
            "changed": good[:-3] + "AAA",
            "old": tokens.sign_size("3ABC", limits.FILES, REAL - LIFE - AN_HOUR),
            "none": "",
        }
    assert size(f"/work/3ABC/submit?permit={good}") == limits.FILES
    assert size(f"/work/3ABC/submit?permit={form_tokens[wrong]}") == limits.SMALL
    assert size(f"/sign-in?permit={good}") == limits.SMALL


def test_a_pass_is_no_permit_and_a_permit_no_pass(app, size):
    with app.app_context():
        permit = tokens.sign_size("3ABC", limits.FILES, REAL)
        token = tokens.sign(FrameToken("3HIT", "3ABC", "A1"), REAL)

    assert size(f"/work/3ABC/submit?permit={token}") == limits.SMALL
    assert size(f"/t/{permit}/mturk/externalSubmit") == limits.SMALL


def test_a_pass_in_the_address_lets_its_draft_and_its_answer_come(app, size):
    with app.app_context():
        token = tokens.sign(FrameToken("3HIT", "3ABC", "A1"), REAL)
        old = tokens.sign(FrameToken("3HIT", "3ABC", "A1"), REAL - LIFE - AN_HOUR)  # is told so, not cut off

    assert size(f"/draft/{token}") == tokens.DRAFT_LIMIT
    assert size(f"/t/{token}/mturk/externalSubmit") == tokens.LIMIT
    assert size(f"/t/{old}/mturk/externalSubmit") == tokens.LIMIT
    assert size(f"/t/{token[:-3]}AAA/mturk/externalSubmit") == size("/draft/x") == limits.SMALL
    assert size(f"/draft/{token}", "GET") == NOTHING.size


def test_every_address_that_takes_a_body_takes_a_small_one_unless_it_is_signed_or_the_api(app, size):
    posts = [rule for rule in app.url_map.iter_rules() if "POST" in rule.methods and rule.endpoint != "call"]
    addresses = [re.sub(r"<[^>]+>", "3ABC", rule.rule) for rule in posts]

    assert {size(address) for address in addresses} == {limits.SMALL}


def test_a_frame_is_told_that_its_answer_is_too_large(app, url):
    with app.app_context():
        token = tokens.sign(FrameToken("3HIT", "3ABC", "A1"), REAL)
    body = b"a=" + b"x" * tokens.LIMIT
    reply = send(url, body, {"content-type": "text/plain"}, path=f"/t/{token}/mturk/externalSubmit")

    assert reply.status == 413
    assert "too large to be kept" in reply.body.decode()


@pytest.mark.browser
def test_a_browser_shows_why_a_form_is_not_taken_however_much_it_sends(open_tab):
    tab = open_tab()
    tab.goto("/sign-in")
    fill = """const field = document.querySelector("main form").elements["next"];
        field.value = "x".repeat(20000000);
        field.form.submit();"""
    with tab.expect_navigation():
        tab.evaluate(f"() => {{ {fill} }}")

    expect(tab.get_by_role("heading", level=1)).to_have_text("That is too much")


@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_browser_sends_a_large_file_through_the_door(open_tab, post, client, scripts):
    hit = post(Question=form(asked("note", text()), asked("photo", FILE)))
    tab = accept(enter(open_tab(scripts=scripts)), "Name the bird")
    large = FilePayload(name="owl.jpg", mimeType="image/jpeg", buffer=b"owl" * 1_000_000)
    tab.locator("input[type=file]").set_input_files(large)
    press(tab, "Submit")

    expect(tab.get_by_role("heading", level=1)).to_have_text("Receipt")
    (done,) = client.list_assignments_for_hit(HITId=hit["HITId"])["Assignments"]
    assert "<UploadedFileSizeInBytes>3000000<" in done["Answer"]


def test_a_stranger_keeps_no_one_waiting_with_a_form_of_many_fields(visit):
    many = "&".join(f"a{number}=b" for number in range(100_000))
    began = time.perf_counter()
    for path in ("/sign-in", "/sign-up", "/invitation/x", "/work/3ABC/submit", "/qualifications/3ABC/test"):
        form = {"data": many, "content_type": "application/x-www-form-urlencoded"}
        assert visit().browser.post(path, **form).status_code == 413

    assert time.perf_counter() - began < 1
