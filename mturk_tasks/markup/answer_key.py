"""An AnswerKey as values: what each answer to a test scores, and how the sum becomes a value."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from mturk_tasks.markup.reading import root_of

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
