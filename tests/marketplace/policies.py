"""Review policies as requests write them, and answers for them to look at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mturk_tasks.markup.answers import Answer, build

KNOWN = "ScoreMyKnownAnswers/2011-09-01"
PLURALITY = "SimplePlurality/2011-09-01"


def answers(**given: str) -> str:
    """Return the document in which a worker answers these questions with free text."""
    return build(Answer(question, free_text=text) for question, text in given.items())


def settings(given: Mapping[str, object]) -> list[dict[str, Any]]:
    """Return settings as the API writes them; None leaves one out."""
    return [{"Key": key, "Values": [str(value)]} for key, value in given.items() if value is not None]


def known_answers(key: Mapping[str, str], **given: object) -> dict[str, Any]:
    """Return the member of CreateHIT that scores assignments by a key of one value for each question."""
    entries = [{"Key": question, "Values": [value]} for question, value in key.items()]
    parameters = [{"Key": "AnswerKey", "MapEntries": entries}, *settings(given)]
    return {"AssignmentReviewPolicy": {"PolicyName": KNOWN, "Parameters": parameters}}


def plurality(questions: Any = "colour", **given: Any) -> dict[str, Any]:
    """Return the member of CreateHIT that compares workers; more than half must agree unless told."""
    needed = {
        "QuestionIds": questions,
        "QuestionAgreementThreshold": 50,
        "DisregardAssignmentIfRejected": "T",
    }
    return {"HITReviewPolicy": {"PolicyName": PLURALITY, "Parameters": settings({**needed, **given})}}
