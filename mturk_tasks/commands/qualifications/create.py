"""Create a qualification type (createQualificationType), once however often it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mturk_tasks.client import qualifications
from mturk_tasks.commands import archive, batches
from mturk_tasks.commands import journal as records
from mturk_tasks.commands.archive import Move
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.journal import Journal
from mturk_tasks.commands.qualifications import draft, folder
from mturk_tasks.commands.qualifications.draft import TypeDraft
from mturk_tasks.commands.qualifications.folder import TYPE, FolderQualification
from mturk_tasks.console.summary import Summary
from mturk_tasks.errors import AlreadyExists, DoesNotExist, RecordsError, ServiceError
from mturk_tasks.files import grants
from mturk_tasks.files.survey import Definition, TypeFiles


def run(context: CommandContext, definition: Definition, *, retry: bool = True) -> Summary:
    """Create the type and write its ID file; without `retry` a worker can ask for it only once.

    Raise FileError for anything wrong with the files, RecordsError where the type is there already,
    AlreadyExists where another type has its name.
    """
    plan = draft.prepare(definition)
    context.warn(plan.notes)
    before = folder.belonging(context, definition.files)
    moves = _making_way(context, definition.files, before)
    for said in defaults(plan, retry=retry):
        context.console.note(said)
    if context.dry:
        return Summary((f"Dry run: the qualification type {plan.properties.name} would be created.",))
    archive.move(moves)
    files = definition.files if moves or before is None else before.files
    origin = batches.origin(context, definition.sources)  # before this command writes files of its own
    type_id = _make(context, plan, files, origin, retry=retry)
    grants.write_type_id(files.success, type_id)
    return _summary(context, plan, files, type_id)


def settings(plan: TypeDraft, *, retry: bool) -> dict[str, Any]:
    """Return what CreateQualificationType is sent for a draft."""
    values = plan.properties
    return {
        "Name": values.name,
        "Description": values.description,
        "Keywords": values.keywords or None,
        "QualificationTypeStatus": values.status,
        "RetryDelayInSeconds": values.retrydelayinseconds if retry else None,
        "Test": plan.test,
        "TestDurationInSeconds": values.testdurationinseconds if plan.test else None,
        "AnswerKey": plan.answer_key,
        "AutoGranted": values.autogranted or None,
        "AutoGrantedValue": values.autograntedvalue if values.autogranted else None,
    }


def defaults(plan: TypeDraft, *, retry: bool) -> list[str]:
    """Return a line for each value that is not in the properties file and counts all the same."""
    values = plan.properties
    counting = {
        "retrydelayinseconds": retry,
        "testdurationinseconds": plan.test is not None,
        "autograntedvalue": values.autogranted,
        "status": True,
    }
    used = [name for name, counts in counting.items() if counts and name not in values.given]
    return [f"note: {name} is not given; it is {getattr(values, name)}" for name in used]


def _making_way(
    context: CommandContext, files: TypeFiles, before: FolderQualification | None
) -> tuple[Move, ...]:
    """Return which older files make way; raise RecordsError where the type is there.

    None do where an interrupted creation is gone on with.
    """
    if before is None:
        return archive.elsewhere(context, files)
    if before.journaled and not before.type_id:
        return ()
    if not before.retired and _is_there(context, before.type_id):
        raise RecordsError(
            f"{before.files.label} is there already as {before.type_id}; inv update changes it, "
            "inv retire ends it"
        )
    if not before.journaled:
        return (_of_old_tools(context, before),)
    others = archive.elsewhere(context, files) if before.files != files else ()
    return (archive.finished(context, before.files), *others)


def _of_old_tools(context: CommandContext, before: FolderQualification) -> Move:
    """Return where the files of a type of the old tools go that is unknown here, and say so in a line."""
    old, new = archive.of_old_tools(before.files)
    verb = "would be" if context.dry else "are"
    context.console.note(
        f"note: {old.label}.* of the old tools ({before.type_id}, unknown here) "
        f"{verb} set aside as {new.label}.*"
    )
    return old, new


def _is_there(context: CommandContext, type_id: str) -> bool:
    try:
        qualifications.get(context.client, type_id)
    except DoesNotExist:
        return False
    except ServiceError:  # deleted, or somebody else's: there is one
        return True
    return True


def _make(
    context: CommandContext, plan: TypeDraft, files: TypeFiles, origin: Mapping[str, Any], *, retry: bool
) -> str:
    """Create the type between intent and outcome, or find the one that an interrupted call has made."""
    with Journal(files.journal) as journal:
        entries = records.read(files.journal)
        if not entries:
            batches.begin(context, journal, files.label)
        journal.note("create", time=batches.stamp(context.clock()), digests=plan.digests, **origin)
        begun = TYPE in records.open_intents(entries, batches.CREATE)
        found = qualifications.named(context.client, plan.properties.name) if begun else None
        if found is None:
            return _send(context, plan, journal, retry=retry)
        _conclude(context, journal, records.DONE, type_id=found.type_id, found=True)
        return found.type_id


def _send(context: CommandContext, plan: TypeDraft, journal: Journal, *, retry: bool) -> str:
    journal.intend(batches.CREATE, TYPE, name=plan.properties.name, time=batches.stamp(context.clock()))
    try:
        type_id = qualifications.create(context.client, settings(plan, retry=retry))
    except ServiceError as error:
        _conclude(context, journal, records.FAILED, error=error.message)
        if isinstance(error, AlreadyExists):
            said = f"The qualification type for name '{plan.properties.name}' already exists."
            raise AlreadyExists(error.operation, error.code, said) from error
        raise
    _conclude(context, journal, records.DONE, type_id=type_id)
    return type_id


def _conclude(context: CommandContext, journal: Journal, status: str, **details: Any) -> None:
    journal.conclude(batches.CREATE, TYPE, status, time=batches.stamp(context.clock()), **details)


def _summary(context: CommandContext, plan: TypeDraft, files: TypeFiles, type_id: str) -> Summary:
    url = context.site.request_url(type_id)
    what = "take the test" if plan.test else "request it"
    lines = [
        f"Created qualification type: {type_id}",
        *([f"You can {what} here:", f"  {url}{context.site.note}"] if url else []),
    ]
    items = ({"id": type_id, "status": "created"},)
    return Summary(tuple(lines), {"created": 1}, items, (files.success, files.journal))
