"""A qualification folder, the sandbox it acts in, and workers who ask for the qualification."""

from __future__ import annotations

from typing import Any

from mturk_tasks.commands.qualifications import create, folder
from mturk_tasks.commands.qualifications.folder import FolderQualification
from mturk_tasks.marketplace.records import messages
from mturk_tasks.marketplace.records.messages import Message
from mturk_tasks.marketplace.worker import qualifications
from mturk_tasks.markup.answers import Answer, build
from tests.bench import Bench
from tests.stores import look

_SCHEMAS = "http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas"
PROPERTIES = """\
name: Knows trees
description: Two questions about trees
keywords: trees, test
retrydelayinseconds: 600
"""
TEST = f"""\
<QuestionForm xmlns="{_SCHEMAS}/2017-11-06/QuestionForm.xsd">
  <Question>
    <QuestionIdentifier>tree</QuestionIdentifier>
    <QuestionContent><Text>Which of these bear acorns?</Text></QuestionContent>
    <AnswerSpecification><SelectionAnswer><MaxSelectionCount>3</MaxSelectionCount><Selections>
      <Selection><SelectionIdentifier>oak</SelectionIdentifier><Text>Oak</Text></Selection>
      <Selection><SelectionIdentifier>holm</SelectionIdentifier><Text>Holm oak</Text></Selection>
      <Selection><SelectionIdentifier>ash</SelectionIdentifier><Text>Ash</Text></Selection>
    </Selections></SelectionAnswer></AnswerSpecification>
  </Question>
  MORE
</QuestionForm>
"""
TEXT = """\
<Question>
    <QuestionIdentifier>word</QuestionIdentifier>
    <QuestionContent><Text>What is its fruit called?</Text></QuestionContent>
    <AnswerSpecification><FreeTextAnswer/></AnswerSpecification>
  </Question>"""
KEY = f"""\
<AnswerKey xmlns="{_SCHEMAS}/2005-10-01/AnswerKey.xsd">
  <Question>
    <QuestionIdentifier>tree</QuestionIdentifier>
    <AnswerOption>
      <SelectionIdentifier>oak</SelectionIdentifier><SelectionIdentifier>holm</SelectionIdentifier>
      <AnswerScore>50</AnswerScore>
    </AnswerOption>
  </Question>
</AnswerKey>
"""
RIGHT = {"tree": ("oak", "holm"), "word": "Acorn"}
WRONG = {"tree": ("ash",), "word": "Acorn"}


class School(Bench):
    """A bench whose folder makes a qualification type that the requester grades by lines."""

    def __post_init__(self) -> None:
        super().__post_init__()
        for path in self.folder.iterdir():
            path.unlink()
        self.write("trees.properties", PROPERTIES)
        self.write("trees.question", TEST.replace("MORE", TEXT))
        self.write("trees.answerkey", "tree=oak|holm\nword=acorn\n")

    def graded_at_once(self) -> None:
        """Give the folder a test that an AnswerKey grades."""
        self.write("trees.question", TEST.replace("MORE", ""))
        self.write("trees.answer", KEY)
        (self.folder / "trees.answerkey").unlink()

    def without_test(self) -> None:
        """Give the folder no test."""
        for ending in ("question", "answerkey"):
            (self.folder / f"trees.{ending}").unlink()

    def create(self) -> FolderQualification:
        """Create the type."""
        context = self.context()
        create.run(context, context.definition)
        return self.qualification()

    def qualification(self) -> FolderQualification:
        """Return the type of the folder."""
        context = self.context()
        return folder.find(context, context.definition.files)

    def ask(self, worker: str, answers: dict[str, Any] | None = None) -> str:
        """Let a worker ask for it, and answer its test; return the request's ID."""
        now = self.market.now()
        begun = qualifications.request(self.store, worker, self.qualification().type_id, now)
        if begun.test is not None:
            texts: dict[str, Any] = RIGHT if answers is None else answers
            given = [
                Answer(name, selections=value) if isinstance(value, tuple) else Answer(name, value)
                for name, value in texts.items()
            ]
            qualifications.answer_test(self.store, begun.request_id, worker, build(given), now)
        return begun.request_id

    def scores(self) -> dict[str, int]:
        """Return who holds it, with scores."""
        answer = self.client.list_workers_with_qualification_type(
            QualificationTypeId=self.qualification().type_id, MaxResults=100
        )
        return {entry["WorkerId"]: entry["IntegerValue"] for entry in answer["Qualifications"]}

    def waiting(self) -> list[str]:
        """Return the workers whose requests wait."""
        answer = self.client.list_qualification_requests(MaxResults=100)
        return [entry["WorkerId"] for entry in answer["QualificationRequests"]]

    def messages(self, worker: str) -> list[Message]:
        """Return what a worker was told."""
        return look(self.store, self.market.now(), messages.read, worker)

    def type(self) -> dict[str, Any]:
        """Return the type as the service has it."""
        answer: dict[str, Any] = self.client.get_qualification_type(
            QualificationTypeId=self.qualification().type_id
        )
        return answer["QualificationType"]
