"""Which field of HTML an answer is given in, and with which attributes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from mturk_tasks.markup.question_form import FileUpload, Format, FreeText, Question, Selections
from mturk_tasks.markup.rendering.contents import Part

# Regular expressions of a form as the `pattern` of an HTML field.


# A form's expressions are JavaScript's without a flag; a field's are read with the flag v, which
# refuses much of that. What is written in this much of the language means the same to both.
_CLASS: Final = r"\[\^?(?:[A-Za-z0-9]-[A-Za-z0-9]|[A-Za-z0-9 _]|\\[dDsSwW.])+\]"
_ONE: Final = rf"[A-Za-z0-9 _,:;@%=-]|\\[dDsSwW.]|\.|{_CLASS}|\)"
_TIMES: Final = r"(?:[*+?]|\{\d+(?:,\d*)?\})\??"
_PORTABLE: Final = re.compile(rf"(?:(?:{_ONE})(?:{_TIMES})?|\((?:\?:|(?!\?))|[\^$|]|\\[bB])*")


def pattern(formats: Sequence[Format]) -> str:
    """Return the pattern of a field in which every format must be found; empty if none can say it.

    A field's pattern has to cover the whole text, and knows no flag to ignore case.
    """
    if not formats or not all(_is_portable(one) for one in formats):
        return ""
    return "".join(rf"(?=[\s\S]*(?:{one.regex}))" for one in formats) + r"[\s\S]*"


def _is_portable(one: Format) -> bool:
    if one.ignore_case or not _PORTABLE.fullmatch(one.regex):
        return False
    try:
        re.compile(one.regex)
    except re.error:  # a bracket left open, a range from high to low
        return False
    return True


Control = Literal["radio", "checkbox", "dropdown", "listbox"]
Values = Mapping[str, Sequence[str]]  # the form's data: under each name, the values sent

OTHER: Final = "other"  # the value of the selection that a text spells out
_MOST_ROWS: Final = 50
_ROWS: Final = 4  # where the form suggests nothing


@dataclass(frozen=True)
class TextField:
    """A field for text: a textarea of so many `rows`, or an input."""

    name: str
    value: str
    attributes: dict[str, str]
    rows: int = 0

    @property
    def control(self) -> Literal["input", "textarea"]:
        """Return the element it is."""
        return "textarea" if self.rows else "input"


@dataclass(frozen=True)
class Choice:
    """One thing to choose."""

    value: str
    part: Part
    chosen: bool


@dataclass(frozen=True)
class ChoiceField:
    """A choice; `other` is the field for what none of the options says."""

    name: str
    control: Control
    options: tuple[Choice, ...]
    required: bool
    other: TextField | None
    other_chosen: bool

    @property
    def rows(self) -> int:
        """Return how many options of a listbox are seen at once."""
        return min(len(self.options), 10)


@dataclass(frozen=True)
class FileField:
    """A field for a file; browsers never fill it in again, so it has no value.

    `kept` is the name of the file that is there already, empty without one.
    """

    name: str
    required: bool
    kept: str = ""

    @property
    def control(self) -> Literal["file"]:
        """Return what it is."""
        return "file"


def field_of(
    question: Question, name: str, shown: Sequence[Part], values: Values | None, kept: str = ""
) -> TextField | ChoiceField | FileField:
    """Return the field of a question; `shown` is what its selections show, `kept` the file that is there.

    Without `values` the field is as a worker first sees it.
    """
    if isinstance(question.answer, FileUpload):
        return FileField(name, question.required and not kept, kept)
    if isinstance(question.answer, FreeText):
        return _text_field(question.answer, name, values, required=question.required)
    return _choice_field(question.answer, name, shown, values, required=question.required)


def control_of(answer: Selections, *, plain: bool) -> Control:
    """Return what suits a choice: the style it suggests where that allows what it asks for.

    Lists hold nothing but `plain` text. A list in which several can be chosen is hard to use, so it is
    made of checkboxes unless the form asks for a combobox.
    """
    several = answer.most > 1
    if plain and not several and answer.style in ("dropdown", "combobox"):
        return "dropdown"
    if plain and several and answer.style == "combobox":
        return "listbox"
    return "checkbox" if several or answer.style in ("checkbox", "multichooser") else "radio"


def _choice_field(
    answer: Selections, name: str, shown: Sequence[Part], values: Values | None, *, required: bool
) -> ChoiceField:
    sent = (values or {}).get(name, ())
    other = None
    if answer.other:
        line = replace(answer.other, lines=1)
        other = _text_field(line, f"{name}-{OTHER}", values, required=False)
    return ChoiceField(
        name=name,
        control=control_of(answer, plain=all(part.kind == "text" for part in shown)),
        options=tuple(Choice(str(place), part, str(place) in sent) for place, part in enumerate(shown, 1)),
        required=required,
        other=other,
        other_chosen=OTHER in sent,
    )


def _text_field(answer: FreeText, name: str, values: Values | None, *, required: bool) -> TextField:
    sent = (values or {}).get(name)  # a draft names the fields that were touched only
    value = (answer.default or "") if sent is None else next(iter(sent), "")
    attributes = {"required": ""} if required else {}
    if answer.numeric:
        return TextField(name, value, attributes | _number_attributes(answer))
    attributes |= _present(minlength=answer.shortest or None, maxlength=answer.longest)
    if answer.lines == 1:
        return TextField(name, value, {"type": "text", **attributes, **_pattern_attributes(answer)})
    rows = min(answer.lines or _rows_for(value), _MOST_ROWS)
    return TextField(name, value, attributes, rows)


def _rows_for(value: str) -> int:
    return _ROWS + value.count("\n") + len(value) // 100


def _number_attributes(answer: FreeText) -> dict[str, str]:
    return {"type": "number", "step": "any", **_present(min=answer.lowest, max=answer.highest)}


def _pattern_attributes(answer: FreeText) -> dict[str, str]:
    written = pattern(answer.formats)
    told = " ".join(dict.fromkeys(one.error_text for one in answer.formats))
    return {"pattern": written, "title": told} if written else {}


def _present(**attributes: int | None) -> dict[str, str]:
    return {name: str(value) for name, value in attributes.items() if value is not None}
