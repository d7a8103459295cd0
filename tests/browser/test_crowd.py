"""Our crowd elements, each answered in a browser: what they submit is what simulated workers submit."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import FrameLocator, expect

from mturk_tasks.markup.html_form import crowd_fields, task_answers
from tests.browser.conftest import Window
from tests.web.site import Site, html

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("context", [(1280, "dark")], ids=["context at night"], indirect=True),
]

LOADER = '<script src="https://assets.crowd.aws/crowd-html-elements.js"></script>'
RADIO = (
    "<crowd-radio-group><crowd-radio-button name='cat'>Cat</crowd-radio-button>"
    "<crowd-radio-button name='dog'>Dog</crowd-radio-button></crowd-radio-group>"
)
KINDS = """name="kind" categories="['Cat', 'Dog']" header="Which?" """
ELEMENTS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "input": ("<crowd-input name=a label=A></crowd-input>", "A=x y", ("x y",)),
    "input with a value": ("<crowd-input name=a label=A value=z></crowd-input>", "", ("z",)),
    "number": ("<crowd-input name=a label=A type=number min=1></crowd-input>", "A=3", ("3",)),
    "text area": ("<crowd-text-area name=a label=A></crowd-text-area>", "A=x\ny", ("x\ny",)),
    "slider": ("<crowd-slider name=a label=A min=0 max=9 value=4></crowd-slider>", "", ("4",)),
    "checkbox": ("<crowd-checkbox name=a>A</crowd-checkbox>", "A", ("on",)),
    "empty checkbox": ("<crowd-checkbox name=a>A</crowd-checkbox>", "", ()),
    "checkbox that is set": ("<crowd-checkbox name=a value=v checked>A</crowd-checkbox>", "", ("v",)),
    "toggle button": ("<crowd-toggle-button name=a>A</crowd-toggle-button>", "A", ("on",)),
    "radio group": (RADIO, "Dog", ("dog",)),
    "empty radio group": (RADIO, "", ()),
    "named radio group": (RADIO.replace("group>", "group name=pet>", 1), "Cat", ("cat",)),
    "classifier": (f"<crowd-classifier {KINDS}></crowd-classifier>", "Dog", ("Dog",)),
    "several": (
        f"<crowd-classifier-multi-select {KINDS}></crowd-classifier-multi-select>",
        "Dog,Cat",
        ("Cat", "Dog"),
    ),
    "none of several": (f"<crowd-classifier-multi-select {KINDS}></crowd-classifier-multi-select>", "", ()),
    "image": (f"<crowd-image-classifier src=data:, {KINDS}></crowd-image-classifier>", "Cat", ("Cat",)),
    "several of an image": (
        f"<crowd-image-classifier-multi-select src=data:, {KINDS}></crowd-image-classifier-multi-select>",
        "Cat",
        ("Cat",),
    ),
    "plain input": ("<label>A<input name=a></label>", "A=x", ("x",)),
    "hidden": ("<input type=hidden name=a value=h>", "", ("h",)),
    "plain radio": (
        "<label><input type=radio name=a value=1>A</label><label><input type=radio name=a value=2>B</label>",
        "B",
        ("2",),
    ),
    "plain checkboxes": (
        "<label><input type=checkbox name=a value=x>A</label>"
        "<label><input type=checkbox name=a value=y>B</label>",
        "A,B",
        ("x", "y"),
    ),
    "select": ("<label>A<select name=a><option>x<option value=2>y</select></label>", "", ("x",)),
    "select several": (
        "<select name=a multiple><option selected>x<option selected>y</select>",
        "",
        ("x", "y"),
    ),
}
IGNORED = (
    "<crowd-input name=hitId></crowd-input><crowd-input name=off disabled></crowd-input>"
    "<input name=workerId><input disabled name=b><fieldset disabled><input name=c></fieldset>"
    "<crowd-input label=nameless></crowd-input><input type=button name=d value=d>"
)


def form(inside: str) -> str:
    return f"{LOADER}<crowd-form>{inside}</crowd-form>"


@pytest.fixture
def opened(window: Window, site: Site) -> Callable[[str], FrameLocator]:
    def show(page: str) -> FrameLocator:
        site.shown = site.begun(html(page))
        window.page.goto(site.page(*site.shown))
        inside = window.page.frame_locator("iframe")
        expect(inside.locator("crowd-button button").last).to_be_visible()
        return inside

    return show


def do(inside: FrameLocator, deeds: str) -> None:
    for deed in filter(None, deeds.split(",")):
        label, _, text = deed.partition("=")
        field = inside.get_by_label(label, exact=True)
        field.fill(text) if text else field.check()


def submitted(inside: FrameLocator, site: Site) -> list[dict[str, object]]:
    inside.locator("crowd-button button").last.click()
    expect(inside.get_by_role("heading", name="Submitted")).to_be_visible()
    (stored,) = site.answers(site.shown[0])
    return list(json.loads(stored["taskAnswers"]))


@pytest.mark.parametrize("name", ELEMENTS)
def test_an_element_submits_what_simulated_workers_submit(opened, site, name):
    element, deeds, values = ELEMENTS[name]
    page = form(element + IGNORED)
    inside = opened(page)
    do(inside, deeds)

    fields = crowd_fields(page)
    assert [field.name for field in fields[1:]] == []
    assert submitted(inside, site) == json.loads(task_answers(fields, {fields[0].name: values}))


def test_the_first_of_several_fields_of_one_name_counts(opened, site):
    page = form("<input name=a value=1><crowd-input name=a value=2></crowd-input><input name=b value=3>")
    inside = opened(page)
    expected = task_answers(crowd_fields(page), {"a": ("2",), "b": ("3",)})

    assert submitted(inside, site) == json.loads(expected)


@pytest.mark.parametrize(
    ("element", "deeds"),
    [
        ("<crowd-input name=a label=A required></crowd-input>", "A=x"),
        ("<crowd-text-area name=a label=A required></crowd-text-area>", "A=x"),
        ("<crowd-checkbox name=a required>A</crowd-checkbox>", "A"),
        (RADIO.replace("group>", "group required>", 1), "Dog"),
        (f"<crowd-classifier {KINDS}></crowd-classifier>", "Dog"),
        (f"<crowd-classifier-multi-select required {KINDS}></crowd-classifier-multi-select>", "Dog"),
        ("<crowd-tabs><crowd-tab header=1></crowd-tab><crowd-tab header=2>"
         "<label>A<input name=a required></label></crowd-tab></crowd-tabs>", "A=x"),
    ],
    ids=["input", "text area", "checkbox", "radio", "classifier", "several", "in a closed tab"],
)  # fmt: skip
def test_what_is_required_must_be_answered(opened, site, element, deeds):
    inside = opened(form(element))
    inside.locator("crowd-button button").last.click()
    expect(inside.locator(":focus")).to_have_count(1)
    assert site.answers(site.shown[0]) == []

    do(inside, deeds)
    assert submitted(inside, site)


def test_a_requesters_message_is_shown_for_what_is_missing(opened):
    inside = opened(form("<crowd-input name=a label=A required error-message='A is needed'></crowd-input>"))
    inside.locator("crowd-button button").click()
    assert inside.get_by_label("A").evaluate("one => one.validationMessage") == "A is needed"


def test_a_page_may_stop_the_submit_and_write_its_own_values(opened, site):
    script = """<script>var times = 0;
    document.querySelector('crowd-form').onsubmit = function (event) {
      document.getElementById('h').value = 'second';
      if ((times += 1) < 2) event.preventDefault();
    };</script>"""
    inside = opened(form("<input type=hidden id=h name=h value=first>") + script)
    inside.locator("crowd-button button").click()

    assert submitted(inside, site) == [{"h": "second"}]


def test_a_plain_button_submits_and_no_second_one_is_added(window, site):
    hit_id, assignment_id = site.begun(html(form("<input name=a value=1><button>Hand in</button>")))
    window.page.goto(site.page(hit_id, assignment_id))
    inside = window.page.frame_locator("iframe")
    expect(inside.locator("button")).to_have_count(1)
    inside.get_by_role("button", name="Hand in").click()
    expect(inside.get_by_role("heading", name="Submitted")).to_be_visible()

    assert site.answers(hit_id) == [{"taskAnswers": '[{"a":"1"}]'}]


def test_a_form_inside_belongs_to_the_crowd_form(opened, site):
    inside = opened(form("<form><label>A<input name=a></label></form>"))
    inside.get_by_label("A").fill("x")
    inside.get_by_label("A").press("Enter")
    expect(inside.get_by_role("heading", name="Submitted")).to_be_visible()

    assert site.answers(site.shown[0]) == [{"taskAnswers": '[{"a":"x"}]'}]


def test_a_preview_is_shown_and_says_what_it_is(window, site):
    window.page.goto(site.page(site.post(html(form("<crowd-input name=a label=A></crowd-input>")))))
    inside = window.page.frame_locator("iframe")

    expect(inside.get_by_label("A")).to_be_visible()
    expect(inside.get_by_role("button", name="Submit")).to_be_disabled()
    expect(inside.get_by_text("This is a preview")).to_be_visible()


@pytest.mark.parametrize(
    "tag",
    [
        *("bounding-box", "polygon", "polyline", "keypoint", "line"),
        *("semantic-segmentation", "instance-segmentation", "entity-annotation"),
    ],
)
def test_a_drawing_tool_says_that_it_is_not_supported(opened, tag):
    inside = opened(form(f"<input name=a value=1><crowd-{tag} name=b></crowd-{tag}>"))

    expect(inside.get_by_text(f"a drawing tool (crowd-{tag}) that is not supported")).to_be_visible()
    expect(inside.get_by_role("button", name="Submit")).to_be_disabled()


TELL = "document.getElementById('toasts').onclick = () => document.querySelector('crowd-toast').show()"
SHOWN = (
    form("""
