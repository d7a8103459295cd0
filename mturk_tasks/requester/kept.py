"""What our marketplace keeps beside submitted work: drafts and late answers.

Amazon's API has no such operations; where a service does not know them, that is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from mturk_tasks.errors import InvalidState, ServiceError
from mturk_tasks.requester import assignments
from mturk_tasks.requester.records import Draft, LateAnswer, draft, late_answer
from mturk_tasks.service.calls import call, every
from mturk_tasks.service.session import Client

_UNKNOWN = "UnknownOperation"


def drafts(client: Client) -> list[Draft]:
    """Return what workers have typed for the requester's HITs and not submitted.

    Raise ServiceError where the marketplace keeps no drafts.
    """
    with _known("half-done answers"):
        return [draft(one) for one in every(client, "list_drafts", "Drafts")]


def late_answers(client: Client) -> list[LateAnswer]:
    """Return what was sent after its deadline and is not accepted, the first sent first.

    Raise ServiceError where the marketplace keeps no late answers.
    """
    with _known("late answers"):
        return [late_answer(one) for one in every(client, "list_late_answers", "LateAnswers")]


def accept_late(client: Client, assignment_id: str) -> None:
    """Have a late answer count as submitted; one that does so already is fine."""
    try:
        call(client, "accept_late_answer", AssignmentId=assignment_id)
    except InvalidState:
        if not _is_submitted(client, assignment_id):
            raise


def _is_submitted(client: Client, assignment_id: str) -> bool:
    try:
        assignments.get(client, assignment_id)
    except ServiceError:
        return False
    return True


@contextmanager
def _known(what: str) -> Iterator[None]:
    try:
        yield
    except ServiceError as error:
        if not error.code.startswith(_UNKNOWN):
            raise
        text = f"this marketplace tells requesters of no {what}; only one made by mturk-tasks does"
        raise ServiceError(error.operation, error.code, text) from error
