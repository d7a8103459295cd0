"""Run review policies: fetch the answers, let the rules decide, act, and write down both.

What a policy cannot do is written down as failed and hinders nothing else. Where the reference is
silent: every extension adds one assignment, and its time counts from the expiration, or from now
where that has passed; work that is left out of the comparison is neither approved nor rejected.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import insert, select, update

from mturk_tasks.lib.ids import new_id
from mturk_tasks.marketplace.hits import counters, decisions, hits
from mturk_tasks.marketplace.protocol import faults
from mturk_tasks.marketplace.protocol.paging import page
from mturk_tasks.marketplace.reviews import policies, scoring
from mturk_tasks.marketplace.reviews.policies import LEVELS, Extension, Judgement, Policies
from mturk_tasks.marketplace.reviews.scoring import Consensus, Marks, Vote
from mturk_tasks.marketplace.storage import rows
from mturk_tasks.marketplace.storage.rows import AssignmentRow, HITRow
from mturk_tasks.marketplace.storage.schema import assignment, hit, review
from mturk_tasks.marketplace.storage.transactions import Transaction
from mturk_tasks.vocabulary.statuses import APPROVED, ASSIGNMENT_STATUSES, REJECTED, SUBMITTED

# What review policies did and found: written down when it happens, told when it is asked for.
#
# The reference names the keys of results twice, in a table and in an example that disagree; they
# are the table's here. A result about a question has the HIT or the assignment as its subject.


Entry = tuple[str, str, dict[str, Any]]  # the level, the member of its report, the item
_NEW: Final = insert(review)
_SUCCEEDED: Final = "Succeeded"
_FAILED: Final = "Failed"


@dataclass(frozen=True)
class Subject:
    """What an action or a result is about: `type` is Assignment or HIT."""

    type: str
    id: str


@dataclass(frozen=True)
class Report:
    """Write down the actions of one policy on one HIT; `hit` is the HIT's key."""

    transaction: Transaction
    hit: int
    level: str

    def action(self, name: str, subject: Subject, outcome: str, error: str | None = None) -> str:
        """Note an action, failed where there is an error's code, and return its ID."""
        action_id = new_id()
        status = _FAILED if error else _SUCCEEDED
        done = {"status": status, "completed": self.transaction.now, "outcome": outcome, "error": error}
        self._write(action_id, subject, action=name, **done)
        return action_id

    def result(
        self, action_id: str, subject: Subject, key: str, value: object, question: str | None = None
    ) -> None:
        """Note what an action found."""
        self._write(action_id, subject, key=key, value=str(value), question=question)

    def _write(self, action_id: str, subject: Subject, **values: Any) -> None:
        about = {"subject": subject.id, "subject_type": subject.type}
        place = {"hit": self.hit, "level": self.level, "action_id": action_id}
        self.transaction.db.execute(_NEW, {**place, **about, **values})


class ReviewRow(NamedTuple):
    """An action or a result of a review policy; which of the two, `action` tells."""

    id: int
    level: str
    action_id: str
    action: str | None
    subject: str
    subject_type: str
    status: str | None
    completed: datetime | None
    outcome: str | None
    error: str | None
    question: str | None
    key: str | None
    value: str | None


