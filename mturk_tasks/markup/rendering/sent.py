"""Read what the fields of a form sent: the answers, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mturk_tasks.markup.answer_rules import faults_of
from mturk_tasks.markup.answers import Answer
from mturk_tasks.markup.javascript import Budget
from mturk_tasks.markup.question_form import FileUpload, FreeText, Question, Selections, read_question_form
from mturk_tasks.markup.reading import FORBIDDEN
from mturk_tasks.markup.rendering.fields import OTHER, Values
from mturk_tasks.vocabulary import texts

_UNWRITABLE: Final = " "  # in place of a character that no document can hold


@dataclass(frozen=True)
class Sent:
    """The answers, one for each question, and by question identifier the sentences about what is wrong."""

    answers: tuple[Answer, ...]
    errors: dict[str, tuple[str, ...]]


def read(document: str, values: Values, files: Mapping[str, Answer] | None = None) -> Sent:
    """Return what a valid QuestionForm's fields sent, checked once more; names are as this package says.

    `files` are the answers that are files, by question identifier: they were stored when they came.
    """
    answers: list[Answer] = []
    errors: dict[str, tuple[str, ...]] = {}
    budget = Budget()
    for number, question in enumerate(read_question_form(document).questions, 1):
        if isinstance(question.answer, FileUpload):
            answer = (files or {}).get(question.identifier, Answer(question.identifier))
            unknown = False
        else:
            answer, unknown = _read(question, question.answer, f"q{number}", values)
        answers.append(answer)
        wrong = [texts.text("is_invalid")] if unknown else faults_of(question, answer, budget)
        if wrong:
            errors[question.identifier] = tuple(wrong)
    return Sent(tuple(answers), errors)


def names(document: str) -> list[str]:
    """Return the names of all fields of a valid QuestionForm but those for files."""
    found = []
    for number, question in enumerate(read_question_form(document).questions, 1):
        if isinstance(question.answer, FileUpload):
            continue
        found.append(f"q{number}")
        if isinstance(question.answer, Selections) and question.answer.other:
            found.append(f"q{number}-{OTHER}")
    return found


def _read(question: Question, asked: FreeText | Selections, name: str, values: Values) -> tuple[Answer, bool]:
    """Return the answer in the fields of a question, and whether something was chosen that is not there."""
    if isinstance(asked, FreeText):
        return Answer(question.identifier, free_text=_text(values, name)), False
    sent = list(dict.fromkeys(value for value in values.get(name, ()) if value))
    other = _other(asked, sent, _text(values, f"{name}-{OTHER}"))
    chosen = [value for value in sent if value != OTHER]
    known = {str(place): one.identifier for place, one in enumerate(asked.selections, 1)}
    picked = tuple(known[value] for value in chosen if value in known)
    answer = Answer(question.identifier, selections=picked, other=other)
    return answer, len(picked) < len(chosen)


def _other(asked: Selections, sent: Sequence[str], text: str) -> str | None:
    """Return the text of another answer, empty where it was chosen and not spelled out.

    Of one selection, what was chosen counts; a text that was left beside it does not.
    """
    if asked.other is None or (asked.most == 1 and sent and OTHER not in sent):
        return None
    return text if text or OTHER in sent else None


def _text(values: Values, name: str) -> str:
    """Return a text as it was typed; forms send a line's end as two characters."""
    text = next(iter(values.get(name, ())), "")
    return FORBIDDEN.sub(_UNWRITABLE, text.replace("\r\n", "\n").replace("\r", "\n"))
