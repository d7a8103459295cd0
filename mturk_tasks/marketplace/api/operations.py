"""Which operations of the API this marketplace offers, and who answers each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mturk_tasks.marketplace.api import change, create
from mturk_tasks.marketplace.api.shapes import description
from mturk_tasks.marketplace.hits import assignments, hits, notifications, states
from mturk_tasks.marketplace.protocol import faults
from mturk_tasks.marketplace.qualifications import grants, participation, types
from mturk_tasks.marketplace.records import ledger, messages, workers
from mturk_tasks.marketplace.reviews import runs
from mturk_tasks.marketplace.storage.transactions import Transaction
from mturk_tasks.marketplace.studies import links, studies
from mturk_tasks.marketplace.worker import drafts, late, uploads

Handler = Callable[[Transaction, Mapping[str, Any]], dict[str, Any]]


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
    "CreateHIT": _writes(create.create_hit),
    "CreateHITWithHITType": _writes(create.create_hit_with_hit_type),
    "CreateHITType": _writes(hits.create_hit_type),
    "GetHIT": _reads(hits.get_hit),
    "GetHITStates": _reads(states.get_hit_states),
    "ListHITs": _reads(hits.list_hits),
    "ListReviewableHITs": _reads(hits.list_reviewable_hits),
    "ListHITsForQualificationType": _reads(hits.list_hits_for_qualification_type),
    "ListReviewPolicyResultsForHIT": _reads(runs.list_review_policy_results),
    "UpdateExpirationForHIT": _writes(change.update_expiration),
    "CreateAdditionalAssignmentsForHIT": _writes(change.create_additional_assignments),
    "UpdateHITTypeOfHIT": _writes(change.update_hit_type),
    "UpdateHITReviewStatus": _writes(change.update_review_status),
    "DeleteHIT": _writes(change.delete_hit),
    "ListAssignmentsForHIT": _reads(assignments.list_assignments),
    "GetAssignment": _reads(assignments.get_assignment),
    "ApproveAssignment": _writes(assignments.approve_assignment),
    "RejectAssignment": _writes(assignments.reject_assignment),
    "GetFileUploadURL": _reads(uploads.get_file_upload_url),
    "SendBonus": _writes(assignments.send_bonus),
    "ListBonusPayments": _reads(assignments.list_bonus_payments),
    "GetAccountBalance": _reads(ledger.get_account_balance),
    "CreateWorkerBlock": _writes(workers.create_worker_block),
    "DeleteWorkerBlock": _writes(workers.delete_worker_block),
    "ListWorkerBlocks": _reads(workers.list_worker_blocks),
    "UpdateNotificationSettings": _writes(notifications.update_notification_settings),
    "SendTestEventNotification": _writes(notifications.send_test_event_notification),
    "NotifyWorkers": _writes(messages.notify_workers),
    "CreateQualificationType": _writes(types.create_qualification_type),
    "UpdateQualificationType": _writes(types.update_qualification_type),
    "GetQualificationType": _reads(types.get_qualification_type),
    "DeleteQualificationType": _writes(types.delete_qualification_type),
    "ListQualificationTypes": _reads(types.list_qualification_types),
    "AssociateQualificationWithWorker": _writes(grants.associate),
    "DisassociateQualificationFromWorker": _writes(grants.disassociate),
    "GetQualificationScore": _reads(grants.get_qualification_score),
    "ListWorkersWithQualificationType": _reads(grants.list_workers),
    "ListQualificationRequests": _reads(grants.list_requests),
    "AcceptQualificationRequest": _writes(grants.accept),
    "RejectQualificationRequest": _writes(grants.reject),
    "PutParticipationType": _writes(participation.put_participation_type),
    "GetParticipationType": _reads(participation.get_participation_type),
    "CreateStudy": _writes(studies.create_study),
    "AddStudyHITs": _writes(studies.add_study_hits),
    "UpdateStudy": _writes(studies.update_study),
    "GetStudy": _reads(studies.get_study),
    "PutStudyLinks": _writes(links.put_study_links),
    "RevokeStudyLink": _writes(links.revoke_study_link),
    "ListStudyParticipants": _reads(studies.list_study_participants),
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
