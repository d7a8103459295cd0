"""Whether an answer may be stored: by what its question asks for, and by how much an answer may hold.

One function decides for every way in which an answer comes: from a form of the site's own, from a page
in a frame, late, as a qualification's test, or from a program.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal

from mturk_tasks.markup.answers import SEPARATOR, Answer, parse
from mturk_tasks.markup.documents import answer_faults, kind_of
from mturk_tasks.markup.expressions import Budget, found
from mturk_tasks.markup.question_form import (
    FileUpload,
    FreeText,
    Question,
    Selections,
    read_question_form,
)
from mturk_tasks.markup.texts import text
from mturk_tasks.markup.xml import FORBIDDEN

# What is wrong with an answer by the constraints of its question.
#
# What is said of texts are the old site's own sentences.


_NUMBER: Final = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?")  # as HTML writes it


def text_faults(asked: FreeText, written: str, *, required: bool, budget: Budget | None = None) -> list[str]:
    """Return what is wrong with a text; one that is left empty, and may be, is fine.

    `budget` is for the expressions of the whole form.
    """
    if not written:
        return [text("is_required")] if required else []
    if asked.numeric:
        return _number_faults(asked, written)
    return [*_length_faults(asked, written), *_format_faults(asked, written, budget or Budget())]


def selection_faults(asked: Selections, number: int, *, required: bool) -> list[str]:
    """Return what is wrong with so many selections; the text of an other one counts as one."""
    if number == 0:
        return [text("is_required")] if required else []
    if number < asked.fewest:
        return [" ".join((text("too_few"), *_bounds(asked.fewest, None)))]
    return [" ".join((text("too_many_selected"), *_bounds(None, asked.most)))] if number > asked.most else []


def _number_faults(asked: FreeText, written: str) -> list[str]:
    written = written.strip()
    number = Decimal(written if _NUMBER.fullmatch(written) else "nan")
    low, high = asked.lowest, asked.highest
    if number.is_finite() and (low is None or number >= low) and (high is None or number <= high):
        return []
    return [" ".join((text("no_number"), *_bounds(low, high)))]


def _length_faults(asked: FreeText, written: str) -> list[str]:
    if (asked.shortest or 0) <= len(written) and (asked.longest is None or len(written) <= asked.longest):
        return []
    bounds = _bounds(asked.shortest or None, asked.longest, "characters")
    return [" ".join((text("wrong_length"), *bounds))]


def _bounds(low: int | None, high: int | None, unit: str = "") -> Iterator[str]:
    for key, number in (("must_be_at_least", low), ("must_be_at_most", high)):
        if number is not None:
            yield text(key, bound=text(unit, number=number) if unit else number)


def _format_faults(asked: FreeText, written: str, budget: Budget) -> list[str]:
    try:
        wrong = [
            one
            for one in asked.formats
            if not found(one.regex, written, ignore_case=one.ignore_case, budget=budget)
        ]
    except TimeoutError:
        return [text("takes_too_long")]
    return list(dict.fromkeys(one.error_text for one in wrong))


MOST_FIELDS: Final = 2_000
LARGEST: Final = 4 * 2**20  # bytes of the document, as it is stored

Reason = Literal["invalid", "too many fields", "too large"]
Files = Mapping[str, frozenset[str]]  # keys of what the worker has sent, by question


@dataclass(frozen=True)
class Objection:
    """Why an answer is not stored, in a word or two and in a sentence."""

    reason: Reason
    text: str


def objection(question: str, answer: str, files: Files) -> Objection | None:
    """Return why an answer to a valid question document is not stored; None where it may be.

    `answer` is a QuestionFormAnswers document, or empty for a form without fields.
    """
    if len(answer) > LARGEST or len(answer.encode()) > LARGEST:
        return Objection("too large", f"the answer takes more than {LARGEST} bytes")
    faults = answer_faults(answer)
    if faults:
        return Objection("invalid", f"the answer is no QuestionFormAnswers document: {faults[0].text}")
    answers = parse(answer)
    if len(answers) > MOST_FIELDS:
        return Objection("too many fields", f"the answer has more than {MOST_FIELDS} fields")
    wrong = next(_misfits(_questions(question), answers, files), None)
    return None if wrong is None else Objection("invalid", f"the answer does not fit its question: {wrong}")


def faults_of(asked: Question, answer: Answer, budget: Budget) -> list[str]:
    """Return the sentences about what is wrong with the answer to one question of a form."""
    wanted = asked.answer
    if not _is_of_kind(wanted, answer):
        return [text("is_invalid")]
    if isinstance(wanted, FileUpload):
        return [text("is_required")] if asked.required and answer.file_key is None else []
    if isinstance(wanted, FreeText):
        return text_faults(wanted, answer.free_text or "", required=asked.required, budget=budget)
    known = {selection.identifier for selection in wanted.selections}
    if not known.issuperset(answer.selections) or len(set(answer.selections)) < len(answer.selections):
        return [text("is_invalid")]
    return list(_choice_faults(wanted, answer, required=asked.required, budget=budget))


@lru_cache(maxsize=64)
def _questions(document: str) -> tuple[Question, ...] | None:
    """Return the questions of a form; None where a page of the requester's asks."""
    return read_question_form(document).questions if kind_of(document) == "QuestionForm" else None


