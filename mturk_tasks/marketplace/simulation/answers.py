"""Answer a whole question document."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from math import ceil, floor
from random import Random
from typing import Final

from mturk_tasks.marketplace.simulation.matching import compiled, likely_texts
from mturk_tasks.marketplace.simulation.population import Mood, of_length, words
from mturk_tasks.markup import html_form
from mturk_tasks.markup.answers import SEPARATOR, Answer
from mturk_tasks.markup.documents import kind_of
from mturk_tasks.markup.html_form import (
    TASK_ANSWERS,
    Field,
    crowd_fields,
    form_fields,
    is_crowd_form,
    page_of,
    task_answers,
)
from mturk_tasks.markup.question_form import (
    FileUpload,
    Format,
    FreeText,
    Question,
    Selections,
    read_question_form,
)
from mturk_tasks.markup.xml import FORBIDDEN

# Values on a scale, as inputs of HTML write them: numbers, dates, times, weeks.


_FORMATS: Final = {
    "date": "%Y-%m-%d",
    "month": "%Y-%m",
    "time": "%H:%M",
    "datetime-local": "%Y-%m-%dT%H:%M",
    "week": "%G-W%V",
}
MOMENTS: Final = tuple(_FORMATS)
_LATEST: Final = datetime(2025, 12, 31, tzinfo=timezone.utc)
_YEAR: Final = timedelta(days=365)
_MINUTE: Final = timedelta(minutes=1)
_STEPS: Final = 100  # how far a number goes that has no limit


def number(field: Field, random: Random) -> str:
    """Return a number from the least to the greatest, a whole count of steps from the base.

    The base is the least number, else the one set at first, else 0, as the HTML standard has it.
    """
    step = _step(field)
    low, high = _decimal(field.low), _decimal(field.high)
    set_first = _decimal(field.defaults[0]) if field.defaults else None
    base = next((one for one in (low, set_first) if one is not None), Decimal(0))
    if low is None:
        low = base if high is None or base <= high else high - _STEPS * step
    if high is None:
        high = low + _STEPS * step
    first, last = ceil((low - base) / step), floor((high - base) / step)
    return f"{base + step * random.randint(first, max(first, last)):f}"


def slider(field: Field, random: Random) -> str:
    """Return a slider's place; without limits it runs from 0 to 100."""
    bounded = Field(field.name, field.kind, low=field.low or "0", high=field.high or "100", step=field.step)
    return number(bounded, random)


