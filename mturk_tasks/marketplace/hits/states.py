"""How many HITs stand at once: an operation of our own, without questions and answers.

What a requester can see of a HIT and its work changes its revision, so that whoever has seen a revision
need not ask for the work again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple

from sqlalchemy import BindParameter, bindparam, func, literal, select

from mturk_tasks.marketplace.hits import hits
from mturk_tasks.marketplace.records import ledger
from mturk_tasks.marketplace.storage import rows
from mturk_tasks.marketplace.storage.column_types import dollar_total
from mturk_tasks.marketplace.storage.rows import HITRow
from mturk_tasks.marketplace.storage.schema import ABANDONED, RETURNED, assignment, hit, hit_type, late_answer
from mturk_tasks.marketplace.storage.schema import ledger as entry
from mturk_tasks.marketplace.storage.transactions import Transaction
from mturk_tasks.vocabulary.statuses import APPROVED, REJECTED, SUBMITTED

_SEEN: Final = (SUBMITTED, APPROVED, REJECTED)
_COUNTED: Final = (*_SEEN, RETURNED, ABANDONED)
_SOON: Final = timedelta(days=1)
_NONE: Final = (0, Decimal("0.00"))
_WANTED: Final[BindParameter[Any]] = bindparam("wanted", expanding=True)
_HITS: Final = (
    select(*rows.columns(HITRow, hit, hit_type, question_text=literal("")))
    .join(hit_type, hit.c.hit_type == hit_type.c.id)
    .where(hit.c.hit_id.in_(_WANTED), hit.c.requester == bindparam("of"))
)


class WorkTotals(NamedTuple):
    """The assignments of a HIT in one status: how many, and what changes where one of them does."""

    hit: int
    status: str
    number: int
    last: int
    submitted: datetime | None
    approved: datetime | None
    rejected: datetime | None
    feedback: int | None
    answers: int | None
    soon: int


_WORK: Final = (
    select(
        assignment.c.hit,
        assignment.c.status,
        func.count(),
        func.max(assignment.c.id),
        func.max(assignment.c.submitted),
        func.max(assignment.c.approved),
        func.max(assignment.c.rejected),
        func.sum(func.length(assignment.c.feedback)),
        func.sum(func.length(assignment.c.answer)),
        func.count().filter(assignment.c.auto_approval <= bindparam("soon")),
    )
    .where(assignment.c.hit.in_(_WANTED), assignment.c.status.in_(_COUNTED))
    .group_by(assignment.c.hit, assignment.c.status)
)
_BONUSES: Final = (
    select(entry.c.hit, entry.c.kind, func.count(), dollar_total(entry.c.amount))
    .where(entry.c.hit.in_(_WANTED), entry.c.kind.in_((ledger.BONUS, ledger.BONUS_FEE)))
    .group_by(entry.c.hit, entry.c.kind)
)
_LATE: Final = (
    select(assignment.c.hit, func.count(), func.count(late_answer.c.accepted))
    .join(assignment, late_answer.c.assignment == assignment.c.id)
    .where(assignment.c.hit.in_(_WANTED))
    .group_by(assignment.c.hit)
)


def get_hit_states(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer GetHITStates: each HIT of the requester's that is named, in the order asked for."""
    asked: Sequence[str] = parameters["HITIds"]
    found = transaction.db.execute(_HITS, {"wanted": asked, "of": transaction.requester})
    by_id = {row.hit_id: row for row in map(HITRow._make, found)}
    keys = {"wanted": [row.id for row in by_id.values()]}
    work: dict[int, dict[str, WorkTotals]] = {}
    for row in transaction.db.execute(_WORK, {**keys, "soon": transaction.now + _SOON}):
        totals = WorkTotals._make(row)
        work.setdefault(totals.hit, {})[totals.status] = totals
    bonuses: dict[int, dict[str, tuple[int, Decimal]]] = {}
    for key, kind, number, amount in transaction.db.execute(_BONUSES, keys):
        bonuses.setdefault(key, {})[kind] = (number, amount)
    late = {row[0]: (row[1], row[2]) for row in transaction.db.execute(_LATE, keys)}
    return {
        "HITStates": [
            _describe(row, work.get(row.id, {}), bonuses.get(row.id, {}), late.get(row.id, (0, 0)))
            for row in (by_id[hit_id] for hit_id in dict.fromkeys(asked) if hit_id in by_id)
        ]
    }


def _describe(
    row: HITRow,
    work: Mapping[str, WorkTotals],
    bonuses: Mapping[str, tuple[int, Decimal]],
    late: tuple[int, int],
) -> dict[str, Any]:
    described = {name: value for name, value in hits.describe(row).items() if name != "Question"}
    told = [totals[:-1] for status, totals in sorted(work.items()) if status in _SEEN]
    seen = [*told, sorted(bonuses.items()), late]
    marks = json.dumps([described, seen], default=str, sort_keys=True)
    submitted = work.get(SUBMITTED)
    numbers = {status: totals.number for status, totals in work.items()}
    return {
        "HIT": described,
        "Revision": hashlib.sha256(marks.encode()).hexdigest()[:32],
        **{
            f"NumberOfAssignments{status}": numbers.get(status, 0) for status in (*_SEEN, RETURNED, ABANDONED)
        },
        "NumberOfLateAnswers": late[0],
        "NumberOfAssignmentsApprovedWithinADay": submitted.soon if submitted else 0,
        "BonusAmount": bonuses.get(ledger.BONUS, _NONE)[1],
        "BonusFee": bonuses.get(ledger.BONUS_FEE, _NONE)[1],
    }
