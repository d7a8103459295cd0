"""Write a QuestionForm as HTML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mturk_tasks.markup.answer_rules import faults_of
from mturk_tasks.markup.answers import Answer
from mturk_tasks.markup.expressions import Budget
from mturk_tasks.markup.question_form import (
    LARGEST_FILE,
    FileUpload,
    FreeText,
    Question,
    Selections,
    read_question_form,
)
from mturk_tasks.markup.rendering.contents import Part, part, parts
from mturk_tasks.markup.rendering.fields import OTHER, ChoiceField, FileField, TextField, Values, field_of
from mturk_tasks.markup.templates import environment
from mturk_tasks.markup.texts import text
from mturk_tasks.markup.xml import FORBIDDEN, local_name, root_of

if TYPE_CHECKING:
    from lxml import etree

# What an answer has to be, in words.


def hints(answer: FreeText | Selections | FileUpload, *, required: bool) -> tuple[str, ...]:
    """Return the sentences that say what is accepted; that an answer is required is said elsewhere."""
    if isinstance(answer, Selections):
        found = [_selections(answer, required=required)]
    elif isinstance(answer, FileUpload):
        found = [_size(answer)]
    else:
        found = [_number(answer), _length(answer)]
    return tuple(hint for hint in found if hint)


def _selections(answer: Selections, *, required: bool) -> str:
    """Return how many to choose; empty for one of several, which buttons and lists say themselves."""
    offered = len(answer.selections) + (answer.other is not None)
    if answer.most == 1:
        return text("choose_one") if answer.style in ("checkbox", "multichooser") else ""
    if answer.fewest <= 1 and not required:
        return text("choose_any") if answer.most >= offered else text("choose_up_to", most=answer.most)
    amount = _amount(max(answer.fewest, 1), answer.most, offered)
    return text("choose" if required else "choose_or_none", amount=amount)


def _amount(fewest: int, most: int, offered: int) -> str:
    if fewest == most:
        return text("exactly", number=most)
    if most >= offered:
        return text("at_least", number=fewest)
    return text("from_to", fewest=fewest, most=most)


def _size(answer: FileUpload) -> str:
    largest = size(min(answer.largest, LARGEST_FILE))
    if answer.smallest <= 1:
        return text("file_at_most", largest=largest)
    return text("file_from_to", smallest=size(answer.smallest), largest=largest)


def size(number: int) -> str:
    """Write a size in the largest unit that leaves it exact."""
    for length, unit in ((1024 * 1024, "MB"), (1024, "KB")):
        if number % length == 0:
            return f"{number // length} {unit}"
    return text("byte" if number == 1 else "bytes", number=number)


def _number(answer: FreeText) -> str:
    if not answer.numeric:
        return ""
    if answer.lowest is None:
        return text("number_any") if answer.highest is None else text("number_at_most", high=answer.highest)
    if answer.highest is None:
        return text("number_at_least", low=answer.lowest)
    return text("number_from_to", low=answer.lowest, high=answer.highest)


def _length(answer: FreeText) -> str:
    shortest, longest = answer.shortest or 0, answer.longest
    if longest is None:
        return text("length_at_least", shortest=_characters(shortest)) if shortest > 1 else ""
    if shortest == longest:
        return text("length_exactly", longest=_characters(longest))
    if shortest <= 1:
        return text("length_at_most", longest=_characters(longest))
    return text("length_from_to", shortest=shortest, longest=_characters(longest))


def _characters(number: int) -> str:
    return text("character" if number == 1 else "characters", number=number)


_HERE: Final = Path(__file__).parent
_SELECTIONS: Final = "{*}AnswerSpecification/{*}SelectionAnswer/{*}Selections/{*}Selection"
_NOTHING_WRONG: Final[Mapping[str, Sequence[str]]] = {}
_NOTHING_KEPT: Final[Mapping[str, str]] = {}


@dataclass(frozen=True)
class Asked:
    """One question as it is shown."""

    name: str
    title: str
    required: bool
    parts: tuple[Part, ...]
    hints: tuple[str, ...]
    errors: tuple[str, ...]
    field: TextField | ChoiceField | FileField

    @property
    def is_group(self) -> bool:
        """Say whether it is answered with several buttons rather than in one field."""
        return self.field.control in ("radio", "checkbox")

    @property
    def kept(self) -> str:
        """Return the name of the file that is there already."""
        return self.field.kept if isinstance(self.field, FileField) else ""

    @property
    def links(self) -> dict[str, str]:
        """Return the attributes that tie the field to what is said about it.

        One field is named by the whole question, a group of buttons by its legend.
        """
        notes = [f"{self.name}-error"] if self.errors else []
        notes += [f"{self.name}-hint"] if self.hints else []
        notes += [f"{self.name}-kept"] if self.kept else []
        if self.is_group:
            return {"aria-describedby": " ".join([f"{self.name}-content", *notes])}
        described = {"aria-describedby": " ".join(notes)} if notes else {}
        invalid = {"aria-invalid": "true"} if self.errors else {}
        return {"aria-labelledby": f"{self.name}-name {self.name}-content", **described, **invalid}


@dataclass(frozen=True)
class Overview:
    """What is shown between the questions."""

    parts: tuple[Part, ...]


@dataclass(frozen=True)
class _Given:
    """What the fields are shown with, and what is said of them."""

    values: Values | None
    errors: Mapping[str, Sequence[str]]
    kept: Mapping[str, str]


def render(
    document: str,
    *,
    values: Values | None = None,
    errors: Mapping[str, Sequence[str]] = _NOTHING_WRONG,
    kept: Mapping[str, str] = _NOTHING_KEPT,
    disabled: bool = False,
    prefix: str = "",
) -> str:
    """Return a valid QuestionForm as HTML: its contents and fields, without a form element round them.

    `values` are the data of the form as they were sent (names and values as this package says), to
    be shown again; None shows the form anew. `errors` are sentences by question identifier, `kept` the
    names of files that are there already.
    `disabled` lets nothing be filled in. `prefix` begins every name and ID: two forms on one page
    differ in it. Raise Unreadable (a ValueError) for a text that is no XML.
    """
    shown = list(_blocks(document, _Given(values, errors, kept), prefix))
    return environment(_HERE).get_template("form.html.j2").render(blocks=shown, disabled=disabled)


def blocks(document: str) -> list[Asked | Overview]:
    """Return what a valid QuestionForm shows, in its order, with nothing filled in.

    Raise Unreadable (a ValueError) for a text that is no XML.
    """
    return list(_blocks(document, _Given(None, _NOTHING_WRONG, _NOTHING_KEPT), ""))


@cache
def style() -> str:
    """Return the style sheet that goes with the forms."""
    return (_HERE / "form.css").read_text(encoding="utf-8")


def _blocks(document: str, given: _Given, prefix: str) -> Iterator[Asked | Overview]:
    questions = enumerate(read_question_form(document).questions, 1)
    for element in root_of(document):
        if local_name(element) == "Overview":
            yield Overview(parts(element))
            continue
        number, question = next(questions)
        yield _asked(element, question, f"{prefix}q{number}", number, given)


def _asked(
    element: etree._Element,
    question: Question,
    name: str,
    number: int,
    given: _Given,
) -> Asked:
    shown = [part(selection[-1]) for selection in element.iterfind(_SELECTIONS)]
    return Asked(
        name=name,
        title=(question.display_name or "").strip() or f"Question {number}",
        required=question.required,
        parts=parts(element.find("{*}QuestionContent")),
        hints=hints(question.answer, required=question.required),
        errors=tuple(given.errors.get(question.identifier, ())),
        field=field_of(question, name, shown, given.values, given.kept.get(question.identifier, "")),
    )


# Read what the fields of a form sent: the answers, and what is wrong with them.


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
        wrong = [text("is_invalid")] if unknown else faults_of(question, answer, budget)
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
