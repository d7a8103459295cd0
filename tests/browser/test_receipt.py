"""What the work page believes of what is said in its frame."""

from __future__ import annotations

import pytest

from mturk_tasks import scaffold

pytestmark = pytest.mark.browser

LIAR = """<input name="bird">
<button type="button" onclick="parent.postMessage({mturk: 'submitted'}, '*')">Pretend</button>"""

ASK = "async receipt => (await fetch(receipt, {redirect: 'manual'})).type"


def test_a_frame_that_claims_to_have_submitted_leads_to_no_receipt(requester, worker, title, tmp_path):
    files = {"input": b"number\n1\n", "html": LIAR.encode()}
    names = {"name": "survey", "title": title, "git": "no"}
    requester(scaffold.new_hit(names, tmp_path, files)).do("load")
    anna = worker()
    anna.find(title)
    anna.accept()
    anna.tab.evaluate("window.same = true")
    with anna.tab.expect_request("**/receipt") as asked:
        anna.frame.get_by_role("button", name="Pretend").click()

    assert anna.tab.evaluate(ASK, asked.value.url) == "opaqueredirect"
    assert anna.tab.evaluate("window.same")
