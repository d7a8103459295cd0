"""What a requester does with submitted work."""

from __future__ import annotations

from mturk_tasks.errors import InvalidState, ServiceError
from mturk_tasks.requester.records import Assignment, Hit, assignment, hit
from mturk_tasks.service.calls import call, every
from mturk_tasks.service.session import Client
from mturk_tasks.vocabulary import statuses

_DECIDED = "can be called with a status of"
_WANTED = {"approve_assignment": statuses.APPROVED, "reject_assignment": statuses.REJECTED}


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


def get(client: Client, assignment_id: str) -> tuple[Assignment, Hit]:
    """Return one assignment and its HIT; raise DoesNotExist or InvalidState where nothing was submitted."""
    answer = call(client, "get_assignment", AssignmentId=assignment_id)
    return assignment(answer["Assignment"]), hit(answer["HIT"])


def approve(client: Client, assignment_id: str, feedback: str = "", *, override: bool = False) -> None:
    """Approve and so pay submitted work; an approval that stands already is fine.

    With `override` rejected work is approved as well, within 30 days of its submission.
    """
    _decide(client, "approve_assignment", assignment_id, feedback, override=override)


def reject(client: Client, assignment_id: str, feedback: str) -> None:
    """Reject submitted work, for the reason that the worker will read."""
    _decide(client, "reject_assignment", assignment_id, feedback)


def _decide(
    client: Client, operation: str, assignment_id: str, feedback: str, *, override: bool = False
) -> None:
    """Send a decision; when the service says that there is one, see whether it is this one."""
    given = {"RequesterFeedback": feedback or None, "OverrideRejection": override or None}
    try:
        call(client, operation, AssignmentId=assignment_id, **given)
    except ServiceError as error:
        already = isinstance(error, InvalidState) or _DECIDED in error.message
        if not already or get(client, assignment_id)[0].status != _WANTED[operation]:
            raise
