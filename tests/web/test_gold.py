"""Right answers of a survey reach no page that a worker or a participant can open."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask import Flask

from mturk_tasks.commands.studies import link
from mturk_tasks.commands.surveys import load, preview
from mturk_tasks.commands.surveys.load import LoadRequest
from mturk_tasks.commands.surveys.preview import PreviewRequest
from mturk_tasks.marketplace.server import application
from mturk_tasks.marketplace.server.access import Access
from mturk_tasks.marketplace.server.keys import KeyFile, Keys
from mturk_tasks.marketplace.server.market import Market
from mturk_tasks.marketplace.web import site, submissions
from mturk_tasks.marketplace.web.frames import framing, submission
from mturk_tasks.marketplace.web.session import SiteSettings
from tests.bench import Bench
from tests.web.conftest import Visitor

RIGHT = "Bubo bubo"
LAYOUT = '<h1>${picture}</h1>\n<form><input name="bird"></form>\n'
PID = "5f" * 12
ADDRESS = re.compile(r'(?:href|src|action)="(?:http://localhost)?(/[^"#]*)')


@pytest.fixture(params=["form", "layout"])
def bench(tmp_path: Path, _home: Path, request: pytest.FixtureRequest) -> Bench:
    """A survey whose second column says what is right."""
    bench = Bench(tmp_path / "birds", tmp_path)
    bench.write("birds.input", f"picture\tright\nowl.jpg\t{RIGHT}\n")
    bench.set("gold", "bird=${right}\nrecruit: prolific\nrecruit.code: C1ABC\nrecruit.participants: 20")
    if request.param == "layout":
        (bench.folder / "birds.question").unlink()
        bench.write("birds.html", LAYOUT)
    load.run(bench.context(), LoadRequest())
    return bench


@pytest.fixture
def app(bench: Bench) -> Flask:
    keys = Keys(bench.store, KeyFile(bench.home / "marketplace.key"))
    market = Market(bench.store, Access(bench.store, keys, private=True), lambda real: bench.market.now())
    made = application.create(market, [framing.blueprint(), site.blueprint(SiteSettings())])
    made.secret_key = keys.derived("worker site")
    made.extensions[submission.HOOK] = submissions.save_draft
    return made


def every_page(visitor: Visitor, *begin: str) -> dict[str, str]:
    """Return all pages and frames that links lead to, by their addresses."""
    pages: dict[str, str] = {}
    left = list(begin)
    while left:
        address = left.pop()
        if address in pages or address.startswith("/static"):
            continue
        answer = visitor.get(address, follow_redirects=True)
        pages[address] = f"{answer.headers}\n{answer.text}" if answer.status_code < 400 else ""
        left += map(unescape, ADDRESS.findall(pages[address]))
    return pages


def must_be_clean(pages: dict[str, str], expected: str = "owl.jpg") -> None:
    """Fail where a page has the right answer, and where none has what the survey shows: nothing was seen."""
    assert [address for address, text in pages.items() if RIGHT in unescape(text)] == []
    assert any(expected in unescape(text) for text in pages.values())


def test_no_page_of_a_worker_holds_the_right_answer(bench, visit):
    anna = visit().sign_up()
    must_be_clean(every_page(anna, "/"))
    group = bench.hits()[0]["HITGroupId"]
    work = anna.accept(group)

    must_be_clean(every_page(anna, "/", work))


def test_no_page_after_the_submission_holds_it_either(bench, visit):
    anna = visit().sign_up()
    hit = bench.hits()[0]
    work = anna.accept(hit["HITGroupId"])
    page = unescape(anna.see(work))
    if permit := re.search(r"submit\?permit=([\w.-]+)", page):
        anna.post(f"{work}/submit?permit={permit[1]}", q1="a jay")
    else:
        (submit,) = re.findall(r"turkSubmitTo=http%3A%2F%2Flocalhost([^&\"]+)", page)
        fields = {"assignmentId": work.rpartition("/")[2], "bird": "a jay"}
        anna.browser.post(f"{unquote(submit)}/mturk/externalSubmit", data=fields)
    assert bench.statuses() == ["Submitted"]

    must_be_clean(every_page(anna, "/", work), expected="Name the bird")


def test_no_page_of_a_study_holds_it(bench, visit):
    study = link.run(bench.context()).facts["study"]
    person = visit()
    person.see(f"/s/{study}?PROLIFIC_PID={PID}&STUDY_ID=st&SESSION_ID=se")
    first = person.post(f"/s/{study}/start")
    work = str(person.post(f"/s/{study}/next").location)

    must_be_clean({"first": first.text, **every_page(person, f"/s/{study}", work)})


def test_no_preview_holds_it(bench):
    preview.run(bench.context(), PreviewRequest())
    shown = {path.name: path.read_text(encoding="utf-8") for path in bench.folder.glob("*preview*")}

    must_be_clean(shown)
