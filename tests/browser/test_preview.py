"""The preview of every sample, and of what might misbehave, in a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from playwright.sync_api import expect

from mturk_tasks import scaffold
from mturk_tasks.commands.surveys import preview
from mturk_tasks.commands.surveys.plan import prepare
from mturk_tasks.commands.surveys.preview import PreviewRequest
from mturk_tasks.files import survey
from mturk_tasks.lib.money import format_usd
from mturk_tasks.markup.documents import kind_of
from mturk_tasks.markup.html_form import form_fields, page_of
from mturk_tasks.markup.question_form import read_question_form
from tests.bench import QUESTION, Bench

pytestmark = pytest.mark.browser

TEMPLATE = scaffold.template("hit")
ATTACK = "document.title = 'attacked'"
FORMATTED = """<FormattedContent><![CDATA[<p>before</p>{}<p>after</p>]]></FormattedContent>"""


@pytest.fixture
def bench(tmp_path: Path, _home: Path) -> Bench:
    return Bench(tmp_path / "birds", _home / "mturk")


@pytest.fixture
def sample(bench: Bench) -> Callable[..., Path]:
    """Preview a sample, and return the page."""

    def write(name: str, request: PreviewRequest | None = None) -> Path:
        for kind in ("input", "properties", "question"):
            (source,) = TEMPLATE.glob(f"*/_samples/{name}/survey.{kind}")
            shutil.copy(source, bench.folder / f"birds.{kind}")
        return preview.run(bench.context(), request or PreviewRequest()).files[0]

    return write


def fields(question: str) -> int:
    """Return how many names the first question of a survey sends."""
    if kind_of(question) == "QuestionForm":
        return len(read_question_form(question).questions)
    return len(form_fields(page_of(question))) if kind_of(question) == "HTMLQuestion" else 0


@pytest.mark.parametrize("name", scaffold.samples())
def test_a_sample_shows_its_offer_and_its_fields(window, sample, bench, name):
    page = window.open(sample(name))
    plan = prepare(survey.find(bench.folder))
    place = page.frame_locator("iframe") if page.locator("iframe[srcdoc]").count() else page
    visible = place.locator("input:not([type=hidden], [name$=-other]), select, textarea").all()

    expect(page.get_by_role("heading", level=1)).to_have_text(plan.properties.title)
    expect(page.get_by_text(format_usd(plan.properties.reward), exact=True)).to_be_visible()
    assert len({one.get_attribute("name") for one in visible}) == fields(plan.hits[0].question)
    assert all(one.is_visible() for one in visible)


@pytest.mark.parametrize("name", scaffold.samples())
def test_a_sample_fits_the_window_and_is_accessible_and_quiet(window, sample, name):
    page = window.open(sample(name))

    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert window.complaints == []  # before axe-core, which speaks to frames that cannot hear it
    assert window.violations() == []


@pytest.mark.parametrize("name", scaffold.samples())
def test_nothing_is_fetched_but_what_the_question_names(window, sample, bench, name):
    window.open(sample(name))
    question = unescape(prepare(survey.find(bench.folder)).hits[0].question)

    assert [url for url in window.wanted if url.split("&assignmentId=")[0] not in question] == []


def test_links_lead_from_row_to_row(window, sample):
    page = window.open(sample("simple_survey", PreviewRequest(every=True)))
    page.get_by_role("navigation", name="All rows").get_by_role("link", name="Row 3", exact=True).click()
    expect(page.get_by_role("heading", name="Row 3 of 12")).to_be_in_viewport()
    page.get_by_role("navigation", name="From row 3").get_by_role("link", name="Next row").click()

    expect(page.get_by_role("heading", name="Row 4 of 12")).to_be_in_viewport()
    assert window.violations() == []


def test_what_is_filled_in_can_be_tried_and_goes_nowhere(window, sample):
    page = window.open(sample("helloworld"))
    address = page.url
    field = page.get_by_role("textbox", name="Which sound tells you")
    field.fill("The tram")
    page.evaluate("document.forms[0].requestSubmit()")

    assert (page.url, field.input_value()) == (address, "The tram")


def test_a_choice_in_one_row_leaves_the_others_alone(window, sample):
    page = window.open(sample("simple_survey", PreviewRequest(every=True)))
    page.get_by_label("On Sundays").first.check()
    page.locator("#row-2").get_by_role("radio").first.check()

    assert page.locator("input:checked").count() == 2


def test_markup_in_a_title_or_a_cell_is_text(window, bench):
    bench.set("title", f'<img src=x onerror="{ATTACK}"><script>{ATTACK}</script>')
    bench.rows(f'"</p><script>{ATTACK}</script>"')
    page = window.open(preview.run(bench.context(), PreviewRequest()).files[0])

    expect(page.get_by_role("heading", level=1)).to_contain_text("<script>")
    expect(page.get_by_text("Which bird is in </p><script>")).to_be_visible()
    assert page.title() != "attacked"
    assert window.complaints == []


@pytest.mark.parametrize(
    "content",
    [
        f"<script>{ATTACK}</script>",
        f'<p onmouseover="{ATTACK}">here</p>',
        f'<a href="javascript:{ATTACK}">here</a>',
        f'<img src="x:" alt="here" onerror="{ATTACK}"/>',
        f'<svg xmlns="http://www.w3.org/2000/svg" onload="{ATTACK}"/>',
    ],
    ids=["script", "handler", "link", "image", "drawing"],
)
def test_a_script_in_formatted_content_does_not_run(window, bench, content):
    from mturk_tasks.commands.surveys.preview import Offer, PreviewRow, page
    from mturk_tasks.markup.rendering.form import render, style

    question = QUESTION.replace("<Text>Which bird is in ${picture}?</Text>", FORMATTED.format(content))
    offer = Offer("Name the bird", "One picture", (), "$0.05", 60)
    file = bench.write("attack.html", page(offer, [PreviewRow(1, html=render(question))], 1, style()))
    opened = window.open(file)
    if opened.get_by_text("here").count():
        opened.get_by_text("here").click()

    expect(opened.get_by_text("after")).to_be_visible()
    assert opened.title() == "Name the bird (preview)"
    assert window.complaints == []  # the page's policy had nothing to refuse


def test_a_page_in_its_frame_runs_its_scripts_and_cannot_leave_it(window, sample, bench):
    page = window.open(sample("html_form"))
    expect(page.frame_locator("iframe").get_by_text("This is a preview")).to_be_visible()

    frame = page.frames[1]
    assert frame.evaluate("window.origin") == "null"
    assert frame.evaluate("try { parent.document.title } catch (error) { error.name }") == "SecurityError"
