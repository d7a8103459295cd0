"""Clients that are slow, many, large or malicious: each gets its answer, and the others theirs."""

from __future__ import annotations

import json
import resource
import socket
import time
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

from mturk_tasks.marketplace import serve
from mturk_tasks.marketplace.api import shapes
from mturk_tasks.marketplace.server import receiving
from tests.server.raw import call, send, signed

_SCHEMAS = "http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas"
_FORM = (
    f'<QuestionForm xmlns="{_SCHEMAS}/2017-11-06/QuestionForm.xsd"><Question><QuestionIdentifier>a'
    "</QuestionIdentifier><QuestionContent><Text>{}</Text></QuestionContent><AnswerSpecification>"
    "<FreeTextAnswer/></AnswerSpecification></Question></QuestionForm>"
)
BOMB = (
    "<!DOCTYPE b [<!ENTITY a0 'ha'>"
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
    + "]>"
    + _FORM.format("&a9;")
)


def connection(url):
    parts = urlsplit(url)
    return socket.create_connection((parts.hostname, parts.port), timeout=30)


def raw(headers, body):
    lines = [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(["POST / HTTP/1.1", *lines, f"content-length: {len(body)}", "", ""]).encode() + body


def answer(heard):
    received = b""
    while chunk := heard.recv(65536):
        received += chunk
        if b"\r\n\r\n" in received and received.partition(b"\r\n\r\n")[2]:
            break
    return received


def test_a_body_that_is_too_large_is_told_so(served, pair):
    body = b'{"a":"' + b"x" * shapes.BODY_LIMIT + b'"}'
    reply = call(served.url, pair, body=body)

    assert (reply.status, reply.kind) == (413, "RequestEntityTooLarge")
    assert call(served.url, pair).status == 200


def test_a_body_in_pieces_that_is_too_large_is_told_so_too(served, pair):
    body = b'{"a":"' + b"x" * shapes.BODY_LIMIT + b'"}'
    with connection(served.url) as heard:
        lines = ["POST / HTTP/1.1", "host: x", "transfer-encoding: chunked", "", ""]
        heard.sendall("\r\n".join(lines).encode())
        heard.sendall(f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n")

        assert answer(heard).startswith(b"HTTP/1.1 413 ")


def test_what_no_request_can_be_is_not_even_read(served, pair):
    with connection(served.url) as heard:
        heard.sendall(f"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: {2**40}\r\n\r\n".encode())

        assert answer(heard).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    ("bytes_", "status"),
    [
        pytest.param(b"\x00\xff\xfe\r\n\r\n", b"HTTP/1.", id="no HTTP"),
        pytest.param(b"POST / HTTP/1.1\r\nno colon\r\n\r\n", b"HTTP/1.0 400", id="bad header"),
        pytest.param(
            b"POST / HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
            b"HTTP/1.1 400",
            id="lengths",
        ),
        pytest.param(b"POST / HTTP/1.1\r\ncontent-length: -1\r\n\r\n", b"HTTP/1.1 400", id="negative"),
        pytest.param(
            b"POST / HTTP/1.1\r\ncontent-length: " + b"9" * 5000 + b"\r\n\r\n",
            b"HTTP/1.1 400",
            id="length of 5,000 digits",
        ),
        pytest.param(b"POST / HTTP/1.1\r\nx: " + b"a" * 70_000 + b"\r\n\r\n", b"HTTP/1.", id="long header"),
    ],
)
def test_what_is_no_http_is_refused_and_the_next_is_answered(served, pair, bytes_, status):
    with connection(served.url) as heard:
        heard.sendall(bytes_)
        received = answer(heard)

    assert received.startswith(status)
    assert b" 200 " not in received.split(b"\r\n")[0]
    assert b"Traceback" not in received
    assert call(served.url, pair).status == 200


def test_two_requests_on_one_connection_are_answered_in_turn(served, pair):
    one = raw(signed(served.url, pair), b"{}")
    with connection(served.url) as heard:
        heard.sendall(one + one)
        received = b""
        while received.count(b"AvailableBalance") < 2:
            received += heard.recv(65536)

    assert received.count(b"HTTP/1.1 200 OK") == 2


def test_a_body_in_pieces_is_read_as_one(served, pair):
    lines = [f"{name}: {value}" for name, value in signed(served.url, pair, body=b"{ }").items()]
    head = "\r\n".join(["POST / HTTP/1.1", *lines, "transfer-encoding: chunked", "", ""]).encode()
    with connection(served.url) as heard:
        heard.sendall(head + b"1\r\n{\r\n2\r\n }\r\n0\r\n\r\n")

        assert answer(heard).startswith(b"HTTP/1.1 200 OK")


def test_a_client_that_asks_before_it_sends_is_told_to_go_on(served, pair):
    head, _, body = raw({**signed(served.url, pair), "expect": "100-continue"}, b"{}").partition(b"\r\n\r\n")
    with connection(served.url) as heard:
        heard.sendall(head + b"\r\n\r\n")
        assert heard.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        heard.sendall(body)

        assert answer(heard).startswith(b"HTTP/1.1 200 OK")


def test_a_client_of_the_first_http_is_answered_and_hung_up_on(served, pair):
    with connection(served.url) as heard:
        heard.sendall(raw(signed(served.url, pair), b"{}").replace(b"HTTP/1.1", b"HTTP/1.0", 1))
        received = answer(heard)

        assert received.startswith(b"HTTP/1.0 200 OK")
        assert heard.recv(1) == b""


def test_an_answer_leaves_in_one_piece_so_that_a_kill_cannot_leave_a_head_alone(served, pair):
    request = raw(signed(served.url, pair), b"{}")
    with connection(served.url) as heard:
        for _ in range(50):
            heard.sendall(request)
            head, _, body = heard.recv(65536).partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200 OK")
            assert body.endswith(b"}")


def test_a_client_that_hangs_up_in_the_middle_is_no_trouble(served, pair):
    for _ in range(20):
        with connection(served.url) as heard:
            heard.sendall(raw(signed(served.url, pair), b"{}")[:-1])

    assert call(served.url, pair).status == 200


@pytest.mark.walk
def test_clients_that_send_a_byte_a_second_keep_nobody_waiting(served, pair):
    request = raw(signed(served.url, pair), b"{}")
    slow = 2 * serve.THREADS
    with ExitStack() as stack:
        heard = [stack.enter_context(connection(served.url)) for _ in range(slow)]
        for number in range(3):
            for one in heard:
                one.sendall(request[number : number + 1])
            began = time.monotonic()
            assert call(served.url, pair).status == 200
            assert time.monotonic() - began < 1
            time.sleep(0.3)
        heard[0].sendall(request[3:])

        assert b"AvailableBalance" in answer(heard[0])


def test_a_request_must_arrive_in_a_minute_however_busy_its_bytes():
    class Channel(receiving.Channel):
        def __init__(self):
            self.request, self.will_close, self.requests_lock = None, True, _NoLock()

    channel = Channel()
    for moment in (100.0, 130.0, 159.0):
        channel.last_activity = moment  # as waitress sets it with every byte
        channel.received(b"P")
        channel.request = object()  # type: ignore[assignment]  # anything that is there

    assert 100.0 <= channel.last_activity < 100.001


def test_a_large_request_has_a_second_for_every_20_000_bytes():
    class Channel(receiving.Channel):
        def __init__(self):
            self.request, self.will_close, self.requests_lock = None, True, _NoLock()

    channel = Channel()
    for moment in range(100, 200):
        channel.last_activity = float(moment)
        channel.received(b"x" * 25_000)
        channel.request = object()  # type: ignore[assignment]  # anything that is there

    assert channel.last_activity == 199.0


class _NoLock:
    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None


@pytest.mark.walk
def test_a_thousand_open_connections_do_not_stop_it_from_answering(served, pair):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < 3000:  # both ends of each connection are in this process
        pytest.skip(f"only {soft} files may be open here (at most {hard})")
    with ExitStack() as stack:
        for _ in range(1000):
            stack.enter_context(connection(served.url))
        began = time.monotonic()
        assert [call(served.url, pair).status for _ in range(10)] == [200] * 10
        assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(BOMB, id="a billion laughs"),
        pytest.param(
            '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + _FORM.format("&x;"), id="entity"
        ),
        pytest.param('<!DOCTYPE a SYSTEM "http://192.0.2.1/a.dtd">' + _FORM.format("a"), id="DTD"),
        pytest.param(_FORM.format("&x;"), id="unknown entity"),
        pytest.param(_FORM.format("<script>alert(1)</script>"), id="markup"),
        pytest.param("<" * 100_000, id="angles"),
        pytest.param(_FORM.format("<b>" * 20_000), id="deep"),
    ],
)
def test_a_question_that_would_do_harm_is_refused(client, kind, text):
    began = time.monotonic()
    with pytest.raises(ClientError) as caught:
        client.create_hit(**kind, LifetimeInSeconds=60, Question=text)

    assert caught.value.response["Error"]["Code"] in ("ParameterValidationError", "ValidationException")
    assert "root:" not in str(caught.value)
    assert time.monotonic() - began < 2
    assert client.list_hits()["HITs"] == []


