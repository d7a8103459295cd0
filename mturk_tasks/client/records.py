"""HITs, assignments and what is kept beside them, as the API answers them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from mturk_tasks.lib.money import FeeTable
from mturk_tasks.vocabulary import statuses


@dataclass(frozen=True)
class Hit:
    """One HIT; durations in seconds, times aware.

    `fee` is what the marketplace takes for one assignment, None where it does not tell.
    """

    hit_id: str
    hit_type_id: str
    title: str
    description: str
    keywords: str
    reward: Decimal
    created: datetime
    expires: datetime
    max_assignments: int
    available: int
    pending: int
    completed: int
    status: str
    review_status: str
    annotation: str
    assignment_duration: int
    auto_approval_delay: int
    question: str
    fee: Decimal | None = None

    def price(self, fees: FeeTable) -> Decimal:
        """Return what one assignment costs: the reward with the HIT's own fee, else the table's."""
        fee = fees.on_reward(self.reward, self.max_assignments) if self.fee is None else self.fee
        return self.reward + fee

    @property
    def deleted(self) -> bool:
        """Say whether the HIT is gone for good."""
        return self.status == statuses.DISPOSED

    @property
    def live(self) -> bool:
        """Say whether workers may still accept it, or are at work on it."""
        return self.status in (statuses.ASSIGNABLE, statuses.UNASSIGNABLE)


@dataclass(frozen=True)
class Assignment:
    """One worker's submitted work on a HIT; times that have not come are None.

    `simulated` is told where no person did it; a service that does not tell counts as people.
    """

    assignment_id: str
    hit_id: str
    worker_id: str
    status: str
    accepted: datetime | None
    submitted: datetime | None
    auto_approval: datetime | None
    approved: datetime | None
    rejected: datetime | None
    deadline: datetime | None
    feedback: str
    answer: str
    simulated: bool = False


def hit(answer: Mapping[str, Any]) -> Hit:
    """Return a HIT from the API's structure."""
    return Hit(
        hit_id=answer["HITId"],
        hit_type_id=answer["HITTypeId"],
        title=answer.get("Title", ""),
        description=answer.get("Description", ""),
        keywords=answer.get("Keywords", ""),
        reward=Decimal(answer.get("Reward", "0")),
        created=answer["CreationTime"],
        expires=answer["Expiration"],
        max_assignments=answer["MaxAssignments"],
        available=answer.get("NumberOfAssignmentsAvailable", 0),
        pending=answer.get("NumberOfAssignmentsPending", 0),
        completed=answer.get("NumberOfAssignmentsCompleted", 0),
        status=answer["HITStatus"],
        review_status=answer.get("HITReviewStatus", ""),
        annotation=answer.get("RequesterAnnotation", ""),
        assignment_duration=answer.get("AssignmentDurationInSeconds", 0),
        auto_approval_delay=answer.get("AutoApprovalDelayInSeconds", 0),
        question=answer.get("Question", ""),
        fee=Decimal(answer["Fee"]) if "Fee" in answer else None,
    )


@dataclass(frozen=True)
class HitState:
    """How a HIT and the work on it stand, without question and answers.

    `revision` changes with everything that a requester could see of them; `approved_soon` counts submitted
    work that is approved by itself within a day, `bonuses` is what was paid beside rewards, fees and all.
    `returned`, `abandoned` and `late` count assignments that were not submitted in time; None where the
    marketplace does not tell.
    """

    hit: Hit
    revision: str
    counts: Mapping[str, int]
    approved_soon: int
    bonuses: Decimal
    returned: int | None = None
    abandoned: int | None = None
    late: int | None = None

    @property
    def has_work(self) -> bool:
        """Say whether anything was submitted."""
        return any(self.counts.values())


def hit_state(answer: Mapping[str, Any]) -> HitState:
    """Return how a HIT stands from the API's structure."""
    return HitState(
        hit=hit(answer["HIT"]),
        revision=answer["Revision"],
        counts={status: answer[f"NumberOfAssignments{status}"] for status in statuses.ASSIGNMENT_STATUSES},
        approved_soon=answer["NumberOfAssignmentsApprovedWithinADay"],
        bonuses=Decimal(answer["BonusAmount"]) + Decimal(answer["BonusFee"]),
        returned=answer.get("NumberOfAssignmentsReturned"),
        abandoned=answer.get("NumberOfAssignmentsAbandoned"),
        late=answer.get("NumberOfLateAnswers"),
    )


def assignment(answer: Mapping[str, Any]) -> Assignment:
    """Return an assignment from the API's structure."""
    return Assignment(
        assignment_id=answer["AssignmentId"],
        hit_id=answer["HITId"],
        worker_id=answer["WorkerId"],
        status=answer["AssignmentStatus"],
        accepted=answer.get("AcceptTime"),
        submitted=answer.get("SubmitTime"),
        auto_approval=answer.get("AutoApprovalTime"),
        approved=answer.get("ApprovalTime"),
        rejected=answer.get("RejectionTime"),
        deadline=answer.get("Deadline"),
        feedback=answer.get("RequesterFeedback", ""),
        answer=answer.get("Answer", ""),
        simulated=answer.get("Simulated", False),
    )


@dataclass(frozen=True)
class DraftRecord:
    """What a worker typed and has not submitted; `status` says what became of the assignment."""

    assignment_id: str
    hit_id: str
    worker_id: str
    status: str
    saved: datetime
    answer: str


def draft(answer: Mapping[str, Any]) -> DraftRecord:
    """Return a draft from the API's structure."""
    return DraftRecord(
        assignment_id=answer["AssignmentId"],
        hit_id=answer["HITId"],
        worker_id=answer["WorkerId"],
        status=answer["DraftStatus"],
        saved=answer["SaveTime"],
        answer=answer.get("Answer", ""),
    )


@dataclass(frozen=True)
class LateAnswer:
    """What a worker sent after the deadline."""

    assignment_id: str
    hit_id: str
    worker_id: str
    deadline: datetime
    received: datetime
    answer: str


def late_answer(answer: Mapping[str, Any]) -> LateAnswer:
    """Return a late answer from the API's structure."""
    return LateAnswer(
        assignment_id=answer["AssignmentId"],
        hit_id=answer["HITId"],
        worker_id=answer["WorkerId"],
        deadline=answer["Deadline"],
        received=answer["ReceiveTime"],
        answer=answer.get("Answer", ""),
    )
