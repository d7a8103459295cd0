"""The API called by a page of another site, with the SDK that such pages were written with."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from datetime import datetime, timezone
from decimal import Decimal
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from mturk_tasks.marketplace.operator import requesters
from mturk_tasks.marketplace.storage import opening
from tests.server.served import Served, serving

pytestmark = pytest.mark.browser

SDK = Path(__file__).parent.parent / "programs/javascript/node_modules/aws-sdk/dist/aws-sdk.min.js"
PAGE = "<!DOCTYPE html><title>My HITs</title><script src=aws-sdk.min.js></script>"
NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
CALLS = """
async ([endpoint, accessKeyId, secretAccessKey]) => {
  AWS.config.update({ region: "us-east-1", accessKeyId, secretAccessKey, maxRetries: 0 });
  const client = new AWS.MTurk({ endpoint });
  const refusal = (error) => ({ code: error.code, message: error.message, id: Boolean(error.requestId) });
  const balance = await client.getAccountBalance().promise().catch(refusal);
  const gone = await client.getHIT({ HITId: "3NONE" }).promise().catch(refusal);
  const large = "x".repeat(2 ** 21);
  const message = { Subject: "s", MessageText: large, WorkerIds: ["A1"] };
  return { balance, gone, large: await client.notifyWorkers(message).promise().catch(refusal) };
}
"""


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[str]:
    """Give the address of another site, which has a page with version 2 of the SDK."""
    if not SDK.exists():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(
            "install the JavaScript SDK: npm install --prefix tests/programs/javascript"
        )
    (tmp_path / "www").mkdir()
    (tmp_path / "www" / "index.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "www" / SDK.name).symlink_to(SDK)
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path / "www"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serving(tmp_path / "marketplace.key") as served:
        yield served


@pytest.fixture
def call(browser, elsewhere, served):
    """Call the API of what is served from the other site's page, with a pair of keys."""

    def act(access_key_id: str, secret: str):
        tab = browser.new_page()
        tab.goto(elsewhere)
        seen = tab.evaluate(CALLS, [served.url, access_key_id, secret])
        tab.close()
        return seen

    return act


def test_a_page_of_another_site_calls_the_api_with_keys(call, served, tmp_path):
    with opening.open_store(tmp_path / "market.db", play=False) as store:
        served.offer(store, lambda real: real)
        lab = requesters.add(store, "lab", NOW)
        requesters.fund(store, "lab", Decimal("12.50"), NOW)
        pair = served.keys.add(lab.key, NOW)
        seen = call(pair.access_key_id, pair.secret)

    assert seen["balance"]["AvailableBalance"] == "12.50"
    assert (seen["gone"]["code"], seen["gone"]["id"]) == ("RequestError", True)
    assert seen["gone"]["message"].startswith("Hit 3NONE does not exist.")
    assert seen["large"]["code"] == "RequestEntityTooLarge"


def test_a_page_of_another_site_reaches_no_sandbox_that_takes_any_key(call, served, tmp_path):
    with opening.open_store(tmp_path / "sandbox.db") as store:
        served.offer(store, lambda real: real, private=True)
        seen = call("any", "any")

    assert {one["code"] for one in seen.values()} == {"NetworkingError"}
