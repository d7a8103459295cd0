"""What an AnswerKey must obey beyond its grammar, by itself and beside the test it grades."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import TYPE_CHECKING

from mturk_tasks.markup.answer_key import selections_of
from mturk_tasks.markup.fault import Fault
from mturk_tasks.markup.question_form import Question, Selections, read_question_form
from mturk_tasks.markup.reading import line_of

if TYPE_CHECKING:
    from lxml import etree


def answer_key_faults(root: etree._Element) -> list[Fault]:
    """Return what is wrong in an AnswerKey that its schema accepts."""
    return [*_repeated_questions(root), *_repeated_options(root), *_mapping_faults(root)]


def fit_faults(root: etree._Element, test: str) -> list[Fault]:
    """Return where a key does not fit its test, a valid QuestionForm."""
    asked = {question.identifier: question for question in read_question_form(test).questions}
    found = [_test_fault(question) for question in asked.values()]
    return [
        *(fault for fault in found if fault),
        *(fault for graded in root.iterfind("{*}Question") for fault in _question_faults(graded, asked)),
    ]


def _repeated_questions(root: etree._Element) -> Iterator[Fault]:
    seen: set[str] = set()
    for element in root.iterfind("{*}Question/{*}QuestionIdentifier"):
        name = element.text or ""
        if name in seen:
            yield Fault(line_of(element), f"question {name!r} is graded twice")
        seen.add(name)


def _repeated_options(root: etree._Element) -> Iterator[Fault]:
    for question in root.iterfind("{*}Question"):
        seen: set[frozenset[str]] = set()
        for option in question.iterfind("{*}AnswerOption"):
            chosen = selections_of(option)
            if chosen in seen:
                yield Fault(line_of(option), f"the selections {_listed(chosen)} are scored twice")
            seen.add(chosen)


def _mapping_faults(root: etree._Element) -> Iterator[Fault]:
    for most in root.iter("{*}MaximumSummedScore"):
        if int(most.text or 0) < 1:
            yield Fault(line_of(most), "MaximumSummedScore must be 1 or more")
    for factor in root.iter("{*}SummedScoreMultiplier"):
        if not isfinite(float(factor.text or 0)):
            yield Fault(line_of(factor), "SummedScoreMultiplier must be a number that can be multiplied with")
    for span in root.iter("{*}SummedScoreRange"):
        low, high = span.findtext("{*}InclusiveLowerBound", "0"), span.findtext("{*}InclusiveUpperBound", "0")
        if int(low) > int(high):
            yield Fault(
                line_of(span),
                f"InclusiveLowerBound {low.strip()} is above InclusiveUpperBound {high.strip()}",
            )


def _test_fault(question: Question) -> Fault | None:
    """Return why a question cannot stand in a test that a key grades."""
    if isinstance(question.answer, Selections) and question.answer.other is None:
        return None
    return Fault(
        None,
        f"question {question.identifier!r} of the test takes text; a test with an answer key offers "
        "selections only",
    )


def _question_faults(graded: etree._Element, asked: dict[str, Question]) -> Iterator[Fault]:
    name = graded.findtext("{*}QuestionIdentifier", "")
    if name not in asked:
        yield Fault(line_of(graded), f"the test has no question {name!r}")
        return
    answer = asked[name].answer
    if not isinstance(answer, Selections):
        return
    offered = {selection.identifier for selection in answer.selections}
    for element in graded.iterfind("{*}AnswerOption/{*}SelectionIdentifier"):
        if (element.text or "") not in offered:
            yield Fault(line_of(element), f"question {name!r} has no selection {element.text or ''!r}")


def _listed(names: frozenset[str]) -> str:
    return ", ".join(repr(name) for name in sorted(names))
