"""How much of a body is read: as much as its address takes, decided by its head."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from mturk_tasks.marketplace import serve
from mturk_tasks.marketplace.api import shapes
from mturk_tasks.marketplace.server import receiving
from mturk_tasks.marketplace.server.receiving import Allowance, BodyLimits, ByteBudget
from tests.server.raw import TARGET, call, send, signed
from tests.server.served import answering

MEGABYTE = 2**20


def connection(url):
    parts = urlsplit(url)
    return socket.create_connection((parts.hostname, parts.port), timeout=30)


def head(start, *lines):
    return "\r\n".join([f"{start} HTTP/1.1", "host: 127.0.0.1", *lines, "", ""]).encode()


def answer(heard):
    """Return all that comes until the server hangs up."""
    received = b""
    with suppress(ConnectionError):
        while chunk := heard.recv(65536):
            received += chunk
    return received


def spooled():
    """Return how many bytes this process, the server, holds in files that have no name."""
    total = 0
    for one in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            total += one.stat().st_size if str(one.readlink()).endswith("(deleted)") else 0
    return total


@pytest.mark.parametrize(
    ("start", "lines", "limit"),
    [
        ("POST /nonexistent", (), 1024),
        ("GET /healthz", (), 1024),
        ("POST /healthz", (), 1024),
        ("GET /files/site.css", (), 1024),
        ("GET /", (), 1024),
        ("GET /work/3ABC/submit", (), 1024),
        ("POST /sign-in", (), 2**14),
        ("POST /sign-up", (), 2**14),
        ("POST /invitation/abc", (), 2**14),
        ("POST /account/password", (), 2**14),
        ("POST /groups/3ABC/accept", (), 2**14),
        ("POST /work/3ABC/submit", (), 2**14),
        ("POST /work/3ABC/submit?permit=abc", (), 2**14),
        ("POST /", (), MEGABYTE),
        ("POST /", (f"x-amz-target: {TARGET}ListHITs",), MEGABYTE),
        ("POST /", (f"x-amz-target: {TARGET}CreateHIT",), 8 * MEGABYTE),
        ("POST /", (f"x-amz-target: {TARGET}CreateHITWithHITType",), 8 * MEGABYTE),
        ("POST /", (f"x-amz-target: {TARGET}UpdateQualificationType",), 8 * MEGABYTE),
    ],
)
def test_a_body_beyond_what_its_address_takes_is_refused_by_its_head(served, start, lines, limit):
    before = spooled()
    with connection(served.url) as heard:
        heard.sendall(head(start, *lines, f"content-length: {limit + 1}"))
        heard.shutdown(socket.SHUT_WR)  # there is no body
        received = answer(heard)

    assert received.startswith(b"HTTP/1.1 413 ")
    assert b"\r\nConnection: close\r\n" in received
    assert spooled() <= before


def test_what_an_address_takes_is_kept_in_a_file_while_it_comes(served):
    before = spooled()
    with connection(served.url) as heard:
        length = f"content-length: {4 * MEGABYTE}"
        heard.sendall(head("POST /", f"x-amz-target: {TARGET}CreateHIT", length) + b"x" * (2 * MEGABYTE))
        time.sleep(0.3)

        assert spooled() - before > MEGABYTE
    time.sleep(0.3)
    assert spooled() == before


def test_the_largest_question_is_read(served, pair):
    body = b'{"Question":"' + b"x" * (shapes.QUESTION_LIMIT - 20) + b'"}'

    assert call(served.url, pair, "CreateHIT", body).kind != "RequestEntityTooLarge"


def test_what_is_sent_in_pieces_is_counted_as_it_comes(served):
    with connection(served.url) as heard:
        heard.sendall(head("POST /sign-in", "transfer-encoding: chunked"))
        with suppress(OSError):
            for _ in range(100):
                heard.sendall(b"400\r\n" + b"x" * 1024 + b"\r\n")
        heard.shutdown(socket.SHUT_WR)
        assert answer(heard).startswith(b"HTTP/1.1 413 ")


def test_a_length_of_a_piece_without_an_end_is_no_length(served):
    with connection(served.url) as heard:
        heard.sendall(head("POST /", "transfer-encoding: chunked") + b"1;" + b"a" * 20_000)

        assert answer(heard).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("version", ["1.0", "1.1"])
@pytest.mark.parametrize("more", [(), ("expect: 100-continue",)], ids=["at once", "asking first"])
def test_two_ways_to_say_a_length_end_the_connection(served, version, more):
    lines = ("content-length: 5", "transfer-encoding: chunked", *more)
    request = head("POST /", *lines).replace(b"HTTP/1.1", f"HTTP/{version}".encode())
    with connection(served.url) as heard:
        heard.sendall(request + b"0\r\n\r\nGET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
        received = answer(heard)

    assert received.startswith(f"HTTP/{version} 400 ".encode())
    assert received.count(b"HTTP/1.") == 1


def test_who_asks_before_sending_is_refused_before_sending(served):
    with connection(served.url) as heard:
        heard.sendall(head("POST /sign-in", "content-length: 60000", "expect: 100-continue"))
        heard.settimeout(5)

        assert heard.recv(65536).startswith(b"HTTP/1.1 413 ")


def test_people_are_told_on_a_page_and_programs_in_json(served, pair):
    page = send(served.url, b"x" * 2**15, {"content-type": "text/plain"}, path="/sign-in")
    reply = call(served.url, pair, "ListHITs", b"x" * (2 * MEGABYTE))

    assert page.status == 413
    assert "at most 16 KB" in page.body.decode()
    assert "x-amzn-requestid" in page.headers
    assert (reply.status, reply.kind) == (413, "RequestEntityTooLarge")
    assert "1048576 bytes" in reply.json["Message"]


def test_the_answer_reaches_who_sends_all_before_reading(served):
    body = b"x" * (20 * MEGABYTE)
    before = spooled()
    with connection(served.url) as heard:
        heard.sendall(head("POST /sign-in", f"content-length: {len(body)}") + body)

        assert heard.recv(65536).startswith(b"HTTP/1.1 413 ")
        assert spooled() <= before


def test_what_follows_a_refused_head_is_not_taken_for_a_request(served):
    after = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n"
    with connection(served.url) as heard:
        heard.sendall(head("POST /sign-in", "content-length: 60000") + after)
        heard.shutdown(socket.SHUT_WR)

        assert answer(heard).count(b"HTTP/1.1 ") == 1


def test_bodies_from_strangers_have_a_sum(served):
    with answering(served.app, budget=MEGABYTE) as url, ExitStack() as stack:
        for _ in range(2):
            half = stack.enter_context(connection(url))
            half.sendall(head("POST /", "content-length: 700000") + b"x" * 500_000)
        time.sleep(0.3)
        over = stack.enter_context(connection(url))
        over.sendall(head("POST /", "content-length: 700000"))
        over.shutdown(socket.SHUT_WR)
        received = answer(over)

        assert received.startswith(b"HTTP/1.1 503 ")
        assert b"\r\nRetry-After: 30\r\n" in received
        assert b"__type" in received
        assert send(url, path="/healthz", method="GET").status == 200


@pytest.mark.parametrize("how", ["hung up", "answered"])
def test_the_room_of_a_body_is_free_again(served, pair, how):
    body = b"x" * 900_000
    with answering(served.app, budget=MEGABYTE) as url:
        for _ in range(4):
            if how == "answered":
                assert send(url, body, signed(url, pair, body=body)).status == 400
                continue
            with connection(url) as heard:
                heard.sendall(head("POST /", "content-length: 1000000") + body)
                time.sleep(0.1)
            time.sleep(0.1)
        assert send(url, body, signed(url, pair, body=body)).status == 400


def test_a_budget_is_never_overdrawn_whoever_comes():
    budget = ByteBudget(1000)
    taken = []
    threads = [threading.Thread(target=lambda: taken.append(budget.take(300))) for _ in range(20)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert (taken.count(True), budget.used) == (3, 900)
    budget.give_back(900)
    assert budget.take(1000)


def test_strangers_take_nothing_from_the_budget_of_those_with_a_permit():
    limits = BodyLimits(lambda _: Allowance(10), budget=100)
    assert limits.budget(Allowance(100)).take(100)

    assert limits.budget(Allowance(100, permitted=True)).has(100)


@pytest.mark.walk
def test_a_body_that_idles_is_hung_up_on(served, monkeypatch):
    monkeypatch.setattr(receiving, "IDLE", 1)
    monkeypatch.setattr(serve, "CLEANUP", 1)
    with answering(served.app) as url, connection(url) as heard:
        heard.sendall(head("POST /", "content-length: 1000000") + b"x" * 100_000)
        began = time.monotonic()

        assert answer(heard) == b""
        assert time.monotonic() - began < 15  # a second, five for what has come, and two looks


@pytest.mark.walk
def test_a_refused_body_that_never_ends_is_hung_up_on(served, monkeypatch):
    monkeypatch.setattr(receiving, "LINGERS", 1)
    monkeypatch.setattr(serve, "CLEANUP", 1)
    with answering(served.app) as url, connection(url) as heard:
        heard.sendall(head("POST /sign-in", f"content-length: {2**40}"))
        began = time.monotonic()
        with suppress(OSError):
            while time.monotonic() - began < 20:
                heard.sendall(b"x" * 1000)
                time.sleep(0.05)

        assert time.monotonic() - began < 15
