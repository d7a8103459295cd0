"""Say how a qualification stands: its type, who asks for it, who holds it, which HITs ask for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from mturk_tasks.batch import journal as records
from mturk_tasks.commands import sets
from mturk_tasks.commands.desk import Desk
from mturk_tasks.commands.qualification.register import Registered
from mturk_tasks.commands.status import at_commit, place
from mturk_tasks.files.dates import format_date
from mturk_tasks.report.summary import Summary, count
from mturk_tasks.report.tables import table
from mturk_tasks.requester import qualification_requests, qualification_types, qualifications
from mturk_tasks.requester.qualification_types import QualificationType
from mturk_tasks.requester.qualifications import Holder


def run(desk: Desk, found: Registered) -> Summary:
    """Return the state of a qualification in one table, asked of the service now."""
    current = qualification_types.get(desk.client, found.type_id)
    waiting = list(qualification_requests.waiting(desk.client, found.type_id))
    there = qualifications.holders(desk.client, found.type_id)
    asking = qualification_types.hits_requiring(desk.client, found.type_id)
    rows = [
        ("qualification", current.name),
        ("its ID", f"{found.type_id}, {current.status.lower()}"),
        *place(desk, desk.clock()),
        *_creation(found),
        ("given", _way(current)),
        ("requests waiting", str(len(waiting))),
        ("holders", _holders(there)),
        ("HITs that ask for it", str(len(asking))),
    ]
    counts = {"waiting": len(waiting), "holders": len(there), "hits": len(asking)}
    items = ({"id": found.type_id, "status": current.status},)
    facts = {"now": sets.stamp(desk.clock()), "name": current.name}
    return Summary((table(rows),), counts, items, facts=facts)


def _creation(found: Registered) -> list[tuple[str, str]]:
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
