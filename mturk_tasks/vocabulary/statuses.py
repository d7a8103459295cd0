"""The states of HITs, assignments and qualifications, as the API writes them."""

from __future__ import annotations

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

QualificationStatus = Literal["Granted", "Revoked"]
GRANTED: Final = "Granted"
REVOKED: Final = "Revoked"
