"""Assignments worth a look, each with its reasons; nobody is rejected by them.

Each reason is a hint with an innocent explanation as well: somebody quick, an easy set, a question to
which there is one good answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from mturk_tasks.analysis import gold
from mturk_tasks.analysis.agreement import joined
from mturk_tasks.analysis.gold import RightAnswers
from mturk_tasks.analysis.questions import CHOICE, RATING, TEXT, Question
from mturk_tasks.analysis.responses import Response, by_worker
from mturk_tasks.vocabulary.evaluation import Thresholds
from mturk_tasks.vocabulary.statuses import is_test_worker

FAST: Final = "fast"
SAME_CHOICE: Final = "same choice"
SAME_TEXT: Final = "same text"
GOLD: Final = "gold"
REPEATS: Final = "repeats the question"
TEST_WORKER: Final = "test worker"


@dataclass(frozen=True)
class Material:
    """What assignments are judged by: all responses, the questions, right answers, what each HIT shows."""

    responses: Sequence[Response]
    questions: Sequence[Question]
    thresholds: Thresholds = field(default_factory=Thresholds)
    right: RightAnswers = field(default_factory=dict)
    cells: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Doubt:
    """One reason to look at an assignment: of which kind, and in words."""

    response: Response
    kind: str
    text: str


def doubts(material: Material) -> list[Doubt]:
    """Return every reason to look at an assignment, in the order of the responses."""
    found: dict[str, list[Doubt]] = {}
    for check in _CHECKS:
        for doubt in check(material):
            found.setdefault(doubt.response.assignment_id, []).append(doubt)
    return [doubt for response in material.responses for doubt in found.get(response.assignment_id, ())]


def flags_by_worker(found: Sequence[Doubt]) -> dict[str, tuple[str, ...]]:
    """Return of each worker the kinds of doubt, with how many assignments have each."""
    counts: dict[str, Counter[str]] = {}
    for doubt in found:
        counts.setdefault(doubt.response.worker_id, Counter())[doubt.kind] += 1
    return {
        worker: tuple(f"{kind} ({times})" for kind, times in kinds.items())
        for worker, kinds in counts.items()
    }


def _fast(material: Material) -> Iterator[Doubt]:
    times = [response.seconds for response in material.responses if response.seconds is not None]
    if len(times) < 3:
        return
    usual = median(times)
    for response in material.responses:
        if response.seconds is not None and response.seconds < usual * material.thresholds.fast / 100:
            yield Doubt(
                response, FAST, f"took {response.seconds:.0f} s; half of all took {usual:.0f} s or more"
            )


def _same_choice(material: Material) -> Iterator[Doubt]:
    """Yield the work of those who always chose the same where others did not."""
    workers = by_worker(material.responses)
    for question in material.questions:
        if question.kind not in (CHOICE, RATING):
            continue
        given = {
            worker: [
                joined(response.answers[question.name])
                for response in own
                if question.name in response.answers
            ]
            for worker, own in workers.items()
        }
        if len({value for values in given.values() for value in values}) < 2:
            continue
        for worker, values in given.items():
            if len(values) >= material.thresholds.alike and len(set(values)) == 1:
                text = f"always {question.label(values[0])!r} to {question.name}, {len(values)} times"
                yield from (Doubt(response, SAME_CHOICE, text) for response in workers[worker])


def _same_text(material: Material) -> Iterator[Doubt]:
    """Yield the work whose longer text another worker gave as well."""
    authors: dict[str, dict[str, int]] = {}
    written = list(_texts(material))
    for response, _, text in written:
        if len(text) >= material.thresholds.copied:
            own = authors.setdefault(text, {})
            own[response.worker_id] = own.get(response.worker_id, 0) + 1
    for response, question, text in written:
        others = len(authors.get(text, {})) - 1
        if others > 0:
            whose = "another worker's" if others == 1 else f"that of {others} other workers"
            yield Doubt(response, SAME_TEXT, f"the text for {question.name} is also {whose}")


def _gold(material: Material) -> Iterator[Doubt]:
    """Yield gold that was failed; where a worker fails often, their whole score is said."""
    scores = gold.score_workers(material.responses, material.right)
    for response in material.responses:
        wrong = gold.failed(response, material.right)
        if not wrong:
            continue
        score = scores[response.worker_id]
        often = (score.percent or 0) < material.thresholds.gold
        total = f"; {score.right} of {score.of} gold answers right" if often else ""
        yield Doubt(response, GOLD, f"gold failed: {', '.join(wrong)}{total}")


def _repeats(material: Material) -> Iterator[Doubt]:
    for response, question, text in _texts(material):
        shown = [question.text, question.name, *material.cells.get(response.hit_id, {}).values()]
        if text and len(text) > 3 and any(text == _plain(words) for words in shown):
            yield Doubt(response, REPEATS, f"the text for {question.name} only repeats what is asked")


def _test_worker(material: Material) -> Iterator[Doubt]:
    for response in material.responses:
        if is_test_worker(response.worker_id):
            yield Doubt(response, TEST_WORKER, "done by a test worker")


def _texts(material: Material) -> Iterator[tuple[Response, Question, str]]:
    asked = [question for question in material.questions if question.kind == TEXT]
    for response in material.responses:
        for question in asked:
            for value in response.answers.get(question.name, ()):
                yield response, question, _plain(value)


def _plain(text: str) -> str:
    """Return a text without what copies may differ in: case, blanks, full stops at its end."""
    return " ".join(text.casefold().split()).rstrip(".!? ")


_CHECKS: Final[tuple[Callable[[Material], Iterator[Doubt]], ...]] = (
    *(_gold, _fast, _same_choice, _same_text, _repeats, _test_worker),
)
