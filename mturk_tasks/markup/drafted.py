"""What a half-filled form says so far, as answers: nothing in it need be complete or allowed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mturk_tasks.markup.answers import SEPARATOR, Answer
from mturk_tasks.markup.documents import kind_of
from mturk_tasks.markup.question_form import Question, Selections, read_question_form
from mturk_tasks.markup.reading import FORBIDDEN

_OTHER = "other"  # as the fields of a rendered form have it, like their names

Fields = Mapping[str, str | Sequence[str]]


def drafted_answers(document: str, fields: Fields) -> list[Answer]:
    """Return the answers that the fields of a valid question document hold, empty ones left out.

    A rendered QuestionForm names fields and selections by their places; here they have their
    identifiers. What belongs to no question stays under the name of its field.
    """
    texts = {name: _texts(value) for name, value in fields.items()}
    answers: list[Answer] = []
    if kind_of(document) == "QuestionForm":
        answers = list(_in_form(read_question_form(document).questions, texts))
    answers += [Answer(_storable(name), SEPARATOR.join(values)) for name, values in texts.items()]
    return [answer for answer in answers if answer.flat]


def _in_form(questions: Sequence[Question], texts: dict[str, list[str]]) -> Iterator[Answer]:
    """Yield the answer to each question, and take its fields out of the texts."""
    for place, asked in enumerate(questions, 1):
        values = texts.pop(f"q{place}", [])
        if not isinstance(asked.answer, Selections):
            yield Answer(asked.identifier, SEPARATOR.join(values))
            continue
        other = SEPARATOR.join(texts.pop(f"q{place}-{_OTHER}", []))
        identifiers = {str(n): one.identifier for n, one in enumerate(asked.answer.selections, 1)}
        chosen = tuple(identifiers.get(value, value) for value in values if value != _OTHER)
        yield Answer(asked.identifier, selections=chosen, other=other or None)


def _texts(value: str | Sequence[str]) -> list[str]:
    given = [value] if isinstance(value, str) else value
    return [text for text in map(_storable, given) if text]


def _storable(text: str) -> str:
    """Return the text without what XML cannot hold."""
    return FORBIDDEN.sub("", text)
