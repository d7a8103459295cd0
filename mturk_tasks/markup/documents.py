"""What may be posted as a question or a test with its key, and what may be submitted as an answer.

The grammar is in `schemas/`, written after the API reference's articles on the data structures; what
a grammar cannot say is in `rules`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal, cast

from mturk_tasks.markup.answer_key import answer_key_faults, fit_faults
from mturk_tasks.markup.html_form import TASK_ANSWERS, form_fields, is_crowd_form, page_of
from mturk_tasks.markup.question_form import read_question_form
from mturk_tasks.markup.rules import (
    InsecureAddress,
    exam_faults,
    external_question_faults,
    insecure_address_in,
    question_form_faults,
)
from mturk_tasks.markup.xml import DocumentFault, Unreadable, line_of, local_name, root_of, schema_faults

if TYPE_CHECKING:
    from lxml import etree

QuestionKind = Literal["QuestionForm", "HTMLQuestion", "ExternalQuestion"]

LIMIT: Final = 65_535  # bytes of a question, by the API's description
HTML_LIMIT: Final = 1_000_000  # ours, of an HTMLQuestion: Amazon's web site took layouts that its API did not
_DATA = "http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas"
_QUESTIONS: Final = {
    f"{{{_DATA}/2017-11-06/QuestionForm.xsd}}QuestionForm": "question_form_2017",
    f"{{{_DATA}/2005-10-01/QuestionForm.xsd}}QuestionForm": "question_form_2005",
    f"{{{_DATA}/2011-11-11/HTMLQuestion.xsd}}HTMLQuestion": "html_question",
    f"{{{_DATA}/2006-07-14/ExternalQuestion.xsd}}ExternalQuestion": "external_question",
}
_ANSWERS: Final = {
    f"{{{_DATA}/2005-10-01/QuestionFormAnswers.xsd}}QuestionFormAnswers": "question_form_answers"
}
_TESTS: Final = {tag: schema for tag, schema in _QUESTIONS.items() if tag.endswith("}QuestionForm")}
_KEYS: Final = {f"{{{_DATA}/2005-10-01/AnswerKey.xsd}}AnswerKey": "answer_key"}
_RULES: Final = {
    "QuestionForm": question_form_faults,
    "ExternalQuestion": external_question_faults,
    "AnswerKey": answer_key_faults,
}


@lru_cache(maxsize=32)  # a page asks several times what its question is
def kind_of(text: str) -> QuestionKind:
    """Return which of the three kinds of question a valid document is; anything else is a ValueError."""
    root = root_of(text)
    if root.tag not in _QUESTIONS:
        raise Unreadable(_unknown_root(root, _QUESTIONS))
    return cast("QuestionKind", local_name(root))


def question_faults(text: str, *, over_http: bool = False) -> list[DocumentFault]:
    """Return everything that keeps a text from being a HIT's question, by line; empty if nothing does.

    `over_http` is for marketplaces that are no https themselves: they show pages over http.
    """
    found = _too_long("question", text, _limit(text)) or _faults(text, _QUESTIONS)
    insecure = None if found or over_http else insecure_address(text)
    return [insecure.fault] if insecure else found


def insecure_address(text: str) -> InsecureAddress | None:
    """Return the address of a valid ExternalQuestion that no page over https can show, None for any other."""
    return insecure_address_in(root_of(text)) if "ExternalQuestion" in text else None


def qualification_test_faults(text: str) -> list[DocumentFault]:
    """Return everything that keeps a text from being a qualification's test: it is a QuestionForm."""
    return _too_long("test", text) or _faults(text, _TESTS) or exam_faults(root_of(text))


def key_faults(text: str, test: str) -> list[DocumentFault]:
    """Return everything that keeps a text from being the AnswerKey of this valid test, by line.

    A key grades selections alone: it names questions and selections of the test, which asks for no
    text of the worker's own.
    """
    faults = _too_long("answer key", text) or _faults(text, _KEYS)
    return faults or fit_faults(root_of(text), test)


def answer_faults(text: str) -> list[DocumentFault]:
    """Return everything that keeps a text from being an assignment's answer, by line.

    An empty text is fine: a form without any field has nothing to say, and the schema wants at least
    one Answer.
    """
    return _faults(text, _ANSWERS) if text.strip() else []


def size_of(text: str) -> int:
    """Return how many bytes a document takes."""
    return len(text.encode(errors="surrogatepass"))


def _limit(text: str) -> int:
    """Return how many bytes a question of this kind may have; what no kind may have is not parsed."""
    size = size_of(text)
    if size <= LIMIT or "HTMLQuestion" not in text:
        return LIMIT
    try:
        return HTML_LIMIT if size > HTML_LIMIT or local_name(root_of(text)) == "HTMLQuestion" else LIMIT
    except Unreadable:
        return HTML_LIMIT  # what is wrong with it is told instead


def _too_long(what: str, text: str, limit: int = LIMIT) -> list[DocumentFault]:
    size = size_of(text)
    if size <= limit:
        return []
    return [DocumentFault(None, f"the {what} takes {size} bytes as UTF-8; the service takes at most {limit}")]


def _faults(text: str, schemas: dict[str, str]) -> list[DocumentFault]:
    try:
        root = root_of(text)
    except Unreadable as error:
        return error.faults
    if root.tag not in schemas:
        return [_unknown_root(root, schemas)]
    faults = schema_faults(root, schemas[root.tag])
    rules = _RULES.get(local_name(root))
    if rules and not faults:
        faults = rules(root)
    return sorted(faults, key=lambda fault: fault.line or 0)


def _unknown_root(root: etree._Element, schemas: dict[str, str]) -> DocumentFault:
    """Return which namespaces the root's name goes with, or which roots there are."""
    known = [tag[1:].split("}") for tag in schemas]
    namespaces = [namespace for namespace, name in known if name == local_name(root)]
    if namespaces:
        return DocumentFault(line_of(root), f'<{local_name(root)}> needs xmlns="{namespaces[0]}"')
    names = ", ".join(dict.fromkeys(name for _, name in known))
    return DocumentFault(line_of(root), f"<{local_name(root)}> is no document known here; write {names}")


# Under which identifiers the answers to a question will come.


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