def _misfits(
    questions: tuple[Question, ...] | None, answers: Sequence[Answer], files: Files
) -> Iterator[str]:
    """Yield what is wrong, question by question; a page of the requester's own may send any text."""
    if questions is None:
        yield from (f"{one.question}: only text can be sent" for one in answers if not _is_text(one))
        return
    given = {one.question: one for one in answers}
    if len(given) < len(answers):
        yield "a question is answered more than once"
    yield from (
        f"{name}: this is not asked"
        for name in given.keys() - {question.identifier for question in questions}
    )
    budget = Budget()
    for asked in questions:
        answer = given.get(asked.identifier, Answer(asked.identifier))
        yield from (f"{asked.identifier}: {fault}" for fault in faults_of(asked, answer, budget))
        if answer.file_key and answer.file_key not in files.get(asked.identifier, ()):
            yield f"{asked.identifier}: this file was not sent with it"


def _is_of_kind(wanted: FreeText | Selections | FileUpload, answer: Answer) -> bool:
    """Say whether nothing is there but what a question of this kind is answered with."""
    if isinstance(wanted, FreeText):
        return _is_text(answer)
    if isinstance(wanted, FileUpload):
        return answer.free_text is None and not answer.selections and answer.other is None
    fits = answer.free_text is None and answer.file_key is None
    return fits and (answer.other is None or wanted.other is not None)


def _is_text(answer: Answer) -> bool:
    return not answer.selections and answer.other is None and answer.file_key is None


def _choice_faults(wanted: Selections, answer: Answer, *, required: bool, budget: Budget) -> Iterator[str]:
    other = answer.other
    if other == "":
        yield text("is_required")
        return
    yield from selection_faults(wanted, len(answer.selections) + (other is not None), required=required)
    if wanted.other is not None and other is not None:
        yield from text_faults(wanted.other, other, required=False, budget=budget)


# What a half-filled form says so far, as answers: nothing in it need be complete or allowed.


_OTHER = "other"  # as the fields of a rendered form have it, like their names

Fields = Mapping[str, str | Sequence[str]]


def drafted_answers(document: str, fields: Fields) -> list[Answer]:
    """Return the answers that the fields of a valid question document hold, empty ones left out.

    A rendered QuestionForm names fields and selections by their places; here they have their
    identifiers. What belongs to no question stays under the name of its field.
    """
    texts = {name: _texts(value) for name, value in fields.items()}
    answers: list[Answer] = []
    if kind_of(document) == "QuestionForm":
        answers = list(_in_form(read_question_form(document).questions, texts))
    answers += [Answer(_storable(name), SEPARATOR.join(values)) for name, values in texts.items()]
    return [answer for answer in answers if answer.flat]


def _in_form(questions: Sequence[Question], texts: dict[str, list[str]]) -> Iterator[Answer]:
    """Yield the answer to each question, and take its fields out of the texts."""
    for place, asked in enumerate(questions, 1):
        values = texts.pop(f"q{place}", [])
        if not isinstance(asked.answer, Selections):
            yield Answer(asked.identifier, SEPARATOR.join(values))
            continue
        other = SEPARATOR.join(texts.pop(f"q{place}-{_OTHER}", []))
        identifiers = {str(n): one.identifier for n, one in enumerate(asked.answer.selections, 1)}
        chosen = tuple(identifiers.get(value, value) for value in values if value != _OTHER)
        yield Answer(asked.identifier, selections=chosen, other=other or None)


def _texts(value: str | Sequence[str]) -> list[str]:
    given = [value] if isinstance(value, str) else value
    return [text for text in map(_storable, given) if text]


def _storable(text: str) -> str:
    """Return the text without what XML cannot hold."""
    return FORBIDDEN.sub("", text)
