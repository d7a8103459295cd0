"""How large a form may be that a worker sends: its texts, and the files that it asks for."""

from __future__ import annotations

from typing import Final

from mturk_tasks.marketplace.storage.transactions import Transaction
from mturk_tasks.marketplace.worker import record
from mturk_tasks.markup.documents import kind_of
from mturk_tasks.markup.question_form import LARGEST_FILE, FileUpload, read_question_form

SMALL: Final = 2**14  # bytes of a form that asks for a name, a password, a country
FORM: Final = 2**20  # bytes of an answer without files
TEXTS: Final = 8 * FORM  # read of one, so that a text that is too long can be shown again
FILE: Final = 32 * 2**20  # for each file asked for: that one is too large is said beside its field
FILES: Final = 4 * FILE  # however many are asked for; the server takes no more at its door
MULTIPART: Final = "multipart/form-data"
_ANSWERS: Final = ("site.submit", "site.test")


def of_form(endpoint: str | None, kind: str) -> int:
    """Return how many bytes a form without files may have at one of the site's addresses.

    Our forms of answers come in parts, which are few; a quarter of a million fields of another kind take
    seconds to read.
    """
    return FORM if endpoint in _ANSWERS and kind == MULTIPART else SMALL


def at_door(document: str) -> int:
    """Return how many bytes the server reads of an answer: too large a one is shown again with its texts."""
    return FILES if _asked(document) else TEXTS


def allowed(transaction: Transaction, worker_id: str, assignment_id: str) -> int:
    """Return how many bytes the answer of a worker's own assignment may have."""
    one = record.find(transaction, worker_id, assignment_id)
    return FORM if one is None else most(one.question)


def most(document: str) -> int:
    """Return how many bytes the answer to a question may have."""
    return min(len(_asked(document)) * FILE, FILES) or FORM


def too_little(document: str) -> bool:
    """Say whether the files that a form asks for may be too large to be sent at once."""
    return sum(min(one.largest, LARGEST_FILE) for one in _asked(document)) + FORM > most(document)


def _asked(document: str) -> list[FileUpload]:
    if kind_of(document) != "QuestionForm":
        return []
    questions = read_question_form(document).questions
    return [question.answer for question in questions if isinstance(question.answer, FileUpload)]
