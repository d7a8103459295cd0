"""A small survey, the sandbox it is loaded into, and faults that strike between calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from mturk_tasks.client.session import Client
from mturk_tasks.commands.context import CommandContext, CommandSettings
from mturk_tasks.console.console import Console
from mturk_tasks.marketplace.storage import about
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.marketplace.worker import work
from mturk_tasks.tasks.bootstrap import Embedded
from mturk_tasks.vocabulary.environments import Configured, choose

PROPERTIES = """\
title: Name the bird
description: One picture, one name
keywords: birds, pictures
reward: 0.10
assignments: 2
annotation: ${picture}
assignmentduration: 600
hitlifetime: 86400
autoapprovaldelay: 259200
"""
QUESTION = """\
<?xml version="1.0" encoding="UTF-8"?>
<QuestionForm xmlns="http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/2017-11-06/QuestionForm.xsd">
  <Question>
    <QuestionIdentifier>bird</QuestionIdentifier>
    <IsRequired>true</IsRequired>
    <QuestionContent><Text>Which bird is in ${picture}?</Text></QuestionContent>
    <AnswerSpecification><FreeTextAnswer/></AnswerSpecification>
  </Question>
</QuestionForm>
"""
ANSWER = """\
<QuestionFormAnswers xmlns="http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/2005-10-01/QuestionFormAnswers.xsd"><Answer><QuestionIdentifier>bird</QuestionIdentifier><FreeText>{}</FreeText></Answer></QuestionFormAnswers>"""
PICTURES = ("owl.jpg", "jay.jpg", "wren.jpg")


class Crash(BaseException):
    """End a command as a dying process would: no handler of errors is meant for it."""


@dataclass
class Strike:
    """Where a fault strikes: before or after the call of that number, counted from 1; 0 is never."""

    call: int = 0
    after: bool = False
    fault: Callable[[], BaseException] = Crash
    calls: list[str] = field(default_factory=list)  # the operations, in their order

    def attach(self, client: Client) -> None:
        client.meta.events.register_first("before-send.mturk", self._before)
        client.meta.events.register("after-call.mturk", self._after)

    def _before(self, event_name: str, **_: Any) -> None:
        self.calls.append(event_name.rpartition(".")[2])
        if len(self.calls) == self.call and not self.after:
            raise self.fault()

    def _after(self, **_: Any) -> None:
        if len(self.calls) == self.call and self.after:
            raise self.fault()


@dataclass
class Bench:
    """A survey folder and a sandbox of its own."""

    folder: Path
    home: Path
    strike: Strike = field(default_factory=Strike)

    def __post_init__(self) -> None:
        self.folder.mkdir()
        self.write("birds.properties", PROPERTIES)
        self.write("birds.question", QUESTION)
        self.rows(*PICTURES)
        self.market = Embedded(self.home / "sandbox.db", dry=False)

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def read(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")

    def rows(self, *pictures: str) -> Path:
        return self.write("birds.input", "\n".join(("picture", *pictures)) + "\n")

    def set(self, key: str, value: str) -> None:
        lines = [line for line in PROPERTIES.splitlines() if not line.startswith(f"{key}:")]
        self.write("birds.properties", "\n".join([*lines, f"{key}: {value}"]) + "\n")

    def context(
        self, *, force: bool = True, dry: bool = False, workers: int = 1, comment: str = ""
    ) -> CommandContext:
        market = Embedded(self.home / "sandbox.db", dry=dry)

        def connect() -> Client:
            client = market.connect()
            self.strike.attach(client)
            return client

        return CommandContext(
            folder=self.folder,
            home=self.home,
            environment=choose(Configured()),
            connect=connect,
            clock=market.now,
            console=Console(),
            settings=CommandSettings(comment=comment),
            workers=workers,
            force=force,
            dry=dry,
            market=lambda: market,
        )

    @cached_property
    def client(self) -> Client:
        return self.market.connect()

    @property
    def store(self) -> Store:
        return self.market._store()

    def later(self, **by: float) -> None:
        about.advance(self.store, timedelta(**by))

    def hits(self) -> list[dict[str, Any]]:
        return list(self.client.list_hits(MaxResults=100)["HITs"])

    def assignments(self, hit_id: str) -> list[dict[str, Any]]:
        return list(self.client.list_assignments_for_hit(HITId=hit_id, MaxResults=100)["Assignments"])

    def statuses(self) -> list[str]:
        hits = [hit["HITId"] for hit in self.hits()]
        return sorted(one["AssignmentStatus"] for hit in hits for one in self.assignments(hit))

    def accept(self, worker: str, hit_id: str) -> str:
        return work.accept(self.store, worker, hit_id, self.market.now()).assignment_id

    def submit(self, worker: str, hit_id: str, text: str = "owl") -> str:
        assignment_id = self.accept(worker, hit_id)
        work.submit(self.store, assignment_id, worker, ANSWER.format(text), self.market.now())
        return assignment_id
