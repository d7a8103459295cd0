"""The page of a report in a real browser: narrow and wide, light and dark, by keyboard, on paper."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from mturk_tasks.commands.surveys import report
from mturk_tasks.commands.surveys.report import ReportRequest
from tests.analysis.sets import results_file
from tests.bench import Bench

pytestmark = pytest.mark.browser

ATTACK = "<img src=x onerror=\"document.title='attacked'\"><script>document.title='attacked'</script>"


@pytest.fixture
def page(tmp_path, _home):
    """A report of 60 answers by six workers, who differ, and write what is no text."""
    bench = Bench(tmp_path / "birds", _home / "mturk")
    rows = [
        {
            "hitid": f"3HIT{hit}",
            "assignmentid": f"3ASSIGNMENT{hit}{worker}",
            "workerid": f"AWORKER{worker}",
            "assignments": "3",
            "Answer.colour": ("red", "green", "blue")[hit * worker % 3],
            "Answer.size": str(hit * 7 + worker),
            "Answer.why": f"{ATTACK} because of {hit} and {worker}",
        }
        for hit in range(20)
        for worker in {hit % 6, (hit + 2) % 6, (hit + 3) % 6}
    ]
    path = results_file(tmp_path, rows, "old.results")
    (written,) = report.run(bench.context(), ReportRequest(resultsfile=path)).files
    return written


@pytest.fixture
def opened(browser, page):
    contexts = []

    def act(width=1280, scheme="light", **options):
        context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme, **options
        )
        contexts.append(context)
        tab = context.new_page()
        tab.said = []
        tab.on("console", lambda message: tab.said.append(message.text))
        tab.on("request", lambda request: tab.said.append(request.url))
        tab.goto(page.as_uri())
        return tab

    yield act
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_the_page_fits_and_everybody_can_use_it(opened, width, scheme):
    tab = opened(width, scheme)

    assert tab.evaluate("document.documentElement.scrollWidth") == width
    assert Axe().run(tab).response["violations"] == []


def test_nothing_of_a_stranger_runs_and_nothing_is_fetched(opened, page):
    tab = opened()

    expect(tab).to_have_title("old: report")
    assert tab.said == [page.as_uri()]


def test_keys_lead_through_the_page(opened):
    tab = opened()

    tab.keyboard.press("j")
    first = tab.evaluate("document.activeElement.textContent")
    tab.keyboard.press("j")
    tab.keyboard.press("k")

    assert tab.evaluate("document.activeElement.textContent") == first
    tab.keyboard.press("?")
    expect(tab.locator("#keys")).to_be_visible()


def test_a_search_leaves_what_matches(opened):
    tab = opened()

    tab.keyboard.press("/")
    tab.keyboard.type("size")

    expect(tab.locator("#found")).to_contain_text("match")
    expect(tab.locator("article:visible h3")).to_have_text(["size"])


def test_all_is_there_without_scripts(opened):
    tab = opened(java_script_enabled=False)

    expect(tab.get_by_role("heading", name="Where workers differ most")).to_be_visible()
    expect(tab.locator("details").first).to_be_visible()


def test_it_can_be_printed(opened):
    tab = opened()

    assert tab.pdf(format="A4").startswith(b"%PDF")
