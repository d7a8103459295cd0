"""A study at a server of its own is at home in its frame, and reaches nothing of ours there.

The marketplace is at 127.0.0.1, the study at localhost: two hosts, as the web's are.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Dialog, expect

from mturk_tasks import scaffold
from mturk_tasks.markup.layout import html_question
from tests.browser.hosting import studying
from tests.browser.people import SURVEY, Worker, answers

pytestmark = pytest.mark.browser

HTML = html_question("<form><input name=colour><button>Send</button></form>").encode()

REFUSED = "chrome-error://chromewebdata/"
TO_PARENT = "() => { try { return parent.document.title } catch (error) { return error.name } }"


LEAD_AWAY = (
    "() => { try { opener.top.location = '/probe'; return 'led' } catch (error) { return error.name } }"
)


@pytest.fixture
def study():
    with studying() as study:
        yield study


@pytest.fixture
def load(requester, title, tmp_path):
    """Load a survey of one HIT with this question."""

    def act(question, called=title):
        files = {"input": b"number\n1\n", "question": question}
        given = {**SURVEY, "name": called.replace(" ", "-"), "title": called}
        made = requester(scaffold.new_hit(given, tmp_path, files))
        made.do("load")
        return made

    return act


@pytest.fixture(scope="module")
def signed_up(browser, market):
    """A worker for all of these tests, in a browser that reaches this machine alone."""
    context = browser.new_context(base_url=market.url)
    context.route(re.compile("^http://(?!localhost:|127[.]0[.]0[.]1:)|^https:"), lambda route: route.abort())
    yield Worker("hosted", context.new_page()).enter("Sign up")
    context.close()


@pytest.fixture
def taking(signed_up, title):
    """Let the worker accept the HIT; what dialogs say is in `asked`, and they are agreed to."""
    complaints: list[str] = []
    asked: list[str] = []

    def act():
        one = Worker(signed_up.name, signed_up.tab.context.new_page())

        def agree(dialog: Dialog) -> None:
            asked.append(f"{dialog.type}: {dialog.message}")
            dialog.accept()

        one.tab.on("dialog", agree)
        one.tab.on("pageerror", lambda error: complaints.append(str(error)))
        one.tab.goto("/")
        one.find(title)
        one.accept()
        return one

    act.asked = asked  # type: ignore[attr-defined]  # of the function, for who calls it
    yield act
    for tab in signed_up.tab.context.pages[1:]:
        tab.close()
    assert complaints == []


def seen(place):
    """Return what the probe has found out."""
    found = place.locator("#seen")
    expect(found).to_contain_text("end=")
    return dict(pair.split("=", 1) for pair in found.inner_text().split(";") if pair)


def test_a_page_at_another_host_has_storage_server_modules_cookies_and_dialogs(load, taking, study):
    survey = load(study.question("/probe"))
    one = taking()
    expect(one.frame.locator("#seen")).to_contain_text("module=true")
    found = seen(one.frame)
    assert (found["storage"], found["fetch"], found["camera"]) == ("yes", "thanks", "true")
    assert "kept=yes" in found["cookie"]  # which says Partitioned

    one.frame.get_by_role("button", name="Alert").click()
    one.frame.get_by_label("Bird").fill("owl")
    one.frame.get_by_role("button", name="Submit").click()
    one.receipt()
    assert taking.asked == ["alert: Please answer", "confirm: Submit now?"]
    assert [answers(row) for row in survey.results()] == [{"bird": "owl"}]


@pytest.mark.parametrize("width", [360, 1280], ids=["phone", "desktop"])
def test_it_is_walked_to_its_approval(load, taking, study, title, width):
    survey = load(study.question("/probe"))
    one = taking()
    one.tab.set_viewport_size({"width": width, "height": 740})
    one.frame.get_by_label("Bird").fill("owl")
    one.frame.get_by_role("button", name="Submit").click()
    number = one.receipt()
    assert [row["assignmentid"] for row in survey.results()] == [number]

    survey.do("review", "--force")
    one.tab.goto("/dashboard/approved")
    expect(one.tab.get_by_role("link", name=title)).to_be_visible()


def test_in_a_window_of_its_own_it_submits_and_both_windows_lead_on(load, taking, study):
    survey = load(study.question("/probe"))
    one = taking()
    with one.tab.context.expect_page() as opened:
        one.tab.get_by_role("link", name="Open in a window of its own").click()
    own = opened.value
    own.on("dialog", lambda dialog: dialog.accept())
    assert seen(own)["opener"] == "null"
    own.get_by_label("Bird").fill("owl")
    own.get_by_role("button", name="Submit").click()
    own.get_by_role("link", name="To the receipt").click()

    expect(own.get_by_role("heading", level=1)).to_have_text("Receipt")
    one.receipt()
    assert [answers(row) for row in survey.results()] == [{"bird": "owl"}]


def test_at_our_own_host_it_has_no_origin_but_in_a_window_of_its_own(load, taking, study):
    load(study.question("/probe", host="127.0.0.1"))
    one = taking()
    assert (seen(one.frame)["storage"], seen(one.frame)["fetch"]) == ("SecurityError", "TypeError")
    expect(one.tab.get_by_text("at this site's own host")).to_be_visible()

    with one.tab.context.expect_page() as opened:
        one.tab.get_by_role("link", name="Open in a window of its own").click()
    assert seen(opened.value)["storage"] == "yes"


def test_a_form_on_each_page_and_a_redirect_at_the_end_submit(load, taking, study):
    survey = load(study.question("/tree"))  # as oTree does
    one = taking()
    for page in ("Page 1", "Page 2"):
        expect(one.frame.get_by_role("heading", name=page)).to_be_visible()
        one.frame.get_by_label("Offer").fill("3")
        one.frame.get_by_role("button", name="Next").click()
    one.receipt()

    assert study.sent == ["POST /tree/1 offer=3", "POST /tree/2 offer=3"]
    assert [answers(row) for row in survey.results()] == [{"participant": "abc"}]


def test_an_experiment_in_a_popup_speaks_with_the_page_that_opened_it(load, taking, study):
    survey = load(study.question("/advert"))  # as psiTurk does
    one = taking()
    with one.tab.context.expect_page() as opened:
        one.frame.get_by_role("button", name="Begin").click()
    assert opened.value.evaluate(LEAD_AWAY) == "SecurityError"
    opened.value.get_by_role("button", name="Yes").click()
    one.frame.get_by_role("button", name="Submit").click()
    one.receipt()

    assert study.sent == ['PUT /sync {"trial":1}']
    assert [answers(row) for row in survey.results()] == [{"status": "completed"}]


def test_a_page_of_scripts_alone_submits_what_it_gathered(load, taking, study):
    survey = load(study.question("/timeline", height=700))  # as jsPsych does
    one = taking()
    assert one.tab.locator("iframe").evaluate("frame => frame.clientHeight") == 700
    for trial in ("Left", "Right"):
        one.frame.get_by_role("button", name=trial).click()
    one.receipt()

    assert [answers(row) for row in survey.results()] == [{"data": '["Left","Right"]'}]


CLAIMS = """<!DOCTYPE html><h1>Claims</h1><script>
const { port1, port2 } = new MessageChannel();
parent.postMessage({ mturk: "ready", pass: "x" }, "*", [port2]);
parent.postMessage({ mturk: "ready" }, "*");
port1.postMessage({ values: { bird: ["owl"] } });
parent.postMessage({ mturk: "submitted" }, "*");
fetch("SITE/dashboard", { credentials: "include" }).then(() => "read", error => error.name).then(found => {
  try { found += parent.document.title } catch (error) { found += " " + error.name }
  document.body.append(found);
});
</script>"""


def test_it_neither_keeps_drafts_nor_reads_the_site_nor_claims_to_have_submitted(load, taking, study, market):
    survey = load(study.question("/claims"))
    study.pages["/claims"] = CLAIMS.replace("SITE", market.url)
    one = taking()

    expect(one.frame.get_by_text("TypeError SecurityError")).to_be_visible()
    expect(one.tab.get_by_text("Time left")).to_be_visible()
    assert survey.drafts() == []


def test_led_to_an_address_of_ours_its_frame_is_refused_or_has_no_origin(load, taking, study, market, title):
    load(HTML, f"{title} of ours")
    load(study.question("/led"))
    one = taking()
    work = one.tab.url
    one.find(f"{title} of ours")
    served = one.tab.locator("iframe").get_attribute("src")
    by_redirect, by_script = "<script>location = '/away'</script>", "<script>location = {!r}</script>"
    for address, how in (
        (served, by_redirect),
        (served, by_script),
        (work, by_redirect),
        (f"{market.url}/dashboard", by_script),
        (f"{market.url}/readyz", by_script),
    ):
        study.away = address
        study.pages["/led"] = how.format(address)
        one.tab.goto(work)
        frame = one.tab.frames[1]
        frame.wait_for_url(lambda url, address=address: url in (address, REFUSED))
        assert frame.url == (address if address == served else REFUSED)
        assert frame.evaluate("self.origin") == "null"
        assert frame.evaluate(TO_PARENT) == "SecurityError"
