"""Programs in web pages: they may call where keys are checked, and never where any key is taken."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from mturk_tasks.marketplace.api import shapes
from mturk_tasks.marketplace.operator import requesters
from mturk_tasks.marketplace.server.keys import Pair
from mturk_tasks.marketplace.storage import opening
from tests.server.raw import call, send, signed
from tests.server.served import answering

ORIGIN = {"origin": "https://lab.example"}
ASKS = {
    **ORIGIN,
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization,content-type,x-amz-date,amz-sdk-retry,cookie",
}
NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


@pytest.fixture
def sandbox(server, tmp_path):
    """Serve a sandbox as a person does on the own machine: any key is taken."""
    with opening.open_store(tmp_path / "sandbox.db") as store:
        server.offer(store, lambda real: real, private=True)
        yield store


def tells_pages(reply):
    return sorted(name for name in reply.headers if name.startswith("access-control-"))


def must_be_readable(reply):
    assert reply.headers["access-control-allow-origin"] == "*"
    shown = reply.headers["access-control-expose-headers"].split(", ")
    assert {"x-amzn-requestid", "x-amzn-errortype", "date"} <= set(shown)


def test_a_page_of_another_site_is_told_what_it_may_send(served):
    reply = send(served.url, headers=ASKS, method="OPTIONS")

    assert (reply.status, reply.body) == (200, b"")
    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.headers["access-control-allow-methods"] == "POST"
    assert int(reply.headers["access-control-max-age"]) > 0
    allowed = set(reply.headers["access-control-allow-headers"].split(", "))
    assert {
        "authorization",
        "content-type",
        "x-amz-user-agent",
        "amz-sdk-request",
        "amz-sdk-retry",
    } <= allowed
    assert "cookie" not in allowed
    assert "access-control-allow-credentials" not in reply.headers


def test_an_answer_may_be_read_by_a_page_of_another_site(served, pair):
    must_be_readable(call(served.url, pair))


@pytest.mark.parametrize("operation", ["GetHIT", "NoSuchThing"])
def test_a_refusal_may_be_read_too(served, pair, operation):
    reply = call(served.url, pair, operation)

    assert reply.status == 400
    must_be_readable(reply)


def test_a_refused_key_an_unsigned_call_and_one_that_is_no_json_may_be_read_too(served, pair):
    must_be_readable(call(served.url, Pair("nobody", "s")))
    must_be_readable(send(served.url, b"{}", ORIGIN))
    must_be_readable(send(served.url, b"{}", signed(served.url, pair, content_type="text/plain")))


def test_what_is_too_large_is_refused_so_that_a_page_can_read_it(served, pair):
    body = b" " * (shapes.BODY_LIMIT + 1)
    reply = send(served.url, body, signed(served.url, pair, body=body))

    assert reply.status == 413
    must_be_readable(reply)


def test_that_there_is_no_room_can_be_read_by_a_page(served, pair):
    with answering(served.app, budget=2000) as url:
        reply = send(url, b" " * 3000, signed(url, pair))

    assert reply.status == 503
    must_be_readable(reply)


def test_that_something_went_wrong_here_can_be_read_by_a_page(served, store, pair):
    with store.writing() as db:
        db.exec_driver_sql("ALTER TABLE meta RENAME TO meta_gone")
    reply = call(served.url, pair)

    assert reply.status in (500, 503)
    must_be_readable(reply)


def test_no_page_may_drive_a_sandbox_that_takes_any_key(served, sandbox):
    asked = send(served.url, headers=ASKS, method="OPTIONS")
    answered = send(served.url, b"{}", {**signed(served.url, Pair("any", "any")), **ORIGIN})

    assert asked.status == 405
    assert answered.status == 200
    assert tells_pages(asked) == tells_pages(answered) == []


def test_a_sandbox_with_a_requester_of_its_own_checks_keys_and_lets_pages_call(served, sandbox):
    requesters.add(sandbox, "lab", NOW)

    assert send(served.url, headers=ASKS, method="OPTIONS").status == 200
    must_be_readable(call(served.url, Pair("any", "any")))


def test_where_it_cannot_be_told_whether_keys_are_checked_no_page_may_call(served, sandbox):
    with sandbox.writing() as db:
        db.exec_driver_sql("ALTER TABLE requester RENAME TO requester_gone")

    assert tells_pages(send(served.url, headers=ASKS, method="OPTIONS")) == []
    assert tells_pages(call(served.url, Pair("any", "any"))) == []


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/"), ("GET", "/sign-in"), ("POST", "/sign-in"), ("OPTIONS", "/sign-in"), ("GET", "/readyz")],
)
def test_the_pages_of_the_site_are_for_no_other_site(served, method, path):
    assert tells_pages(send(served.url, headers=ASKS, method=method, path=path)) == []
