"""The states of HITs, assignments and qualifications, as the API writes them."""

from __future__ import annotations

import re
from typing import Final, Literal

HITStatus = Literal["Assignable", "Unassignable", "Reviewable", "Reviewing", "Disposed"]
ASSIGNABLE: Final = "Assignable"
UNASSIGNABLE: Final = "Unassignable"
REVIEWABLE: Final = "Reviewable"
REVIEWING: Final = "Reviewing"
DISPOSED: Final = "Disposed"
HIT_STATUSES: Final[tuple[HITStatus, ...]] = (ASSIGNABLE, UNASSIGNABLE, REVIEWABLE, REVIEWING, DISPOSED)

HITReviewStatus = Literal["NotReviewed", "MarkedForReview", "ReviewedAppropriate", "ReviewedInappropriate"]
NOT_REVIEWED: Final = "NotReviewed"

AssignmentStatus = Literal["Submitted", "Approved", "Rejected"]
SUBMITTED: Final = "Submitted"
APPROVED: Final = "Approved"
REJECTED: Final = "Rejected"
ASSIGNMENT_STATUSES: Final[tuple[AssignmentStatus, ...]] = (SUBMITTED, APPROVED, REJECTED)

QualificationTypeStatus = Literal["Active", "Inactive"]
ACTIVE: Final = "Active"
INACTIVE: Final = "Inactive"

GRANTED: Final = "Granted"
REVOKED: Final = "Revoked"

# Worker IDs: what they look like, and which of them belong to test workers.


TEST_WORKER: Final = "ATEST"  # how the ID of a test worker begins, so that their answers are known anywhere
_WORKER_ID: Final = re.compile(r"A[A-Z0-9]{1,63}")


def is_worker_id(text: str) -> bool:
    """Say whether text is a well-formed worker ID, as the API's description has it."""
    return bool(_WORKER_ID.fullmatch(text))


def is_test_worker(worker_id: str) -> bool:
    """Say whether the ID marks a worker who only tries a requester's surveys out."""
    return worker_id.startswith(TEST_WORKER)
