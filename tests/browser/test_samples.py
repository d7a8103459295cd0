"""Every sample of a survey, from its folder to the worker's earnings, through the doors that people use."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

import pytest
from playwright.sync_api import expect

from mturk_tasks import scaffold
from tests.browser.people import Requester, Worker, answers

pytestmark = pytest.mark.browser

Given = dict[str, str]

ELSEWHERE = """<!doctype html><html lang="en"><head><title>A journey</title></head><body>
<form method="post"><input type="hidden" name="assignmentId"><input type="hidden" name="city">
<label>Minutes <input name="minutes" type="number"></label><button>Send</button></form>
<script>
const told = new URLSearchParams(location.search), form = document.forms[0];
form.assignmentId.value = told.get("assignmentId");
form.city.value = told.get("city");
form.action = told.get("turkSubmitTo") + "/mturk/externalSubmit";
form.querySelector("button").disabled = told.get("assignmentId") === "ASSIGNMENT_ID_NOT_AVAILABLE";
</script></body></html>"""


def helloworld(worker: Worker) -> Given:
    words = 'The bells, <b>twice</b> & "late"\nand then the rain.'
    worker.asked("Your answer").get_by_role("textbox").fill(words)
    return {"answer": words}


def best_image(worker: Worker) -> Given:
    worker.asked("Your choice").get_by_role("radio", name="Second picture").check()
    worker.asked("Your reason").get_by_role("textbox").fill("sharper & größer")
    return {"better": "b", "why": "sharper & größer"}


def image_category(worker: Worker) -> Given:
    worker.asked("Category").get_by_role("radio", name="A building, or part of one").check()
    return {"category": "building"}


def image_tagging(worker: Worker) -> Given:
    given = {"tag1": "harbour", "tag2": "low tide", "tag3": "boats", "people": "12"}
    for question, text in zip(("Tag 1", "Tag 2", "Tag 3", "People"), given.values(), strict=True):
        worker.asked(question).locator("input").fill(text)
    return given


def simple_survey(worker: Worker) -> Given:
    worker.asked("Your choice").get_by_role("radio").nth(2).check()
    worker.asked("Your visits").get_by_role("combobox").select_option(label="Every month")
    for label in ("Printed books", "Newspapers & magazines"):
        worker.asked("What you use").get_by_role("checkbox", name=label).check()
    return {"choice": "third", "visits": "monthly", "uses": "books|press"}


def html_form(worker: Worker) -> Given:
    worker.frame.get_by_label("of two minds").check()
    worker.frame.get_by_label("comfort, noise or looks").check()
    worker.frame.get_by_label("Would this customer").select_option("unknown")
    worker.frame.get_by_label("How many stars").fill("3")
    worker.frame.get_by_label("Which words").fill("“but”,\n<i>twice</i>")
    return {
        "feeling": "mixed",
        "speaks_of_use": "yes",
        "again": "unknown",
        "stars": "3",
        "words": "“but”,\r\n<i>twice</i>",  # as browsers send the end of a line
    }


def external_hit(worker: Worker) -> Given:
    worker.frame.get_by_label("Minutes").fill("35")
    return {"city": worker.frame.locator("[name=city]").input_value(), "minutes": "35"}


class Sample(NamedTuple):
    """How a sample is answered, with which button, and what that earns."""

    answer: Callable[[Worker], Given]
    earned: str
    button: str = "Submit"


SAMPLES = {
    "helloworld": Sample(helloworld, "$0.05"),
    "best_image": Sample(best_image, "$0.04"),
    "image_category": Sample(image_category, "$0.03"),
    "image_tagging": Sample(image_tagging, "$0.10"),
    "simple_survey": Sample(simple_survey, "$0.08"),
    "html_form": Sample(html_form, "$0.06"),
    "external_hit": Sample(external_hit, "$0.25", "Send"),
}
FRAMED = ("html_form", "external_hit")  # what needs scripts
WALKS = [
    (sample, scripts) for sample in SAMPLES for scripts in (True, False) if scripts or sample not in FRAMED
]


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[str]:
    """The address of a requester's own web server, which has one page."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(ELSEWHERE.encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def loaded(requester, elsewhere, title, tmp_path) -> Callable[[str], Requester]:
    """Load a sample under a title of its own."""

    def load(sample: str) -> Requester:
        folder = scaffold.new_hit({"name": "survey", "sample": sample, "title": title, "git": "no"}, tmp_path)
        question = folder / "survey.question"
        written = question.read_text(encoding="utf-8").replace("https://survey.example.org", elsewhere)
        question.write_text(written, encoding="utf-8")
        made = requester(folder)
        made.do("load")
        return made

    return load


@pytest.mark.parametrize(("sample", "scripts"), WALKS)
def test_a_sample_is_answered_read_back_approved_and_earned(loaded, worker, title, sample, scripts):
    survey, anna = loaded(sample), worker(scripts=scripts)
    answer, earned, button = SAMPLES[sample]
    anna.find(title)
    see_preview(anna, button, framed=sample in FRAMED)
    anna.accept()
    given = answer(anna)
    (anna.frame if sample in FRAMED else anna.tab).get_by_role("button", name=button).click()
    number = anna.receipt()

    (row,) = survey.results()
    assert (row["assignmentid"], answers(row)) == (number, given)
    survey.do("approve", "--force")
    anna.go("Dashboard")
    expect(anna.tab.get_by_role("region", name="Approved")).to_contain_text(title)
    expect(anna.tab.locator(".totals").get_by_text(earned)).to_be_visible()


def see_preview(worker: Worker, button: str, *, framed: bool) -> None:
    """See a question that cannot be answered yet."""
    if framed:
        expect(worker.frame.get_by_role("button", name=button)).to_be_disabled()
    else:
        field = worker.tab.get_by_role("group").first.locator("input, textarea").first
        expect(field).to_be_disabled()


def test_every_sample_is_walked():
    assert sorted(SAMPLES) == scaffold.samples()
