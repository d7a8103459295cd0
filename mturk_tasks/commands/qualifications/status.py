"""Say how a qualification stands: its type, who asks for it, who holds it, which HITs ask for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from mturk_tasks.client import qualifications
from mturk_tasks.client.qualifications import Holder, QualificationType
from mturk_tasks.commands import batches
from mturk_tasks.commands import journal as records
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.qualifications.folder import FolderQualification
from mturk_tasks.commands.surveys.rehearse import RehearseRequest
from mturk_tasks.commands.surveys.status import at_commit, place
from mturk_tasks.console.summary import Summary, count, table
from mturk_tasks.errors import UsageError
from mturk_tasks.files import qualification_requests
from mturk_tasks.files.survey import Definition
from mturk_tasks.lib.time import format_date
from mturk_tasks.vocabulary import columns


def run(context: CommandContext, found: FolderQualification) -> Summary:
    """Return the state of a qualification in one table, asked of the service now."""
    current = qualifications.get(context.client, found.type_id)
    waiting = list(qualifications.waiting(context.client, found.type_id))
    there = qualifications.holders(context.client, found.type_id)
    asking = qualifications.hits_requiring(context.client, found.type_id)
    rows = [
        ("qualification", current.name),
        ("its ID", f"{found.type_id}, {current.status.lower()}"),
        *place(context, context.clock()),
        *_creation(found),
        ("given", _way(current)),
        ("requests waiting", str(len(waiting))),
        ("holders", _holders(there)),
        ("HITs that ask for it", str(len(asking))),
    ]
    counts = {"waiting": len(waiting), "holders": len(there), "hits": len(asking)}
    items = ({"id": found.type_id, "status": current.status},)
    facts = {"now": batches.stamp(context.clock()), "name": current.name}
    return Summary((table(rows),), counts, items, facts=facts)


def _creation(found: FolderQualification) -> list[tuple[str, str]]:
    made = records.matching(found.entries, event="create")
    if not made:
        return [("created", "by the old tools")]
    when = format_date(datetime.fromisoformat(made[-1]["time"]))
    return [("created", f"{when}, {at_commit(made[-1])}")]


def _way(current: QualificationType) -> str:
    """Say how workers come to have it."""
    if current.auto_granted:
        return f"to everybody who asks, with {current.auto_granted_value}"
    if current.test is None:
        return "by you"
    minutes = f"{(current.test_duration or 0) // 60} minutes"
    return f"by a test of {minutes}, graded {'at once' if current.answer_key else 'by you'}"


def _holders(there: Sequence[Holder]) -> str:
    scores = [one.score for one in there]
    if not scores:
        return "none"
    span = str(min(scores)) if min(scores) == max(scores) else f"{min(scores)} to {max(scores)}"
    return f"{count(len(scores), 'worker')} with {span}"


# Say who holds a qualification, and with what scores.


def list_holders(context: CommandContext, found: FolderQualification) -> Summary:
    """Return the workers in a table, the first granted first."""
    there = qualifications.holders(context.client, found.type_id)
    rows = [(one.worker_id, str(one.score), format_date(one.granted)) for one in there]
    header = (columns.WORKER_ID, columns.SCORE, "granted")
    items = tuple(
        {
            "id": one.worker_id,
            "status": "granted",
            "score": str(one.score),
            "time": batches.stamp(one.granted),
        }
        for one in there
    )
    lines = (table(rows, header),) if rows else ("Nobody holds it.",)
    return Summary(lines, {"holders": len(there)}, items)


# Let simulated workers ask for a qualification and take its test, some well and some badly.


def rehearse(
    context: CommandContext, found: FolderQualification, request: RehearseRequest, definition: Definition
) -> Summary:
    """Have the qualification requested; who is good knows the answers of the folder's own key too.

    Raise UsageError anywhere but in the embedded sandbox.
    """
    if context.market is None:
        raise UsageError("simulated workers take part in the embedded sandbox only")
    if context.dry:
        return Summary((f"Dry run: {count(request.workers, 'worker')} would ask for {found.type_id}.",))
    known = qualification_requests.read_answer_key(definition.key).expected() if definition.key else {}
    done = context.market().rehearse_requests(
        found.type_id, workers=request.workers, seed=request.seed, known=known
    )
    lines = (
        f"{count(request.workers, 'simulated worker')} asked for it: {done.granted} have it now, "
        f"{done.waiting} wait for your decision, {done.refused} may not ask, or not again yet.",
    )
    return Summary(lines, {"granted": done.granted, "waiting": done.waiting, "refused": done.refused})