<crowd-instructions link-text="How to do it"><short-summary>Short</short-summary>
  <detailed-instructions>Long</detailed-instructions></crowd-instructions>
<crowd-tabs><crowd-tab header="One">First</crowd-tab><crowd-tab header="Two">Second</crowd-tab></crowd-tabs>
<crowd-card heading="A card"><p>Inside</p></crowd-card>
<crowd-alert type="warning" dismissible>Take care</crowd-alert>
<p>New <crowd-badge label="3"></crowd-badge></p>
<crowd-modal id="more" link-text="More"><p>In the window</p></crowd-modal>
<crowd-icon-button icon="search"></crowd-icon-button>
<crowd-fab icon="add" title="Add one"></crowd-fab>
<crowd-button form-action="none" id="toasts">Tell</crowd-button>
<crowd-button form-action="reset">Begin again</crowd-button>
<crowd-toast duration="600000">Saved</crowd-toast>
<crowd-input name="a" label="A"></crowd-input>
<crowd-checkbox name="b">B</crowd-checkbox><crowd-toggle-button name="c">C</crowd-toggle-button>
<crowd-slider name="d" label="D"></crowd-slider>
""")
    + f"<script>{TELL}</script>"
)


def test_layout_elements_are_usable_with_the_keyboard(opened):
    inside = opened(SHOWN)
    expect(inside.get_by_text("Second")).to_be_hidden()
    inside.get_by_role("tab", name="One").focus()
    inside.get_by_role("tab", name="One").press("ArrowRight")
    expect(inside.get_by_text("Second")).to_be_visible()
    inside.get_by_text("How to do it").focus()
    inside.get_by_text("How to do it").press("Enter")
    expect(inside.get_by_text("Long")).to_be_visible()
    inside.get_by_role("button", name="More").press("Enter")
    expect(inside.get_by_role("dialog")).to_contain_text("In the window")
    inside.get_by_role("button", name="Close").press("Enter")
    expect(inside.get_by_role("dialog")).to_be_hidden()


def test_messages_are_shown_and_go(opened):
    inside = opened(SHOWN)
    expect(inside.get_by_text("Saved")).to_be_hidden()
    inside.get_by_role("button", name="Tell").click()
    expect(inside.get_by_text("Saved")).to_be_visible()
    inside.get_by_role("button", name="Dismiss").click()
    expect(inside.get_by_text("Take care")).to_have_count(0)


def test_a_reset_gives_back_what_was_there(opened):
    inside = opened(SHOWN)
    inside.get_by_label("A", exact=True).fill("x")
    inside.get_by_role("button", name="Begin again").click()
    expect(inside.get_by_label("A", exact=True)).to_have_value("")


def test_a_page_with_colours_of_its_own_stays_on_white(opened, window):
    inside = opened(form("<p style='background-color: #ffffcc'>Read this</p>"))
    colours = inside.get_by_text("Read this").evaluate(
        "one => [getComputedStyle(one).color, getComputedStyle(document.documentElement).backgroundColor]"
    )
    assert [list(map(int, re.findall(r"\d+", one))) for one in colours] == [[28, 32, 36], [255, 255, 255]]
