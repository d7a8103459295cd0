"""The server as a process: it says when it is ready, lets time pass, and stops in order."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from mturk_tasks.client.session import connect
from mturk_tasks.marketplace.due import process_due_alone
from mturk_tasks.marketplace.operator import requesters
from mturk_tasks.marketplace.serve import Options, Server, listening
from mturk_tasks.marketplace.server.keys import KeyFile, Keys, Pair
from mturk_tasks.marketplace.storage import opening, schema
from mturk_tasks.marketplace.storage.about import advance
from mturk_tasks.marketplace.storage.store import Store
from tests.server.raw import call, send, signed

ANY = Pair("whatever", "anything")
INV = (sys.executable, "-m", "invoke")
READY = re.compile(
    r"the marketplace is ready at (http://\S+); now: export AWS_ENDPOINT_URL_MTURK=(http://\S+)\n"
)
PATIENCE = 60.0


class Process:
    """A server that was started from a command line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.line = process.stdout.readline()
        self.url = READY.fullmatch(self.line)[1] if self.line else ""

    def end(self, by: int = signal.SIGTERM) -> tuple[int, str, str]:
        if self.process.poll() is None:
            self.process.send_signal(by)
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, err


@pytest.fixture
def start(tmp_path) -> Iterator[Callable[..., Process]]:
    started = []

    def run(*words: str) -> Process:
        port = () if "--port" in words else ("--port", "0")
        process = subprocess.Popen(
            [*INV, "--search-root", str(tmp_path), "marketplace.serve", *port, *words],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path,
        )  # fmt: skip
        started.append(process)
        return Process(process)

    text = "from mturk_tasks.tasks.collections import root_tasks\nns = root_tasks()\n"
    (tmp_path / "tasks.py").write_text(text, encoding="utf-8")
    yield run
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def sandbox(_home):
    with opening.open_store(_home / "mturk" / "sandbox.db") as store:
        yield store


@pytest.mark.walk
def test_one_line_says_where_and_how_it_is_reached(start):
    server = start()
    found = READY.fullmatch(server.line)
    client = connect(found[2], keys=("any", "key"))

    assert found[1] == found[2]
    assert client.get_account_balance()["AvailableBalance"] == "10000.00"
    client.close()
    assert server.end()[:2] == (0, "")


@pytest.mark.walk
@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_it_stops_at_once_when_nothing_is_under_way(start, by):
    server = start()
    began = time.monotonic()
    code, out, err = server.end(by)

    assert (code, out) == (0, "")
    assert "Traceback" not in err
    assert time.monotonic() - began < 5


@pytest.mark.walk
def test_it_serves_the_sandbox_that_embedded_commands_use(start, sandbox):
    server = start()
    body = b'{"WorkerId":"A1","Reason":"x"}'
    assert call(server.url, ANY, "CreateWorkerBlock", body).status == 200

    with sandbox.reading() as db:
        assert db.execute(select(schema.block.c.worker_id)).scalars().all() == ["A1"]


@pytest.mark.walk
def test_requests_under_way_are_finished_before_it_stops(start, sandbox):
    server = start()
    replies = []
    body = b'{"WorkerId":"A1","Reason":"x"}'
    headers = signed(server.url, ANY, "CreateWorkerBlock", body)
    with sandbox.writing():
        asking = threading.Thread(target=lambda: replies.append(send(server.url, body, headers)))
        asking.start()
        time.sleep(0.7)  # it waits for us now
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        assert server.process.poll() is None
    asking.join(PATIENCE)

    assert [reply.status for reply in replies] == [200]
    assert server.process.wait(PATIENCE) == 0


@pytest.mark.walk
def test_what_time_changes_happens_without_traffic(start, sandbox, kind, question):
    server = start()
    body = json.dumps({**kind, "LifetimeInSeconds": 60, "Question": question}).encode()
    assert call(server.url, ANY, "CreateHIT", body).status == 200
    advance(sandbox, timedelta(minutes=2))
    end = time.monotonic() + PATIENCE
    status = select(schema.hit.c.status)
    while time.monotonic() < end:
        with sandbox.reading() as db:
            if db.execute(status).scalar_one() == "Reviewable":
                break
        time.sleep(0.05)

    with sandbox.reading() as db:
        assert db.execute(status).scalar_one() == "Reviewable"


