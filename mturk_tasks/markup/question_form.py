"""What a QuestionForm asks for, as values: its questions and the answers each of them takes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING, Final

from mturk_tasks.markup.xml import root_of

if TYPE_CHECKING:
    from lxml import etree

_WORDS: Final = ("{*}Title", "{*}Text", "{*}FormattedContent")
_TAG: Final = re.compile(r"<[^<>]*>")
LARGEST_FILE: Final = 25 * 1024 * 1024  # bytes that are taken here, whatever a form allows


@dataclass(frozen=True)
class Format:
    """A JavaScript regular expression that must be found somewhere in the text."""

    regex: str
    ignore_case: bool = False
    error_text: str = "Invalid input supplied."


@dataclass(frozen=True)
class FreeText:
    """A field for text; lengths count characters, blanks included.

    With `numeric` the text is a number, decimals allowed, from `lowest` to `highest`.
    """

    numeric: bool = False
    lowest: int | None = None
    highest: int | None = None
    shortest: int | None = None
    longest: int | None = None
    formats: tuple[Format, ...] = ()
    default: str | None = None
    lines: int | None = None


@dataclass(frozen=True)
class Selection:
    """One thing to select; `text` is empty where a picture or formatted content stands for it."""

    identifier: str
    text: str


@dataclass(frozen=True)
class Selections:
    """A choice of `fewest` to `most` of the selections; `other` is a field for none of these."""

    fewest: int
    most: int
    style: str | None
    selections: tuple[Selection, ...]
    other: FreeText | None


@dataclass(frozen=True)
class FileUpload:
    """A file to be sent, of `smallest` to `largest` bytes."""

    smallest: int
    largest: int


@dataclass(frozen=True)
class Question:
    """One question; `required` also where a least length makes it so. `text` is its content in words."""

    identifier: str
    display_name: str | None
    required: bool
    answer: FreeText | Selections | FileUpload
    text: str = ""


@dataclass(frozen=True)
class QuestionForm:
    """The questions in the order of the form."""

    questions: tuple[Question, ...]


@lru_cache(maxsize=32)  # a page asks for the same form several times
def read_question_form(text: str) -> QuestionForm:
    """Return the form in a valid QuestionForm document; Unreadable (a ValueError) if it is no XML."""
    return QuestionForm(tuple(_question(element) for element in root_of(text).iterfind("{*}Question")))


def _question(element: etree._Element) -> Question:
    answer = _answer(element)
    needs_length = isinstance(answer, FreeText) and bool(answer.shortest)
    return Question(
        identifier=element.findtext("{*}QuestionIdentifier", ""),
        display_name=element.findtext("{*}DisplayName"),
        required=element.findtext("{*}IsRequired", "").strip() in ("true", "1") or needs_length,
        answer=answer,
        text=_text(element.find("{*}QuestionContent")),
    )


def _text(content: etree._Element | None) -> str:
    """Return the words of a question's content in one line; formatted content without its tags."""
    if content is None:
        return ""
    words = (unescape(_TAG.sub(" ", str(text))) for text in content.itertext(*_WORDS, with_tail=False))
    return " ".join(" ".join(words).split())


def _answer(question: etree._Element) -> FreeText | Selections | FileUpload:
    upload = question.find("{*}AnswerSpecification/{*}FileUploadAnswer")
    if upload is not None:
        return _file_upload(upload)
    choice = question.find("{*}AnswerSpecification/{*}SelectionAnswer")
    if choice is not None:
        return _selections(choice)
    return _free_text(question.find("{*}AnswerSpecification/{*}FreeTextAnswer"))


def _file_upload(element: etree._Element) -> FileUpload:
    return FileUpload(
        smallest=int(element.findtext("{*}MinFileSizeInBytes", "1")),
        largest=int(element.findtext("{*}MaxFileSizeInBytes", str(LARGEST_FILE))),
    )


def _selections(element: etree._Element) -> Selections:
    other = element.find("{*}Selections/{*}OtherSelection")
    return Selections(
        fewest=int(element.findtext("{*}MinSelectionCount", "1")),
        most=int(element.findtext("{*}MaxSelectionCount", "1")),
        style=element.findtext("{*}StyleSuggestion"),
        selections=tuple(
            Selection(one.findtext("{*}SelectionIdentifier", ""), one.findtext("{*}Text", ""))
            for one in element.iterfind("{*}Selections/{*}Selection")
        ),
        other=None if other is None else _free_text(other),
    )


def _free_text(element: etree._Element | None) -> FreeText:
    if element is None:
        return FreeText()
    numeric = element.find("{*}Constraints/{*}IsNumeric")
    length = element.find("{*}Constraints/{*}Length")
    return FreeText(
        numeric=numeric is not None,
        lowest=_number(numeric, "minValue"),
        highest=_number(numeric, "maxValue"),
        shortest=_number(length, "minLength"),
        longest=_number(length, "maxLength"),
        formats=tuple(_format(one) for one in element.iterfind("{*}Constraints/{*}AnswerFormatRegex")),
        default=element.findtext("{*}DefaultText"),
        lines=_whole(element.findtext("{*}NumberOfLinesSuggestion")),
    )


def _format(element: etree._Element) -> Format:
    return Format(
        regex=element.get("regex", ""),
        ignore_case="i" in element.get("flags", ""),
        error_text=element.get("errorText", Format.error_text),
    )


def _number(element: etree._Element | None, attribute: str) -> int | None:
    return None if element is None else _whole(element.get(attribute))


def _whole(text: str | None) -> int | None:
    return None if text is None else int(text)
