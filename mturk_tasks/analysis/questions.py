"""The questions that a survey asks, with their kinds: as its form says, else as its answers suggest."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from mturk_tasks.analysis.responses import Response, Values
from mturk_tasks.markup import html_form, question_form
from mturk_tasks.markup.documents import kind_of
from mturk_tasks.markup.html_form import Field

Kind = Literal["choice", "choices", "rating", "number", "text", "file"]
CHOICE: Final = "choice"  # one of some
CHOICES: Final = "choices"  # any number of some
RATING: Final = "rating"  # one of some whole numbers
NUMBER: Final = "number"
TEXT: Final = "text"
FILE: Final = "file"

Level = Literal["nominal", "ordinal", "interval"]
_LEVELS: Final[dict[str, Level]] = {
    CHOICE: "nominal",
    CHOICES: "nominal",
    RATING: "ordinal",
    NUMBER: "interval",
}

SEPARATOR: Final = "|"  # between the selections of one answer, in results files
_FEW: Final = 12  # so many different answers may be choices where no form says it
_WHOLE: Final = re.compile(r"[+-]?\d{1,9}")
_NUMERIC: Final = re.compile(r"[+-]?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})")


@dataclass(frozen=True)
class Question:
    """One question: its name in the results, its words, its kind, and what can be chosen.

    `labels` has the words of choices whose values differ from them. With `buttons` each choice is submitted
    as an answer of its own, true or false, as a crowd-form does it.
    """

    name: str
    kind: Kind
    text: str = ""
    choices: Values = ()
    labels: tuple[tuple[str, str], ...] = ()
    buttons: bool = False

    @property
    def level(self) -> Level | None:
        """Return how its values compare; None where they do not: texts and files."""
        return _LEVELS.get(self.kind)

    @property
    def is_choice(self) -> bool:
        """Say whether there is something to choose from."""
        return self.kind in (CHOICE, CHOICES, RATING)

    def label(self, value: str) -> str:
        """Return the words of a choice, the value itself where there are none."""
        return dict(self.labels).get(value) or value


def of_document(document: str) -> list[Question]:
    """Return the questions of a valid question document; none of an ExternalQuestion."""
    kind = kind_of(document)
    if kind == "QuestionForm":
        return [_of_form(asked) for asked in question_form.read_question_form(document).questions]
    if kind == "HTMLQuestion":
        page = html_form.page_of(document)
        crowd = html_form.is_crowd_form(page)
        return [
            _of_field(field) for field in (html_form.crowd_fields if crowd else html_form.form_fields)(page)
        ]
    return []


def is_crowd_form(document: str) -> bool:
    """Say whether a document's page submits all its answers as one."""
    return kind_of(document) == "HTMLQuestion" and html_form.is_crowd_form(html_form.page_of(document))


def _of_form(asked: question_form.Question) -> Question:
    text = asked.text or asked.display_name or ""
    answer = asked.answer
    if isinstance(answer, question_form.FileUpload):
        return Question(asked.identifier, FILE, text)
    if isinstance(answer, question_form.FreeText):
        return Question(asked.identifier, NUMBER if answer.numeric else TEXT, text)
    values = tuple(selection.identifier for selection in answer.selections)
    labels = tuple(
        (selection.identifier, selection.text) for selection in answer.selections if selection.text
    )
    kind: Kind = CHOICES if answer.most > 1 else _one_of(values)
    return Question(asked.identifier, kind, text, values, labels)


def _of_field(field: Field) -> Question:
    if field.kind in (html_form.CHECKBOX, html_form.SELECT_MULTIPLE, html_form.LABELS):
        return Question(field.name, CHOICES, choices=field.options)
    if field.kind == html_form.ON_OFF:
        return Question(field.name, CHOICE, choices=("true", "false"))
    if field.kind in (html_form.RADIO, html_form.SELECT, html_form.ONE_OF, html_form.LABEL):
        values = tuple(option for option in field.options if option)
        return Question(field.name, _one_of(values), choices=values, buttons=field.kind == html_form.ONE_OF)
    if field.kind in ("number", "range"):
        return Question(field.name, NUMBER)
    return Question(field.name, FILE if field.kind == "file" else TEXT)


def _one_of(values: Values) -> Kind:
    """Return the kind of a choice: three whole numbers or more are a scale."""
    return RATING if len(values) > 2 and all(_WHOLE.fullmatch(value) for value in values) else CHOICE


def complete(known: Iterable[Question], responses: Sequence[Response]) -> list[Question]:
    """Return the known questions, and those besides that only answers tell of, with a guessed kind."""
    questions = {question.name: question for question in known}
    for name in dict.fromkeys(name for response in responses for name in response.answers):
        if name not in questions:
            values = [response.answers[name] for response in responses if name in response.answers]
            questions[name] = _guessed(name, values)
    return list(questions.values())


def _guessed(name: str, answers: Sequence[Values]) -> Question:
    if any(len(values) != 1 for values in answers):
        counted = Counter(value for values in answers for value in values)
        return Question(name, CHOICES, choices=tuple(sorted(counted)))
    values = Counter(values[0] for values in answers)
    if len(values) <= _FEW and (len(answers) >= 2 * len(values) or len(values) == 1):
        chosen = tuple(sorted(values, key=_in_order))
        return Question(name, _one_of(chosen), choices=chosen)
    return Question(name, NUMBER if all(map(_NUMERIC.fullmatch, values)) else TEXT)


def _in_order(value: str) -> tuple[float, str]:
    return (number(value) or 0.0, value)


def number(value: str) -> float | None:
    """Return the number that a value is, None for any other text."""
    return float(value) if _NUMERIC.fullmatch(value.strip()) else None


def fitted(responses: Iterable[Response], questions: Iterable[Question]) -> list[Response]:
    """Return the responses with answers as the questions have them.

    Several selections are apart, and what was chosen by buttons is the answer to their question.
    """
    changed = [question for question in questions if question.kind == CHOICES or question.buttons]
    if not changed:
        return list(responses)
    return [replace(response, answers=_fitted(response.answers, changed)) for response in responses]


def _fitted(answers: Mapping[str, Values], questions: Iterable[Question]) -> dict[str, Values]:
    fitting = dict(answers)
    for question in questions:
        if question.buttons:
            pressed = [choice for choice in question.choices if fitting.pop(choice, ()) == ("true",)]
            fitting.update({question.name: tuple(pressed)} if pressed else {})
        elif question.name in fitting:
            values = fitting[question.name]
            fitting[question.name] = tuple(part for value in values for part in value.split(SEPARATOR))
    return fitting
