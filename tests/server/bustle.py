"""Programs of requesters and workers in several processes, all at once, and what they were told."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError, ConnectionError, HTTPClientError  # noqa: A004  # botocore's own

from mturk_tasks.client.session import Client

ROOT = Path(__file__).parents[2]
PROCESSES = 2  # with two servers, and one that was killed, they fit the connections of a PostgreSQL
THREADS = 32  # of each
PLACES = 2  # of each HIT
LAG = 3  # HITs that are at work before the first is looked at
_MADE = re.compile(r"The HIT (\w+) has already been created")


class Caller:
    """A requester who calls one server, and keeps what it was answered.

    The client tries again as every SDK does, and the requester where the SDK gives up. Where the answer
    to an earlier try was lost, the refusal of the next one says that it was done.
    """

    def __init__(self, client: Client, name: str, new: dict[str, Any]) -> None:
        self._client = client
        self._name = name
        self._new = new  # what every HIT here has
        self.hits: dict[str, str] = {}  # by annotation
        self.approved: list[str] = []
        self.rejected: list[str] = []
        self.bonuses: list[str] = []  # the assignments they are for
        self.calls = 0
        self._given_up = 0  # times the SDK gave up the call under way

    def work(self, hits: int, places: int = PLACES) -> None:
        """Make HITs, and decide meanwhile on what was done of the earlier ones."""
        for _ in range(hits):
            self.create(places)
            if len(self.hits) > LAG:
                self.decide(list(self.hits.values())[-LAG - 1])

    def create(self, places: int) -> str:
        name = f"{self._name}-{len(self.hits)}"
        request = {**self._new, "MaxAssignments": places, "RequesterAnnotation": name}
        made = self._once("create_hit_with_hit_type", "HitAlreadyExists", UniqueRequestToken=name, **request)
        self.hits[name] = made["HIT"]["HITId"] if isinstance(made, dict) else _MADE.search(made)[1]
        return self.hits[name]

    def decide(self, hit_id: str) -> None:
        """Approve what was done of a HIT, but reject every seventh; every fifth gets a bonus."""
        request = {"HITId": hit_id, "AssignmentStatuses": ["Submitted"]}
        for one in self._call("list_assignments_for_hit", **request)["Assignments"]:
            place = {name: one[name] for name in ("AssignmentId", "WorkerId")}
            number = len(self.approved) + len(self.rejected)
            self._decide(one["AssignmentId"], good=number % 7 != 6)
            if number % 5 == 4:
                self._pay_bonus(place)

    def _decide(self, assignment_id: str, *, good: bool) -> None:
        place = {"AssignmentId": assignment_id}
        if good:
            self._once("approve_assignment", "InvalidAssignmentState", **place)
            self.approved.append(assignment_id)
        else:
            self._once("reject_assignment", "InvalidAssignmentState", RequesterFeedback="empty", **place)
            self.rejected.append(assignment_id)

    def _pay_bonus(self, place: dict[str, str]) -> None:
        more = {"BonusAmount": "0.01", "Reason": "quick", "UniqueRequestToken": place["AssignmentId"]}
        self._once("send_bonus", "DuplicateRequest", **place, **more)
        self.bonuses.append(place["AssignmentId"])

    def _once(self, operation: str, code: str, **parameters: Any) -> Any:
        """Return the answer, or the text of a refusal with that code, which tells of an earlier try."""
        try:
            return self._call(operation, **parameters)
        except ClientError as refusal:
            tries = self._given_up + refusal.response["ResponseMetadata"]["RetryAttempts"]
            if not tries or refusal.response.get("TurkErrorCode") != f"AWS.MechanicalTurk.{code}":
                raise
            return str(refusal)

    def _call(self, operation: str, **parameters: Any) -> Any:
        """Return the answer, however often the SDK gives up because the server is away."""
        self.calls += 1
        self._given_up = 0
        while True:
            try:
                return getattr(self._client, operation)(**parameters)
            except (ConnectionError, HTTPClientError):
                self._given_up += 1
                time.sleep(0.2)


class Crowd:
    """Sixty-four workers; `submitted` and `calls` are known when they have gone home."""

    def __init__(self, address: str, hit_id: str = "") -> None:
        self.submitted: list[str] = []
        self.calls = 0
        hits = [hit_id] if hit_id else []
        self._started = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.server.crowd", address, str(first), str(THREADS), *hits],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for first in range(0, PROCESSES * THREADS, THREADS)
        ]
        self._ready = False

    def begin(self) -> None:
        assert [one.stdout.readline() for one in self._started if one.stdout] == ["ready\n"] * PROCESSES
        self._say("\n")

    def end(self) -> None:
        """Let them do what is left, and keep what they say."""
        self._say("\n")
        with ThreadPoolExecutor(PROCESSES) as pool:
            said = list(pool.map(lambda one: one.communicate(timeout=120), self._started))
        assert "".join(errors for _, errors in said) == ""
        for text, _ in said:
            submitted, calls = json.loads(text)
            self.submitted += submitted
            self.calls += calls

    def kill(self) -> None:
        for one in self._started:
            one.kill()
            one.communicate()

    def _say(self, text: str) -> None:
        for one in self._started:
            if one.stdin:
                one.stdin.write(text)
                one.stdin.flush()


@contextmanager
def crowd(address: str, hit_id: str = "") -> Iterator[Crowd]:
    """Let a crowd in that begins at once, and see to it that none of its processes is left."""
    made = Crowd(address, hit_id)
    try:
        made.begin()
        yield made
    finally:
        made.kill()
