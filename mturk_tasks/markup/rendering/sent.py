"""Read what the fields of a form sent: the answers, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mturk_tasks.markup.answers import Answer
from mturk_tasks.markup.checks import selection_faults, text_faults
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
    for number, question in enumerate(read_question_form(document).questions, 1):
        if isinstance(question.answer, FileUpload):
            answer, wrong = _read_file(question, (files or {}).get(question.identifier))
        else:
            answer, wrong = _read(question, question.answer, f"q{number}", values)
        answers.append(answer)
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


def _read_file(question: Question, sent: Answer | None) -> tuple[Answer, list[str]]:
    wrong = [texts.text("is_required")] if question.required and sent is None else []
    return sent or Answer(question.identifier), wrong


def _read(
    question: Question, asked: FreeText | Selections, name: str, values: Values
) -> tuple[Answer, list[str]]:
    if isinstance(asked, FreeText):
        text = _text(values, name)
        return Answer(question.identifier, free_text=text), text_faults(
            asked, text, required=question.required
        )
    sent = list(dict.fromkeys(value for value in values.get(name, ()) if value))
    other = _other(asked, sent, _text(values, f"{name}-{OTHER}"))
    chosen = [value for value in sent if value != OTHER]
    known = {str(place): one.identifier for place, one in enumerate(asked.selections, 1)}
    picked = tuple(known[value] for value in chosen if value in known)
    answer = Answer(question.identifier, selections=picked, other=other or None)
    if len(picked) < len(chosen):
        return answer, [texts.text("is_invalid")]
    return answer, list(_choice_faults(asked, len(picked), other, required=question.required))


def _other(asked: Selections, sent: Sequence[str], text: str) -> str | None:
    """Return the text of another answer, empty where it was chosen and not spelled out.

    Of one selection, what was chosen counts; a text that was left beside it does not.
    """
    if asked.other is None or (asked.most == 1 and sent and OTHER not in sent):
        return None
    return text if text or OTHER in sent else None


def _choice_faults(asked: Selections, picked: int, other: str | None, *, required: bool) -> Iterator[str]:
    if other == "":
        yield texts.text("is_required")
        return
    yield from selection_faults(asked, picked + (other is not None), required=required)
    if asked.other is not None and other is not None:
        yield from text_faults(asked.other, other, required=False)


def _text(values: Values, name: str) -> str:
    """Return a text as it was typed; forms send a line's end as two characters."""
    text = next(iter(values.get(name, ())), "")
    return FORBIDDEN.sub(_UNWRITABLE, text.replace("\r\n", "\n").replace("\r", "\n"))
