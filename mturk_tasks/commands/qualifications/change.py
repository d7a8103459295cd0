"""Change a qualification type (updateQualificationType); requests that are open stay open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from mturk_tasks.client import qualifications
from mturk_tasks.client.qualifications import QualificationType
from mturk_tasks.commands import batches
from mturk_tasks.commands.context import CommandContext, ProblemCollector
from mturk_tasks.commands.qualifications import draft
from mturk_tasks.commands.qualifications.folder import CHANGE, TYPE, FolderQualification
from mturk_tasks.console.summary import Summary, count
from mturk_tasks.errors import InvalidState, Problem, UsageError
from mturk_tasks.files.survey import Definition
from mturk_tasks.vocabulary.properties import TEST_DURATION, QualificationProperties


@dataclass(frozen=True)
class ChangeRequest:
    """What is to be changed: by files, of which each may be left out, and by the word for the status."""

    properties: Path | None = None
    question: Path | None = None
    answer: Path | None = None
    status: str = ""

    @classmethod
    def of_folder(cls, definition: Definition, status: str) -> ChangeRequest:
        """Return the request to make a type what the files of its folder say."""
        return cls(definition.properties, definition.question, definition.answer, status)


@dataclass(frozen=True)
class Wanted:
    """What the files and the option say, read and checked; None is what nothing is said of."""

    values: QualificationProperties | None = None
    test: str | None = None
    answer_key: str | None = None
    status: str = ""


def run(context: CommandContext, found: FolderQualification, request: ChangeRequest) -> Summary:
    """Change the type; raise FileError for anything wrong with the files, a changed name among it."""
    current = qualifications.get(context.client, found.type_id)
    wanted = _read(context, request, current)
    sent = settings(current, wanted)
    if not sent:
        raise UsageError("nothing is to be changed; give --properties, --question, --answer or --status")
    if current.answer_key and "Test" in sent and "AnswerKey" not in sent:
        context.console.note(
            "warning: the test is replaced without an answer key; nobody is graded at once now"
        )
    if context.dry:
        return Summary((f"Dry run: {', '.join(sent)} of {current.name} would be changed.",))
    with batches.open_journal(context, found, CHANGE, type=found.type_id) as book:
        book.perform(
            CHANGE,
            TYPE,
            lambda: qualifications.update(context.client, found.type_id, sent),
            what=list(sent),
        )
    items = ({"id": found.type_id, "status": "updated"},)
    return Summary((f"Updated qualification type {found.type_id}",), {"updated": 1}, items)


def settings(current: QualificationType, wanted: Wanted) -> dict[str, Any]:
    """Return what UpdateQualificationType is sent.

    Of the properties only what stands in the file counts. A test goes with its duration, and a key or a
    duration with its test, which is sent again where it stays: the API takes neither alone.
    """
    sent = _of_properties(wanted.values) if wanted.values else {}
    if wanted.status:
        sent["QualificationTypeStatus"] = wanted.status
    given = wanted.values.given if wanted.values else frozenset()
    new_duration = "testdurationinseconds" in given
    test = wanted.test or (current.test if wanted.answer_key or new_duration else None)
    if test is None:
        return sent
    duration = current.test_duration or TEST_DURATION
    if wanted.values and new_duration:
        duration = wanted.values.testdurationinseconds
    key = wanted.answer_key or (current.answer_key if wanted.test is None else None)
    test_sent = {"Test": test, "TestDurationInSeconds": duration}
    return {**sent, **test_sent, **({"AnswerKey": key} if key else {})}


def _of_properties(values: QualificationProperties) -> dict[str, Any]:
    said: Mapping[str, tuple[str, Any]] = {
        "description": ("Description", values.description),
        "status": ("QualificationTypeStatus", values.status),
        "retrydelayinseconds": ("RetryDelayInSeconds", values.retrydelayinseconds),
        "autogranted": ("AutoGranted", values.autogranted),
    }
    sent = dict(pair for key, pair in said.items() if key in values.given)
    return {**sent, "AutoGrantedValue": values.autograntedvalue} if values.autogranted else sent


def _read(context: CommandContext, request: ChangeRequest, current: QualificationType) -> Wanted:
    each = ProblemCollector()
    values, notes = _properties(each, request.properties) if request.properties else (None, ())
    test = each(partial(draft.read_test, request.question)) if request.question else None
    against = test.text if test else current.test
    key = None
    if request.answer and against and not (request.question and not test):
        key = each(partial(draft.read_key, request.answer, against))
    elif request.answer and not request.question:
        each.problems.append(Problem(request.answer, None, draft.NO_TEST))
    if values and request.properties and values.name != current.name:
        what = f"name: the name {current.name!r} of a qualification type cannot be changed; put it back"
        each.problems.append(Problem(request.properties, None, what))
    if each.problems:
        raise each.error()
    if values and request.properties and values.keywords != current.keywords:
        what = f"keywords: {current.keywords!r} cannot be changed and stay as they are"
        notes = (*notes, Problem(request.properties, None, what))
    context.warn((*notes, *(test.notes if test else ()), *(key.notes if key else ())))
    return Wanted(values, test.text if test else None, key.text if key else None, request.status)


def _properties(
    each: ProblemCollector, path: Path
) -> tuple[QualificationProperties | None, tuple[Problem, ...]]:
    return each(lambda: draft.read_properties(path)) or (None, ())


# End a qualification type for good: nobody can ask for it any more, and no new HIT can.


def retire(context: CommandContext, found: FolderQualification) -> Summary:
    """Delete the type; raise InvalidState where HITs that are not deleted ask for it."""
    current = qualifications.get(context.client, found.type_id)
    asking = qualifications.hits_requiring(context.client, found.type_id)
    if asking:
        raise InvalidState(
            "retire",
            "InvalidQualificationTypeState",
            f"{count(len(asking), 'HIT')} {'asks' if len(asking) == 1 else 'ask'} for {current.name}, the "
            f"first is {asking[0].hit_id}; delete them first, or close it: inv update --status Inactive",
        )
    plan = f"You are about to delete the qualification type {current.name} ({found.type_id})."
    if context.dry:
        return Summary((f"Dry run: {plan}",))
    context.confirm(plan)
    with batches.open_journal(context, found, "retire", type=found.type_id) as book:
        book.perform(batches.DELETE, TYPE, lambda: qualifications.delete(context.client, found.type_id))
    items = ({"id": found.type_id, "status": "deleted"},)
    return Summary((f"Deleted qualification type {found.type_id}",), {"deleted": 1}, items)
