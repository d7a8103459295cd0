"""Create a qualification type (createQualificationType), once however often it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mturk_tasks.client import qualifications
from mturk_tasks.commands import archive, batches, journal
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.qualifications import draft, folder
from mturk_tasks.console.summary import Summary
from mturk_tasks.errors import AlreadyExists, DoesNotExist, RecordsError, ServiceError
from mturk_tasks.files import grants
from mturk_tasks.files.survey import Definition, TypeFiles


def run(context: CommandContext, definition: Definition, *, retry: bool = True) -> Summary:
    """Create the type and write its ID file; without `retry` a Worker can ask for it only once.

    Raise FileError for anything wrong with the files, RecordsError if the type exists, AlreadyExists if
    another type has its name.
    """
    plan = draft.prepare(definition)
    context.warn(plan.notes)
    previous = folder.belonging(context, definition.files)
    moves = _moves(context, definition.files, previous)
    for note in defaults(plan, retry=retry):
        context.console.note(note)
    if context.dry:
        return Summary.of_dry_run(f"the qualification type {plan.properties.name} would be created.")
    archive.move(moves)
    files = definition.files if moves or previous is None else previous.files
    origin = batches.origin(context, definition.sources)  # before this command writes files of its own
    type_id = _create(context, plan, files, origin, retry=retry)
    grants.write_type_id(files.success, type_id)
    url = context.site.request_url(type_id)
    what = "take the test" if plan.test else "request it"
    lines = (
        f"Created qualification type: {type_id}",
        *([f"You can {what} here:", f"  {url}{context.site.note}"] if url else []),
    )
    items = ({"id": type_id, "status": "created"},)
    return Summary(lines, {"created": 1}, items, (files.success, files.journal))


def settings(plan: draft.TypeDraft, *, retry: bool) -> dict[str, Any]:
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


def defaults(plan: draft.TypeDraft, *, retry: bool) -> list[str]:
    """Return a note for each value that is used although it is not in the properties file."""
    values = plan.properties
    used = {
        "retrydelayinseconds": retry,
        "testdurationinseconds": plan.test is not None,
        "autograntedvalue": values.autogranted,
        "status": True,
    }
    names = [name for name, is_used in used.items() if is_used and name not in values.given]
    return [f"note: {name} is not given; it is {getattr(values, name)}" for name in names]


def _moves(
    context: CommandContext, files: TypeFiles, previous: folder.FolderQualification | None
) -> tuple[archive.Move, ...]:
    """Return which older files are set aside, none to go on with an interrupted creation.

    Raise RecordsError if the type exists.
    """
    if previous is None:
        return archive.elsewhere(context, files)
    if previous.journaled and not previous.type_id:
        return ()
    if not previous.retired and _exists(context, previous.type_id):
        raise RecordsError(
            f"{previous.files.label} is there already as {previous.type_id}; inv update changes it, "
            "inv retire ends it"
        )
    if not previous.journaled:
        old, new = archive.of_old_tools(previous.files)
        verb = "would be" if context.dry else "are"
        context.console.note(
            f"note: {old.label}.* of the old tools ({previous.type_id}, unknown here) "
            f"{verb} set aside as {new.label}.*"
        )
        return ((old, new),)
    others = archive.elsewhere(context, files) if previous.files != files else ()
    return (archive.finished(context, previous.files), *others)


def _exists(context: CommandContext, type_id: str) -> bool:
    try:
        qualifications.get(context.client, type_id)
    except DoesNotExist:
        return False
    except ServiceError:  # deleted, or somebody else's
        return True
    return True


def _create(
    context: CommandContext,
    plan: draft.TypeDraft,
    files: TypeFiles,
    origin: Mapping[str, Any],
    *,
    retry: bool,
) -> str:
    """Create the type, or find the one that an interrupted call has created, and return its ID."""
    name = plan.properties.name
    with journal.Journal(files.journal) as type_journal:
        entries = journal.read(files.journal)
        if not entries:
            batches.begin(context, type_journal, files.label)
        type_journal.note("create", time=batches.stamp(context.clock()), digests=plan.digests, **origin)
        interrupted = folder.TYPE in journal.open_intents(entries, batches.CREATE)
        existing = qualifications.named(context.client, name) if interrupted else None
        if existing:
            _conclude(context, type_journal, journal.DONE, type_id=existing.type_id, found=True)
            return existing.type_id
        type_journal.intend(batches.CREATE, folder.TYPE, name=name, time=batches.stamp(context.clock()))
        try:
            type_id = qualifications.create(context.client, settings(plan, retry=retry))
        except ServiceError as error:
            _conclude(context, type_journal, journal.FAILED, error=error.message)
            if isinstance(error, AlreadyExists):
                message = f"The qualification type for name '{name}' already exists."
                raise AlreadyExists(error.operation, error.code, message) from error
            raise
        _conclude(context, type_journal, journal.DONE, type_id=type_id)
        return type_id


def _conclude(context: CommandContext, type_journal: journal.Journal, status: str, **details: Any) -> None:
    type_journal.conclude(batches.CREATE, folder.TYPE, status, time=batches.stamp(context.clock()), **details)
