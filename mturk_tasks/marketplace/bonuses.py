"""Bonuses: paid on top, for an assignment, to the worker who did it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, insert, select

from mturk_tasks.marketplace import assignments, faults, hits, ledger, limits, tokens
from mturk_tasks.marketplace.context import Context
from mturk_tasks.marketplace.pages import page
from mturk_tasks.marketplace.storage.schema import assignment, bonus


def send_bonus(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer SendBonus, for work that was submitted; without a token every call pays."""
    limits.check(parameters)
    work = assignments.fetch_submitted(context, parameters["AssignmentId"])
    if work.worker != parameters["WorkerId"]:
        another = "The assignment is another worker's."
        raise faults.invalid_value("WorkerId", parameters["WorkerId"], another)
    tokens.spend(context, "SendBonus", parameters.get("UniqueRequestToken"))
    amount = parameters["BonusAmount"]
    context.db.execute(
        insert(bonus).values(
            assignment=work.id,
            hit=work.hit,
            amount=amount,
            reason=parameters["Reason"],
            granted=context.now,
        )
    )
    ledger.pay_bonus(context, work, amount)
    return {}


def list_bonus_payments(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer ListBonusPayments of a HIT or of an assignment; given both, the assignment counts."""
    query = select(bonus, assignment.c.assignment_id, assignment.c.worker).join(assignment)
    if "AssignmentId" in parameters:
        query = query.where(bonus.c.assignment == assignments.fetch(context, parameters["AssignmentId"]).id)
    elif "HITId" in parameters:
        query = query.where(bonus.c.hit == hits.fetch(context, parameters["HITId"]).id)
    else:
        raise faults.one_of("HITId", "AssignmentId")
    items, answer = page(context, "ListBonusPayments", query, (bonus.c.id,), parameters, _describe)
    return {**answer, "BonusPayments": items}


def _describe(row: Row[Any]) -> dict[str, Any]:
    return {
        "WorkerId": row.worker,
        "BonusAmount": row.amount,
        "AssignmentId": row.assignment_id,
        "Reason": row.reason,
        "GrantTime": row.granted,
    }
