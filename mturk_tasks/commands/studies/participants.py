"""List who came to the study of a set, and what the source is to be told of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from mturk_tasks.client import studies
from mturk_tasks.client.studies import Participant
from mturk_tasks.commands import batches
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.studies import link
from mturk_tasks.commands.surveys.plan import read_properties
from mturk_tasks.console.summary import Summary, count
from mturk_tasks.errors import UsageError
from mturk_tasks.files import table
from mturk_tasks.lib import disk

FINISHED: Final = "Finished"
_HEADER: Final = (
    *(
        "source",
        "id",
        "study",
        "session",
        "workerid",
        "state",
        "entered",
        "consented",
        "consent",
        "hits",
        "code",
    ),
    *("ended", "to_pay"),
)


def run(
    context: CommandContext, label: str = "", *, approve_list: bool = False, pay_list: bool = False
) -> Summary:
    """Write LABEL.participants.csv; or the list of who is to be approved, or paid, as the source takes it."""
    if approve_list and pay_list:
        raise UsageError("--approve-list and --pay-list exclude each other")
    batch = batches.find(context, label)
    own = link.must_find(context, batch)
    people = studies.participants(context.client, own.study_id)
    reward = read_properties(context.survey.properties)[0].reward
    finished = [person for person in people if person.state == FINISHED]
    if approve_list:
        return Summary(tuple(person.external_id for person in finished), {"participants": len(finished)})
    if pay_list:
        lines = (f"{person.external_id},{reward * person.done:.2f}" for person in finished if person.done)
        return Summary(tuple(lines), {"participants": len(finished)})
    path = batch.files.participants
    said = f"{count(len(people), 'participant')}, {len(finished)} finished"
    counts = {"participants": len(people), "finished": len(finished)}
    if context.dry:
        return Summary.of_dry_run(f"{path} would be written: {said}.", **counts)
    text = table.format_quoted(_HEADER, _rows(own.source, people, reward), table.COMMA)
    disk.write(path, text, private=True)
    return Summary((f"{said}; they are in {path}.",), counts, files=(path,))


def _rows(source: str, people: Sequence[Participant], reward: Decimal) -> list[tuple[str, ...]]:
    return [
        (
            source,
            person.external_id,
            person.external_study,
            person.external_session,
            person.worker_id,
            person.state,
            _moment(person.entered),
            _moment(person.consented),
            person.consent_digest[:12],
            str(person.done),
            person.code,
            _moment(person.ended),
            f"{reward * person.done:.2f}",
        )
        for person in people
    ]


def _moment(value: datetime | None) -> str:
    return "" if value is None else value.isoformat(timespec="seconds").replace("+00:00", "Z")
