"""The pace of calls, at a service of virtual time: a token bucket, its latency and a crowd of threads."""

from __future__ import annotations

import heapq
import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError, EndpointConnectionError

from mturk_tasks.client.pacing import LearnedRate, Pacer, remember_rate, remembered_rate

LATENCY = 0.05  # seconds there and back
WORKERS = 32


class Bucket:
    """The allowance of a service: `limit` calls a second at a moment, and a second's calls in advance."""

    def __init__(self, limit: Callable[[float], float]) -> None:
        self.limit = limit
        self.tokens, self.last = limit(0.0), 0.0

    def takes(self, now: float) -> bool:
        self.tokens = min(self.limit(now), self.tokens + (now - self.last) * self.limit(now))
        self.last = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


def run(rate: LearnedRate, calls: int, limit: Callable[[float], float]) -> tuple[list[float], int]:
    """Return when each of the calls was accepted, and how many were refused, at the pace of a rate."""
    bucket, refused = Bucket(limit), 0
    accepted: list[float] = []
    answers: list[tuple[float, int, bool]] = []
    now = gate = 0.0
    idle, sent = WORKERS, 0
    while len(accepted) < calls:
        while idle and len(accepted) + WORKERS - idle < calls and (rate.value is None or gate <= now):
            idle, sent = idle - 1, sent + 1
            heapq.heappush(answers, (now + LATENCY, sent, bucket.takes(now + LATENCY / 2)))
            gate = max(now, gate) + 1 / rate.value if rate.value else now
        waits_for_gate = idle and len(accepted) + WORKERS - idle < calls and gate > now
        if waits_for_gate and gate < answers[0][0] if answers else waits_for_gate:
            now = gate
            continue
        now, _, ok = heapq.heappop(answers)
        idle += 1
        if ok:
            accepted.append(now)
            rate.accepted(now)
        else:
            refused += 1
            rate.refused(now)
    return accepted, refused


def steady(calls_a_second: float) -> Callable[[float], float]:
    return lambda _now: calls_a_second


def share(accepted: list[float], limit: float) -> float:
    """Return the share of the shortest time that the limit allows, its burst given."""
    return (len(accepted) - limit) / limit / accepted[-1]


def test_nobody_waits_where_nothing_is_refused():
    rate = LearnedRate(now=0.0)

    accepted, _ = run(rate, 1000, steady(1e6))

    assert rate.value is None
    assert accepted[-1] == pytest.approx(1000 / WORKERS * LATENCY, rel=0.05)


@pytest.mark.parametrize("limit", [50.0, 100.0, 200.0])
def test_an_unknown_limit_is_found_and_used(limit):
    accepted, refused = run(LearnedRate(now=0.0), int(20 * limit), steady(limit))

    assert share(accepted, limit) >= 0.96
    assert refused <= 0.08 * len(accepted)


@pytest.mark.parametrize(("remembered", "refusals"), [(100.0, 0.04), (200.0, 0.06)])
def test_a_remembered_limit_costs_fewer_refusals(remembered, refusals):
    accepted, refused = run(LearnedRate(remembered, now=0.0), 2000, steady(100.0))

    assert share(accepted, 100.0) >= 0.96
    assert refused <= refusals * len(accepted)


def test_a_remembered_limit_that_was_raised_is_left_behind():
    accepted, _ = run(LearnedRate(25.0, now=0.0), 2000, steady(100.0))

    assert share(accepted, 100.0) >= 0.85


def test_a_limit_that_is_halved_and_doubled_is_found_within_ten_seconds():
    accepted, _ = run(LearnedRate(now=0.0), 4000, lambda now: 50.0 if 10 <= now < 30 else 100.0)

    assert 45 <= sum(1 for when in accepted if 20 <= when < 21) <= 55
    assert 90 <= sum(1 for when in accepted if 40 <= when < 41) <= 110


class Service:
    """What answers a client: the next of the given answers, the last one for ever."""

    def __init__(self, *answers: tuple[int, str] | Exception) -> None:
        self.answers = list(answers)
        self.asked = 0

    def __call__(self, request: Any, **_: Any) -> AWSResponse:
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        response = AWSResponse(request.url, answer[0], {}, None)
        response._content = json.dumps({"__type": answer[1], "message": ""} if answer[1] else {}).encode()
        return response


OK = (200, "")
TOO_FAST = (400, "ThrottlingException")
BROKEN = (503, "ServiceFault")


def client_of(service: Service, clock: Callable[[], float] = lambda: 0.0, *, attempts: int = 3) -> Any:
    """Return a bare client of a service, paced by a clock."""
    config = Config(region_name="us-east-1", signature_version=UNSIGNED, retries={"total_max_attempts": 1})
    client = boto3.client("mturk", config=config)
    client.meta.events.register("before-send.mturk", service)
    Pacer(attempts=attempts, clock=clock, sleep=lambda _: None).attach(client.meta.events)
    return client


def test_a_call_that_came_too_fast_is_made_again_however_often():
    service = Service(*[TOO_FAST] * 40, OK)

    client_of(service).get_account_balance()

    assert service.asked == 41


def test_a_call_that_is_refused_for_five_minutes_has_failed():
    service, moments = Service(TOO_FAST), iter(range(0, 100_000, 10))

    with pytest.raises(ClientError, match="ThrottlingException"):
        client_of(service, lambda: float(next(moments))).get_account_balance()


@pytest.mark.parametrize("trouble", [BROKEN, EndpointConnectionError(endpoint_url="http://x")])
def test_what_fails_for_a_moment_is_tried_again(trouble, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _: None)
    service = Service(trouble, trouble, OK)

    client_of(service).get_account_balance()

    assert service.asked == 3


def test_what_goes_on_failing_is_given_up(monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _: None)
    service = Service(BROKEN)

    with pytest.raises(ClientError, match="ServiceFault"):
        client_of(service).get_account_balance()
    assert service.asked == 3


def test_a_refusal_of_another_kind_is_not_tried_again():
    service = Service((400, "RequestError"))

    with pytest.raises(ClientError, match="RequestError"):
        client_of(service).get_account_balance()
    assert service.asked == 1


def test_a_rate_is_remembered_for_its_address(tmp_path):
    remember_rate(tmp_path / "rates.json", "https://a.example.org", 98.76543)

    assert remembered_rate(tmp_path / "rates.json", "https://a.example.org") == 98.765
    assert remembered_rate(tmp_path / "rates.json", "https://b.example.org") is None


@pytest.mark.parametrize("content", ["", "no json", "[]", '{"https://a.example.org": "fast"}'])
def test_a_spoiled_file_of_rates_tells_nothing(tmp_path, content):
    (tmp_path / "rates.json").write_text(content)

    assert remembered_rate(tmp_path / "rates.json", "https://a.example.org") is None
