"""Commands at the embedded marketplace against bare boto3 calls with one trip to the disk behind each."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from unittest import mock

from botocore.awsrequest import AWSResponse

from mturk_tasks.client.session import connect
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.journal import Journal
from mturk_tasks.commands.surveys import decide, load, rehearse
from mturk_tasks.commands.surveys.load import LoadRequest
from mturk_tasks.commands.surveys.rehearse import RehearseRequest
from mturk_tasks.console.console import Console
from mturk_tasks.marketplace.storage import opening, sqlite
from mturk_tasks.marketplace.worker import work
from mturk_tasks.tasks import bootstrap
from mturk_tasks.vocabulary.environments import Configured, choose
from tests.benchmarks.folders import QUESTION, Folder, folder
from tests.benchmarks.harness import Row, at_least, benchmark, interleaved
from tests.benchmarks.standin import HIT_TYPE, described

ROWS = 600
ANSWER = (
    '<QuestionFormAnswers xmlns="http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/2005-10-01/'
    'QuestionFormAnswers.xsd"><Answer><QuestionIdentifier>bird</QuestionIdentifier><FreeText>owl</FreeText>'
    "</Answer></QuestionFormAnswers>"
)


def context_of(survey: Folder) -> CommandContext:
    """Return a context at the embedded sandbox of a folder, in this process."""
    bootstrap._open.cache_clear()
    os.environ["MTURK_HOME"] = str(survey.home)
    return bootstrap.furnish(survey.path, choose(Configured(sandbox=True)), Console(), force=True)


def quietly(act: Callable[[], object]) -> float:
    """Run a use case without its lines, and return its seconds."""
    began = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        act()
    return time.perf_counter() - began


class Bare:
    """A boto3 client behind which there is nothing but an append to a file, on the disk if so wanted."""

    def __init__(self, file: Path, *, durable: bool) -> None:
        self._file = file.open("ab")
        self._durable = durable
        self.client: Any = connect(None)
        self.client.meta.events.register("before-send.mturk", self._answer)

    def _answer(self, request: Any, **_: Any) -> AWSResponse:
        operation = request.headers["X-Amz-Target"].decode().rpartition(".")[2]
        created = {"HIT": {**described("3HIT"), "Question": QUESTION}}
        body = json.dumps(created if operation.startswith("CreateHIT") else {}).encode()
        self._file.write(request.body if isinstance(request.body, bytes) else request.body.encode())
        self._file.flush()
        if self._durable:
            os.fsync(self._file.fileno())
        answer = AWSResponse(request.url, 200, {}, None)
        answer._content = body
        return answer

    def create(self, count: int) -> float:
        began = time.perf_counter()
        for number in range(count):
            self.client.create_hit_with_hit_type(
                HITTypeId=HIT_TYPE,
                Question=QUESTION,
                RequesterAnnotation=f"picture-{number}.jpg",
                MaxAssignments=1,
                LifetimeInSeconds=864000,
                UniqueRequestToken=f"{number:064}",
            )
        return time.perf_counter() - began

    def approve(self, count: int) -> float:
        began = time.perf_counter()
        for number in range(count):
            self.client.approve_assignment(AssignmentId=f"3A{number:028}")
        return time.perf_counter() - began


@contextlib.contextmanager
def without_disk() -> Iterator[None]:
    """Let nothing in this process wait for the disk."""
    real = sqlite._connect

    def careless(database: str) -> sqlite3.Connection:
        connection = real(database)
        connection.execute("PRAGMA synchronous=OFF")
        return connection

    defaults: Any = Journal.__init__.__kwdefaults__
    with (
        mock.patch.object(sqlite, "_connect", careless),
        mock.patch.dict(defaults, sync=lambda _: None),
        mock.patch("os.fsync", return_value=None),
    ):
        yield


def loaded(label: int) -> Callable[[CommandContext], object]:
    return lambda context: load.run(context, LoadRequest(label=f"set{label}"))


@benchmark("embedded-load")
def loading() -> Iterator[Row]:
    """Compare an embedded load with bare calls, with and without the disk."""
    for what, goal, durable in (
        ("", at_least(0.60), True),
        (", no fsync on either side", at_least(0.30), False),
    ):
        with folder(ROWS) as survey, contextlib.nullcontext() if durable else without_disk():
            bare, numbers = Bare(survey.home / "bare", durable=durable), iter(range(99))
            context = context_of(survey)

            def ours(context: CommandContext = context, numbers: Iterator[int] = numbers) -> float:
                return quietly(lambda: loaded(next(numbers))(context))

            mine, bares = interleaved(ours, lambda bare=bare: bare.create(ROWS), rounds=3)  # type: ignore[misc]  # bound now
        sides = {"load": f"{mine} s", "bare": f"{bares} s"}
        yield Row(
            f"embedded load of {ROWS}: bare calls ÷ load{what}", bares.median / mine.median, goal, sides
        )


@benchmark("embedded-approve")
def approving() -> Iterator[Row]:
    """Compare an embedded approve with bare calls."""
    times: list[float] = []
    with folder(ROWS) as survey:
        bare = Bare(survey.home / "bare", durable=True)
        context = context_of(survey)
        quietly(lambda: loaded(0)(context))
        labels = ["set0"]
        for number in range(1, 4):
            quietly(lambda number=number: loaded(number)(context))  # type: ignore[misc]  # bound now
            labels.append(f"set{number}")
        submit_all(survey)
        queue = iter(labels)
        mine, bares = interleaved(
            lambda: quietly(lambda: decide.approve(context, next(queue))),
            lambda: bare.approve(ROWS),
            rounds=3,
        )
    sides = {"approve": f"{mine} s", "bare": f"{bares} s"}
    del times
    yield Row(
        f"embedded approve of {ROWS}: bare calls ÷ approve", bares.median / mine.median, at_least(0.40), sides
    )


def submit_all(survey: Folder) -> None:
    """Let a worker do every HIT of the sandbox."""
    now = datetime.now(timezone.utc)
    with opening.open_store(survey.home / "sandbox.db") as store:
        for number in range(10_000):
            held = work.accept_any(store, f"ABENCH{number // 20}", None, now)
            if held is None:
                return
            work.submit(store, held.assignment_id, f"ABENCH{number // 20}", ANSWER, now)


@benchmark("rehearse")
def rehearsing() -> Iterator[Row]:
    """Compare a rehearsal with the same accepts and submits bare in one process."""
    count = 300
    with folder(count) as ours, folder(count) as others:
        contexts = {survey: context_of(survey) for survey in (ours, others)}
        numbers = iter(range(1, 9))

        def rehearsed() -> float:
            label = f"set{next(numbers)}"
            context = contexts[ours] = context_of(ours)
            quietly(lambda: load.run(context, LoadRequest(label=label)))
            return quietly(lambda: rehearse.run(context, RehearseRequest(workers=20), label))

        names = iter(range(1, 9))

        def bare() -> float:
            label = f"set{next(names)}"
            context = contexts[others] = context_of(others)
            quietly(lambda: load.run(context, LoadRequest(label=label)))
            began = time.perf_counter()
            submit_all(others)
            return time.perf_counter() - began

        mine, bares = interleaved(rehearsed, bare, rounds=3)
    sides = {"rehearse": f"{mine} s", "bare": f"{bares} s"}
    yield Row(
        f"rehearsal of {count}: bare work ÷ rehearse", bares.median / mine.median, at_least(0.40), sides
    )
