"""The study of a set, and who of its workers came to it from where."""

from __future__ import annotations

from typing import Final, NamedTuple

from mturk_tasks.client import studies
from mturk_tasks.client.studies import Study
from mturk_tasks.commands import journal
from mturk_tasks.commands.batches import Batch
from mturk_tasks.commands.context import CommandContext

STUDY: Final = "study"  # the event in a set's journal


class Origin(NamedTuple):
    """Where a worker comes from: the source, and their ID, its study and its session there."""

    source: str
    participant: str
    study: str
    session: str


def find_study(context: CommandContext, batch: Batch) -> Study | None:
    """Return the study of a set, None where none was opened."""
    opened = journal.matching(batch.entries, event=STUDY)
    return studies.get(context.client, opened[-1]["study_id"]) if opened else None


def origins(context: CommandContext, batch: Batch) -> dict[str, Origin]:
    """Return where the participants of a set's study come from, by their worker IDs; nothing without one."""
    own = find_study(context, batch)
    people = studies.participants(context.client, own.study_id) if own else []
    return {
        person.worker_id: Origin(
            own.source if own else "",
            person.external_id,
            person.external_study,
            person.external_session,
        )
        for person in people
    }
