"""An AnswerKey as values: what each answer to a test scores, and how the sum becomes a value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from math import isfinite
from typing import TYPE_CHECKING, Final

from mturk_tasks.markup.answers import Answer
from mturk_tasks.markup.question_form import Question, Selections, read_question_form
from mturk_tasks.markup.xml import DocumentFault, line_of, root_of

if TYPE_CHECKING:
    from lxml import etree


@dataclass(frozen=True)
class Option:
    """What one set of selections scores."""

    selections: frozenset[str]
    score: int


@dataclass(frozen=True)
class KeyQuestion:
    """What a question scores; `default` goes to every answer that is none of the options."""

    identifier: str
    options: tuple[Option, ...]
    default: int = 0


@dataclass(frozen=True)
class Percentage:
    """The value is the sum as a percentage of `maximum`."""

    maximum: int


@dataclass(frozen=True)
class Scale:
    """The value is the sum times `multiplier`."""

    multiplier: Decimal


@dataclass(frozen=True)
class Range:
    """Sums from `lowest` to `highest`, both included, mean this value."""

    lowest: int
    highest: int
    value: int


@dataclass(frozen=True)
class Ranges:
    """The value is that of the first range that holds the sum, else `otherwise`."""

    ranges: tuple[Range, ...]
    otherwise: int


ValueMapping = Percentage | Scale | Ranges


@dataclass(frozen=True)
class AnswerKey:
    """The questions that are graded, in the order of the key; without a mapping the sum is the value."""

    questions: tuple[KeyQuestion, ...]
    mapping: ValueMapping | None = None


def read_answer_key(text: str) -> AnswerKey:
    """Return the key in a valid AnswerKey document; Unreadable (a ValueError) if it is no XML."""
    root = root_of(text)
    questions = tuple(_question(element) for element in root.iterfind("{*}Question"))
    mapping = root.find("{*}QualificationValueMapping")
    return AnswerKey(questions, None if mapping is None else _mapping(mapping[0]))


def _question(element: etree._Element) -> KeyQuestion:
    return KeyQuestion(
        identifier=element.findtext("{*}QuestionIdentifier", ""),
        options=tuple(
            Option(selections_of(option), _number(option, "AnswerScore"))
            for option in element.iterfind("{*}AnswerOption")
        ),
        default=_number(element, "DefaultScore"),
    )


def selections_of(option: etree._Element) -> frozenset[str]:
    """Return the selections that one AnswerOption names."""
    return frozenset(one.text or "" for one in option.iterfind("{*}SelectionIdentifier"))


def _mapping(element: etree._Element) -> ValueMapping:
    maximum = element.findtext("{*}MaximumSummedScore")
    if maximum is not None:
        return Percentage(int(maximum))
    multiplier = element.findtext("{*}SummedScoreMultiplier")
    if multiplier is not None:
        return Scale(Decimal(multiplier.strip()))
    ranges = tuple(_range(one) for one in element.iterfind("{*}SummedScoreRange"))
    return Ranges(ranges, _number(element, "OutOfRangeQualificationValue"))


def _range(element: etree._Element) -> Range:
    names = ("InclusiveLowerBound", "InclusiveUpperBound", "QualificationValue")
    return Range(*(_number(element, name) for name in names))


def _number(element: etree._Element, name: str) -> int:
    return int(element.findtext(f"{{*}}{name}", "0"))


# What an AnswerKey must obey beyond its grammar, by itself and beside the test it grades.


def answer_key_faults(root: etree._Element) -> list[DocumentFault]:
    """Return what is wrong in an AnswerKey that its schema accepts."""
    return [*_repeated_questions(root), *_repeated_options(root), *_mapping_faults(root)]


def fit_faults(root: etree._Element, test: str) -> list[DocumentFault]:
    """Return where a key does not fit its test, a valid QuestionForm."""
    asked = {question.identifier: question for question in read_question_form(test).questions}
    found = [_test_fault(question) for question in asked.values()]
    return [
        *(fault for fault in found if fault),
        *(fault for graded in root.iterfind("{*}Question") for fault in _question_faults(graded, asked)),
    ]


def _repeated_questions(root: etree._Element) -> Iterator[DocumentFault]:
    seen: set[str] = set()
    for element in root.iterfind("{*}Question/{*}QuestionIdentifier"):
        name = element.text or ""
        if name in seen:
            yield DocumentFault(line_of(element), f"question {name!r} is graded twice")
        seen.add(name)


def _repeated_options(root: etree._Element) -> Iterator[DocumentFault]:
    for question in root.iterfind("{*}Question"):
        seen: set[frozenset[str]] = set()
        for option in question.iterfind("{*}AnswerOption"):
            chosen = selections_of(option)
            if chosen in seen:
                yield DocumentFault(line_of(option), f"the selections {_listed(chosen)} are scored twice")
            seen.add(chosen)


def _mapping_faults(root: etree._Element) -> Iterator[DocumentFault]:
    for most in root.iter("{*}MaximumSummedScore"):
        if int(most.text or 0) < 1:
            yield DocumentFault(line_of(most), "MaximumSummedScore must be 1 or more")
    for factor in root.iter("{*}SummedScoreMultiplier"):
        if not isfinite(float(factor.text or 0)):
            yield DocumentFault(
                line_of(factor), "SummedScoreMultiplier must be a number that can be multiplied with"
            )
    for span in root.iter("{*}SummedScoreRange"):
        low, high = span.findtext("{*}InclusiveLowerBound", "0"), span.findtext("{*}InclusiveUpperBound", "0")
        if int(low) > int(high):
            yield DocumentFault(
                line_of(span),
                f"InclusiveLowerBound {low.strip()} is above InclusiveUpperBound {high.strip()}",
            )


def _test_fault(question: Question) -> DocumentFault | None:
    """Return why a question cannot stand in a test that a key grades."""
    if isinstance(question.answer, Selections) and question.answer.other is None:
        return None
    return DocumentFault(
        None,
        f"question {question.identifier!r} of the test takes text; a test with an answer key offers "
        "selections only",
    )


def _question_faults(graded: etree._Element, asked: dict[str, Question]) -> Iterator[DocumentFault]:
    name = graded.findtext("{*}QuestionIdentifier", "")
    if name not in asked:
        yield DocumentFault(line_of(graded), f"the test has no question {name!r}")
        return
    answer = asked[name].answer
    if not isinstance(answer, Selections):
        return
    offered = {selection.identifier for selection in answer.selections}
    for element in graded.iterfind("{*}AnswerOption/{*}SelectionIdentifier"):
        if (element.text or "") not in offered:
            yield DocumentFault(
                line_of(element), f"question {name!r} has no selection {element.text or ''!r}"
            )


def _listed(names: frozenset[str]) -> str:
    return ", ".join(repr(name) for name in sorted(names))


# Grade a test by its AnswerKey. The rules are those of the API reference's article on the
# AnswerKey.


_LOWEST: Final = -(2**31)  # a qualification's value is an integer of 32 bits
_HIGHEST: Final = 2**31 - 1


def grade(key: AnswerKey, answers: Iterable[Answer]) -> int:
    """Return the qualification's value for these answers, whatever their order."""
    return value_of(summed(key, answers), key.mapping)