@pytest.mark.walk
@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--host", "0.0.0.0"), 2, "nobody could call this marketplace"),  # noqa: S104  # refused
        (
            ("--database", "market.db"),
            2,
            "there is no marketplace at market.db; marketplace.requester-add makes one",
        ),
        (("--public-url", "https://market.example.org"), 2, "nobody could call this marketplace"),
        (("--host", "192.0.2.1"), 2, "nobody could call this marketplace"),
        (("--public-url", "market"), 2, "--public-url takes an address"),
        (("--trusted-proxy", "nginx"), 2, "--trusted-proxy takes an IP address, not 'nginx'"),
        (("--fee", "20"), 2, "--fee takes a share from 0 to 1"),
        (("--fee", "0.1234567891"), 2, "--fee takes a share with at most nine decimals"),
        (("--port", "70000"), 2, "--port takes a number up to 65535"),
        (("--database", "mysql://x/y"), 2, "names no marketplace"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_served_is_refused_with_a_sentence(start, words, code, said):
    server = start(*words)

    assert server.line == ""
    ended = server.end()
    assert ended[0] == code
    assert said in ended[2]
    assert "Traceback" not in ended[2]


@pytest.mark.walk
def test_a_port_that_is_taken_is_told_so(start):
    first = start()
    port = first.url.rpartition(":")[2]
    second = start("--port", port)
    code, _, err = second.end()

    assert code == 2
    assert f"cannot listen at 127.0.0.1, port {port}: " in err


@pytest.mark.walk
def test_a_marketplace_with_requesters_and_a_fee_is_served_at_its_public_address(
    start, tmp_path, kind, question
):
    with opening.open_store(tmp_path / "market.db", play=False) as store:
        now = datetime.now(timezone.utc)
        lab = requesters.add(store, "lab", now)
        requesters.fund(store, "lab", Decimal("1.00"), now)
        pair = Keys(store, KeyFile(tmp_path / "own.key")).add(lab.key, now)
    served = (
        "--database", "sqlite:///market.db", "--key-file", "own.key", "--fee", "0",
        "--public-url", "http://localhost:1/",
    )  # fmt: skip
    server = start(*served)
    assert server.url == "http://localhost:1"
    code, _, notes = server.end()
    assert (code, "without --trusted-proxy" in notes) == (0, True)

    server = start(*served[:4])  # the fee stands in the database by now
    body = json.dumps({**kind, "Reward": "0.40", "LifetimeInSeconds": 60, "Question": question}).encode()
    assert call(server.url, ANY).kind == "UnrecognizedClientException"
    assert [call(server.url, pair, "CreateHIT", body).status for _ in range(3)] == [200, 200, 400]
    balance = call(server.url, pair).json
    assert (balance["AvailableBalance"], balance["OnHoldBalance"], balance["Fee"]) == ("0.20", "0.80", "0")
    assert pair.secret not in server.end()[2]


def test_settling_writes_nothing_where_nothing_is_due(tmp_path, monkeypatch):
    with opening.open_store(tmp_path / "sandbox.db") as store:
        monkeypatch.setattr(Store, "writing", lambda self: pytest.fail("it wrote"))
        process_due_alone(store, datetime.now(timezone.utc))


def test_settling_is_left_to_whoever_is_at_it(tmp_path, monkeypatch):
    with opening.open_store(tmp_path / "sandbox.db") as store:
        monkeypatch.setattr(Store, "settling", lambda self: nullcontext(False))
        monkeypatch.setattr(Store, "reading", lambda self: pytest.fail("it looked"))
        process_due_alone(store, datetime.now(timezone.utc))


def test_a_server_that_has_stopped_by_itself_is_not_woken(tmp_path):
    stop = threading.Event()
    stop.set()
    with listening(Options("127.0.0.1", 0)) as listener:
        server = Server(Flask("none"), listener)
        server.run(stop)
        with (tmp_path / "other").open("wb"):  # which may have the number of what was closed
            server.wake()

    assert (tmp_path / "other").read_bytes() == b""
