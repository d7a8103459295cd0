"""Under which identifiers the answers to a question will come."""

from __future__ import annotations

from mturk_tasks.markup.crowd_form import TASK_ANSWERS, is_crowd_form
from mturk_tasks.markup.documents import kind_of
from mturk_tasks.markup.html_form import form_fields, page_of
from mturk_tasks.markup.question_form import read_question_form


def question_identifiers(text: str) -> list[str]:
    """Return the identifiers in the order of the form, from a valid question document.

    An HTMLQuestion's are the names of its fields. What an external page will send cannot be known:
    the list is empty.
    """
    kind = kind_of(text)
    if kind == "QuestionForm":
        return [question.identifier for question in read_question_form(text).questions]
    if kind == "ExternalQuestion":
        return []
    page = page_of(text)
    return [TASK_ANSWERS] if is_crowd_form(page) else [field.name for field in form_fields(page)]
