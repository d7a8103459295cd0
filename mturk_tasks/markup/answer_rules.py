"""Whether an answer may be stored: by what its question asks for, and by how much an answer may hold.

One function decides for every way in which an answer comes: from a form of the site's own, from a page
in a frame, late, as a qualification's test, or from a program.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from mturk_tasks.markup.answers import Answer, parse
from mturk_tasks.markup.checks import selection_faults, text_faults
from mturk_tasks.markup.documents import answer_faults, kind_of
from mturk_tasks.markup.javascript import Budget
from mturk_tasks.markup.question_form import (
    FileUpload,
    FreeText,
    Question,
    Selections,
    read_question_form,
)
from mturk_tasks.vocabulary.texts import text

MOST_FIELDS: Final = 2_000
LARGEST: Final = 4 * 2**20  # bytes of the document, as it is stored

Reason = Literal["invalid", "too many fields", "too large"]
Files = Mapping[str, frozenset[str]]  # keys of what the worker has sent, by question


@dataclass(frozen=True)
class Objection:
    """Say why an answer is not stored, in a word or two and in a sentence."""

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
    known = {one.identifier for one in wanted.selections}
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
    yield from (f"{name}: this is not asked" for name in given.keys() - {one.identifier for one in questions})
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