def summed(key: AnswerKey, answers: Iterable[Answer]) -> int:
    """Return the sum of the scores of the key's questions; other questions count nothing."""
    chosen: dict[str, frozenset[str] | None] = {}
    for answer in answers:
        before = chosen.get(answer.question, frozenset())
        chosen[answer.question] = _union(before, _selected(answer))
    return sum(_score(question, chosen.get(question.identifier)) for question in key.questions)


def value_of(total: int, mapping: ValueMapping | None) -> int:
    """Return what a sum of scores means: rounded to whole numbers, halves away from zero."""
    if mapping is None:
        value = total
    elif isinstance(mapping, Percentage):
        value = _rounded(Decimal(100 * total) / mapping.maximum)
    elif isinstance(mapping, Scale):
        value = _rounded(total * mapping.multiplier)
    else:
        fitting = (one.value for one in mapping.ranges if one.lowest <= total <= one.highest)
        value = next(fitting, mapping.otherwise)
    return max(_LOWEST, min(_HIGHEST, value))


def best_answers(key: AnswerKey) -> list[Answer]:
    """Return answers that score as much as any can: the key's own; without one where that is best."""
    best = ((question, _best(question)) for question in key.questions)
    return [
        Answer(question.identifier, selections=tuple(sorted(option.selections)) if option else ())
        for question, option in best
    ]


def maximum(key: AnswerKey) -> int:
    """Return the highest sum that any answers reach."""
    bests = ((question, _best(question)) for question in key.questions)
    return sum(option.score if option else question.default for question, option in bests)


def _selected(answer: Answer) -> frozenset[str] | None:
    """Return the set a worker chose, None for anything more than selections: it equals no option."""
    more = answer.free_text is not None or answer.file_key is not None or answer.other
    return None if more else frozenset(answer.selections)


def _union(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    return None if one is None or other is None else one | other


def _score(question: KeyQuestion, chosen: frozenset[str] | None) -> int:
    fitting = (option.score for option in question.options if option.selections == chosen)
    return next(fitting, question.default)


def _best(question: KeyQuestion) -> Option | None:
    option = max(question.options, key=lambda one: one.score)
    return option if option.score >= question.default else None


def _rounded(number: Decimal) -> int:
    bounded = max(Decimal(_LOWEST), min(Decimal(_HIGHEST), number))
    return int(bounded.to_integral_value(ROUND_HALF_UP))
