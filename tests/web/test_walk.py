"""Workers in a real browser, with and without scripts."""

from __future__ import annotations

import io
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timezone

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from mturk_tasks.marketplace.due import process_due
from mturk_tasks.marketplace.records import messages
from mturk_tasks.marketplace.storage.schema import SANDBOX
from mturk_tasks.marketplace.storage.transactions import write_transaction
from mturk_tasks.marketplace.web.accounts import invitations
from mturk_tasks.markup.answers import parse
from tests.chromium import eventually
from tests.web.conftest import requires
from tests.web.forms import FORM, PAGE, asked, choice, form, text
from tests.web.tabs import SIZES, press, sign_up

pytestmark = pytest.mark.browser

LONG = form(
    "<Overview><Title>Birds in the park</Title><Text>Look at the pictures and tell us about them.</Text>"
    "<List><ListItem>Take your time.</ListItem><ListItem>Guess if you must.</ListItem></List></Overview>",
    asked("bird", text(), required=True),
    asked("number", text('<IsNumeric minValue="1" maxValue="9"/>')),
    asked("story", text('<Length minLength="5" maxLength="200"/>', lines=4)),
    asked("colour", choice("grey", "brown", other="<OtherSelection/>")),
    asked("place", choice("tree", "lake", "sky", most=3, style="checkbox")),
    asked("time", choice("morning", "evening", style="dropdown")),
)
UPLOAD = form(
    asked("bird", text(), required=True),
    asked("place", choice("tree", "lake"), required=True),
    asked(
        "photo",
        "<FileUploadAnswer><MaxFileSizeInBytes>2000</MaxFileSizeInBytes>"
        "<MinFileSizeInBytes>1</MinFileSizeInBytes></FileUploadAnswer>",
        required=True,
    ),
)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_worker_walks_from_the_door_to_the_approval(open_tab, post, client, scripts):
    hit = post()
    tab = sign_up(open_tab(scripts=scripts))
    tab.get_by_role("link", name="Name the bird").click()
    expect(tab.get_by_label("Bird")).to_be_disabled()
    press(tab, "Accept this HIT")
    expect(tab.get_by_text("Time left")).to_be_visible()
    tab.get_by_label("Bird").fill("owl")
    tab.get_by_label("Brown").check()
    press(tab, "Submit")
    expect(tab.get_by_role("heading", level=1)).to_have_text("Receipt")
    (done,) = client.list_assignments_for_hit(HITId=hit["HITId"])["Assignments"]
    expect(tab.get_by_text(done["AssignmentId"])).to_be_visible()
    assert [one.values for one in parse(done["Answer"])] == [("owl",), ("brown",)]
    client.approve_assignment(AssignmentId=done["AssignmentId"], RequesterFeedback="An owl indeed.")
    tab.get_by_role("navigation").get_by_role("link", name="Dashboard").click()
    expect(tab.get_by_text("An owl indeed.")).to_be_visible()
    expect(tab.locator(".totals").get_by_text("$0.05")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_worker_qualifies_and_gets_in(open_tab, post, qualify, scripts):
    post(QualificationRequirements=requires(qualify(), 5))
    tab = sign_up(open_tab(scripts=scripts))
    tab.get_by_role("link", name="You do not qualify yet").click()
    tab.get_by_role("link", name="See Trees").click()
    press(tab, "Begin the test")
    tab.get_by_label("Oak").check()
    press(tab, "Hand the test in")
    expect(tab.get_by_text("with a score of 7")).to_be_visible()
    tab.get_by_role("navigation").get_by_role("link", name="HITs").click()
    tab.get_by_role("link", name="Name the bird").click()
    press(tab, "Accept this HIT")

    expect(tab.get_by_text("Time left")).to_be_visible()


def test_what_no_browser_checks_the_server_says_and_keeps_what_was_filled_in(open_tab, post):
    some = choice("tree", "lake", "sky", fewest=2, most=3, style="checkbox")
    post(Question=form(asked("bird", text()), asked("place", some)))
    tab = sign_up(open_tab(scripts=False))
    tab.get_by_role("link", name="Name the bird").click()
    press(tab, "Accept this HIT")
    tab.get_by_label("Bird").fill("owl")
    tab.get_by_label("Lake").check()
    press(tab, "Submit")

    expect(tab.get_by_text("Too few are selected. Must be at least 2.")).to_be_visible()
    expect(tab.get_by_label("Lake")).to_be_checked()
    expect(tab.get_by_label("Bird")).to_have_value("owl")


def test_what_the_browser_can_check_it_says_before_anything_is_sent(open_tab, post):
    post()
    tab = sign_up(open_tab(scripts=True))
    tab.get_by_role("link", name="Name the bird").click()
    press(tab, "Accept this HIT")
    press(tab, "Submit")

    assert tab.get_by_label("Bird").evaluate("field => field.matches(':user-invalid')")
    expect(tab.get_by_text("Time left")).to_be_visible()


def test_the_time_left_is_counted_down(open_tab, post):
    post()
    tab = sign_up(open_tab())
    tab.get_by_role("link", name="Name the bird").click()
    press(tab, "Accept this HIT")

    expect(tab.locator("[data-left]")).to_have_text(re.compile(r"9:5\d"), timeout=5000)


def test_of_two_tabs_of_two_workers_one_gets_the_last_place(open_tab, post, client):
    hit = post()
    tabs = [sign_up(open_tab(), "anna"), sign_up(open_tab(), "ben")]
    for tab in tabs:
        tab.get_by_role("link", name="Name the bird").click()
    for tab in tabs:
        press(tab, "Accept this HIT")

    expect(tabs[0].get_by_text("Time left")).to_be_visible()
    expect(tabs[1].get_by_text("Others were faster")).to_be_visible()
    assert client.get_hit(HITId=hit["HITId"])["HIT"]["NumberOfAssignmentsPending"] == 1


def test_of_many_workers_at_one_moment_as_many_get_in_as_there_are_places(visit, post, client):
    hit = post(MaxAssignments=3)
    people = [visit().sign_up(f"worker {number}".replace(" ", "-")) for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        led = list(pool.map(lambda one: one.accept(hit["HITTypeId"]), people))

    assert sum(address.startswith("/work/") for address in led) == 3
    assert client.get_hit(HITId=hit["HITId"])["HIT"]["NumberOfAssignmentsPending"] == 3


def test_the_site_cannot_be_framed(open_tab, url):
    tab = open_tab()
    tab.route(
        "http://evil.example/", lambda route: route.fulfill(body=f'<iframe src="{url}/sign-in"></iframe>')
    )
    tab.goto("http://evil.example/", wait_until="load")

    eventually(tab, lambda: tab.frames[1].url.startswith("chrome-error:"))


def test_the_keyboard_reaches_everything_in_order(open_tab, post):
    post()
    tab = sign_up(open_tab())
    tab.get_by_role("link", name="Name the bird").click()
    press(tab, "Accept this HIT")
    expect(tab.get_by_text("Time left")).to_be_visible()
    reached = []
    for _ in range(20):
        tab.keyboard.press("Tab")
        reached.append(tab.evaluate("document.activeElement.innerText || document.activeElement.name"))

    assert reached[0] == "Skip to the content"
    wanted = ["HITs", "Qualifications", "Dashboard", "Account", "Sign out", "q1", "q2", "next", "Submit"]
    places = [reached.index(one) for one in wanted]
    assert places == sorted(places)
    tab.get_by_role("button", name="Submit").focus()
    assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") not in ("none", "auto")


@pytest.fixture
def scene(visit, post, qualify, client, store, at):
    """A worker to whom everything has happened that a page can show; the addresses of all pages."""
    anna = visit().sign_up()
    trees = qualify(Name="Trees of Europe", Description="Knows the trees of Europe by their leaves")
    waiting = qualify(
        Name="Patience", Description="Waits", Test=None, TestDurationInSeconds=None, AnswerKey=None
    )
    held = qualify(
        **dict.fromkeys(("Test", "TestDurationInSeconds", "AnswerKey")),
        Name="Members",
        Description="Given at once",
        AutoGranted=True,
        AutoGrantedValue=3,
    )
    taken = qualify(Name="Rocks", Description="Knows rocks")
    for type_id in (waiting, held, taken):
        anna.post(f"/qualifications/{type_id}/request")
    done = [post(Title=f"Sort the leaves, part {number}") for number in range(3)]
    paths = []
    for hit in done:
        paths.append(anna.accept(hit["HITTypeId"]))
        anna.post(f"{paths[-1]}/submit", {"q1": "owl"})
    ids = [path.removeprefix("/work/") for path in paths]
    client.approve_assignment(AssignmentId=ids[0], RequesterFeedback="Well seen, thank you.")
    client.reject_assignment(AssignmentId=ids[1], RequesterFeedback="These are needles, not leaves.")
    worker_id = client.get_assignment(AssignmentId=ids[0])["Assignment"]["WorkerId"]
    client.send_bonus(WorkerId=worker_id, AssignmentId=ids[0], BonusAmount="0.20", Reason="quick")
    note = {"Subject": "More leaves on Monday", "MessageText": "We go on with the beeches.\nYours, the lab"}
    client.notify_workers(WorkerIds=[worker_id], **note)
    process_due(store, at.now)
    with write_transaction(store, at.now) as context:
        messages.send(context, worker_id, "Welcome", "Of a time when senders were not kept")
        for number in range(messages.PAGE):
            messages.send(
                replace(context, requester=SANDBOX), worker_id, f"Leaves, part {number}", "Come again"
            )
    late = anna.accept(post(Title="Too late", AssignmentDurationInSeconds=30, Question=UPLOAD)["HITTypeId"])
    anna.post(f"{late}/submit", {"q1": "an owl, I believe", "q3": (io.BytesIO(b"owl"), "owl.jpg")})
    at.later(seconds=31)
    sent = anna.accept(post(Title="Sent late", AssignmentDurationInSeconds=30)["HITTypeId"])
    at.later(seconds=31)
    anna.post(f"{sent}/submit", {"q1": "owl"})
    uploading = anna.accept(post(Title="Show a bird", Question=UPLOAD)["HITTypeId"])
    anna.post(f"{uploading}/submit", {"q1": "", "q3": (io.BytesIO(b"owl"), "an owl in the park.jpg")})
    back = anna.accept(post(Title="Given back")["HITTypeId"])
    anna.post(f"{back}/return")
    post(Title="Listen to a song", Reward="2.50", AssignmentDurationInSeconds=3600)
    closed = post(Title="Name the tree", QualificationRequirements=requires(trees, 5))
    first, *_ = (post(Question=LONG, Title="Birds in the park: what do you see?") for _ in range(3))
    work = anna.accept(first["HITTypeId"])
    framed = post(Title="Rate a page", Question=PAGE)
    held = anna.accept(framed["HITTypeId"])
    pages = {
        "groups": "/",
        "preview": f"/groups/{first['HITTypeId']}",
        "why not": f"/groups/{closed['HITTypeId']}",
        "framed": f"/groups/{framed['HITTypeId']}",
        "work": work,
        "work in a frame": held,
        "receipt": f"{paths[0]}/receipt",
        "work with a file": uploading,
        "over": back,
        "over, to be sent late": late,
        "over, sent late": sent,
        "qualifications": "/qualifications",
        "qualification": f"/qualifications/{trees}",
        "test": f"/qualifications/{taken}/test",
        "dashboard": "/dashboard",
        "section": "/dashboard/rejected",
        "messages": "/messages",
        "messages of one": "/messages?from=0",
        "late": "/dashboard/late",
        "account": "/account",
        "nothing": "/nothing",
    }
    return anna, pages


STRANGERS = {
    "sign in": "/sign-in",
    "sign up": "/sign-up",
    "bad invitation": "/invitation/x",
    "bad link": "/password/x",
}


@pytest.mark.parametrize("size", SIZES)
def test_every_page_fits_and_is_accessible(open_tab, scene, store, size, url):
    anna, pages = scene
    tab = open_tab(size=size)
    link = invitations.make_password_link(store, "anna", datetime.now(timezone.utc))
    for name, path in {**STRANGERS, "new password": f"/password/{link}"}.items():
        look(tab, name, path)
    tab.context.add_cookies([{"name": "mturk", "value": anna.browser.get_cookie("mturk").value, "url": url}])
    for name, path in pages.items():
        look(tab, name, path)
    tab.goto(pages["work"])
    submit_unchecked(tab)
    judge(tab, "work with mistakes")
    tab.evaluate("document.querySelector('#answers [name=token]').value = 'stale'")
    submit_unchecked(tab)
    judge(tab, "work with a stale form")
    anna.post("/sign-out")
    submit_unchecked(tab)
    judge(tab, "sign in again")


def submit_unchecked(tab: Page) -> None:
    """Submit as a browser does that checks nothing."""
    tab.evaluate("document.getElementById('answers').noValidate = true")
    with tab.expect_navigation():  # to what the answer leads to
        press(tab, "Submit")


def look(tab: Page, name: str, path: str) -> None:
    tab.goto(path)
    judge(tab, name)


def judge(tab: Page, name: str) -> None:
    """Fail for what axe-core finds wrong, and for what does not fit."""
    found = Axe().run(tab).response["violations"]
    assert [f"{name}: {one['id']}: {node['html']}" for one in found for node in one["nodes"]] == []
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name


def test_the_form_of_the_walk_is_one_that_can_be_loaded():
    from mturk_tasks.markup.documents import question_faults

    assert [question_faults(one) for one in (FORM, LONG, PAGE)] == [[], [], []]
