"""Grade tests by expected answers, and grant or refuse accordingly (evaluateQualificationRequests).

Unlike the marketplace with its own AnswerKey, this can grade texts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mturk_tasks.client import qualifications
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.qualifications import draft, folder, requests
from mturk_tasks.console.summary import Summary
from mturk_tasks.errors import FileError, Problem
from mturk_tasks.files import qualification_requests

PASS: Final = 100  # the score for right answers only (the reference)


@dataclass(frozen=True)
class Mark:
    """One question of the key: the expected and the given answer, which is empty where there is none."""

    question: str
    expected: str
    given: str

    @property
    def right(self) -> bool:
        """Say whether they agree: upper and lower case do not count, nor does the order of selections."""
        return _selections(self.expected) == _selections(self.given)

    @property
    def line(self) -> str:
        """Return the mark in the words of the reference."""
        if self.right:
            what = f"CORRECT [The answer key '{self.expected}' matches the given answer '{self.given}']"
        else:
            what = (
                f"WRONG [The correct answer '{self.expected}' did not match the given answer '{self.given}']"
            )
        return f"Question {self.question}:{what}"


@dataclass(frozen=True)
class GradedRequest:
    """One request with its marks, all of which must be right."""

    request: qualifications.QualificationRequest
    marks: tuple[Mark, ...]

    @property
    def passed(self) -> bool:
        """Say whether the Worker gets the qualification."""
        return all(mark.right for mark in self.marks)

    @property
    def decision(self) -> requests.RequestDecision:
        """Return the decision that follows."""
        score = PASS if self.passed else None
        return requests.RequestDecision(self.request.request_id, score, worker_id=self.request.worker_id)

    @property
    def lines(self) -> list[str]:
        """Return the marks and what follows in the words of the reference."""
        worker = self.request.worker_id
        end = f"Worker {worker} has FAILED your test. They will not be granted the qualification."
        if self.passed:
            end = f"Worker {worker} has PASSED your test and scored {PASS}"
        return [f"---[Worker {worker}]{'-' * 62}", *(mark.line for mark in self.marks), end, "-" * 87]


def run(
    context: CommandContext,
    qualification: folder.FolderQualification,
    answers: Path,
    *,
    preview: bool = False,
) -> Summary:
    """Grade every waiting request, show each question, and decide unless it is a `preview`.

    Raise FileError, before anything is decided, if the key does not fit the test or lacks a question.
    """
    waiting = list(requests.fetch(context, qualification).values())
    key = _read_key(context, qualification, answers, waiting)
    context.warn(key.notes)
    graded = _grade(key, waiting)
    if preview:
        context.console.say("Preview flag is set. Qualification requests will not be approved or rejected.")
    for result in graded:
        for line in result.lines:
            context.console.say(line)
    passed = sum(result.passed for result in graded)
    refused = len(graded) - passed
    counts = {"passed": passed, "failed": 0, "refused": refused}
    if not graded:
        return Summary((f"No qualification requests found to review for {qualification.type_id}",), counts)
    if preview or context.dry:
        items = tuple(
            {"id": result.request.request_id, "status": "passed" if result.passed else "missed"}
            for result in graded
        )
        return Summary((), counts, items)
    context.confirm(f"You are about to grant {passed} qual request(s) and to reject {refused}.")
    decisions = [result.decision for result in graded]
    outcomes = requests.carry_out(context, qualification, decisions, _line)
    counts["failed"] = len(outcomes.failed)
    items = tuple(map(requests.item, outcomes))
    return Summary((), counts, items, exit_code=int(counts["failed"] > 0))


def marks(expected: Mapping[str, str], given: Mapping[str, str]) -> tuple[Mark, ...]:
    """Return the mark of every question of the key; a missing answer is as good as an empty one."""
    return tuple(Mark(question, answer, given.get(question, "")) for question, answer in expected.items())


def unknown(expected: Mapping[str, str], given: Mapping[str, str]) -> list[str]:
    """Return the questions that were answered and are not in the key."""
    return [question for question in given if question not in expected]


def _read_key(
    context: CommandContext,
    qualification: folder.FolderQualification,
    path: Path,
    waiting: Sequence[qualifications.QualificationRequest],
) -> qualification_requests.AnswerKey:
    current = qualifications.get(context.client, qualification.type_id)
    tests = {request.test for request in waiting} | {current.test or ""}
    tests.discard("")
    if tests:
        return draft.read_expected_answers(path, *tests)
    return qualification_requests.read_answer_key(path)


def _grade(
    key: qualification_requests.AnswerKey, waiting: Sequence[qualifications.QualificationRequest]
) -> list[GradedRequest]:
    """Return every request with its marks; raise FileError for answers without a line in the key."""
    expected = key.expected()
    given = {request.request_id: requests.answers_of(request) for request in waiting}
    missing = dict.fromkeys(name for answers in given.values() for name in unknown(expected, answers))
    if missing:
        what = "Missing answer for question: {0} in answer key; add a line {0}=…"
        raise FileError(*(Problem(key.path, None, what.format(name)) for name in missing))
    return [GradedRequest(request, marks(expected, given[request.request_id])) for request in waiting]


def _line(outcome: requests.DecisionOutcome, _number: int) -> str:
    decision = outcome.item
    if not outcome.ok:
        return requests.failure(outcome)
    done = "granted" if decision.action == requests.ACCEPT else "rejected"
    return f"[{decision.request_id}] Qualification request {done}."


def _selections(text: str) -> frozenset[str]:
    return frozenset(part.strip().casefold() for part in text.split("|"))
