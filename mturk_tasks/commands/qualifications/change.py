"""Change a qualification type (updateQualificationType), whose open requests stay open; delete one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from mturk_tasks.client import qualifications
from mturk_tasks.commands import batches
from mturk_tasks.commands.context import CommandContext, ProblemCollector
from mturk_tasks.commands.qualifications import draft, folder
from mturk_tasks.console.summary import Summary, count
from mturk_tasks.errors import InvalidState, Problem, UsageError
from mturk_tasks.files.survey import Definition
from mturk_tasks.vocabulary.properties import TEST_DURATION, QualificationProperties


@dataclass(frozen=True)
class ChangeRequest:
    """What is to be changed: files, each of which may be left out, and the new status, empty for none."""

    properties: Path | None = None
    question: Path | None = None
    answer: Path | None = None
    status: str = ""

    @classmethod
    def of_folder(cls, definition: Definition, status: str) -> ChangeRequest:
        """Return the request to make a type what the files of its folder say."""
        return cls(definition.properties, definition.question, definition.answer, status)


def run(
    context: CommandContext, qualification: folder.FolderQualification, request: ChangeRequest
) -> Summary:
    """Change the type; raise FileError for anything wrong with the files, including another name."""
    current = qualifications.get(context.client, qualification.type_id)
    values, documents = _read(context, request, current)
    sent = settings(current, values, documents, request.status)
    if not sent:
        raise UsageError("nothing is to be changed; give --properties, --question, --answer or --status")
    if current.answer_key and "Test" in sent and "AnswerKey" not in sent:
        context.console.note(
            "warning: the test is replaced without an answer key; nobody is graded at once now"
        )
    if context.dry:
        return Summary.of_dry_run(f"{', '.join(sent)} of {current.name} would be changed.")
    type_id = qualification.type_id
    with batches.open_journal(context, qualification, folder.CHANGE, type=type_id) as actions:
        actions.perform(
            folder.CHANGE,
            folder.TYPE,
            lambda: qualifications.update(context.client, type_id, sent),
            what=list(sent),
        )
    items = ({"id": type_id, "status": "updated"},)
    return Summary((f"Updated qualification type {type_id}",), {"updated": 1}, items)


def retire(context: CommandContext, qualification: folder.FolderQualification) -> Summary:
    """Delete the type; raise InvalidState if HITs that are not deleted require it."""
    type_id = qualification.type_id
    current = qualifications.get(context.client, type_id)
    hits = qualifications.hits_requiring(context.client, type_id)
    if hits:
        raise InvalidState(
            "retire",
            "InvalidQualificationTypeState",
            f"{count(len(hits), 'HIT')} {'asks' if len(hits) == 1 else 'ask'} for {current.name}, the "
            f"first is {hits[0].hit_id}; delete them first, or close it: inv update --status Inactive",
        )
    plan = f"You are about to delete the qualification type {current.name} ({type_id})."
    if context.dry:
        return Summary.of_dry_run(plan)
    context.confirm(plan)
    with batches.open_journal(context, qualification, "retire", type=type_id) as actions:
        actions.perform(batches.DELETE, folder.TYPE, lambda: qualifications.delete(context.client, type_id))
    items = ({"id": type_id, "status": "deleted"},)
    return Summary((f"Deleted qualification type {type_id}",), {"deleted": 1}, items)


def settings(
    current: qualifications.QualificationType,
    values: QualificationProperties | None,
    documents: draft.Documents,
    status: str,
) -> dict[str, Any]:
    """Return what UpdateQualificationType is sent; of the properties only what the file contains counts.

    The API takes neither a key nor a duration without the test, so the current test is sent again with them,
    and a test always with its duration.
    """
    sent = _of_properties(values) if values else {}
    if status:
        sent["QualificationTypeStatus"] = status
    new_duration = values is not None and "testdurationinseconds" in values.given
    test = documents.test or (current.test if documents.answer_key or new_duration else None)
    if test is None:
        return sent
    duration = current.test_duration or TEST_DURATION
    if values and new_duration:
        duration = values.testdurationinseconds
    key = documents.answer_key or (current.answer_key if documents.test is None else None)
    test_sent = {"Test": test, "TestDurationInSeconds": duration}
    return {**sent, **test_sent, **({"AnswerKey": key} if key else {})}


def _of_properties(values: QualificationProperties) -> dict[str, Any]:
    names = {
        "description": "Description",
        "status": "QualificationTypeStatus",
        "retrydelayinseconds": "RetryDelayInSeconds",
        "autogranted": "AutoGranted",
    }
    sent = {names[key]: getattr(values, key) for key in names if key in values.given}
    return {**sent, "AutoGrantedValue": values.autograntedvalue} if values.autogranted else sent


def _read(
    context: CommandContext, request: ChangeRequest, current: qualifications.QualificationType
) -> tuple[QualificationProperties | None, draft.Documents]:
    """Return what the files say, and warn of what is odd about them; raise FileError for every problem."""
    collect = ProblemCollector()
    path = request.properties
    values, notes = (collect(partial(draft.read_properties, path)) if path else None) or (None, ())
    documents = draft.read_documents(collect, request.question, request.answer, current.test)
    if path and values and values.name != current.name:
        what = f"name: the name {current.name!r} of a qualification type cannot be changed; put it back"
        collect.problems.append(Problem(path, None, what))
    if collect.problems:
        raise collect.error()
    if path and values and values.keywords != current.keywords:
        what = f"keywords: {current.keywords!r} cannot be changed and stay as they are"
        notes = (*notes, Problem(path, None, what))
    context.warn((*notes, *documents.notes))
    return values, documents
