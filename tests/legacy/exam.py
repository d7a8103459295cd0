"""A folder of a qualification with a test, and the marketplace its type is in, at four moments of its life.

`drafted` before the type is created, `created` after it, `requested` when two workers have taken the
test, one right and one wrong, and `held` when both were given the qualification without a test.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from mturk_tasks.commands.qualifications import create
from mturk_tasks.files import survey
from mturk_tasks.marketplace.records import messages
from mturk_tasks.marketplace.worker import qualifications
from mturk_tasks.markup.answers import Answer, build
from mturk_tasks.tasks.bootstrap import _open
from tests.bench import Bench
from tests.legacy.world import WORKERS, World
from tests.stores import look

MOMENTS = ("drafted", "created", "requested", "held")
NAME = "qualification"
PROPERTIES = """\
name: Knows garden birds
description: Three questions about birds
keywords: birds, quiz
testdurationinseconds: 600
retrydelayinseconds: 86400
"""
_SCHEMAS = "http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas"
_SELECTION = """\
  <Question>
    <QuestionIdentifier>{0}</QuestionIdentifier>
    <QuestionContent><Text>An owl is a bird.</Text></QuestionContent>
    <AnswerSpecification><SelectionAnswer><Selections>
      <Selection><SelectionIdentifier>true</SelectionIdentifier><Text>Yes</Text></Selection>
      <Selection><SelectionIdentifier>false</SelectionIdentifier><Text>No</Text></Selection>
    </Selections></SelectionAnswer></AnswerSpecification>
  </Question>
"""
_TEXT = """\
  <Question>
    <QuestionIdentifier>{0}</QuestionIdentifier>
    <QuestionContent><Text>How many wings has it?</Text></QuestionContent>
    <AnswerSpecification><FreeTextAnswer/></AnswerSpecification>
  </Question>
"""


def form(*questions: str) -> str:
    head = f'<QuestionForm xmlns="{_SCHEMAS}/2017-11-06/QuestionForm.xsd">\n'
    return f"{head}{''.join(questions)}</QuestionForm>\n"


def key(question: str = "question1", selection: str = "false") -> str:
    """Return an AnswerKey, in which one right answer scores 10."""
    return f"""\
<AnswerKey xmlns="{_SCHEMAS}/2005-10-01/AnswerKey.xsd">
  <Question>
    <QuestionIdentifier>{question}</QuestionIdentifier>
    <AnswerOption>
      <SelectionIdentifier>{selection}</SelectionIdentifier>
      <AnswerScore>10</AnswerScore>
    </AnswerOption>
  </Question>
</AnswerKey>
"""


TEST = form(_SELECTION.format("question1"), _SELECTION.format("question2"), _TEXT.format("question3"))
OTHER_TEST = form(_SELECTION.format("question1"))
LINES = "question1=false\nquestion2=true\nquestion3=two\n"
RIGHT = (
    Answer("question1", selections=("false",)),
    Answer("question2", selections=("true",)),
    Answer("question3", free_text="Two"),
)
WRONG = (*RIGHT[:2], Answer("question3", free_text="four"))


@dataclass(frozen=True)
class Exam(World):
    """The qualification's folder, and the user's marketplace."""

    @property
    def here(self) -> Path:
        return self.root / NAME

    @property
    def type_id(self) -> str:
        """Return the type that the ID file names, nothing where there is none yet."""
        path = self.here / f"{NAME}.properties.success"
        return path.read_text(encoding="utf-8").splitlines()[1] if path.exists() else ""

    def type(self) -> dict[str, Any]:
        """Return the type as the service has it."""
        answer: dict[str, Any] = self.client.get_qualification_type(QualificationTypeId=self.type_id)
        return answer["QualificationType"]

    def requests(self, type_id: str = "") -> dict[str, str]:
        """Return the requests that wait, by worker."""
        wanted = {"QualificationTypeId": type_id} if type_id else {}
        answer = self.client.list_qualification_requests(MaxResults=100, **wanted)["QualificationRequests"]
        return {entry["WorkerId"]: entry["QualificationRequestId"] for entry in answer}

    def scores(self) -> dict[str, int]:
        """Return the scores of the workers who hold it."""
        answer = self.client.list_workers_with_qualification_type(
            QualificationTypeId=self.type_id, MaxResults=100
        )
        return {entry["WorkerId"]: entry["IntegerValue"] for entry in answer["Qualifications"]}

    def messages(self, worker: str) -> list[str]:
        """Return what a worker was told, the oldest first."""
        notices = look(self._store, self._now, messages.read, worker)
        return [f"{entry.subject}. {entry.text}" for entry in reversed(notices)]

    def take(self, worker: str, *answers: Answer, type_id: str = "") -> qualifications.Requested:
        """Let a worker ask for it and take its test, if there is one."""
        asked = qualifications.request(self._store, worker, type_id or self.type_id, self._now)
        if asked.test is None:
            return asked
        return qualifications.answer_test(self._store, asked.request_id, worker, build(answers), self._now)

    def rows(self, name: str) -> list[dict[str, str]]:
        with (self.here / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file, delimiter="\t"))

    @property
    def _store(self) -> Any:
        return _open(self.home / "sandbox.db", False)

    @property
    def _now(self) -> datetime:
        return datetime.now(timezone.utc)


def make(root: Path, moment: str) -> Exam:
    """Make the folder and its marketplace at a moment."""
    root.mkdir()
    exam = Exam(root)
    bench = Bench(exam.here, exam.home)
    for path in exam.here.iterdir():
        path.unlink()
    exam.write(f"{NAME}.properties", PROPERTIES)
    exam.write(f"{NAME}.question", TEST)
    exam.write(f"{NAME}.answerkey", LINES)
    exam.write("survey.question", OTHER_TEST)
    if moment == "drafted":
        return exam
    create.run(bench.context(), survey.find_definition(exam.here, NAME))
    if moment == "requested":
        for worker, answers in zip(WORKERS, (RIGHT, WRONG), strict=True):
            exam.take(worker, *answers)
    if moment == "held":
        for worker, score in zip(WORKERS, (80, 60), strict=True):
            exam.client.associate_qualification_with_worker(
                QualificationTypeId=exam.type_id, WorkerId=worker, IntegerValue=score, SendNotification=False
            )
    return exam
