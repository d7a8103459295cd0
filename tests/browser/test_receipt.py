"""What follows when a form in a frame is submitted, and when a frame only says so."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from mturk_tasks import scaffold
from tests.browser.people import Requester, answers

pytestmark = pytest.mark.browser

LAYOUT = """<label>Bird <input name="bird" required></label>
<button type="button" onclick="parent.postMessage({mturk: 'submitted'}, '*')">Pretend</button>"""
ASK = "async receipt => (await fetch(receipt, {redirect: 'manual'})).type"
NEXT = "After this, accept the next HIT"


@pytest.fixture
def loaded(requester, title, tmp_path) -> Callable[..., Requester]:
    """Load a survey of so many HITs, each with the layout."""

    def load(number: int) -> Requester:
        rows = "\n".join(["number", *map(str, range(number)), ""])
        files = {"input": rows.encode(), "html": LAYOUT.encode()}
        made = requester(scaffold.new_hit({"name": "survey", "title": title, "git": "no"}, tmp_path, files))
        made.do("load")
        return made

    return load


def test_a_frame_that_claims_to_have_submitted_leads_nowhere(loaded, worker, title):
    loaded(1)
    anna = worker()
    anna.find(title)
    anna.accept()
    anna.tab.evaluate("window.same = true")
    with anna.tab.expect_request("**/receipt") as asked:
        anna.frame.get_by_role("button", name="Pretend").click()

    assert anna.tab.evaluate(ASK, asked.value.url) == "opaqueredirect"
    assert anna.tab.evaluate("window.same")


def test_after_a_form_in_a_frame_the_next_hit_is_accepted_by_itself(loaded, worker, title):
    survey, anna = loaded(2), worker()
    anna.find(title)
    anna.accept()
    anna.tab.get_by_label(NEXT).check()
    for bird in ("owl", "wren"):
        expect(anna.frame.get_by_label("Bird")).to_have_value("")
        anna.frame.get_by_label("Bird").fill(bird)
        anna.frame.get_by_role("button", name="Submit").click()
        if bird == "owl":
            expect(anna.tab.get_by_text("Submitted. Receipt:")).to_be_visible()
            expect(anna.tab.get_by_label(NEXT)).to_be_checked()
    anna.receipt()

    expect(anna.tab.get_by_text("No further HIT of this group is left for you.")).to_be_visible()
    assert sorted(answers(row)["bird"] for row in survey.results()) == ["owl", "wren"]
