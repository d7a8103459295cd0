"""Answer a whole question document."""

from __future__ import annotations

from dataclasses import dataclass

from mturk_tasks.marketplace.crowd.choices import Mood
from mturk_tasks.marketplace.crowd.fields import field_values, limits
from mturk_tasks.marketplace.crowd.phrases import of_length, words
from mturk_tasks.marketplace.crowd.texts import find_text
from mturk_tasks.markup.answers import SEPARATOR, Answer
from mturk_tasks.markup.crowd_form import TASK_ANSWERS, crowd_fields, is_crowd_form, task_answers
from mturk_tasks.markup.documents import kind_of
from mturk_tasks.markup.html_form import Field, form_fields, page_of
from mturk_tasks.markup.question_form import FileUpload, FreeText, Question, Selections, read_question_form
from mturk_tasks.markup.reading import FORBIDDEN

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
