"""Run review policies: fetch the answers, let the rules decide, act, and write down both.

What a policy cannot do is written down as failed and hinders nothing else. Where the reference is
silent: every extension adds one assignment, and its time counts from the expiration, or from now
where that has passed; work that is left out of the comparison is neither approved nor rejected.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Row, update

from mturk_tasks.marketplace import decisions, faults, growth, hits
from mturk_tasks.marketplace.context import Context
from mturk_tasks.marketplace.reviews import known_answers, plurality, policies, replies
from mturk_tasks.marketplace.reviews.known_answers import Marks
from mturk_tasks.marketplace.reviews.plurality import Consensus, Vote
from mturk_tasks.marketplace.reviews.policies import Extension, Judgement, Policies
from mturk_tasks.marketplace.reviews.reports import Report, Subject
from mturk_tasks.marketplace.storage.schema import assignment, hit
from mturk_tasks.vocabulary.statuses import APPROVED, ASSIGNMENT_STATUSES, REJECTED, SUBMITTED

_ASSIGNMENT: Final = "Assignment"
_HIT: Final = "HIT"
_REVIEW: Final = "review"
_EXTEND: Final = "extend"
_DECIDED: Final = {policies.APPROVE: APPROVED, policies.REJECT: REJECTED}


def review_assignment(context: Context, key: int) -> None:
    """Run the policy of assignments, if the HIT has one, on work that was just submitted."""
    query = decisions.works().add_columns(hit.c.review_policies)
    work = context.db.execute(query.where(assignment.c.id == key)).one()
    policy = policies.read(work.review_policies).of_assignments
    if policy is None:
        return
    marks = known_answers.mark(policy.key, replies.read(work.answer))
    report = Report(context, work.hit, policies.ASSIGNMENT_LEVEL)
    _tell_marks(report, Subject(_ASSIGNMENT, work.assignment_id), marks)
    _judge(report, work, policy.judgement, marks.score)
    _extend(report, policy.extension, marks.score)


def review_hit(context: Context, row: Row[Any]) -> None:
    """Run the policy of the HIT, if it has one, at the moment when the HIT became Reviewable."""
    context.db.execute(update(hit).where(hit.c.id == row.id).values(review_due=None))
    given = policies.read(row.review_policies)
    policy = given.of_hit
    if policy is None:
        return
    works = _works(context, row.id, given)
    votes = {work.assignment_id: Vote(*replies.read_short(work.answer)) for work in works}
    found = plurality.consensus(policy.questions, policy.threshold, votes)
    report = Report(context, row.id, policies.HIT_LEVEL)
    _tell_consensus(report, Subject(_HIT, row.hit_id), found)
    for work in works:
        score = found.workers[work.assignment_id].score
        if score is not None:
            _judge(report, work, policy.judgement, score)
    _extend(report, policy.extension, found.score)


def _works(context: Context, key: int, given: Policies) -> Sequence[Row[Any]]:
    """Return the submitted work that is compared; what time has approved by then is approved first."""
    mine = assignment.c.hit == key
    decisions.approve_due(context, mine, assignment.c.auto_approval < context.now)
    query = decisions.works().where(mine, assignment.c.status.in_(ASSIGNMENT_STATUSES))
    ordered = query.order_by(assignment.c.submitted, assignment.c.id)
    return [work for work in context.db.execute(ordered) if _counts(work, given)]


def _counts(work: Row[Any], given: Policies) -> bool:
    """Say whether work is compared: it may have been rejected, or have missed the known answers."""
    if given.of_hit is None or (given.of_hit.disregards_rejected and work.status == REJECTED):
        return False
    if given.of_assignments is None or given.of_hit.disregards_below is None:
        return True
    marks = known_answers.mark(given.of_assignments.key, replies.read(work.answer))
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
            report.result(review, subject, "AgreedAnswer", replies.as_text(agreed.values), question)
            report.result(review, subject, "AnswerAgreementScore", agreed.score, question)
    for assignment_id, standing in found.workers.items():
        worker = Subject(_ASSIGNMENT, assignment_id)
        if standing.score is not None:
            report.result(review, worker, "WorkerAgreementScore", standing.score)
        report.result(review, worker, "PluralityAnswersCorrect", standing.correct)
        report.result(review, worker, "PluralityAnswersIncorrect", standing.incorrect)
    report.result(review, subject, "HitAgreementScore", found.score)


def _judge(report: Report, work: Row[Any], judgement: Judgement, score: int) -> None:
    """Approve and reject as the score asks for."""
    subject = Subject(_ASSIGNMENT, work.assignment_id)
    status = work.status
    for action in judgement.actions(score):
        if status == _DECIDED[action]:
            report.action(action, subject, f"Already {status.lower()}")
        elif status != SUBMITTED:
            report.action(action, subject, f"The assignment is {status}", faults.INVALID_ASSIGNMENT_STATE)
        else:
            status = _decide(report.context, work, action, judgement)
            report.action(action, subject, status)


def _decide(context: Context, work: Row[Any], action: str, judgement: Judgement) -> str:
    """Approve or reject submitted work, and return its status after it."""
    if action == policies.APPROVE:
        decisions.approve(context, work, judgement.approve_reason)
    else:
        decisions.reject(context, work, judgement.reject_reason)
    return _DECIDED[action]


def _extend(report: Report, extension: Extension | None, score: int) -> None:
    """Add an assignment where the score is too low; at its maximum, a HIT has nothing left to do."""
    if extension is None or score >= extension.below:
        return
    row = report.context.db.execute(hits.whole().where(hit.c.id == report.hit)).one()
    subject = Subject(_HIT, row.hit_id)
    if row.max_assignments >= extension.maximum:
        report.action(_EXTEND, subject, f"Already at {row.max_assignments} assignments")
        return
    try:
        growth.grow(report.context, row, 1, **_longer(report.context, row, extension))
    except faults.RequestError as fault:
        report.action(_EXTEND, subject, fault.text, fault.code)
    else:
        report.action(_EXTEND, subject, f"Extended to {row.max_assignments + 1} assignments")


def _longer(context: Context, row: Row[Any], extension: Extension) -> dict[str, Any]:
    """Return the expiration after an extension, nothing where it stays as it is."""
    if not extension.seconds:
        return {}
    return {"expiration": max(row.expiration, context.now) + timedelta(seconds=extension.seconds)}
