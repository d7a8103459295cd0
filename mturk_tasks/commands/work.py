"""HITs and the work on them as the service has them now."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from mturk_tasks.commands.desk import Desk
from mturk_tasks.requester import assignments, hits
from mturk_tasks.requester.records import Assignment, Hit

DELETED: Final = "Deleted"
UNKNOWN: Final = "Unknown"


@dataclass(frozen=True)
class Work:
    """A HIT and the work submitted on it; None and nothing where the HIT is deleted, or `unknown` here."""

    hit_id: str
    hit: Hit | None
    assignments: tuple[Assignment, ...]
    unknown: bool = False

    @property
    def status(self) -> str:
        """Return the HIT's status: of one that is not there, Deleted or Unknown."""
        if self.hit is None:
            return UNKNOWN if self.unknown else DELETED
        return self.hit.status


def fetch(
    desk: Desk, hit_ids: Sequence[str], *, deleted: Collection[str] = (), say: bool = False
) -> tuple[list[Work], list[str]]:
    """Return each HIT with its work, in order, and the IDs of those that could not be retrieved.

    `deleted` are those that a journal says were deleted, which not every service remembers.
    """
    work: list[Work] = []
    failed: list[str] = []
    with desk.console.progress(len(hit_ids) if say else 0, "Retrieving results") as step:
        outcomes = desk.each(hit_ids, lambda hit_id: look(desk, hit_id, deleted))
        for number, outcome in enumerate(outcomes, 1):
            place = f"HIT {number}/{len(hit_ids)}"
            if outcome.ok:
                work.append(outcome.value())
                if say and work[-1].unknown:
                    desk.console.note(f"{place}, {outcome.item}, is unknown here")
                elif say:
                    step(f"Retrieved {place}, {outcome.item}")
                continue
            failed.append(outcome.item)
            desk.console.note(f"Error retrieving HIT results for {place} ({outcome.item}): {outcome.error}")
    return work, failed


def look(desk: Desk, hit_id: str, deleted: Collection[str] = ()) -> Work:
    """Return one HIT as it is now with its work."""
    hit = hits.find(desk.client, hit_id)
    if hit is None or hit.deleted:
        return Work(hit_id, None, (), unknown=hit is None and hit_id not in deleted)
    return Work(hit_id, hit, tuple(assignments.of_hit(desk.client, hit_id)))
