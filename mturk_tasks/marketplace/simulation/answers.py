"""Answer a question document as a simulated worker does: whole forms, within what their fields allow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from math import ceil, floor
from random import Random
from typing import Final

from mturk_tasks.marketplace.simulation.matching import find_text, plain_text
from mturk_tasks.marketplace.simulation.population import Mood, words
from mturk_tasks.markup import html_form
from mturk_tasks.markup.answers import SEPARATOR, Answer
from mturk_tasks.markup.documents import kind_of
from mturk_tasks.markup.html_form import Field
from mturk_tasks.markup.question_form import (
    FileUpload,
    Format,
    FreeText,
    Question,
    Selections,
    read_question_form,
)
from mturk_tasks.markup.xml import FORBIDDEN

EXTERNAL: Final = "answer"  # the one field of a page that cannot be looked into
_OTHER: Final = 0.1  # how often none of the selections is good enough
_SINGLE_CHOICE: Final = (html_form.RADIO, html_form.SELECT, html_form.ONE_OF, html_form.LABEL)
_MULTIPLE_CHOICE: Final = (
    *(html_form.CHECKBOX, html_form.SELECT_MULTIPLE),
    *(html_form.ON_OFF, html_form.LABELS),
)
_OF_KIND: Final = {  # what a browser itself demands of these kinds, beside the page's pattern
    "email": Format(r"^[\w.+-]+@[\w-]+(\.[\w-]+)+$"),
    "url": Format(r"^https?://[\w.-]+(/\S*)?$"),
}
_MOMENTS: Final = {  # how inputs of HTML write them
    "date": "%Y-%m-%d",
    "month": "%Y-%m",
    "time": "%H:%M",
    "datetime-local": "%Y-%m-%dT%H:%M",
    "week": "%G-W%V",
}
_LATEST: Final = datetime(2025, 12, 31, tzinfo=timezone.utc)
_YEAR: Final = timedelta(days=365)
_MINUTE: Final = timedelta(minutes=1)
_STEPS: Final = 100  # how far a number goes that has no limit


@dataclass(frozen=True)
class File:
    """A file that a worker sends in answer to a question."""

    question: str
    name: str
    content: bytes


@dataclass(frozen=True)
class Improvised:
    """Answers, the names of those for which nothing fitting was found, and files to send."""

    answers: tuple[Answer, ...]
    unfitting: tuple[str, ...] = ()
    files: tuple[File, ...] = ()


def improvise(question: str, mood: Mood) -> Improvised:
    """Return answers to a valid question document.

    A page whose fields are made by scripts, or that lies elsewhere, gets one field, `answer`.
    """
    kind = kind_of(question)
    if kind == "QuestionForm":
        return _fill_form(read_question_form(question).questions, mood)
    page = html_form.page_of(question) if kind == "HTMLQuestion" else ""
    crowd = html_form.is_crowd_form(page)
    fields = html_form.crowd_fields(page) if crowd else html_form.form_fields(page)
    if not fields:
        return Improvised((Answer(EXTERNAL, words(EXTERNAL, mood.own)),))
    return _fill_page(fields, mood, crowd=crowd)


def field_values(field: Field, mood: Mood) -> tuple[str, ...] | None:
    """Return what a worker leaves in a field of a page: nothing where it stays unchecked.

    None says that no text was found which the field lets through.
    """
    if field.kind == "hidden":
        return field.defaults or ("",)
    if field.kind == "file":
        return ()  # files are taken from QuestionForms alone
    if field.kind in (*_SINGLE_CHOICE, *_MULTIPLE_CHOICE):
        return _chosen(field, mood)
    if field.kind in _ON_A_SCALE:
        return (_ON_A_SCALE[field.kind](field, mood.own),)
    text = find_text(f"{field.kind} {field.name}", _wanted_text(field), mood.own)
    return None if text is None else (text,)


def _fill_form(questions: Sequence[Question], mood: Mood) -> Improvised:
    answers, unfitting, files = [], [], []
    for asked in questions:
        name = asked.identifier
        if isinstance(asked.answer, Selections):
            answers.append(_select(asked, asked.answer, mood))
        elif isinstance(asked.answer, FileUpload):
            files.append(_file(name, asked.answer, mood))
        else:
            text = find_text(name, asked.answer, mood.own)
            if text is None:
                unfitting.append(name)
                text = plain_text(name, asked.answer, mood.own) if asked.required else ""
            answers.append(Answer(name, text))
    return Improvised(tuple(answers), tuple(unfitting), tuple(files))


def _select(asked: Question, wanted: Selections, mood: Mood) -> Answer:
    """Return a choice within its bounds; another answer counts as one of the selections.

    Another answer is given seldom, or where the selections alone are too few.
    """
    other = None
    if wanted.other is not None and (mood.own.random() < _OTHER or wanted.fewest > len(wanted.selections)):
        other = find_text(asked.identifier, wanted.other, mood.own)
    given = 0 if other is None else 1
    least = max(wanted.fewest, 1 if asked.required else 0) - given
    options = [selection.identifier for selection in wanted.selections]
    chosen = mood.some(options, max(0, least), wanted.most - given)
    return Answer(asked.identifier, selections=chosen, other=other)


def _file(name: str, wanted: FileUpload, mood: Mood) -> File:
    """Return a small text, a line over and over where the form wants more of it."""
    line = words(name, mood.own).encode() + b"\n"
    size = min(max(len(line), wanted.smallest), wanted.largest)
    return File(name, f"{name}.txt", (line * (size // len(line) + 1))[:size])


def _fill_page(fields: list[Field], mood: Mood, *, crowd: bool) -> Improvised:
    values, unfitting = {}, []
    for field in fields:
        entered = field_values(field, mood)
        if entered is None:
            unfitting.append(field.name)
            entered = (plain_text(field.name, _wanted_text(field), mood.own),)
        values[field.name] = entered
    if crowd:
        texts = {html_form.TASK_ANSWERS: html_form.task_answers(fields, values)}
    else:
        texts = {name: SEPARATOR.join(entered) for name, entered in values.items() if entered}
    # A page can name characters by number that XML cannot hold.
    answers = (Answer(FORBIDDEN.sub("", name), FORBIDDEN.sub("", text)) for name, text in texts.items())
    return Improvised(tuple(answers), tuple(unfitting))


def _chosen(field: Field, mood: Mood) -> tuple[str, ...]:
    options = [option for option in field.options if option]  # an empty one only says "choose"
    if not options:
        return ()
    if field.kind in _SINGLE_CHOICE:
        return (mood.one(options),)
    least = 1 if field.required or len(options) > 1 else 0
    return mood.some(options, least, len(options))


def _wanted_text(field: Field) -> FreeText:
    """Return what a text field lets through; a page's pattern covers the whole text.

    A textarea has no pattern, by the HTML standard.
    """
    formats = [_OF_KIND[field.kind]] if field.kind in _OF_KIND else []
    if field.pattern and field.kind != "textarea":
        formats.append(Format(f"^(?:{field.pattern})$"))
    return FreeText(shortest=field.shortest, longest=field.longest, formats=tuple(formats))


def _number(field: Field, random: Random) -> str:
    """Return a number from the least to the greatest, a whole count of steps from the base.

    The base is the least number, else the one set at first, else 0, as the HTML standard has it.
    """
    step = Decimal("0.1") if field.step == "any" else _decimal(field.step)
    if not step or step < 0:
        step = Decimal(1)
    low, high = _decimal(field.low), _decimal(field.high)
    set_first = _decimal(field.defaults[0]) if field.defaults else None
    base = next((number for number in (low, set_first) if number is not None), Decimal(0))
    if low is None:
        low = base if high is None or base <= high else high - _STEPS * step
    if high is None:
        high = low + _STEPS * step
    first, last = ceil((low - base) / step), floor((high - base) / step)
    return f"{base + step * random.randint(first, max(first, last)):f}"


def _slider(field: Field, random: Random) -> str:
    """Return a slider's place; without limits it runs from 0 to 100, and starts at its low end."""
    return _number(replace(field, low=field.low or "0", high=field.high or "100", defaults=()), random)


