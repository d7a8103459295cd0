"""Call a service as fast as it allows, which it tells by refusing calls that come too fast."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Protocol

from mturk_tasks.errors import FileError
from mturk_tasks.lib import disk

_PATIENCE: Final = 300.0  # seconds; a call that is refused for so long has failed
_LONGEST_WAIT: Final = 20.0  # seconds between two attempts at a service that fails
_TOO_FAST: Final = {"ThrottlingException", "Throttling", "TooManyRequestsException", "RequestThrottled"}
_FAILING: Final = {500, 502, 503, 504}
_FAILED: Final = {"RequestTimeout", "RequestTimeoutException"}


class Events(Protocol):
    """The events of a boto3 client."""

    def register(self, event_name: str, handler: Callable[..., Any]) -> None:
        """Call the handler at each event of that name, after those that are registered."""
        ...

    def register_first(self, event_name: str, handler: Callable[..., Any]) -> None:
        """Call the handler at each event of that name, before those that are registered."""
        ...


class Pacer:
    """The pace at which all threads of one client call a service.

    Nobody waits before the service has refused a call. A call that came too fast is made again until it is
    accepted, for five minutes; one that failed, or did not reach the service, `attempts` times in all.
    `remember` is given each rate that was measured.
    """

    def __init__(
        self,
        *,
        attempts: int,
        remembered: float | None = None,
        remember: Callable[[float], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._attempts = attempts
        self._remember = remember
        self._clock = clock
        self._sleep = sleep
        self._rate = LearnedRate(remembered, now=clock())
        self._learning = threading.Lock()
        self._turn = threading.Lock()  # one thread waits for the next moment, the others for the thread
        self._next = 0.0

    def attach(self, events: Events) -> None:
        """Pace every attempt of a client, whose own attempts must be one."""
        events.register_first("request-created.mturk", self._wait)  # before it is signed
        events.register("response-received.mturk", self._learn)
        events.register("needs-retry.mturk", self._delay)

    def _wait(self, **_: Any) -> None:
        with self._turn:
            rate = self._rate.value
            if rate is None:
                return
            now = self._clock()
            if self._next > now:
                self._sleep(self._next - now)
            self._next = max(now, self._next) + 1.0 / rate

    def _learn(self, parsed_response: dict[str, Any] | None, **_: Any) -> None:
        if parsed_response is None:
            return  # the service was not reached
        with self._learning:
            before = self._rate.measured
            if is_too_fast(parsed_response):
                self._rate.refused(self._clock())
            else:
                self._rate.accepted(self._clock())
            measured = self._rate.measured
        if self._remember and measured is not None and measured != before:
            self._remember(measured)

    def _delay(
        self,
        attempts: int,
        response: tuple[Any, dict[str, Any]] | None,
        caught_exception: Exception | None,
        request_dict: dict[str, Any],
        **_: Any,
    ) -> float | None:
        """Return in how many seconds a call is to be made again, or None where it is not."""
        answer = response[1] if response else {}
        if is_too_fast(answer):
            began = request_dict["context"].setdefault("refused_since", self._clock())
            return 0.0 if self._clock() - began < _PATIENCE else None
        if attempts < self._attempts and (_did_not_arrive(caught_exception) or has_failed(answer)):
            return min(random.random() * 2.0 ** (attempts - 1), _LONGEST_WAIT)  # noqa: S311  # no secret
        return None


class LearnedRate:
    """The calls a second that a service accepts, learned from its answers; None before one was refused.

    Services keep a token bucket. Once it is empty, what they accept in a second is their rate, however much
    is asked of them, so a refusal begins a measurement: the calls accepted since, over the seconds since.
    After it the rate grows, slowly at first and then faster, until the next refusal: the limit may have been
    raised. Times are seconds of one monotonic clock.
    """

    GUESS: Final = 0.25  # of the calls a second that went well before the first refusal, most of them a burst
    SHORTEST: Final = 0.3  # seconds before a measurement tells anything
    MEASURED: Final = 1.0  # seconds after which it is over
    PRESSURE: Final = 1.06  # of what is measured, meanwhile: a slower rate would measure itself
    CAUTION: Final = 0.98  # of what was measured, afterwards
    GROWTH: Final = 0.007  # of the rate, in the first second without a refusal; twice as much in each further
    UNSURE: Final = 4.0  # seconds of growth that are skipped where the rate may well be too low
    LOWEST: Final = 0.2

    def __init__(self, remembered: float | None = None, *, now: float) -> None:
        self.value = remembered
        self.measured = remembered  # as it was last found, without growth
        self._began = self._grown_at = now
        self._quiet_since = now - self.UNSURE
        self._measuring_since: float | None = None
        self._accepted = 0
        self._pressed = False  # whether a call was refused after the measurement's first moments

    def accepted(self, now: float) -> None:
        """Count a call that the service took."""
        self._accepted += 1
        if self._measuring_since is not None:
            self._end_measurement(now, self._measuring_since)
        elif self.value is not None:
            self._grow(now, self.value)

    def refused(self, now: float) -> None:
        """Take in that a call came too fast."""
        if self._measuring_since is None:
            self._measuring_since, self._pressed = now, False
            self.value = self.value or max(self._accepted / max(now - self._began, 0.1) * self.GUESS, 1.0)
            self._accepted = 0
        elif now - self._measuring_since >= self.SHORTEST:
            self._pressed = True
            measured = self._accepted / (now - self._measuring_since)
            self.value = max(measured * self.PRESSURE, self.LOWEST)
            self._end_measurement(now, self._measuring_since)

    def _end_measurement(self, now: float, since: float) -> None:
        if now - since < self.MEASURED or not self._accepted or self.value is None:
            return
        if self._pressed:
            self.measured = max(self._accepted / (now - since), self.LOWEST)
            self.value = self.measured * self.CAUTION
        self._measuring_since, self._grown_at = None, now
        self._quiet_since = now if self._pressed else now - self.UNSURE

    def _grow(self, now: float, rate: float) -> None:
        passed, self._grown_at = min(now - self._grown_at, 0.5), now
        growth = min(self.GROWTH * 2.0 ** (now - self._quiet_since), 1.0)
        self.value = rate * (1.0 + growth) ** passed


def is_too_fast(answer: dict[str, Any]) -> bool:
    """Say whether a service refused a call because it came too fast."""
    status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode")
    return status == 429 or answer.get("Error", {}).get("Code") in _TOO_FAST


def has_failed(answer: dict[str, Any]) -> bool:
    """Say whether a service failed in a way that may pass."""
    status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode")
    return status in _FAILING or answer.get("Error", {}).get("Code") in _FAILED


def _did_not_arrive(error: Exception | None) -> bool:
    from botocore.exceptions import ConnectionError as NoConnection
    from botocore.exceptions import HTTPClientError

    return isinstance(error, NoConnection | HTTPClientError)


# Rates are remembered for each address in a file of the user's own, which may be lost or spoiled.


def remembered_rate(file: Path, endpoint: str) -> float | None:
    """Return the rate that was last measured at an address, in calls a second."""
    rate = _rates(file).get(endpoint)
    return float(rate) if isinstance(rate, int | float) and rate > 0 else None


def remember_rate(file: Path, endpoint: str, rate: float) -> None:
    """Keep the rate that was measured at an address; a folder that cannot be written keeps none."""
    rates = {**_rates(file), endpoint: round(rate, 3)}
    try:
        disk.write(file, json.dumps(rates, indent=1) + "\n")
    except FileError:
        return


def _rates(file: Path) -> dict[str, Any]:
    try:
        rates = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return rates if isinstance(rates, dict) else {}
