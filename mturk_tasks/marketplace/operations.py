"""Which operations of the API this marketplace offers, and who answers each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mturk_tasks.marketplace import (
    account,
    assignments,
    bonuses,
    drafts,
    faults,
    hit_types,
    hits,
    late,
    messages,
    notifications,
    posting,
    qualification_requests,
    qualification_types,
    qualifications,
    revision,
    uploads,
    workers,
)
from mturk_tasks.marketplace.context import Context
from mturk_tasks.marketplace.reviews import reports
from mturk_tasks.marketplace.shapes import description

Handler = Callable[[Context, Mapping[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Operation:
    """Name the handler of an operation, and say whether it changes anything."""

    answer: Handler
    writes: bool


def _reads(answer: Handler) -> Operation:
    return Operation(answer, writes=False)


def _writes(answer: Handler) -> Operation:
    return Operation(answer, writes=True)


OFFERED: Final[Mapping[str, Operation]] = {
    "CreateHIT": _writes(posting.create_hit),
    "CreateHITWithHITType": _writes(posting.create_hit_with_hit_type),
    "CreateHITType": _writes(hit_types.create_hit_type),
    "GetHIT": _reads(hits.get_hit),
    "ListHITs": _reads(hits.list_hits),
    "ListReviewableHITs": _reads(hits.list_reviewable_hits),
    "ListHITsForQualificationType": _reads(hits.list_hits_for_qualification_type),
    "ListReviewPolicyResultsForHIT": _reads(reports.list_review_policy_results),
    "UpdateExpirationForHIT": _writes(revision.update_expiration),
    "CreateAdditionalAssignmentsForHIT": _writes(revision.create_additional_assignments),
    "UpdateHITTypeOfHIT": _writes(revision.update_hit_type),
    "UpdateHITReviewStatus": _writes(revision.update_review_status),
    "DeleteHIT": _writes(revision.delete_hit),
    "ListAssignmentsForHIT": _reads(assignments.list_assignments),
    "GetAssignment": _reads(assignments.get_assignment),
    "ApproveAssignment": _writes(assignments.approve_assignment),
    "RejectAssignment": _writes(assignments.reject_assignment),
    "GetFileUploadURL": _reads(uploads.get_file_upload_url),
    "SendBonus": _writes(bonuses.send_bonus),
    "ListBonusPayments": _reads(bonuses.list_bonus_payments),
    "GetAccountBalance": _reads(account.get_account_balance),
    "CreateWorkerBlock": _writes(workers.create_worker_block),
    "DeleteWorkerBlock": _writes(workers.delete_worker_block),
    "ListWorkerBlocks": _reads(workers.list_worker_blocks),
    "UpdateNotificationSettings": _writes(notifications.update_notification_settings),
    "SendTestEventNotification": _writes(notifications.send_test_event_notification),
    "NotifyWorkers": _writes(messages.notify_workers),
    "CreateQualificationType": _writes(qualification_types.create_qualification_type),
    "UpdateQualificationType": _writes(qualification_types.update_qualification_type),
    "GetQualificationType": _reads(qualification_types.get_qualification_type),
    "DeleteQualificationType": _writes(qualification_types.delete_qualification_type),
    "ListQualificationTypes": _reads(qualification_types.list_qualification_types),
    "AssociateQualificationWithWorker": _writes(qualifications.associate),
    "DisassociateQualificationFromWorker": _writes(qualifications.disassociate),
    "GetQualificationScore": _reads(qualifications.get_qualification_score),
    "ListWorkersWithQualificationType": _reads(qualifications.list_workers),
    "ListQualificationRequests": _reads(qualification_requests.list_requests),
    "AcceptQualificationRequest": _writes(qualification_requests.accept),
    "RejectQualificationRequest": _writes(qualification_requests.reject),
    "ListDrafts": _reads(drafts.list_drafts),
    "ListLateAnswers": _reads(late.list_late_answers),
    "AcceptLateAnswer": _writes(late.accept_late_answer),
}


def find(name: str) -> Operation:
    """Return the operation of that name.

    Raise UnknownOperationException for one the API does not have, RequestError for one that it has
    and this marketplace has not.
    """
    if name in OFFERED:
        return OFFERED[name]
    if name in description()["operations"]:
        raise faults.not_offered(f"the operation {name}")
    raise faults.UnknownOperationException(f"There is no operation {faults.cut(name)!r}.")
