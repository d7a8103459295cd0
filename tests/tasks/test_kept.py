"""Drafts, late answers and files by real command lines, in the sandbox and over HTTP."""

from __future__ import annotations

import json
import threading
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from mturk_tasks.marketplace.api import endpoint
from mturk_tasks.marketplace.storage import opening
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.marketplace.worker import drafts, uploads, work
from mturk_tasks.markup.answers import Answer, build
from tests.bench import QUESTION

pytestmark = pytest.mark.walk

UPLOAD = QUESTION.replace(
    "<FreeTextAnswer/>",
    "<FileUploadAnswer><MaxFileSizeInBytes>99</MaxFileSizeInBytes><MinFileSizeInBytes>1</MinFileSizeInBytes>"
    "</FileUploadAnswer>",
)


class Market(BaseHTTPRequestHandler):
    """A marketplace behind an address: its API, and the files it gives addresses for."""

    store: Store
    late = timedelta(0)

    @classmethod
    def now(cls):
        return datetime.now(timezone.utc) + cls.late

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        reply = endpoint.handle(self.store, self.headers["X-Amz-Target"], body, self.now())
        self.answer(reply.status, reply.body)

    def do_GET(self):
        found = uploads.content_of(self.store, self.path.removeprefix(uploads.PATH), self.now())
        self.answer(200 if found else 404, found[1] if found else b"")

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def market(shell, tmp_path, monkeypatch):
    """Serve a marketplace and make it this folder's production."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with opening.open_store(tmp_path / "production.db") as store:
        handler = type("Served", (Market,), {"store": store})
        with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            store.address = f"http://127.0.0.1:{server.server_port}"
            settings = f"mturk:\n  production:\n    endpoint: {store.address}\n"
            (shell.folder / "invoke.yaml").write_text(settings, encoding="utf-8")
            thread = threading.Thread(target=server.serve_forever, args=(0.01,))
            thread.start()
            yield handler
            server.shutdown()
            thread.join()


def test_over_http_all_that_is_kept_is_fetched(shell, market):
    (shell.folder / "birds.question").write_text(UPLOAD, encoding="utf-8")
    shell.do("load", "--production", "--force")
    first, second, _ = shell.receipt()
    held = work.accept(market.store, "AONE", first, market.now())
    place = (market.store, held.assignment_id, "AONE")
    sent = uploads.store_file(*place, "bird", "owl.jpg", "image/jpeg", b"\x00owl", market.now())
    work.submit(*place, build([sent.answer]), market.now())
    late = work.accept(market.store, "ATWO", second, market.now())
    drafts.save(market.store, late.assignment_id, "ATWO", {"note": "almost"}, market.now())
    place = (market.store, late.assignment_id, "ATWO")
    sent = uploads.store_file(*place, "bird", "at-last.jpg", "image/jpeg", b"\x00jay", market.now())
    market.late = timedelta(hours=1)
    assert work.submit(*place, build([sent.answer]), market.now()).late
    said = shell.do("results", "--production", "--drafts", "--files")

    assert "1 answer came late" in said
    file = shell.folder / "birds.files" / held.assignment_id / "bird-owl.jpg"
    assert file.read_bytes() == b"\x00owl"
    assert '"abandoned"' in (shell.folder / "birds.drafts").read_text()
    assert late.assignment_id in shell.do("late", "--production")
    ended = shell.inv("late", "--production", "--accept", late.assignment_id)
    assert ended.code == 2
    assert "needs a confirmation" in ended.err
    shell.do("late", "--production", "--accept", late.assignment_id, "--force")
    shell.do("results", "--production")
    assert "at-last.jpg" in (shell.folder / "birds.results").read_text()


def test_in_the_sandbox_rehearsed_workers_files_are_fetched(shell):
    (shell.folder / "birds.question").write_text(UPLOAD, encoding="utf-8")
    shell.do("load")
    shell.do("rehearse")
    told = json.loads(shell.do("results", "--files", "--drafts", "--json"))

    assert (told["counts"]["files"], told["counts"]["drafts"]) == (6, 0)
    assert len(list((shell.folder / "birds.files").glob("*/bird-bird.txt"))) == 6
    assert json.loads(shell.do("late", "--json"))["counts"] == {"late": 0}


def test_an_acceptance_stands_in_the_journal_without_the_worker(shell, sandbox, home):
    shell.do("load")
    with opening.open_store(home / "sandbox.db") as store:
        now = datetime.now(timezone.utc)
        held = work.accept(store, "AONEONEONE", shell.receipt()[0], now)
        when = now + timedelta(hours=1)
        work.submit(store, held.assignment_id, "AONEONEONE", build([Answer("bird", "owl")]), when)
    shell.do("late", "--accept", held.assignment_id)
    entries = [json.loads(line) for line in shell.journal().splitlines()]

    ours = [entry for entry in entries if entry.get("action") == "late"]
    assert [(one["event"], one["item"]) for one in ours] == [
        ("intent", held.assignment_id),
        ("outcome", held.assignment_id),
    ]
    assert "AONEONEONE" not in shell.journal()
