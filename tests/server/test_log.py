"""The log: one line a request, with all that an operator needs and nothing that others must not read."""

from __future__ import annotations

import io
import json
import logging

import pytest

from mturk_tasks.marketplace.api import operations
from mturk_tasks.marketplace.server import log
from tests.server.raw import call, send, signed
from tests.server.served import serving


@pytest.fixture
def stream():
    stream = io.StringIO()
    with log.to_stream(stream):
        yield stream


def lines(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_call_is_one_line_with_what_an_operator_wants_to_know(served, store, pair, stream):
    reply = call(served.url, pair)
    (line,) = lines(stream)

    assert line.pop("time").endswith("Z")
    assert line.pop("milliseconds") >= 0
    assert line.pop("requester").startswith("A")
    assert line == {
        "request": reply.headers["x-amzn-requestid"],
        "remote": "127.0.0.1",
        "method": "POST",
        "route": "/",
        "operation": "GetAccountBalance",
        "status": 200,
        "received": 2,
        "bytes": len(reply.body),
    }


def test_a_refusal_is_logged_with_its_code(served, pair, stream):
    call(served.url, pair, "GetHIT", b'{"HITId":"3NONE"}')
    (line,) = lines(stream)

    assert (line["status"], line["error"]) == (400, "AWS.MechanicalTurk.HITDoesNotExist")


def test_an_unsigned_call_is_logged_without_a_requester(served, pair, stream):
    send(served.url, b"{}")
    (line,) = lines(stream)

    assert line["error"] == "MissingAuthenticationTokenException"
    assert "requester" not in line


def test_no_line_holds_a_secret_a_signature_or_a_body(served, pair, stream):
    body = b'{"WorkerId":"A1","Reason":"between us"}'
    call(served.url, pair, "CreateWorkerBlock", body)
    call(served.url, type(pair)(pair.access_key_id, "wrong-secret"), "CreateWorkerBlock", body)
    send(served.url, method="GET", path="/invitation/token-1234?key=5678")
    sign = signed(served.url, pair)["authorization"].split("Signature=")[1]
    send(served.url, b"{ }", {**signed(served.url, pair), "authorization": sign})
    written = stream.getvalue()

    assert len(lines(stream)) == 4
    for private in (pair.secret, "wrong-secret", "between us", sign, "Signature=", "token-1234", "5678"):
        assert private not in written


def test_an_unknown_operation_is_not_repeated(served, pair, stream):
    call(served.url, pair, "my-password-is-1234")
    (line,) = lines(stream)

    assert line["operation"] is None
    assert "1234" not in stream.getvalue()


def test_an_unexpected_error_is_told_by_its_kind_and_place_alone(served, pair, stream, monkeypatch):
    def mistaken(context, parameters):
        raise RuntimeError("the answer was green")

    wrong = operations.Operation(mistaken, writes=False)
    monkeypatch.setattr(operations, "OFFERED", {"GetAccountBalance": wrong})
    reply = call(served.url, pair)
    trouble, line = lines(stream)

    assert trouble["message"] == f"{line['request']}: an unexpected error"
    assert trouble["exception"] == "RuntimeError"
    assert trouble["where"][-1].endswith(" mistaken")
    assert "green" not in stream.getvalue()
    assert reply.status == line["status"] == 500


def test_a_line_break_in_a_message_stays_in_its_line(stream):
    logging.getLogger("elsewhere").warning("one\ntwo")

    assert [line["message"] for line in lines(stream)] == ["one\ntwo"]


def test_who_forwards_is_believed_only_where_it_was_said(served, pair, stream):
    send(served.url, method="GET", path="/healthz", headers={"X-Forwarded-For": "192.0.2.7"})

    told = lines(stream)[-1]  # once in a server's life a warning of the proxy stands before it
    assert told["remote"] == "127.0.0.1"


def test_a_trusted_proxy_says_who_calls(tmp_path, stream):
    with serving(tmp_path / "marketplace.key", trusted_proxy="127.0.0.1") as proxied:
        send(
            proxied.url, method="GET", path="/healthz", headers={"X-Forwarded-For": "198.51.100.9, 192.0.2.7"}
        )

    assert lines(stream)[0]["remote"] == "192.0.2.7"
