"""Where the marketplace is over http, a requester's page over http can be done in its frame."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route

from mturk_tasks import scaffold
from tests.browser.people import SURVEY, answers

pytestmark = pytest.mark.browser

ADDRESS = "http://lab.example.org:8080/birds"
EXTERNAL = (
    '<ExternalQuestion xmlns="http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/2006-07-14/'
    f'ExternalQuestion.xsd"><ExternalURL>{ADDRESS}?number=${{number}}</ExternalURL>'
    "<FrameHeight>300</FrameHeight></ExternalQuestion>"
)
PAGE = """<!DOCTYPE html><title>Birds</title><form method="post"><input type="hidden" name="assignmentId">
<label>Bird <input name="bird"></label><button>Send</button></form><script>
const told = new URLSearchParams(location.search), form = document.forms[0];
form.assignmentId.value = told.get("assignmentId");
form.action = told.get("turkSubmitTo") + "/mturk/externalSubmit";
</script>"""


@pytest.fixture
def loaded(requester, title, tmp_path):
    """A survey of one HIT, whose page is at another host and port, over http."""
    files = {"input": b"number\n1\n", "question": EXTERNAL.encode()}
    made = requester(scaffold.new_hit({**SURVEY, "title": title}, tmp_path, files))
    made.do("load")
    return made


def test_a_page_over_http_at_another_host_is_shown_and_submits(loaded, worker, title):
    def answer(route: Route) -> None:
        route.fulfill(body=PAGE, content_type="text/html")

    one = worker()
    one.tab.context.route(f"{ADDRESS}**", answer)
    one.find(title)
    one.accept()
    one.frame.get_by_label("Bird").fill("owl")
    one.frame.get_by_role("button", name="Send").click()
    one.receipt()

    assert [answers(row) for row in loaded.results()] == [{"bird": "owl"}]
