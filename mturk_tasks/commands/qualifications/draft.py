"""Read what makes up a qualification type whole and check it whole, before the service is asked."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from mturk_tasks.commands.context import ProblemCollector
from mturk_tasks.errors import FileError, Problem
from mturk_tasks.files import properties as property_files
from mturk_tasks.files import qualification_requests
from mturk_tasks.files.qualification_requests import AnswerKey
from mturk_tasks.files.survey import Definition
from mturk_tasks.lib import text
from mturk_tasks.markup.xml import DocumentFault
from mturk_tasks.velocity import merge
from mturk_tasks.vocabulary import properties
from mturk_tasks.vocabulary.properties import QualificationProperties

NO_TEST = "grades a test, and there is none; give the test as well"


@dataclass(frozen=True)
class Document:
    """A test or an answer key as it is sent: directives in its file are followed."""

    text: str
    notes: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class TypeDraft:
    """A qualification type that can be made; `digests` tells later whether its files are still the same."""

    properties: QualificationProperties
    test: str | None
    answer_key: str | None
    digests: Mapping[str, str]
    notes: tuple[Problem, ...]


def prepare(definition: Definition) -> TypeDraft:
    """Return the draft of a type; raise FileError with every problem of its files at once."""
    each = ProblemCollector()
    values, notes = each(lambda: read_properties(definition.properties)) or (None, ())
    test = each(partial(read_test, definition.question)) if definition.question else None
    if definition.answer and not definition.question:
        each.problems.append(Problem(definition.answer, None, NO_TEST))
    wanted = definition.answer if test else None
    key = each(partial(read_key, wanted, test.text)) if wanted and test else None
    lines = each(partial(read_lines, definition.key, test.text)) if definition.key and test else None
    if values and values.autogranted and definition.question:
        what = "autogranted: true gives it without a test; take the line out, or the test away"
        each.problems.append(Problem(definition.properties, None, what))
    if each.problems or values is None:
        raise each.error()
    documents = [one for one in (test, key) if one]
    return TypeDraft(
        values,
        test.text if test else None,
        key.text if key else None,
        _digests(definition),
        (*notes, *(note for one in documents for note in one.notes), *(lines.notes if lines else ())),
    )


def read_properties(path: Path) -> tuple[QualificationProperties, tuple[Problem, ...]]:
    """Return what a properties file says, and what is odd about it; raise FileError if it is unusable."""
    parsed = property_files.parse(text.read(path))
    values, warnings = properties.read_qualification_type(parsed.entries, path)
    return values, (*parsed.notes, *warnings)


def read_test(path: Path) -> Document:
    """Return a test; raise FileError, by line, for what keeps it from being one."""
    from mturk_tasks.markup.documents import qualification_test_faults

    return _document(path, qualification_test_faults)


def read_key(path: Path, test: str) -> Document:
    """Return the AnswerKey of a test; raise FileError, by line, for what does not fit."""
    from mturk_tasks.markup.documents import key_faults

    return _document(path, lambda key: key_faults(key, test))


def read_lines(path: Path, *tests: str) -> AnswerKey:
    """Return a key of lines; raise FileError for a question or a selection that none of the tests has.

    There are several where a test was replaced while requests with the old one wait.
    """
    key = qualification_requests.read_answer_key(path)
    offers = _offers(tests)
    problems = []
    for name, entry in key.answers.items():
        if name not in offers:
            problems.append(Problem(path, entry.line, f"the test has no question {name!r}"))
            continue
        known = offers[name]
        wrong = [one for one in key.parts(name) if known is not None and one.lower() not in known]
        problems += [Problem(path, entry.line, f"{name} offers no selection {one!r}") for one in wrong]
    if problems:
        raise FileError(*problems)
    return key


def _offers(tests: Iterable[str]) -> dict[str, set[str] | None]:
    """Return the selections that each question offers in any of the tests, None where it takes text."""
    from mturk_tasks.markup.question_form import Selections, read_question_form

    offers: dict[str, set[str] | None] = {}
    for question in (one for test in tests for one in read_question_form(test).questions):
        answer, known = question.answer, offers.get(question.identifier, set())
        if known is None or not isinstance(answer, Selections) or answer.other is not None:
            offers[question.identifier] = None
        else:
            offers[question.identifier] = known | {one.identifier.lower() for one in answer.selections}
    return offers


def _document(path: Path, faults: Callable[[str], Sequence[DocumentFault]]) -> Document:
    source = text.read_document(path)
    template = merge.compile_template(source.text, (), path)
    written = template.fill({})
    found = faults(written)
    if found:
        raise FileError(*(Problem(path, fault.line, fault.text) for fault in found))
    return Document(written, (*source.notes, *template.notes))


def _digests(definition: Definition) -> dict[str, str]:
    """Return the SHA-256 of each file that is there."""
    paths = {
        "properties": definition.properties,
        "question": definition.question,
        "answer": definition.answer,
        "answerkey": definition.key,
    }
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in paths.items() if path}
