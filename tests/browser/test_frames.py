"""Pages in frames: their forms find their way, half-done answers are kept, and nothing gets out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Frame, FrameLocator, Route, expect

from tests.browser.conftest import Window
from tests.chromium import eventually
from tests.web.site import Site, html

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("context", [(360, "light")], ids=["phone"], indirect=True),
]

FORM = '<form method="post"><label>Colour <input name="colour"></label><button>Send</button></form>'
AMAZONS = "https://www.mturk.com/mturk/externalSubmit"
EXTERNAL = (
    '<ExternalQuestion xmlns="http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/2006-07-14/'
    'ExternalQuestion.xsd"><ExternalURL>https://lab.example.org/a?b=1</ExternalURL>'
    "<FrameHeight>450</FrameHeight></ExternalQuestion>"
)
EXTERNAL_FORM = """<form id="f" method="post"><input type="hidden" name="assignmentId" id="a">
<label>Colour <input name="colour"></label><button>Send</button></form><script>
var told = new URLSearchParams(location.search);
document.getElementById("a").value = told.get("assignmentId");
document.getElementById("f").action = HOW;</script>"""
ATTEMPT = "(async () => { try { return String(await (CODE)); } catch (error) { return error.name; } })()"


@pytest.fixture
def opened(window: Window, site: Site) -> Callable[[str], FrameLocator]:
    """Open the work page of a question, accepted; return what is in its frame."""

    def show(question: str) -> FrameLocator:
        site.shown = site.begun(question)
        window.page.goto(site.page(*site.shown))
        return window.page.frame_locator("iframe")

    return show


def send(inside: FrameLocator, value: str = "green") -> None:
    inside.get_by_label("Colour").fill(value)
    inside.get_by_role("button", name="Send").click()
    expect(inside.get_by_role("heading", name="Submitted")).to_be_visible()


@pytest.mark.parametrize(
    "script",
    [
        "",
        f"document.forms[0].action = '{AMAZONS}'",
        "document.forms[0].action = new URL('/mturk/externalSubmit', to)",
        "document.forms[0].action = new URL('mturk/externalSubmit', to)",
        "document.forms[0].action = to + '/mturk/externalSubmit'",
        f"document.forms[0].onsubmit = function () {{ this.action = '{AMAZONS}'; this.target = '_top'; }}",
        "document.forms[0].onsubmit = function (event) { event.preventDefault(); this.submit(); }",
        "document.forms[0].addEventListener('submit', event => event.stopPropagation());"
        f"document.forms[0].action = '{AMAZONS}'",
        "document.forms[0].insertAdjacentHTML('beforeend', '<input type=hidden name=action value=x>')",
        f"document.querySelector('button').formAction = '{AMAZONS}'",
    ],
    ids=[
        *("nothing", "amazon's", "from the root", "beside", "added", "while submitting"),
        *("by a script", "stopped on its way", "a field named action", "of the button"),
    ],
)
def test_a_form_finds_its_way_whatever_its_script_makes_of_the_address(opened, site, script):
    to = "var to = new URLSearchParams(location.search).get('turkSubmitTo');"
    inside = opened(html(f"{FORM}<script>{to}{script}</script>"))
    send(inside)

    assert site.answers(site.shown[0])[0]["colour"] == "green"


def test_a_form_for_another_place_is_left_alone(opened, site):
    inside = opened(html(f"{FORM}<script>document.forms[0].action = 'https://lab.example.org/a'</script>"))
    inside.get_by_role("button", name="Send").click()
    expect(inside.get_by_role("button", name="Send")).to_have_count(0)

    assert site.answers(site.shown[0]) == []


@pytest.mark.parametrize(
    "how",
    [
        "told.get('turkSubmitTo') + '/mturk/externalSubmit'",
        "told.get('turkSubmitTo') + '//mturk/externalSubmit'",
        "new URL('mturk/externalSubmit', told.get('turkSubmitTo')).href",
    ],
)
def test_an_external_page_submits_for_its_assignment(context, opened, site, how):
    page = EXTERNAL_FORM.replace("HOW", how)

    def answer(route: Route) -> None:
        route.fulfill(body=page, content_type="text/html")

    context.route("https://lab.example.org/**", answer)
    send(opened(EXTERNAL))

    assert site.answers(site.shown[0]) == [{"colour": "green"}]


def test_an_external_page_that_loses_its_way_is_told_how_to_find_it(context, opened, site):
    page = EXTERNAL_FORM.replace("HOW", "new URL('/mturk/externalSubmit', told.get('turkSubmitTo')).href")
    context.route(
        "https://lab.example.org/**", lambda route: route.fulfill(body=page, content_type="text/html")
    )
    inside = opened(EXTERNAL)
    inside.get_by_role("button", name="Send").click()

    expect(inside.get_by_text("the whole address given as turkSubmitTo")).to_be_visible()


def test_the_work_page_hears_of_the_receipt(window, opened, site):
    inside = opened(html(FORM))
    window.page.evaluate(
        "document.addEventListener('hit-submitted', event => document.title = event.detail.assignmentId)"
    )
    send(inside)

    expect(window.page).to_have_title(site.shown[1])


def test_a_second_submit_from_an_old_tab_is_refused_and_shows_the_first_receipt(opened, site, context):
    first = opened(html(FORM))
    second = context.new_page()
    second.goto(site.page(*site.shown))
    send(first)
    inside = second.frame_locator("iframe")
    inside.get_by_label("Colour").fill("red")
    inside.get_by_role("button", name="Send").click()

    expect(inside.get_by_text("submitted this HIT already")).to_be_visible()
    expect(inside.get_by_text(site.shown[1])).to_be_visible()
    assert site.answers(site.shown[0])[0]["colour"] == "green"


# --- drafts

FIELDS = """<form method="post"><label>Words <textarea name="words"></textarea></label>
<label><input type="checkbox" name="tag" value="a">Tag A</label>
<label><input type="checkbox" name="tag" value="b">Tag B</label>
<label><input type="radio" name="one" value="1">One</label>
<label><input type="radio" name="one" value="2">Two</label>
<label>Pick <select name="pick"><option>x<option>y</select></label>
<input type="hidden" name="visit" value="1"><input type="password" name="secret"></form>"""
CROWD = """<script src="https://assets.crowd.aws/crowd-html-elements.js"></script><crowd-form>
<crowd-input name="text" label="Text"></crowd-input><crowd-checkbox name="box">Box</crowd-checkbox>
<crowd-classifier name="kind" header="Kind" categories="['Cat', 'Dog']"></crowd-classifier>
<crowd-slider name="sure" label="Sure" value="3"></crowd-slider>
<crowd-radio-group><crowd-radio-button name="yes">Yes</crowd-radio-button>
<crowd-radio-button name="no">No</crowd-radio-button></crowd-radio-group></crowd-form>"""


def test_what_is_typed_and_clicked_is_saved_and_found_again(window, opened, site, browser):
    inside = opened(html(FIELDS))
    inside.get_by_label("Words").fill("half a sen")
    inside.get_by_label("Tag B").check()
    inside.get_by_label("Two").check()
    inside.get_by_label("Pick").select_option("y")
    expected = {"words": ("half a sen",), "tag": ("b",), "one": ("2",), "pick": ("y",), "visit": ("1",)}
    eventually(window.page, lambda: site.drafts.get(site.shown[1]) == expected)

    other = browser.new_page()
    other.goto(site.page(*site.shown))
    again = other.frame_locator("iframe")
    expect(again.get_by_label("Words")).to_have_value("half a sen")
    expect(again.get_by_label("Tag B")).to_be_checked()
    expect(again.get_by_label("Tag A")).not_to_be_checked()
    expect(again.get_by_label("Two")).to_be_checked()
    expect(again.get_by_label("Pick")).to_have_value("y")
    other.close()


def test_crowd_elements_are_saved_and_found_again(window, opened, site):
    inside = opened(html(CROWD))
    inside.get_by_label("Text").fill("half")
    inside.get_by_label("Box").check()
    inside.get_by_label("Dog").check()
    inside.get_by_label("Sure").fill("7")
    inside.get_by_label("No").check()
    expected = {"text": ("half",), "box": ("on",), "kind": ("Dog",), "sure": ("7",), "yes": ("no",)}
    eventually(window.page, lambda: site.drafts.get(site.shown[1]) == expected)

    window.page.reload()
    for label in ("Box", "Dog", "No"):
        expect(inside.get_by_label(label)).to_be_checked()
    expect(inside.get_by_label("Text")).to_have_value("half")
    expect(inside.get_by_role("status")).to_have_text("7")


def test_a_save_that_fails_is_tried_again(window, opened, site, context):
    inside = opened(html(FORM))
    context.route("**/draft/*", lambda route: route.abort())
    window.page.evaluate("document.addEventListener('draft-failed', () => document.title = 'failed')")
    inside.get_by_label("Colour").fill("gre")
    expect(window.page).to_have_title("failed")
    context.unroute("**/draft/*")
    eventually(window.page, lambda: site.drafts == {site.shown[1]: {"colour": ("gre",)}})


def test_a_preview_saves_nothing(window, site):
    window.page.goto(site.page(site.post(html(FORM))))
    window.page.frame_locator("iframe").get_by_label("Colour").fill("x")
    window.page.wait_for_timeout(600)

    assert site.drafts == {}


def test_the_work_page_listens_to_its_own_frame_only(window, opened, site):
    opened(html(FORM)).get_by_label("Colour").wait_for()
    window.page.evaluate(
        "window.postMessage({mturk: 'draft', values: {colour: ['forged']}}, '*'); "
        "document.body.append(document.createElement('iframe'));"
        "frames[1].parent.postMessage({mturk: 'draft', values: {colour: ['forged']}}, '*')"
    )
    window.page.wait_for_timeout(600)

    assert site.drafts == {}


# --- a page that means harm


@pytest.fixture
def hostile(window: Window, opened: Callable[[str], FrameLocator], site: Site) -> Callable[[str], str]:
    """Run a script in the frame of an accepted HIT, and return what came of it."""
    opened(html(FORM)).get_by_label("Colour").wait_for()
    site.victim = (site.shown[0], site.accept(site.shown[0], "AWORKER2"))
    frame: Frame = window.page.frames[1]
    return lambda code: str(frame.evaluate(ATTEMPT.replace("CODE", code)))


@pytest.mark.parametrize(
    "code",
    [
        "document.cookie",
        "localStorage.length",
        "sessionStorage.length",
        "parent.document.title",
        "top.localStorage",
        "indexedDB.open('x')",
    ],
)
def test_a_page_cannot_read_what_belongs_to_the_site(window, hostile, code):
    window.page.evaluate("localStorage.setItem('secret', '1')")
    assert hostile(code) == "SecurityError"


def test_a_page_cannot_lead_the_window_elsewhere(window, hostile):
    before = window.page.url
    hostile("top.location = 'https://evil.example.org/'")
    hostile("window.open('https://evil.example.org/', '_top')")
    window.page.wait_for_timeout(300)

    assert window.page.url == before


def test_a_page_opens_no_window_without_a_click(context, opened):
    script = "document.write('<output>' + window.open('https://evil.example.org/') + '</output>')"
    inside = opened(html(f"{FORM}<script>{script}</script>"))

    expect(inside.get_by_role("status")).to_have_text("null")
    assert len(context.pages) == 1


@pytest.mark.parametrize("mode", ["cors", "no-cors"])
def test_a_page_cannot_call_the_api(site, hostile, mode):
    before = site.hits()
    hostile(
        "fetch('SITE/', {method: 'POST', mode: 'MODE', body: '{}', credentials: 'include',"
        "headers: {'X-Amz-Target': 'MTurkRequesterServiceV20170117.ResetAccount'}})".replace(
            "SITE", site.url
        ).replace("MODE", mode)
    )
    assert site.hits() == before


@pytest.mark.parametrize("path", ["/work", "/t/x/mturk/externalSubmit", "/"])
def test_a_page_cannot_read_the_sites_answers(site, hostile, path):
    assert hostile(f"fetch('{site.url}{path}').then(one => one.text())") == "TypeError"


def test_a_page_cannot_write_another_workers_draft(site, hostile):
    victim = site.token(*site.victim, worker="AWORKER2")
    forged = victim[:-4] + "AAAA"
    for token in (forged, "x", site.token(site.victim[0])):
        hostile(f"fetch('{site.url}/draft/{token}', {{method: 'POST', body: '{{\"values\": {{}}}}'}})")

    assert site.drafts == {}


def test_a_page_cannot_submit_for_another_assignment(window, site, hostile):
    hostile(
        f"""(document.forms[0].innerHTML += '<input name="assignmentId" value="{site.victim[1]}">',
        document.forms[0].submit())"""
    )
    inside = window.page.frame_locator("iframe")

    expect(inside.get_by_text("name another assignment")).to_be_visible()
    assert site.answers(site.victim[0]) == []


def test_a_page_opened_by_itself_has_no_origin_either(window, site, opened):
    opened(html(FORM)).get_by_label("Colour").wait_for()
    address = window.page.frames[1].url
    alone = window.page
    alone.goto(address)

    assert alone.evaluate("window.origin") == "null"
    assert alone.evaluate(ATTEMPT.replace("CODE", "document.cookie")) == "SecurityError"


def test_another_site_cannot_frame_the_page(window, context, opened, site):
    opened(html(FORM)).get_by_label("Colour").wait_for()
    around = f'<iframe src="{window.page.frames[1].url}"></iframe>'
    context.route(
        "https://evil.example.org/**", lambda route: route.fulfill(body=around, content_type="text/html")
    )
    window.page.goto("https://evil.example.org/")
    window.page.wait_for_timeout(300)

    assert window.page.frame_locator("iframe").get_by_label("Colour").count() == 0
