"""Take a qualification back (revokeQualification)."""

from __future__ import annotations

from mturk_tasks.commands import sets
from mturk_tasks.commands.desk import Desk
from mturk_tasks.commands.qualification.grant import REVOKE
from mturk_tasks.commands.qualification.recipients import Recipients
from mturk_tasks.commands.qualification.register import Registered
from mturk_tasks.files.qualifications import Grant
from mturk_tasks.report.summary import Summary
from mturk_tasks.requester import qualifications


def run(desk: Desk, found: Registered, of: Recipients, reason: str = "") -> Summary:
    """Revoke the qualification of workers who hold it; they are told where there is a reason.

    Raise UsageError, before anything is revoked, for a worker who does not hold it.
    """
    holding = {one.worker_id for one in qualifications.holders(desk.client, found.type_id)}
    of.refuse(
        {row.worker_id: "does not hold the qualification" for row in of.rows if row.worker_id not in holding}
    )
    if desk.dry:
        names = ", ".join(row.worker_id for row in of.rows)
        return Summary((f"Dry run: {found.type_id} would be revoked from {names}.",))
    with sets.open_book(desk, found, REVOKE, type=found.type_id) as book:

        def act(row: Grant) -> None:
            worker = book.worker(row.worker_id)
            book.perform(
                REVOKE,
                worker,
                lambda: qualifications.revoke(desk.client, found.type_id, row.worker_id, reason),
                worker=worker,
            )

        outcomes = list(desk.each(of.rows, act))
    why = f" with reason: {reason}" if reason else ""
    lines = [f"Revoked qual {found.type_id} from {one.item.worker_id}{why}" for one in outcomes if one.ok]
    failed = [one for one in outcomes if not one.ok]
    for one in failed:
        desk.console.note(f"Error revoking from {one.item.worker_id}: {one.error}")
    items = tuple(one.told(one.item.worker_id, "revoked") for one in outcomes)
    counts = {"revoked": len(lines), "failed": len(failed)}
    return Summary(tuple(lines), counts, items, exit_code=int(bool(failed)))