MARKUP = "<script>alert('1')</script>\"&amp;]]>--><img src=x onerror=alert(1)>{{7*7}}${x}%s\\u0000"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(MARKUP, id="markup"),
        pytest.param("line\nfeed\ttab\r\n", id="blanks"),
        pytest.param("\x01\x1b[31mred\x7f", id="control characters"),
        pytest.param("‮evil‬ \u200b", id="direction"),
        pytest.param("Ünï—\U0001f426", id="not ASCII"),
        pytest.param("'; DROP TABLE hit; --", id="SQL"),
    ],
)
def test_a_text_full_of_anything_comes_back_unharmed(client, kind, question, text):
    made = client.create_hit(
        **{**kind, "Title": text, "Description": text},
        Keywords=text,
        RequesterAnnotation=text,
        LifetimeInSeconds=60,
        Question=question,
    )["HIT"]
    found = client.get_hit(HITId=made["HITId"])["HIT"]

    assert [found[name] for name in ("Title", "Description", "Keywords", "RequesterAnnotation")] == [text] * 4


@pytest.mark.parametrize("text", ["a\\u0000b", "\\ud800"], ids=["NUL", "half a character"])
def test_a_text_that_cannot_be_stored_is_refused(served, pair, text):
    body = b'{"WorkerId":"A1","Reason":"%s"}' % text.encode()
    reply = call(served.url, pair, "CreateWorkerBlock", body)

    assert (reply.status, reply.kind) == (400, "SerializationException")


@pytest.mark.parametrize("name", [MARKUP, "a" * 129, "", "a/b", "a,b", "é", "' OR 1=1 --"])
def test_no_key_id_opens_the_door(served, pair, name):
    headers = signed(served.url, pair)
    headers["authorization"] = headers["authorization"].replace(pair.access_key_id, name)
    written: dict[str, Any] = {header: text.encode() for header, text in headers.items()}
    reply = send(served.url, b"{}", written)

    assert reply.status == 400
    assert reply.kind in ("UnrecognizedClientException", "IncompleteSignatureException")


def test_no_refusal_holds_what_was_sent_as_markup_of_a_page(served, pair):
    reply = call(served.url, pair, "<script>")

    assert reply.headers["content-type"] == "application/x-amz-json-1.1"
    assert json.loads(reply.body)["__type"] == "UnknownOperationException"
