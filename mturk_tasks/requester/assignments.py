"""What a requester does with submitted work."""

from __future__ import annotations

from mturk_tasks.errors import InvalidState, ServiceError
from mturk_tasks.requester.records import Assignment, assignment
from mturk_tasks.service.calls import call, every
from mturk_tasks.service.session import Client
from mturk_tasks.vocabulary import statuses

_DECIDED = "can be called with a status of"


def of_hit(client: Client, hit_id: str) -> list[Assignment]:
    """Return the submitted, approved and rejected work on a HIT, by time of submission."""
    return [
        assignment(answer)
        for answer in every(
            client,
            "list_assignments_for_hit",
            "Assignments",
            HITId=hit_id,
            AssignmentStatuses=list(statuses.ASSIGNMENT_STATUSES),
        )
    ]


def get(client: Client, assignment_id: str) -> Assignment:
    """Return one assignment; raise DoesNotExist or InvalidState where nothing was submitted."""
    return assignment(call(client, "get_assignment", AssignmentId=assignment_id)["Assignment"])


def approve(client: Client, assignment_id: str, feedback: str = "") -> None:
    """Approve and so pay submitted work; an approval that stands already is fine."""
    _decide(client, "approve_assignment", assignment_id, feedback, statuses.APPROVED)


def reject(client: Client, assignment_id: str, feedback: str) -> None:
    """Reject submitted work, for the reason that the worker will read."""
    _decide(client, "reject_assignment", assignment_id, feedback, statuses.REJECTED)


def _decide(client: Client, operation: str, assignment_id: str, feedback: str, wanted: str) -> None:
    """Send a decision; when the service says that there is one, see whether it is this one."""
    try:
        call(client, operation, AssignmentId=assignment_id, RequesterFeedback=feedback or None)
    except ServiceError as error:
        already = isinstance(error, InvalidState) or _DECIDED in error.message
        if not already or get(client, assignment_id).status != wanted:
            raise