def moment(field: Field, random: Random) -> str:
    """Return a moment from the earliest to the latest, in the form of the field's kind."""
    low, high = _bounds(field)
    minutes = max(0, (high - low) // _MINUTE)
    return (low + random.randint(0, minutes) * _MINUTE).strftime(_FORMATS[field.kind])


def color(_: Field, random: Random) -> str:
    """Return a colour as a colour picker writes it."""
    return f"#{random.randrange(0x1000000):06x}"


def _step(field: Field) -> Decimal:
    if field.step == "any":
        return Decimal("0.1")
    step = _decimal(field.step)
    return step if step and step > 0 else Decimal(1)


def _decimal(text: str | None) -> Decimal | None:
    try:
        value = Decimal((text or "").strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _bounds(field: Field) -> tuple[datetime, datetime]:
    low, high = _parsed(field.low, field.kind), _parsed(field.high, field.kind)
    if field.kind == "time":
        day = datetime(1900, 1, 1, tzinfo=timezone.utc)  # the one that strptime puts a time on
        return low or day, high or day + timedelta(hours=23, minutes=59)
    high = high or (low + _YEAR if low else _LATEST)
    return low or high - 10 * _YEAR, high


def _parsed(text: str | None, kind: str) -> datetime | None:
    form, text = _FORMATS[kind], text or ""
    if kind == "week":  # a week begins on its first day
        form, text = f"{form}-%u", f"{text}-1"
    try:
        return datetime.strptime(text, form).replace(tzinfo=timezone.utc)
    except ValueError:
        return None


# Text for a field that limits it: a number in a range, a length, formats it must match.


_TRIES: Final = 120
_DIGITS: Final = 15  # as many as a number can have and stay exact
_PHRASES: Final = 10

# A pattern such as ^(\w+ ?)*$ takes twice as long for each character of a text that does not match:
# longer texts are tried only where they are likely to match.
_SAFE: Final = 20
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)


def find_text(name: str, wanted: FreeText, random: Random) -> str | None:
    """Return a text, never empty, that the field's checks let through; None if none was found.

    Plain words are tried first, as people would, then texts made from the formats.
    """
    tries = (text for text in _tries(name, wanted, random) if text and not FORBIDDEN.search(text))
    return next((text for text in tries if satisfies(text, wanted)), None)


def satisfies(text: str, wanted: FreeText) -> bool:
    """Say whether a form's checks let the text through; a format must be found somewhere in it."""
    longest = len(text) if wanted.longest is None else wanted.longest
    if not (wanted.shortest or 0) <= len(text) <= longest:
        return False
    if wanted.numeric and not _is_in_range(text, wanted):
        return False
    return all(pattern is not None and pattern.search(text) for pattern in _patterns(wanted))


def _is_in_range(text: str, wanted: FreeText) -> bool:
    if not _NUMBER.fullmatch(text):
        return False
    number = Decimal(text)
    above = wanted.lowest is None or number >= wanted.lowest
    return above and (wanted.highest is None or number <= wanted.highest)


def _patterns(wanted: FreeText) -> list[re.Pattern[str] | None]:
    return [compiled(one.regex, ignore_case=one.ignore_case) for one in wanted.formats]


def _tries(name: str, wanted: FreeText, random: Random) -> Iterator[str]:
    if wanted.numeric:
        yield from _numbers(wanted, random)
    for _ in range(_PHRASES):
        text = of_length(words(name, random), wanted.shortest or 0, wanted.longest, random)
        if len(text) <= _SAFE or not wanted.formats:
            yield text
    yield from _made_from_formats(wanted, random)
    if wanted.default is not None:
        yield wanted.default


def _made_from_formats(wanted: FreeText, random: Random) -> Iterator[str]:
    patterns = [pattern for pattern in _patterns(wanted) if pattern is not None]
    shortest = wanted.shortest or 0
    for text in likely_texts(patterns, random, _TRIES):
        yield text
        if len(text) < min(shortest, _SAFE) and all(pattern.search(f"{text} .") for pattern in patterns):
            yield of_length(text, shortest, wanted.longest, random)  # words may follow what it asks for


def _numbers(wanted: FreeText, random: Random) -> Iterator[str]:
    """Yield numbers of the range, whole ones first, then with decimals to reach a least length."""
    digits = min(wanted.shortest or 0, _DIGITS)
    low = min(0, wanted.highest or 0) if wanted.lowest is None else wanted.lowest
    high = max(low + 100, 10**digits) if wanted.highest is None else wanted.highest
    for _ in range(10):
        number = random.randint(low, max(low, high))
        yield str(number)
        yield f"{number:.{max(1, digits - len(str(number)) - 1)}f}"


# Values for the fields of an HTML page, within what its attributes allow.


_ONE_OF: Final = (html_form.RADIO, html_form.SELECT, html_form.ONE_OF, html_form.LABEL)
_SOME_OF: Final = (html_form.CHECKBOX, html_form.SELECT_MULTIPLE, html_form.ON_OFF, html_form.LABELS)
_ON_A_SCALE: Final[dict[str, Callable[[Field, Random], str]]] = {
    "number": number,
    "range": slider,
    "color": color,
    **dict.fromkeys(MOMENTS, moment),
}

# What a browser itself demands of these kinds, beside the page's pattern.
_OF_KIND: Final = {
    "email": Format(r"^[\w.+-]+@[\w-]+(\.[\w-]+)+$"),
    "url": Format(r"^https?://[\w.-]+(/\S*)?$"),
}


def field_values(field: Field, mood: Mood) -> tuple[str, ...] | None:
    """Return what a worker leaves in the field: nothing where it stays unchecked.

    None says that no text was found which the field lets through.
    """
    if field.kind == "hidden":
        return field.defaults or ("",)
    if field.kind == "file":
        return ()  # files are taken from QuestionForms alone
    if field.kind in _ONE_OF or field.kind in _SOME_OF:
        return _chosen(field, mood)
    if field.kind in _ON_A_SCALE:
        return (_ON_A_SCALE[field.kind](field, mood.own),)
    text = find_text(f"{field.kind} {field.name}", limits(field), mood.own)
    return None if text is None else (text,)


def limits(field: Field) -> FreeText:
    """Return what a text field lets through; a page's pattern covers the whole text.

    A textarea has no pattern, by the HTML standard.
    """
    formats = [_OF_KIND[field.kind]] if field.kind in _OF_KIND else []
    if field.pattern and field.kind != "textarea":
        formats.append(Format(f"^(?:{field.pattern})$"))
    return FreeText(shortest=field.shortest, longest=field.longest, formats=tuple(formats))


def _chosen(field: Field, mood: Mood) -> tuple[str, ...]:
    options = [option for option in field.options if option]  # an empty one only says "choose"
    if not options:
        return ()
    if field.kind in _ONE_OF:
        return (mood.one(options),)
    least = 1 if field.required or len(options) > 1 else 0
    return mood.some(options, least, len(options))


EXTERNAL = "answer"  # the one field of a page that cannot be looked into

_OTHER = 0.1  # how often none of the selections is good enough


@dataclass(frozen=True)
class File:
    """A file that a worker sends in answer to a question."""

    question: str
    name: str
    content: bytes


@dataclass(frozen=True)
class Improvised:
    """Hold the answers, the names of those for which nothing fitting was found, and files to send."""

    answers: tuple[Answer, ...]
    unfitting: tuple[str, ...] = ()
    files: tuple[File, ...] = ()


def improvise(question: str, mood: Mood) -> Improvised:
    """Return answers to a valid question document.

    A page whose fields are made by scripts, or that lies elsewhere, gets one field, `answer`.
    """
    kind = kind_of(question)
    if kind == "QuestionForm":
        return _fill_form(question, mood)
    page = page_of(question) if kind == "HTMLQuestion" else ""
    crowd = is_crowd_form(page)
    fields = crowd_fields(page) if crowd else form_fields(page)
    if not fields:
        return Improvised((Answer(EXTERNAL, words(EXTERNAL, mood.own)),))
    return _fill_page(fields, mood, crowd=crowd)


def _fill_form(question: str, mood: Mood) -> Improvised:
    answers, unfitting, files = [], [], []
    for asked in read_question_form(question).questions:
        if isinstance(asked.answer, Selections):
            answers.append(_select(asked, asked.answer, mood))
            continue
        if isinstance(asked.answer, FileUpload):
            files.append(_file(asked, asked.answer, mood))
            continue
        text = find_text(asked.identifier, asked.answer, mood.own)
        if text is None:
            unfitting.append(asked.identifier)
            text = _plain(asked.identifier, asked.answer, mood) if asked.required else ""
        answers.append(Answer(asked.identifier, text))
    return Improvised(tuple(answers), tuple(unfitting), tuple(files))


def _file(asked: Question, wanted: FileUpload, mood: Mood) -> File:
    """Return a small text, a line over and over where the form wants more of it."""
    line = words(asked.identifier, mood.own).encode() + b"\n"
    size = min(max(len(line), wanted.smallest), wanted.largest)
    return File(asked.identifier, f"{asked.identifier}.txt", (line * (size // len(line) + 1))[:size])


def _select(asked: Question, wanted: Selections, mood: Mood) -> Answer:
    """Return a choice within its bounds; another answer counts as one of the selections."""
    options = [selection.identifier for selection in wanted.selections]
    other = _other(asked, wanted, mood)
    given = 0 if other is None else 1
    least = max(wanted.fewest, 1 if asked.required else 0) - given
    chosen = mood.some(options, max(0, least), wanted.most - given)
    return Answer(asked.identifier, selections=chosen, other=other)


def _other(asked: Question, wanted: Selections, mood: Mood) -> str | None:
    """Return another answer, seldom, or where the selections alone are too few."""
    if wanted.other is None:
        return None
    if mood.own.random() >= _OTHER and wanted.fewest <= len(wanted.selections):
        return None
    return find_text(asked.identifier, wanted.other, mood.own)


def _fill_page(fields: list[Field], mood: Mood, *, crowd: bool) -> Improvised:
    values, unfitting = {}, []
    for field in fields:
        left = field_values(field, mood)
        if left is None:
            unfitting.append(field.name)
            left = (_plain(field.name, limits(field), mood),)
        values[field.name] = left
    if crowd:
        texts = {TASK_ANSWERS: task_answers(fields, values)}
    else:
        texts = {name: SEPARATOR.join(left) for name, left in values.items() if left}
    answers = (Answer(_storable(name), _storable(text)) for name, text in texts.items())
    return Improvised(tuple(answers), tuple(unfitting))


def _storable(text: str) -> str:
    """Return the text without characters that a page can name by number and XML cannot hold."""
    return FORBIDDEN.sub("", text)


def _plain(name: str, wanted: FreeText, mood: Mood) -> str:
    return of_length(words(name, mood.own), wanted.shortest or 0, wanted.longest, mood.own)
