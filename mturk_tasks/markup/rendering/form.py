"""Write a QuestionForm as HTML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mturk_tasks.markup.question_form import Question, read_question_form
from mturk_tasks.markup.reading import local_name, root_of
from mturk_tasks.markup.rendering.contents import Part, part, parts
from mturk_tasks.markup.rendering.fields import ChoiceField, FileField, TextField, Values, field_of
from mturk_tasks.markup.rendering.hints import hints
from mturk_tasks.templates import environment

if TYPE_CHECKING:
    from lxml import etree

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
    blocks = list(_blocks(document, _Given(values, errors, kept), prefix))
    return environment(_HERE).get_template("form.html.j2").render(blocks=blocks, disabled=disabled)


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
