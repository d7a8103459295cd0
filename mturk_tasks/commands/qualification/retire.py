"""End a qualification type for good: nobody can ask for it any more, and no new HIT can."""

from __future__ import annotations

from mturk_tasks.commands import sets
from mturk_tasks.commands.desk import Desk
from mturk_tasks.commands.qualification.register import TYPE, Registered
from mturk_tasks.errors import InvalidState
from mturk_tasks.report.summary import Summary, count
from mturk_tasks.requester import qualification_types


def run(desk: Desk, found: Registered) -> Summary:
    """Delete the type; raise InvalidState where HITs that are not deleted ask for it."""
    current = qualification_types.get(desk.client, found.type_id)
    asking = qualification_types.hits_requiring(desk.client, found.type_id)
    if asking:
        raise InvalidState(
            "retire",
            "InvalidQualificationTypeState",
            f"{count(len(asking), 'HIT')} {'asks' if len(asking) == 1 else 'ask'} for {current.name}, the "
            f"first is {asking[0].hit_id}; delete them first, or close it: inv update --status Inactive",
        )
    plan = f"You are about to delete the qualification type {current.name} ({found.type_id})."
    if desk.dry:
        return Summary((f"Dry run: {plan}",))
    desk.confirm(plan)
    with sets.open_book(desk, found, "retire", type=found.type_id) as book:
        book.perform(sets.DELETE, TYPE, lambda: qualification_types.delete(desk.client, found.type_id))
    items = ({"id": found.type_id, "status": "deleted"},)
    return Summary((f"Deleted qualification type {found.type_id}",), {"deleted": 1}, items)
