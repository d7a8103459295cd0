"""Draft of a qualification type: its files, read and checked whole before the service is asked."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

from mturk_tasks.commands.context import ProblemCollector
from mturk_tasks.errors import FileError, Problem
from mturk_tasks.files import properties as property_files
from mturk_tasks.files import qualification_requests
from mturk_tasks.files.survey import Definition
from mturk_tasks.lib import text
from mturk_tasks.markup.xml import DocumentFault
from mturk_tasks.velocity import merge
from mturk_tasks.vocabulary import properties
from mturk_tasks.vocabulary.properties import QualificationProperties

Notes = tuple[Problem, ...]


@dataclass(frozen=True)
class Documents:
    """A test and its answer key as they are sent, None where there is none; and notes on both files."""

    test: str | None = None
    answer_key: str | None = None
    notes: Notes = ()


@dataclass(frozen=True)
class TypeDraft:
    """A qualification type that can be created; `digests` tell later whether its files have changed."""

    properties: QualificationProperties
    test: str | None
    answer_key: str | None
    digests: Mapping[str, str]
    notes: Notes


def prepare(definition: Definition) -> TypeDraft:
    """Return the draft of a type; raise FileError with every problem of its files at once."""
    collect = ProblemCollector()
    values, notes = collect(partial(read_properties, definition.properties)) or (None, ())
    documents = read_documents(collect, definition.question, definition.answer)
    expected = None
    if definition.key and documents.test:
        expected = collect(partial(read_expected_answers, definition.key, documents.test))
    if values and values.autogranted and definition.question:
        what = "autogranted: true gives it without a test; take the line out, or the test away"
        collect.problems.append(Problem(definition.properties, None, what))
    if collect.problems or values is None:
        raise collect.error()
    notes = (*notes, *documents.notes, *(expected.notes if expected else ()))
    return TypeDraft(values, documents.test, documents.answer_key, _digests(definition), notes)


def read_properties(path: Path) -> tuple[QualificationProperties, Notes]:
    """Return what a properties file says, and what is odd about it; raise FileError if it is unusable."""
    parsed = property_files.parse(text.read(path))
    values, warnings = properties.read_qualification_type(parsed.entries, path)
    return values, (*parsed.notes, *warnings)


def read_documents(
    collect: ProblemCollector, question: Path | None, answer: Path | None, current_test: str | None = None
) -> Documents:
    """Return a test and its answer key; collect, by line, what keeps each from being one.

    Without a new test the key must fit the current one.
    """
    from mturk_tasks.markup.documents import key_faults, qualification_test_faults

    unread: tuple[None, Notes] = (None, ())
    test, test_notes = unread
    if question:
        test, test_notes = collect(partial(_read_document, question, qualification_test_faults)) or unread
    key, key_notes = unread
    graded = test if question else current_test
    if answer and graded:
        key, key_notes = collect(partial(_read_document, answer, partial(key_faults, test=graded))) or unread
    elif answer and not question:
        what = "grades a test, and there is none; give the test as well"
        collect.problems.append(Problem(answer, None, what))
    return Documents(test, key, (*test_notes, *key_notes))


def read_expected_answers(path: Path, *tests: str) -> qualification_requests.AnswerKey:
    """Return the answers to be expected; raise FileError for a question or selection that no test has.

    There are several tests if one was replaced while requests with the old one wait.
    """
    key = qualification_requests.read_answer_key(path)
    offers = _offers(tests)
    problems = []
    for name, entry in key.answers.items():
        if name not in offers:
            problems.append(Problem(path, entry.line, f"the test has no question {name!r}"))
            continue
        known = offers[name]
        wrong = [part for part in key.parts(name) if known is not None and part.lower() not in known]
        problems += [Problem(path, entry.line, f"{name} offers no selection {part!r}") for part in wrong]
    if problems:
        raise FileError(*problems)
    return key


def _offers(tests: Iterable[str]) -> dict[str, set[str] | None]:
    """Return the selections that each question offers in any of the tests, None where it takes text."""
    from mturk_tasks.markup.question_form import Selections, read_question_form

    offers: dict[str, set[str] | None] = {}
    for question in chain.from_iterable(read_question_form(test).questions for test in tests):
        answer, known = question.answer, offers.get(question.identifier, set())
        if known is None or not isinstance(answer, Selections) or answer.other is not None:
            offers[question.identifier] = None
        else:
            offered = {selection.identifier.lower() for selection in answer.selections}
            offers[question.identifier] = known | offered
    return offers


def _read_document(path: Path, faults_of: Callable[[str], Sequence[DocumentFault]]) -> tuple[str, Notes]:
    """Return a document, its directives followed, and notes on it; raise FileError, by line, for faults."""
    source = text.read_document(path)
    template = merge.compile_template(source.text, (), path)
    document = template.fill({})
    faults = faults_of(document)
    if faults:
        raise FileError(*(Problem(path, fault.line, fault.text) for fault in faults))
    return document, (*source.notes, *template.notes)


def _digests(definition: Definition) -> dict[str, str]:
    """Return the SHA-256 of each file that is there."""
    paths = {
        "properties": definition.properties,
        "question": definition.question,
        "answer": definition.answer,
        "answerkey": definition.key,
    }
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in paths.items() if path}
