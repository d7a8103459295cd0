"""Say who holds a qualification, and with what scores."""

from __future__ import annotations

from mturk_tasks.commands import sets
from mturk_tasks.commands.desk import Desk
from mturk_tasks.commands.qualification.register import Registered
from mturk_tasks.files.dates import format_date
from mturk_tasks.report.summary import Summary
from mturk_tasks.report.tables import table
from mturk_tasks.requester import qualifications
from mturk_tasks.vocabulary import columns


def run(desk: Desk, found: Registered) -> Summary:
    """Return the workers in a table, the first granted first."""
    there = qualifications.holders(desk.client, found.type_id)
    rows = [(one.worker_id, str(one.score), format_date(one.granted)) for one in there]
    header = (columns.WORKER_ID, columns.SCORE, "granted")
    items = tuple(
        {"id": one.worker_id, "status": "granted", "score": str(one.score), "time": sets.stamp(one.granted)}
        for one in there
    )
    lines = (table(rows, header),) if rows else ("Nobody holds it.",)
    return Summary(lines, {"holders": len(there)}, items)
