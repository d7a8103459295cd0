"""Pages in frames: their forms find their way, half-done answers are kept, and nothing gets out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from playwright.sync_api import FrameLocator, Route, expect

from mturk_tasks.marketplace.worker import work
from tests.browser.conftest import Window
from tests.chromium import eventually
from tests.web.site import WORKER, Site, html

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


def kept(site: Site) -> Mapping[str, tuple[str, ...]]:
    """Return what the site has of the draft for what was opened last."""
    return site.drafts.get(site.shown[1], {})


def test_what_is_typed_and_clicked_is_saved_and_found_again(window, opened, site, browser):
    inside = opened(html(FIELDS))
    inside.get_by_label("Words").fill("half a sen")
    inside.get_by_label("Tag B").check()
    inside.get_by_label("Two").check()
    inside.get_by_label("Pick").select_option("y")
    expected = {"words": ("half a sen",), "tag": ("b",), "one": ("2",), "pick": ("y",)}
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


def test_another_tab_that_knows_less_wipes_nothing(window, opened, site, context):
    fields = '<label>One <input name="one"></label><label>Two <input name="two"></label>'
    script = "setInterval(() => document.forms[0].seconds.value++, 50)"
    inside = opened(html(f'{fields}<input type="hidden" name="seconds"><script>{script}</script>'))
    old = context.new_page()
    old.goto(site.page(*site.shown))
    old.frame_locator("iframe").get_by_label("Two").wait_for()
    inside.get_by_label("One").fill("an hour of work")
    eventually(window.page, lambda: kept(site).get("one") == ("an hour of work",))
    seconds = kept(site)["seconds"]
    old.close()
    assert kept(site)["seconds"] == seconds

    another = context.new_page()
    another.goto(window.page.url)
    window.page.reload()
    another.frame_locator("iframe").get_by_label("Two").fill("x")
    eventually(another, lambda: kept(site).get("two") == ("x",))
    assert kept(site)["one"] == ("an hour of work",)


def test_a_box_that_is_emptied_stays_empty(window, opened, site):
    inside = opened(html('<label><input type="checkbox" name="tag" value="a" checked>Tag A</label>'))
    inside.get_by_label("Tag A").uncheck()
    eventually(window.page, lambda: kept(site) == {"tag": ()})
    window.page.reload()

    expect(inside.get_by_label("Tag A")).not_to_be_checked()


LATER = """<form><div id="place"></div><button type="button" onclick="add('two')">More</button></form><script>
function add(name) { place.insertAdjacentHTML("beforeend", `<label>${name} <input name="${name}"></label>`); }
onload = () => setTimeout(add, 400, "one");</script>"""


def test_fields_that_a_script_builds_later_get_what_is_kept_for_them(window, opened, site):
    inside = opened(html(LATER))
    inside.get_by_label("one").fill("first")
    eventually(window.page, lambda: kept(site) == {"one": ("first",)})
    window.page.reload()
    expect(inside.get_by_label("one")).to_have_value("first")
    inside.get_by_role("button", name="More").click()
    inside.get_by_label("two").fill("second")
    eventually(window.page, lambda: kept(site) == {"one": ("first",), "two": ("second",)})

    window.page.reload()
    expect(inside.get_by_label("one")).to_have_value("first")
    inside.get_by_role("button", name="More").click()
    expect(inside.get_by_label("two")).to_have_value("second")


def test_the_next_item_of_a_page_does_not_get_the_answer_to_the_last(window, opened, site):
    item = '<label><input type="radio" name="label" value="cat">Cat</label>'
    inside = opened(html(f'<div id="item">{item}</div><button type="button" onclick="next()">Next</button>'
                         f"<script>function next() {{ document.getElementById('item').innerHTML = `{item}` }}"
                         "</script>"))  # fmt: skip
    inside.get_by_label("Cat").check()
    eventually(window.page, lambda: kept(site) == {"label": ("cat",)})
    window.page.reload()
    expect(inside.get_by_label("Cat")).to_be_checked()
    inside.get_by_label("Cat").click()
    inside.get_by_role("button", name="Next").click()
    window.page.wait_for_timeout(600)

    expect(inside.get_by_label("Cat")).not_to_be_checked()


def test_a_list_that_gets_its_options_later_gets_what_is_kept_too(window, opened, site):
    script = "setTimeout(() => document.querySelector('select').innerHTML = '<option>x<option>y', 500)"
    inside = opened(html(f'<label>Pick <select name="pick"></select></label><script>{script}</script>'))
    inside.get_by_role("option").nth(1).wait_for(state="attached")
    inside.get_by_label("Pick").focus()
    window.page.keyboard.press("ArrowDown")
    eventually(window.page, lambda: kept(site) == {"pick": ("y",)})
    window.page.reload()

    expect(inside.get_by_label("Pick")).to_have_value("y")


@pytest.mark.parametrize("late", ["**/drafts.js", "https://slow.example.org/x.js"])
def test_what_is_typed_while_the_page_still_loads_is_kept_beside_the_draft(
    window, opened, site, context, late
):
    context.route("https://slow.example.org/**", lambda route: route.fulfill(body=""))
    fields = '<label>One <input name="one"></label><label>Two <input name="two"></label>'
    inside = opened(html(f'{fields}<script src="https://slow.example.org/x.js"></script>'))
    inside.get_by_label("One").fill("an hour of work")
    inside.get_by_label("Two").fill("old")
    eventually(window.page, lambda: kept(site) == {"one": ("an hour of work",), "two": ("old",)})
    held: list[Route] = []
    context.route(late, lambda route: held.append(route))
    window.page.reload(wait_until="commit")
    inside.get_by_label("Two").fill("new")
    window.page.wait_for_timeout(600)
    held[0].fallback()

    eventually(window.page, lambda: kept(site) == {"one": ("an hour of work",), "two": ("new",)})
    expect(inside.get_by_label("One")).to_have_value("an hour of work")
    expect(inside.get_by_label("Two")).to_have_value("new")


def test_crowd_elements_do_not_wipe_each_other(window, opened, site):
    inside = opened(html(CROWD))
    inside.get_by_label("Text").fill("half")
    inside.get_by_label("Box").check()
    eventually(window.page, lambda: kept(site) == {"text": ("half",), "box": ("on",)})
    window.page.reload()
    inside.get_by_label("Box").uncheck()
    inside.get_by_label("Dog").check()

    eventually(window.page, lambda: kept(site) == {"text": ("half",), "box": (), "kind": ("Dog",)})


def test_who_types_without_a_pause_is_saved_too(window, opened, site):
    inside = opened(html(FORM))
    inside.get_by_label("Colour").focus()
    for _ in range(60):
        window.page.keyboard.type("a")
        window.page.wait_for_timeout(200)
        if kept(site):
            break

    assert kept(site)


def test_what_was_typed_last_is_saved_though_the_submit_fails(window, opened, site, context):
    inside = opened(html(FORM))
    context.route("**/mturk/externalSubmit*", lambda route: route.fulfill(status=503, body="busy"))
    inside.get_by_label("Colour").focus()
    window.page.keyboard.type("green")
    window.page.keyboard.press("Enter")

    eventually(window.page, lambda: kept(site) == {"colour": ("green",)})


def test_what_was_typed_before_a_submit_by_a_script_is_saved_too(window, opened, site, context):
    inside = opened(html(FORM + "<script>oninput = () => document.forms[0].submit()</script>"))
    context.route("**/mturk/externalSubmit*", lambda route: route.abort())
    inside.get_by_label("Colour").focus()
    window.page.keyboard.type("g")

    eventually(window.page, lambda: kept(site) == {"colour": ("g",)})


def test_what_was_typed_is_saved_though_the_answer_is_refused(window, opened, site, context):
    inside = opened(html(FORM))
    context.route("**/draft/*", lambda route: route.abort(), times=1)
    work.give_back(site.store, site.shown[1], WORKER, site.now())
    inside.get_by_label("Colour").fill("green")
    inside.get_by_role("button", name="Send").click()
    expect(inside.get_by_text("not in your hands")).to_be_visible()

    eventually(window.page, lambda: kept(site) == {"colour": ("green",)})


def test_who_follows_a_link_inside_the_frame_loses_nothing_and_tells_nobody(window, opened, site, context):
    greedy = "<p>Elsewhere</p><script>onmessage = event => document.title += JSON.stringify(event.data);"
    greedy += "for (const to of ['ready', 'draft']) { const two = new MessageChannel();"
    greedy += "two.port1.onmessage = onmessage; parent.postMessage({mturk: to, pass: '', values: {}}, '*',"
    greedy += "[two.port2]) }</script>"
    context.route(
        "https://lab.example.org/**", lambda route: route.fulfill(body=greedy, content_type="text/html")
    )
    inside = opened(html(f'{FORM}<a href="https://lab.example.org/">Elsewhere</a>'))
    inside.get_by_label("Colour").fill("green")
    eventually(window.page, lambda: kept(site) == {"colour": ("green",)})
    window.page.reload()
    expect(inside.get_by_label("Colour")).to_have_value("green")
    inside.get_by_label("Colour").focus()
    window.page.keyboard.type(" and blue")
    window.page.frames[1].evaluate("document.querySelector('a').click()")  # without a change of the focus
    inside.get_by_role("paragraph").wait_for()
    window.page.evaluate("window.postMessage({}, '*')")

    eventually(window.page, lambda: kept(site) == {"colour": ("green and blue",)})
    assert "green" not in window.page.frames[1].title()


# --- what old pages count on


@pytest.mark.windowed
def test_a_page_that_warns_is_heard_and_one_that_asks_goes_on(window, opened, site):
    check = "if (!this.colour.value) { alert('A colour, please'); return false } return confirm('Sure?')"
    inside = opened(
        html(FORM.replace("<form", f'<div style="height: 3000px"></div><form onsubmit="{check}"'), 3300)
    )
    inside.get_by_role("button", name="Send").click()
    note = inside.get_by_role("alertdialog", name="A colour, please")
    expect(note.get_by_role("button", name="Close")).to_be_in_viewport()
    assert window.violations(window.page.frames[1]) == []
    note.get_by_role("button", name="Close").click()
    expect(note).to_have_count(0)
    send(inside)

    assert site.answers(site.shown[0]) == [{"colour": "green"}]


def test_a_page_that_asks_for_a_word_while_it_loads_gets_none_and_that_is_said(opened):
    script = "document.write('<output>' + prompt('Name?') + '</output>')"
    inside = opened(html(f"{FORM}<script>{script}</script>"))
    expect(inside.get_by_role("status")).to_have_text("null")
    expect(inside.get_by_role("alertdialog", name="cannot do here at this moment: Name?")).to_be_visible()


ASKING = "const a = prompt('First?', 'x'), b = prompt('Then?'); this.form.colour.value = a + '/' + b"


@pytest.mark.parametrize(("then", "expected"), [("OK", "owl/hen"), ("Cancel", "owl/null")])
def test_a_click_that_asks_for_words_gets_what_is_typed(opened, window, then, expected):
    inside = opened(
        html(FORM.replace("</form>", f'<button type="button" onclick="{ASKING}">Ask</button></form>'))
    )
    inside.get_by_role("button", name="Ask").click()
    expect(inside.get_by_role("textbox", name="First?")).to_have_value("x")
    inside.get_by_role("textbox", name="First?").fill("owl")
    inside.get_by_role("textbox", name="First?").press("Enter")
    inside.get_by_role("textbox", name="Then?").fill("hen")
    inside.get_by_role("button", name=then).click()
    window.complaints.clear()  # the handler that asked was stopped

    expect(inside.get_by_label("Colour")).to_have_value(expected)


def test_a_submit_that_asks_for_words_is_sent_with_them(opened, site, window):
    asks = "this.colour.value = prompt('Which colour?')"
    inside = opened(html(FORM.replace("<form", f'<form onsubmit="{asks}"')))
    inside.get_by_role("button", name="Send").click()
    inside.get_by_role("textbox", name="Which colour?").fill("teal")
    inside.get_by_role("button", name="OK").click()
    expect(inside.get_by_role("heading", name="Submitted")).to_be_visible()
    window.complaints.clear()  # the handler that asked was stopped

    assert site.answers(site.shown[0]) == [{"colour": "teal"}]


def test_what_amazons_script_gave_is_there_for_pages_that_do_not_name_it(opened, site):
    form = FORM.replace("<form", '<form id="mturk_form" action="/elsewhere"')
    send(opened(html(f"{form}<script>turkSetAssignmentID();</script>")))

    assert site.answers(site.shown[0]) == [{"colour": "green"}]


def test_a_page_keeps_in_its_storage_and_cookies_what_it_likes(opened):
    script = """localStorage.setItem("n", 1); localStorage.m = 2; sessionStorage.setItem("x", "y");
    sessionStorage.removeItem("x"); document.cookie = "a=1; path=/"; document.cookie = "b=2=3";
    document.cookie = "c=1"; document.cookie = "c=; expires=Thu, 01 Jan 1970 00:00:00 GMT";
    const said = [localStorage.getItem("n"), localStorage.getItem("m"), localStorage.length,
      localStorage.key(0), sessionStorage.length, sessionStorage.getItem("x"), document.cookie];
    localStorage.clear();
    document.write("<output>" + said.join(" ") + " " + localStorage.length + "</output>");"""
    inside = opened(html(f"{FORM}<script>{script}</script>"))
    expect(inside.get_by_role("status")).to_have_text("1 2 2 n 0  a=1; b=2=3 0")


def test_a_cookie_of_blanks_does_not_hold_the_page_up(opened):
    script = """document.cookie = " ".repeat(65536) + "x"; document.cookie = "a=" + " ".repeat(65536) + "x";
    document.write("<output>" + document.cookie + "</output>");"""
    inside = opened(html(f"{FORM}<script>{script}</script>"))
    expect(inside.get_by_role("status")).to_have_text("a=x")


@pytest.mark.parametrize(
    "page",
    [
        *(f'<base target="{name}">{FORM}' for name in ("_top", "_parent", "_blank")),
        FORM.replace("<button", '<button formtarget="_blank" formmethod="get"'),
        FORM.replace("<form", '<form enctype="text/plain" accept-charset="ISO-8859-1"'),
        FORM.replace("<button", '<button formenctype="text/plain"'),
        FORM.replace("<input", '<input type="hidden" name="assignmentId" value=""><input'),
        FORM.replace(
            "<input", '<input type="hidden" name="assignmentId" value="ASSIGNMENT_ID_NOT_AVAILABLE"><input'
        ),
        f"{FORM}<!-- end",
        f"{FORM}<textarea>",
        f"{FORM}<script>/*",
    ],
    ids=[
        *("to the top", "to the parent", "to a new window", "of the button", "as plain text"),
        *("as plain text by the button", "without an assignment", "as a preview"),
        *("in a comment", "in a text", "in a script"),
    ],
)
def test_an_old_page_submits_what_was_typed(context, opened, site, page):
    send(opened(html(page)), "Käse für Größe ✓")

    assert site.answers(site.shown[0])[0]["colour"] == "Käse für Größe ✓"
    assert len(context.pages) == 1


def test_a_form_that_closes_a_window_of_the_page_submits_nothing(opened, site):
    inside = opened(html(f'<dialog open><form method="dialog"><button>Begin</button></form></dialog>{FORM}'))
    inside.get_by_role("button", name="Begin").click()
    expect(inside.get_by_role("button", name="Begin")).to_be_hidden()
    send(inside)


def test_a_page_is_read_in_the_mode_that_its_doctype_asks_for(window, opened):
    for page, mode in ((f"<!-- a --><!DOCTYPE html>{FORM}", "CSS1Compat"), (FORM, "BackCompat")):
        opened(html(page)).get_by_label("Colour").wait_for()
        assert window.page.frames[1].evaluate("document.compatMode") == mode


# --- a page that means harm


@pytest.fixture
def hostile(window: Window, opened: Callable[[str], FrameLocator], site: Site) -> Callable[[str], str]:
    """Run a script in the frame of an accepted HIT, and return what came of it."""
    opened(html(FORM)).get_by_label("Colour").wait_for()
    site.victim = (site.shown[0], site.accept(site.shown[0], "AWORKER2"))
    return lambda code: str(window.page.frames[1].evaluate(ATTEMPT.replace("CODE", code)))


@pytest.mark.parametrize(
    "code",
    [
        "parent.document.title",
        "top.localStorage",
        "indexedDB.open('x')",
        "caches.keys()",
        "Object.getOwnPropertyDescriptor(Document.prototype, 'cookie').get.call(document)",
        "document.body.appendChild(document.createElement('iframe')).contentWindow.localStorage",
    ],
)
def test_a_page_cannot_read_what_belongs_to_the_site(window, hostile, code):
    assert hostile(code) == "SecurityError"


@pytest.mark.parametrize(
    "code", ["document.cookie", "Object.keys(localStorage)", "Object.keys(sessionStorage)"]
)
def test_what_stands_in_for_cookies_and_storage_has_nothing_of_the_site(window, hostile, code):
    window.page.evaluate("localStorage.setItem('secret', '1'), sessionStorage.setItem('secret', '1')")
    window.page.evaluate("document.cookie = 'secret=1'")
    window.page.reload()
    window.page.frame_locator("iframe").get_by_label("Colour").wait_for()

    assert hostile(code) == ""


def test_a_page_cannot_lead_the_window_elsewhere(window, hostile):
    before = window.page.url
    hostile("top.location = 'https://evil.example.org/'")
    hostile("window.open('https://evil.example.org/', '_top')")
    window.page.wait_for_timeout(300)

    assert window.page.url == before


@pytest.mark.windowed
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
    assert alone.evaluate(ATTEMPT.replace("CODE", "indexedDB.open('x')")) == "SecurityError"
    assert alone.evaluate("document.cookie") == ""


def test_another_site_cannot_frame_the_page(window, context, opened, site):
    opened(html(FORM)).get_by_label("Colour").wait_for()
    around = f'<iframe src="{window.page.frames[1].url}"></iframe>'
    context.route(
        "https://evil.example.org/**", lambda route: route.fulfill(body=around, content_type="text/html")
    )
    window.page.goto("https://evil.example.org/")
    window.page.wait_for_timeout(300)

    assert window.page.frame_locator("iframe").get_by_label("Colour").count() == 0
