"""Every operation, with what no program means to send: each gets a short refusal, none a failure of ours."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from mturk_tasks.marketplace.api import endpoint
from mturk_tasks.marketplace.api.operations import OFFERED
from mturk_tasks.marketplace.api.shapes import description
from mturk_tasks.marketplace.storage import opening
from mturk_tasks.marketplace.storage.store import Store

HUGE = "x" * 150_000
DEEP = "[" * 20_000
VALUES = {  # as they stand in the JSON
    "a huge text": json.dumps(HUGE),
    "a deep list": DEEP,
    "a deep list that ends": "[" * 900 + "]" * 900,
    "a number beyond all": "1" + "0" * 400,
    "a number of too many digits": "9" * 6000,
    "digits as a text": json.dumps("9" * 100_000),
    "a float beyond all": "1e400",
    "not a number": "NaN",
    "half a character": r'"\ud800"',
    "a NUL": r'"\u0000"',
    "many empty texts": json.dumps([""] * 30_000),
    "many long texts": json.dumps([HUGE[:400]] * 300),
}
PLAIN = {"string": "3NOBODYKNOWSTHIS", "integer": 60, "long": 60, "boolean": True, "timestamp": 1_700_000_000}


@pytest.fixture(scope="module")
def market() -> Iterator[Store]:
    with opening.open_store(None) as store:
        yield store


def shape(name: str) -> dict[str, Any]:
    found: dict[str, Any] = description()["shapes"][name]
    return found


def plain(name: str) -> Any:
    """Return a value that fits a shape, more or less."""
    described = shape(name)
    if described["type"] == "structure":
        return {one: plain(described["members"][one]["shape"]) for one in described.get("required", ())}
    if described["type"] == "list":
        return [plain(described["member"]["shape"])]
    if name == "CurrencyAmount":
        return "0.05"
    return described.get("enum", [PLAIN[described["type"]]])[0]


def places(name: str) -> Iterator[tuple[str, Any]]:
    """Yield a place in a request, with what else must be there around a mark."""
    described = shape(name)
    for member, of in described["members"].items():
        inner = shape(of["shape"])
        around = {**plain(name), member: "MARK"}
        yield member, around
        while inner["type"] == "list":
            inner, of = shape(inner["member"]["shape"]), inner["member"]
            yield f"{member}[]", {**around, member: ["MARK"]}
        if inner["type"] == "structure":
            is_list = shape(described["members"][member]["shape"])["type"] == "list"
            for below, body in places(of["shape"]):
                yield f"{member}.{below}", {**around, member: [body] if is_list else body}


@pytest.mark.parametrize("operation", OFFERED)
def test_no_value_makes_an_operation_fail(market, at, operation):
    wanted = description()["operations"][operation]["input"]["shape"]
    for place, around in places(wanted):
        for kind, value in VALUES.items():
            body = json.dumps(around).replace('"MARK"', value).encode()
            reply = endpoint.handle(market, operation, body, at.now)
            assert reply.status < 500, (place, kind)
            assert reply.status == 200 or len(reply.body) < 12_000, (place, kind)


def test_many_empty_workers_are_refused_at_once_and_briefly(market, at):
    body = json.dumps({"Subject": "x", "MessageText": "x", "WorkerIds": [""] * 240_000}).encode()
    began = time.thread_time()
    reply = endpoint.handle(market, "NotifyWorkers", body, at.now)

    assert reply.status == 400
    assert "Member must have length less than or equal to 10000" in json.loads(reply.body)["Message"]
    assert len(reply.body) < 2_000
    assert time.thread_time() - began < 1


def test_of_many_broken_constraints_twenty_are_told_and_values_are_cut(market, at):
    body = json.dumps({"Subject": "x", "MessageText": "x", "WorkerIds": ["w" * 9000] * 50}).encode()
    message = json.loads(endpoint.handle(market, "NotifyWorkers", body, at.now).body)["Message"]

    assert message.startswith("20 validation errors detected: ")
    assert "w" * 200 in message
    assert "w" * 201 not in message


def test_a_query_longer_than_any_text_is_a_parameter_error(market, at):
    body = json.dumps({"MustBeRequestable": True, "Query": HUGE}).encode()
    members = json.loads(endpoint.handle(market, "ListQualificationTypes", body, at.now).body)

    assert members["__type"] == "ParameterValidationError"
    assert "is not valid for the parameter Query. It is longer than 2000 characters." in members["Message"]