def list_review_policy_results(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer ListReviewPolicyResultsForHIT: actions and results on one list, in the order of time."""
    row = hits.fetch_live(transaction, parameters["HITId"])
    levels = parameters.get("PolicyLevels") or LEVELS
    asked = {
        "ReviewResults": parameters.get("RetrieveResults", True),
        "ReviewActions": parameters.get("RetrieveActions", True),
    }
    query = select(*rows.columns(ReviewRow, review)).where(review.c.hit == row.id, review.c.level.in_(levels))
    if not asked["ReviewResults"]:
        query = query.where(review.c.key.is_(None))
    if not asked["ReviewActions"]:
        query = query.where(review.c.action.is_(None))
    order = (review.c.id,)
    found, answer = page(
        transaction, "ListReviewPolicyResultsForHIT", query, order, parameters, ReviewRow, _described
    )
    del answer["NumResults"]  # this list alone has no such member
    members = [name for name, wanted in asked.items() if wanted]
    names = policies.read(row.review_policies).names
    return {
        **answer,
        "HITId": row.hit_id,
        **{f"{level}ReviewPolicy": {"PolicyName": names[level]} for level in levels if level in names},
        **{f"{level}ReviewReport": _report(level, found, members) for level in levels},
    }


def _report(level: str, found: Iterable[Entry], members: Iterable[str]) -> dict[str, Any]:
    entries: dict[str, list[dict[str, Any]]] = {name: [] for name in members}
    for of_level, member, item in found:
        if of_level == level:
            entries[member].append(item)
    return entries


def _described(row: ReviewRow) -> Entry:
    if row.action is None:
        return row.level, "ReviewResults", _describe_result(row)
    return row.level, "ReviewActions", _describe_action(row)


def _describe_action(row: ReviewRow) -> dict[str, Any]:
    return {
        "ActionId": row.action_id,
        "ActionName": row.action,
        "TargetId": row.subject,
        "TargetType": row.subject_type,
        "Status": row.status,
        "CompleteTime": row.completed,
        "Result": row.outcome,
        "ErrorCode": row.error,
    }


def _describe_result(row: ReviewRow) -> dict[str, Any]:
    return {
        "ActionId": row.action_id,
        "SubjectId": row.subject,
        "SubjectType": row.subject_type,
        "QuestionId": row.question,
        "Key": row.key,
        "Value": row.value,
    }


_ASSIGNMENT: Final = "Assignment"
_HIT: Final = "HIT"
_REVIEW: Final = "review"
_EXTEND: Final = "extend"
_DECIDED: Final = {policies.APPROVE: APPROVED, policies.REJECT: REJECTED}


def review_assignment(transaction: Transaction, key: int) -> None:
    """Run the policy of assignments, if the HIT has one, on work that was just submitted."""
    of_hit = select(hit.c.review_policies).join_from(assignment, hit).where(assignment.c.id == key)
    policy = policies.read(transaction.db.execute(of_hit).scalar_one()).of_assignments
    if policy is None:
        return
    work = transaction.fetch(AssignmentRow, rows.ASSIGNMENTS.where(assignment.c.id == key))
    marks = scoring.mark(policy.key, policies.read_reply(work.answer))
    report = Report(transaction, work.hit, policies.ASSIGNMENT_LEVEL)
    _tell_marks(report, Subject(_ASSIGNMENT, work.assignment_id), marks)
    _judge(report, work, policy.judgement, marks.score)
    _extend(report, policy.extension, marks.score)


def review_hit(transaction: Transaction, row: HITRow) -> None:
    """Run the policy of the HIT, if it has one, at the moment when the HIT became Reviewable."""
    transaction.db.execute(update(hit).where(hit.c.id == row.id).values(review_due=None))
    given = policies.read(row.review_policies)
    policy = given.of_hit
    if policy is None:
        return
    works = _works(transaction, row.id, given)
    votes = {work.assignment_id: Vote(*policies.read_short(work.answer)) for work in works}
    found = scoring.consensus(policy.questions, policy.threshold, votes)
    report = Report(transaction, row.id, policies.HIT_LEVEL)
    _tell_consensus(report, Subject(_HIT, row.hit_id), found)
    for work in works:
        score = found.workers[work.assignment_id].score
        if score is not None:
            _judge(report, work, policy.judgement, score)
    _extend(report, policy.extension, found.score)


def _works(transaction: Transaction, key: int, given: Policies) -> Sequence[AssignmentRow]:
    """Return the submitted work that is compared; what time has approved by then is approved first."""
    mine = assignment.c.hit == key
    decisions.approve_due(transaction, mine, assignment.c.auto_approval < transaction.now)
    query = rows.ASSIGNMENTS.where(mine, assignment.c.status.in_(ASSIGNMENT_STATUSES))
    ordered = query.order_by(assignment.c.submitted, assignment.c.id)
    return [work for work in transaction.fetch_all(AssignmentRow, ordered) if _counts(work, given)]


def _counts(work: AssignmentRow, given: Policies) -> bool:
    """Say whether work is compared: it may have been rejected, or have missed the known answers."""
    if given.of_hit is None or (given.of_hit.disregards_rejected and work.status == REJECTED):
        return False
    if given.of_assignments is None or given.of_hit.disregards_below is None:
        return True
    marks = scoring.mark(given.of_assignments.key, policies.read_reply(work.answer))
    return marks.score >= given.of_hit.disregards_below


def _tell_marks(report: Report, subject: Subject, marks: Marks) -> None:
    asked = len(marks.right)
    noun = "one known answer" if asked == 1 else f"{asked} known answers"
    review = report.action(_REVIEW, subject, f"Reviewed {noun}; {marks.correct}/{asked} correct")
    for question, right in marks.right.items():
        report.result(review, subject, "KnownAnswerCorrect", int(right), question)
    report.result(review, subject, "KnownAnswerScore", marks.score)


def _tell_consensus(report: Report, subject: Subject, found: Consensus) -> None:
    asked = len(found.questions)
    noun = "one question" if asked == 1 else f"{asked} questions"
    review = report.action(_REVIEW, subject, f"Reviewed {noun}; {found.found}/{asked} agreed")
    for question, agreed in found.questions.items():
        report.result(review, subject, "AgreedAnswerFound", "false" if agreed is None else "true", question)
        if agreed is not None:
            report.result(review, subject, "AgreedAnswer", policies.as_text(agreed.values), question)
            report.result(review, subject, "AnswerAgreementScore", agreed.score, question)
    for assignment_id, standing in found.workers.items():
        worker = Subject(_ASSIGNMENT, assignment_id)
        if standing.score is not None:
            report.result(review, worker, "WorkerAgreementScore", standing.score)
        report.result(review, worker, "PluralityAnswersCorrect", standing.correct)
        report.result(review, worker, "PluralityAnswersIncorrect", standing.incorrect)
    report.result(review, subject, "HitAgreementScore", found.score)


def _judge(report: Report, work: AssignmentRow, judgement: Judgement, score: int) -> None:
    """Approve and reject as the score asks for."""
    subject = Subject(_ASSIGNMENT, work.assignment_id)
    status = work.status
    for action in judgement.actions(score):
        if status == _DECIDED[action]:
            report.action(action, subject, f"Already {status.lower()}")
        elif status != SUBMITTED:
            report.action(action, subject, f"The assignment is {status}", faults.INVALID_ASSIGNMENT_STATE)
        else:
            status = _decide(report.transaction, work, action, judgement)
            report.action(action, subject, status)


def _decide(transaction: Transaction, work: AssignmentRow, action: str, judgement: Judgement) -> str:
    """Approve or reject submitted work, and return its status after it."""
    if action == policies.APPROVE:
        decisions.approve(transaction, work, judgement.approve_reason)
    else:
        decisions.reject(transaction, work, judgement.reject_reason)
    return _DECIDED[action]


def _extend(report: Report, extension: Extension | None, score: int) -> None:
    """Add an assignment where the score is too low; at its maximum, a HIT has nothing left to do."""
    if extension is None or score >= extension.below:
        return
    row = report.transaction.fetch(HITRow, rows.HITS.where(hit.c.id == report.hit))
    subject = Subject(_HIT, row.hit_id)
    if row.max_assignments >= extension.maximum:
        report.action(_EXTEND, subject, f"Already at {row.max_assignments} assignments")
        return
    try:
        counters.grow(report.transaction, row, 1, **_longer(report.transaction, row, extension))
    except faults.RequestError as fault:
        report.action(_EXTEND, subject, fault.text, fault.code)
    else:
        report.action(_EXTEND, subject, f"Extended to {row.max_assignments + 1} assignments")


def _longer(transaction: Transaction, row: HITRow, extension: Extension) -> dict[str, Any]:
    """Return the expiration after an extension, nothing where it stays as it is."""
    if not extension.seconds:
        return {}
    return {"expiration": max(row.expiration, transaction.now) + timedelta(seconds=extension.seconds)}
