"""Grade tests by a key of expected answers, and grant or refuse accordingly.

That is evaluateQualificationRequests: it can grade texts, which the marketplace's own AnswerKey cannot.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mturk_tasks.client import qualifications
from mturk_tasks.client.qualifications import QualificationRequest
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.qualifications import draft, requests
from mturk_tasks.commands.qualifications.folder import FolderQualification
from mturk_tasks.commands.qualifications.requests import ACCEPT, RequestDecision, answers_of
from mturk_tasks.console.summary import Summary
from mturk_tasks.errors import FileError, Problem
from mturk_tasks.files import qualification_requests
from mturk_tasks.files.qualification_requests import AnswerKey

# Compare a worker's answers with the expected ones, as evaluateQualificationRequests does: pure
# rules.


PASS: Final = 100  # the score of who answers everything right (the reference)
_SEPARATOR: Final = "|"


@dataclass(frozen=True)
class Mark:
    """One question of the key: what is expected, and what was given; nothing is given as an empty text."""

    question: str
    expected: str
    given: str

    @property
    def right(self) -> bool:
        """Say whether they agree: upper and lower case do not count, nor does the order of selections."""
        return _plain(self.expected) == _plain(self.given)


def marks(expected: Mapping[str, str], given: Mapping[str, str]) -> tuple[Mark, ...]:
    """Return the mark of every question of the key; one without an answer is as good as an empty one."""
    return tuple(Mark(question, answer, given.get(question, "")) for question, answer in expected.items())


def unknown(expected: Mapping[str, str], given: Mapping[str, str]) -> list[str]:
    """Return the questions that were answered and that the key says nothing of."""
    return [question for question in given if question not in expected]


def _plain(text: str) -> frozenset[str]:
    return frozenset(part.strip().casefold() for part in text.split(_SEPARATOR))


_PREVIEW = "Preview flag is set. Qualification requests will not be approved or rejected."


@dataclass(frozen=True)
class Graded:
    """One request with its marks; all of them must be right."""

    request: QualificationRequest
    marks: tuple[Mark, ...]

    @property
    def passed(self) -> bool:
        """Say whether the worker gets the qualification."""
        return all(mark.right for mark in self.marks)

    @property
    def verdict(self) -> RequestDecision:
        """Return what is to happen to the request."""
        score = PASS if self.passed else None
        return RequestDecision(self.request.request_id, score, worker_id=self.request.worker_id)


def run(
    context: CommandContext, found: FolderQualification, answers: Path, *, preview: bool = False
) -> Summary:
    """Grade every request that waits, show each question, and decide unless it is a `preview`.

    Raise FileError where the key does not fit the test, or an answer has no line in it: before anything
    is decided.
    """
    waiting = list(requests.fetch(context, found).values())
    key = _key(context, found, answers, waiting)
    context.warn(key.notes)
    graded = _grade(key, waiting)
    if preview:
        context.console.say(_PREVIEW)
    for line in (line for one in graded for line in _told(one)):
        context.console.say(line)
    passed = sum(one.passed for one in graded)
    counts = {"passed": passed, "failed": 0, "refused": len(graded) - passed}
    if not graded:
        return Summary((f"No qualification requests found to review for {found.type_id}",), counts)
    items = [{"id": one.request.request_id, "status": "passed" if one.passed else "missed"} for one in graded]
    if preview or context.dry:
        return Summary((), counts, tuple(items))
    return _decide(context, found, graded)


def _key(
    context: CommandContext, found: FolderQualification, path: Path, waiting: Sequence[QualificationRequest]
) -> AnswerKey:
    tests = {one.test for one in waiting} | {qualifications.get(context.client, found.type_id).test or ""}
    tests.discard("")
    return (
        draft.read_expected_answers(path, *tests) if tests else qualification_requests.read_answer_key(path)
    )


def _grade(key: AnswerKey, waiting: Sequence[QualificationRequest]) -> list[Graded]:
    """Return every request with its marks; raise FileError for answers without a line in the key."""
    expected = key.expected()
    given: dict[str, Mapping[str, str]] = {one.request_id: answers_of(one) for one in waiting}
    strange = dict.fromkeys(name for answers in given.values() for name in unknown(expected, answers))
    if strange:
        raise FileError(
            *(
                Problem(
                    key.path, None, f"Missing answer for question: {name} in answer key; add a line {name}=…"
                )
                for name in strange
            )
        )
    return [Graded(one, marks(expected, given[one.request_id])) for one in waiting]


def _told(one: Graded) -> list[str]:
    worker = one.request.worker_id
    end = (
        f"Worker {worker} has PASSED your test and scored {PASS}"
        if one.passed
        else f"Worker {worker} has FAILED your test. They will not be granted the qualification."
    )
    return [f"---[Worker {worker}]{'-' * 62}", *map(_of_question, one.marks), end, "-" * 87]


def _of_question(mark: Mark) -> str:
    if mark.right:
        what = f"CORRECT [The answer key '{mark.expected}' matches the given answer '{mark.given}']"
    else:
        what = f"WRONG [The correct answer '{mark.expected}' did not match the given answer '{mark.given}']"
    return f"Question {mark.question}:{what}"


def _decide(context: CommandContext, found: FolderQualification, graded: Sequence[Graded]) -> Summary:
    passed = sum(one.passed for one in graded)
    left = len(graded) - passed
    context.confirm(f"You are about to grant {passed} qual request(s) and to reject {left}.")
    outcomes = requests.carry_out(context, found, [one.verdict for one in graded], _line)
    failed = sum(not outcome.ok for outcome in outcomes)
    counts = {"passed": passed, "failed": failed, "refused": left}
    return Summary((), counts, tuple(map(requests.item, outcomes)), exit_code=int(failed > 0))


def _line(one: RequestDecision) -> str:
    return f"[{one.request_id}] Qualification request {'granted' if one.action == ACCEPT else 'rejected'}."
