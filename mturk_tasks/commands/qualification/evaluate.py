"""Grade tests by a key of expected answers, and grant or refuse accordingly.

That is evaluateQualificationRequests: it can grade texts, which the marketplace's own AnswerKey cannot.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mturk_tasks.commands.desk import Desk
from mturk_tasks.commands.qualification import draft, judge, marking
from mturk_tasks.commands.qualification.judge import ACCEPT, Verdict
from mturk_tasks.commands.qualification.marking import PASS, Mark
from mturk_tasks.commands.qualification.register import Registered
from mturk_tasks.commands.qualification.requests import answers_of
from mturk_tasks.errors import FileError, Problem
from mturk_tasks.files import answerkey
from mturk_tasks.files.answerkey import AnswerKey
from mturk_tasks.report.summary import Summary
from mturk_tasks.requester import qualification_types
from mturk_tasks.requester.qualification_requests import QualificationRequest

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
    def verdict(self) -> Verdict:
        """Return what is to happen to the request."""
        score = PASS if self.passed else None
        return Verdict(self.request.request_id, score, worker_id=self.request.worker_id)


def run(desk: Desk, found: Registered, answers: Path, *, preview: bool = False) -> Summary:
    """Grade every request that waits, show each question, and decide unless it is a `preview`.

    Raise FileError where the key does not fit the test, or an answer has no line in it: before anything
    is decided.
    """
    waiting = list(judge.fetch(desk, found).values())
    key = _key(desk, found, answers, waiting)
    desk.warn(key.notes)
    graded = _grade(key, waiting)
    if preview:
        desk.console.say(_PREVIEW)
    for line in (line for one in graded for line in _told(one)):
        desk.console.say(line)
    passed = sum(one.passed for one in graded)
    counts = {"passed": passed, "failed": 0, "refused": len(graded) - passed}
    if not graded:
        return Summary((f"No qualification requests found to review for {found.type_id}",), counts)
    items = [{"id": one.request.request_id, "status": "passed" if one.passed else "missed"} for one in graded]
    if preview or desk.dry:
        return Summary((), counts, tuple(items))
    return _decide(desk, found, graded)


def _key(desk: Desk, found: Registered, path: Path, waiting: Sequence[QualificationRequest]) -> AnswerKey:
    tests = {one.test for one in waiting} | {qualification_types.get(desk.client, found.type_id).test or ""}
    tests.discard("")
    return draft.read_lines(path, *tests) if tests else answerkey.read(path)


def _grade(key: AnswerKey, waiting: Sequence[QualificationRequest]) -> list[Graded]:
    """Return every request with its marks; raise FileError for answers without a line in the key."""
    expected = key.expected()
    given: dict[str, Mapping[str, str]] = {one.request_id: answers_of(one) for one in waiting}
    strange = dict.fromkeys(name for answers in given.values() for name in marking.unknown(expected, answers))
    if strange:
        raise FileError(
            *(
                Problem(
                    key.path, None, f"Missing answer for question: {name} in answer key; add a line {name}=…"
                )
                for name in strange
            )
        )
    return [Graded(one, marking.marks(expected, given[one.request_id])) for one in waiting]


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


def _decide(desk: Desk, found: Registered, graded: Sequence[Graded]) -> Summary:
    passed = sum(one.passed for one in graded)
    left = len(graded) - passed
    desk.confirm(f"You are about to grant {passed} qual request(s) and to reject {left}.")
    outcomes = judge.carry_out(desk, found, [one.verdict for one in graded], _line)
    failed = sum(not outcome.ok for outcome in outcomes)
    counts = {"passed": passed, "failed": failed, "refused": left}
    return Summary((), counts, tuple(map(judge.item, outcomes)), exit_code=int(failed > 0))


def _line(one: Verdict) -> str:
    return f"[{one.request_id}] Qualification request {'granted' if one.action == ACCEPT else 'rejected'}."