def _decimal(text: str | None) -> Decimal | None:
    try:
        value = Decimal((text or "").strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _moment(field: Field, random: Random) -> str:
    """Return a moment from the earliest to the latest, in the form of the field's kind."""
    low, high = _parsed(field.low, field.kind), _parsed(field.high, field.kind)
    if field.kind == "time":
        day = datetime(1900, 1, 1, tzinfo=timezone.utc)  # the one that strptime puts a time on
        low, high = low or day, high or day + timedelta(hours=23, minutes=59)
    else:
        high = high or (low + _YEAR if low else _LATEST)
        low = low or high - 10 * _YEAR
    minutes = max(0, (high - low) // _MINUTE)
    return (low + random.randint(0, minutes) * _MINUTE).strftime(_MOMENTS[field.kind])


def _parsed(text: str | None, kind: str) -> datetime | None:
    form, text = _MOMENTS[kind], text or ""
    if kind == "week":  # a week begins on its first day
        form, text = f"{form}-%u", f"{text}-1"
    try:
        return datetime.strptime(text, form).replace(tzinfo=timezone.utc)
    except ValueError:
        return None


def _color(_: Field, random: Random) -> str:
    """Return a colour as a colour picker writes it."""
    return f"#{random.randrange(0x1000000):06x}"


_ON_A_SCALE: Final[dict[str, Callable[[Field, Random], str]]] = {
    "number": _number,
    "range": _slider,
    "color": _color,
    **dict.fromkeys(_MOMENTS, _moment),
}
