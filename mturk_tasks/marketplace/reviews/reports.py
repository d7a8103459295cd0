"""What review policies did and found: written down when it happens, told when it is asked for.

The reference names the keys of results twice, in a table and in an example that disagree; they are
the table's here. A result about a question has the HIT or the assignment as its subject.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, insert, select

from mturk_tasks.marketplace import hits
from mturk_tasks.marketplace.context import Context
from mturk_tasks.marketplace.ids import new_id
from mturk_tasks.marketplace.pages import page
from mturk_tasks.marketplace.reviews import policies
from mturk_tasks.marketplace.reviews.policies import LEVELS
from mturk_tasks.marketplace.storage.schema import review

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

    context: Context
    hit: int
    level: str

    def action(self, name: str, subject: Subject, outcome: str, error: str | None = None) -> str:
        """Note an action, failed where there is an error's code, and return its ID."""
        action_id = new_id()
        status = _FAILED if error else _SUCCEEDED
        done = {"status": status, "completed": self.context.now, "outcome": outcome, "error": error}
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
        self.context.db.execute(_NEW, {**place, **about, **values})


def list_review_policy_results(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer ListReviewPolicyResultsForHIT: actions and results on one list, in the order of time."""
    row = hits.fetch_live(context, parameters["HITId"])
    levels = parameters.get("PolicyLevels") or LEVELS
    asked = {
        "ReviewResults": parameters.get("RetrieveResults", True),
        "ReviewActions": parameters.get("RetrieveActions", True),
    }
    query = select(review).where(review.c.hit == row.id, review.c.level.in_(levels))
    if not asked["ReviewResults"]:
        query = query.where(review.c.key.is_(None))
    if not asked["ReviewActions"]:
        query = query.where(review.c.action.is_(None))
    order = (review.c.id,)
    found, answer = page(context, "ListReviewPolicyResultsForHIT", query, order, parameters, _described)
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


def _described(row: Row[Any]) -> Entry:
    if row.action is None:
        return row.level, "ReviewResults", _describe_result(row)
    return row.level, "ReviewActions", _describe_action(row)


def _describe_action(row: Row[Any]) -> dict[str, Any]:
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


def _describe_result(row: Row[Any]) -> dict[str, Any]:
    return {
        "ActionId": row.action_id,
        "SubjectId": row.subject,
        "SubjectType": row.subject_type,
        "QuestionId": row.question,
        "Key": row.key,
        "Value": row.value,
    }
