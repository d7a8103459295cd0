"""State of a qualification: its type, who requests and who holds it; a rehearsal by simulated Workers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from mturk_tasks.client import qualifications
from mturk_tasks.commands import batches, journal, origins
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.qualifications.folder import FolderQualification
from mturk_tasks.console.summary import Summary, count, table
from mturk_tasks.errors import UsageError
from mturk_tasks.files import qualification_requests
from mturk_tasks.files.survey import Definition
from mturk_tasks.lib.time import format_date
from mturk_tasks.vocabulary import columns


def run(context: CommandContext, qualification: FolderQualification) -> Summary:
    """Return the state of a qualification in one table, asked of the service now."""
    client, type_id = context.client, qualification.type_id
    current = qualifications.get(client, type_id)
    waiting = list(qualifications.waiting(client, type_id))
    holders = qualifications.holders(client, type_id)
    hits = qualifications.hits_requiring(client, type_id)
    rows = [
        ("qualification", current.name),
        ("its ID", f"{type_id}, {current.status.lower()}"),
        *origins.place(context, context.clock()),
        ("created", _creation(qualification)),
        ("given", _manner(current)),
        ("requests waiting", str(len(waiting))),
        ("holders", _number_and_scores(holders)),
        ("HITs that ask for it", str(len(hits))),
    ]
    counts = {"waiting": len(waiting), "holders": len(holders), "hits": len(hits)}
    items = ({"id": type_id, "status": current.status},)
    facts = {"now": batches.stamp(context.clock()), "name": current.name}
    return Summary((table(rows),), counts, items, facts=facts)


def list_holders(context: CommandContext, qualification: FolderQualification) -> Summary:
    """Return the Workers who hold a qualification in a table with their scores, the first granted first."""
    holders = qualifications.holders(context.client, qualification.type_id)
    rows = [(holder.worker_id, str(holder.score), format_date(holder.granted)) for holder in holders]
    lines = (table(rows, (columns.WORKER_ID, columns.SCORE, "granted")),) if rows else ("Nobody holds it.",)
    items = tuple(
        {
            "id": holder.worker_id,
            "status": "granted",
            "score": str(holder.score),
            "time": batches.stamp(holder.granted),
        }
        for holder in holders
    )
    return Summary(lines, {"holders": len(holders)}, items)


def rehearse(
    context: CommandContext,
    qualification: FolderQualification,
    definition: Definition,
    *,
    workers: int = 5,
    seed: int = 1,
) -> Summary:
    """Have simulated Workers request the qualification; those who are good know the folder's own key too.

    Raise UsageError anywhere but in the embedded sandbox.
    """
    if context.market is None:
        raise UsageError("simulated workers take part in the embedded sandbox only")
    type_id = qualification.type_id
    if context.dry:
        return Summary.of_dry_run(f"{count(workers, 'worker')} would ask for {type_id}.")
    known = qualification_requests.read_answer_key(definition.key).expected() if definition.key else {}
    done = context.market().rehearse_requests(type_id, workers=workers, seed=seed, known=known)
    lines = (
        f"{count(workers, 'simulated worker')} asked for it: {done.granted} have it now, "
        f"{done.waiting} wait for your decision, {done.refused} may not ask, or not again yet.",
    )
    return Summary(lines, {"granted": done.granted, "waiting": done.waiting, "refused": done.refused})


def _creation(qualification: FolderQualification) -> str:
    created = journal.matching(qualification.entries, event="create")
    if not created:
        return "by the old tools"
    when = format_date(datetime.fromisoformat(created[-1]["time"]))
    return f"{when}, {origins.at_commit(created[-1])}"


def _manner(current: qualifications.QualificationType) -> str:
    """Say how Workers get the qualification."""
    if current.auto_granted:
        return f"to everybody who asks, with {current.auto_granted_value}"
    if current.test is None:
        return "by you"
    minutes = f"{(current.test_duration or 0) // 60} minutes"
    return f"by a test of {minutes}, graded {'at once' if current.answer_key else 'by you'}"


def _number_and_scores(holders: Sequence[qualifications.Holder]) -> str:
    scores = [holder.score for holder in holders]
    if not scores:
        return "none"
    span = str(min(scores)) if min(scores) == max(scores) else f"{min(scores)} to {max(scores)}"
    return f"{count(len(scores), 'worker')} with {span}"
