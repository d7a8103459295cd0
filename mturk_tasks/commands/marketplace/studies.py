"""The studies of a marketplace, for whoever runs it."""

from __future__ import annotations

from mturk_tasks.commands.marketplace.databases import now, opened
from mturk_tasks.console.summary import Summary, count, table
from mturk_tasks.lib.time import format_date
from mturk_tasks.marketplace.operator import studies


def list_all(database: str, *, dry: bool) -> Summary:
    """Return the studies that participants come to by a link; who came is their requesters' to know."""
    with opened(database, dry=dry) as store:
        found = studies.listed(store, now(store))
    items = tuple(
        {
            "id": own.study_id,
            "requester": own.requester,
            "title": own.title,
            "source": own.source,
            "status": "open" if own.open else "closed",
            "opened": format_date(own.created),
            "participants": str(own.came),
        }
        for own in found
    )
    header = ("id", "requester", "title", "people from", "state", "since", "came")
    lines = (table([list(item.values()) for item in items], header),) if items else ("No study here.",)
    return Summary(lines, counts={"studies": len(items)}, items=items)


def close_all(database: str) -> Summary:
    """Let nobody new come to any study; who takes part goes on, and requesters may open theirs again."""
    with opened(database) as store:
        closed = studies.close_all(store, now(store))
    return Summary((f"{count(closed, 'study', 'studies')} closed.",), counts={"closed": closed})
